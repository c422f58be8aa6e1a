"""One of each document, from the cast: what the pictures show and the tests open."""

from dataclasses import replace

from rehearsal.cast import Organization, code, organizations
from shared.contracts.form import (
    T1,
    T2,
    T3,
    T4,
    Equipment,
    Finance,
    Honour,
    Partner,
    Person,
    Plan,
    Premises,
    Qualification,
    ServiceCase,
    Systems,
)
from shared.contracts.vocabulary import Outcome
from shared.documents.agreement import Agreement, Owed, Signature
from shared.documents.application import ApplicationPaper, Material, MaterialFile
from shared.documents.listing import ApprovedList, Listed, NoticeList
from shared.documents.statement import StatementOfTruth
from shared.documents.summary import SummaryRow, SummaryTable, Waived
from shared.kernel.ids import application_id
from shared.kernel.instants import Instant

TITLE, ROUND = "2017年上海市中小企业服务机构申报推荐", "2017"
RULES = tuple(f"R{number}" for number in range(1, 20))
CATEGORIES = {
    "information": "信息服务类",
    "technology_quality": "技术创新和质量服务类",
    "entrepreneurship": "创业服务类",
    "talent_training": "人才和培训服务类",
    "investment_financing": "投融资服务类",
    "market_development": "市场开拓服务类",
    "management_consulting": "管理咨询服务类",
    "legal": "法律服务类",
}
MATERIALS = (
    "申报表（4张表）",
    "申请报告",
    "机构登记证书或营业执照复印件",
    "机构资质证书复印件",
    "2016年度会计报表复印件",
    "办公场所产权证明或长期租赁合同复印件",
    "专业人员学历、职称、执业资格证书复印件",
    "荣誉证书、媒体报道及其他相关材料",
    "申报材料真实性承诺书",
)
CAST = tuple(organizations())
APPLICANT = CAST[2]
APPLICATION = application_id(ROUND, "3d1f0c52-6a77-5b1e-9a0e-0d6c4c1f8a11")
REPRESENTATIVE, CONTACT = "章明珠", "黎服务 021-55550002"


def application_paper(people: int = 14) -> ApplicationPaper:
    """A second version, filed in the last second."""
    return ApplicationPaper(
        round_title=TITLE,
        application=APPLICATION,
        version=2,
        snapshot_hash="4f3c" * 16,
        received_at=Instant("2017-09-20T08:59:59.999Z"),
        t1=_t1(APPLICANT),
        t2=_t2(people),
        t3=_t3(),
        t4=_t4(),
        categories=CATEGORIES,
        materials=_materials(),
        professional_share="10/14",
    )


def statement() -> StatementOfTruth:
    """To be signed."""
    return StatementOfTruth(
        round_title=TITLE,
        application=APPLICATION,
        org_name=APPLICANT.name,
        uscc=APPLICANT.uscc,
        started_at=Instant("2017-09-15T02:00:00.000Z"),
        legal_representative=REPRESENTATIVE,
    )


def summary_table() -> SummaryTable:
    """A district's three recommendations: plain, waived, and with one judgement against it."""
    passed = dict.fromkeys(RULES, Outcome.PASS.value)
    first = _summary_row(CAST[2], 1, passed)
    ground = "注册资本80,000元；获区级认定，服务成效明显，经两名经办人员同意放宽"
    second = replace(
        _summary_row(CAST[18], 2, {**passed, "R3": Outcome.WAIVED}), waived=(Waived("R3", ground),), version=1
    )
    third = replace(_summary_row(CAST[48], 3, {**passed, "R16": Outcome.FAIL}), pdf_sha256=None)
    return SummaryTable(
        round_title=TITLE,
        district=APPLICANT.district,
        document_number="长经委〔2017〕88号",
        sealed_at=Instant("2017-09-29T06:00:00.000Z"),
        rules=RULES,
        rows=(first, second, third),
        categories=CATEGORIES,
    )


def notice_list() -> NoticeList:
    """On public notice for five working days."""
    return NoticeList(
        round_title=TITLE,
        rows=_listed(),
        start="2017-11-06",
        end="2017-11-10",
        working_days=5,
        list_hash="9a" * 32,
        published_at=Instant("2017-11-06T01:00:00.000Z"),
        categories=CATEGORIES,
    )


def approved_list() -> ApprovedList:
    """As it is published."""
    return ApprovedList(
        round_title=TITLE,
        rows=_listed(),
        valid_from="2017-12-01",
        valid_to="2018-11-30",
        list_hash="9a" * 32,
        published_at=Instant("2017-11-15T01:00:00.000Z"),
        categories=CATEGORIES,
    )


def agreement() -> Agreement:
    """As it is offered."""
    return Agreement(
        round_title=TITLE,
        number="2017-长宁区-012",
        org_name=APPLICANT.name,
        uscc=APPLICANT.uscc,
        district=APPLICANT.district,
        kind=APPLICANT.kind,
        category_name=CATEGORIES[APPLICANT.group],
        valid_from="2017-12-01",
        valid_to="2018-11-30",
        list_hash="9a" * 32,
        offered_at=Instant("2017-11-20T02:00:00.000Z"),
        due="2017-12-20T02:00:00.000Z",
        owed=(
            Owed("plan", 2018, "2018-01-31T16:00:00.000Z"),
            Owed("report", 2018, "2018-04-15T16:00:00.000Z", "Q1"),
            Owed("report", 2018, "2018-07-15T16:00:00.000Z", "Q2"),
            Owed("case", 2018, "2018-09-30T16:00:00.000Z"),
        ),
    )


def signed_agreement() -> Agreement:
    """The same with its signature."""
    at = Instant("2017-11-26T01:30:00.000Z")
    return replace(agreement(), signature=Signature(at, "53ee20de-76b9-5318-8e9a-b1d9c982d8aa", "7c" * 32))


def _t1(organization: Organization) -> T1:
    return T1(
        org_name=organization.name,
        uscc=organization.uscc,
        legal_form="enterprise",
        established_on="2012-05-18",
        operating_since="2012-07-01",
        capital="3630000.00",
        finance_last_year=Finance(
            revenue="10580000.00", profit="-90000.00", assets="2000000.00", liabilities="600000.00"
        ),
        qualifications=(
            Qualification(
                name="检验检测机构资质认定证书",
                no="CMA-170921340012",
                issuer="上海市质量技术监督局",
                valid_to="2020-06-30",
            ),
            Qualification(name="高新技术企业证书", no="GR201731000123", issuer="上海市科学技术委员会"),
        ),
        reg_address="上海市长宁区中山路3号4幢101室",
        district=organization.district,
        kind=organization.kind,
        category=tuple(organization.category),
        under_investigation=False,
        honours=(Honour(level="district", issuer="长宁区人民政府", date="2016-03-01"),),
        legal_representative=REPRESENTATIVE,
        contact=CONTACT,
    )


def _t2(people: int) -> T2:
    return T2(
        staff_total=people + 2,
        roster=tuple(
            Person(
                person_key=f"P{number:03d}",
                fulltime=True,
                professional=number % 7 < 5,
                education=("bachelor", "master", "college")[number % 3],
                title_level=("intermediate", "none", "senior")[number % 3],
                practice_certificate=number % 4 == 0,
                evidence="ab" * 32,
            )
            for number in range(people)
        ),
        premises=(
            Premises(address="长宁区中山路3号4幢101室", area="134.50", tenure="lease", lease_to="2019-12-31"),
            Premises(address="长宁区碧波路690号", area="60.00", tenure="own"),
        ),
        equipment=(Equipment(name="三坐标测量机", count=2), Equipment(name="服务热线", count=4)),
    )


def _t3() -> T3:
    return T3(
        smes_served=188,
        clients_total=228,
        surveyed=80,
        satisfied=66,
        volume_unit="visits",
        volume_total="1000",
        volume_public="141",
        volume_lowfee="60",
        micro_discount="d1" * 32,
        fees="公益服务免费，其余按公示标准收取；对小微企业按标准的八折收取。",
        activities=11,
        cases=(
            ServiceCase(
                title="陪伴式质量诊断",
                summary="为一家小型模具企业提供从需求诊断、检测方案到整改回访的全程服务，一次合格率由81%提高到97%。",
            ),
            ServiceCase(title="小微企业检测日", summary="每季度一次，为园区小微企业集中提供低收费检测。"),
        ),
    )


def _t4() -> T4:
    gathered = [
        Partner(
            name=f"上海{name}有限公司",
            uscc=code(f"90{number:02d}"),
            type="gathered_service_organization",
            agreement="b1" * 32,
            valid_from="2015-01-01",
            valid_to=None if number else "2018-12-31",
        )
        for number, name in enumerate(("同舟检测技术服务", "嘉禾知识产权代理", "启明认证咨询"))
    ]
    return T4(
        partners=tuple(gathered),
        documents=Systems(
            management_system="a1" * 32, service_process="a2" * 32, fee_standard="a3" * 32, quality_assurance="a4" * 32
        ),
        plan=Plan(smes=150, activities=12, public_share="15/100"),
        plan_done="已按计划完成上半年服务活动。",
        category_narrative="面向中小企业提供检测、计量、标准、认证等质量技术服务，仪器设备向中小企业开放共享。\n"
        "常年开展质量管理体系培训和上门诊断，形成“检测日”品牌活动。",
        commitment="5f" * 32,
    )


def _materials() -> tuple[Material, ...]:
    form, *others = (Material(number, name) for number, name in enumerate(MATERIALS, 1))
    filed = [
        replace(one, files=(MaterialFile(f"{one.name_zh[:6]}.pdf", f"{one.number:x}c" * 32, 182_044 * one.number),))
        for one in others
    ]
    return (form, *filed)


def _summary_row(organization: Organization, order: int, results: dict[str, str]) -> SummaryRow:
    return SummaryRow(
        org_name=organization.name,
        uscc=organization.uscc,
        kind=organization.kind,
        category=None if organization.kind == organization.group else organization.group,
        results=results,
        opinion="同意推荐。服务业绩突出，制度健全。",
        order=order,
        version=2,
        pdf_sha256="4f3c" * 16,
        compliance="纸质材料与网上申报一致，符合要求",
    )


def _listed() -> tuple[Listed, ...]:
    chosen = sorted((CAST[index] for index in (0, 16, 1, 17, 2, 18, 26)), key=lambda one: one.kind != one.group)
    ranks = [sum(other.group == one.group for other in chosen[: at + 1]) for at, one in enumerate(chosen)]
    return tuple(
        Listed(one.name, one.uscc, one.district, one.kind, rank, None if one.kind == one.group else one.group)
        for one, rank in zip(chosen, ranks, strict=True)
    )
