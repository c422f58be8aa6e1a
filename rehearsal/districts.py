"""Paper, returns, judgements, waivers, recommendations and the districts' batches (C5.1, C5.3)."""

from typing import Any

from rehearsal.applying import attach
from rehearsal.cast import Part
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.desk import Refused, said
from rehearsal.forms import corrected_premises
from shared.contracts.vocabulary import District

NOT_SUBMITTED = (
    Part.CERTIFICATION_REJECTED,
    Part.TWO_CATEGORIES,
    Part.LEGAL,
    Part.TOO_LATE,
    Part.LATE_REFUSED,
    Part.SUSPENDED,
    Part.WITHDRAWN,
)
RETURNED = (Part.RETURNED, Part.RETURN_EXPIRES)
DECLINED = (Part.DECLINED, Part.RECONSIDERED, Part.ESCALATED)
JUDGED = {"R4": "财务状况良好", "R5": "具备相关服务资质", "R9": "制度、流程、收费与质量保证健全"}
MATERIALS = range(1, 10)
"""The form and its annexes, as the round numbers them."""
OVERRULED = {"R9": "现场复核，流程文件齐备，已装订入卷"}
"""What a district judges to fail and the city admits all the same, and why."""
LEASE, CONTRACT = "t2.premises", "materials.6"
LATE_DISTRICT = District.FENGXIAN
REOPENED_DISTRICT = District.HUANGPU


async def receive_paper(company: Company) -> None:
    """Receipt clerks scan the code on the paper (C5.1)."""
    company.advance("2017-09-22T17:30:00+08:00")

    async def one(applicant: Applicant) -> None:
        await _scan(company, applicant)

    await each(company.but(*NOT_SUBMITTED), one)


async def send_back(company: Company) -> None:
    """A district returns two applications; one is corrected, the other lapses (C5.3)."""
    for applicant in company.playing(*RETURNED):
        place = f"/reviews/{applicant.application}"
        found = [{"item": LEASE, "result": "deviates", "note": "租期不足一年"}]
        await company.desk.command(
            company.clerk(applicant), "review", f"{place}/compliance", {"version": 1, "items": found}
        )
        items = [
            {"path": path, "code": "LEASE_TOO_SHORT", "note": "租期不足一年，请补充续租合同"}
            for path in (LEASE, CONTRACT)
        ]
        await company.desk.command(
            company.clerk(applicant), "review", f"{place}/return", {"version": 1, "items": items}
        )
    company.advance("2017-09-25T10:00:00+08:00")
    for applicant in company.playing(Part.RETURNED):
        await company.state(applicant, "RETURNED")
        await _correct(company, applicant)


async def recommend(company: Company) -> None:
    """Districts check, judge, waive, recommend or decline (C5.3)."""
    company.advance("2017-09-27T14:00:00+08:00")
    await _trespass(company)
    orders: dict[District, int] = {}
    for applicant in company.but(*NOT_SUBMITTED, Part.RETURN_EXPIRES):
        district = applicant.organization.district
        orders[district] = orders.get(district, 0) + 1
        await _judge(company, applicant)
        await _decide(company, applicant, orders[district])
    company.advance("2017-09-29T09:00:00+08:00")
    for applicant in company.playing(Part.RETURN_EXPIRES):
        await company.state(applicant, "LAPSED")
        applicant.told = "returned, corrected nothing, lapsed"
    for applicant in company.playing(*DECLINED):
        await _ask_again(company, applicant, orders)


async def send_batches(company: Company) -> None:
    """Districts seal and send their lists; one is opened again, one is late (C5.3)."""
    company.advance("2017-09-29T16:00:00+08:00")

    async def one(district: District) -> None:
        await _seal(company, district)
        if district is REOPENED_DISTRICT:
            authority = {"authority": "区经委2017年第9次主任办公会"}
            place = f"/batches/{ROUND}/{district.value}"
            leader = company.staff[f"leader-{district.value}"]
            await company.desk.command(leader, "review", f"{place}/reopening", authority)
            await _seal(company, district, edition=2)
        await _send(company, district)

    recommended = {applicant.organization.district for applicant in company.applicants}
    await each([one for one in District if one in recommended and one is not LATE_DISTRICT], one)
    await _seal(company, LATE_DISTRICT)
    company.advance("2017-10-01T01:35:00+08:00")
    await _send(company, LATE_DISTRICT)
    company.advance("2017-10-09T09:00:00+08:00")
    for applicant in company.playing(Part.ESCALATED, Part.DECLINED):
        admitted = applicant.part is Part.ESCALATED
        outcome = {
            "outcome": "admitted" if admitted else "dismissed",
            "reason": "服务成效明显，同意进入专家评审" if admitted else "维持区级意见",
            "overruled": [{"what": rule, "rationale": why} for rule, why in OVERRULED.items()] if admitted else [],
        }
        place = f"/reviews/{applicant.application}/escalation-decision"
        await company.desk.command(company.staff["leader"], "review", place, outcome)
        applicant.told = f"declined twice by its district, {outcome['outcome']} by the city"
    await company.desk.command(company.staff["officer"], "application", f"/rounds/{ROUND}/closing")


async def _scan(company: Company, applicant: Applicant) -> None:
    await company.desk.command(
        company.receipt(applicant),
        "application",
        f"/applications/{applicant.application}/paper",
        await _code(company, applicant),
    )


async def _code(company: Company, applicant: Applicant) -> dict[str, Any]:
    """What the scanner reads from the paper."""
    seen = await company.desk.read(company.receipt(applicant), "application", f"/applications/{applicant.application}")
    return {"code": f"NL1.{applicant.application}.{seen['version']}.{seen['snapshot_hash']}", "copies": 2}


async def _correct(company: Company, applicant: Applicant) -> None:
    desk, place = company.desk, f"/applications/{applicant.application}"
    old = {**await _code(company, applicant), "copies": 1}
    table = {"revision": 1, "t2": corrected_premises(applicant.organization)}
    await desk.command(applicant.filer, "application", f"{place}/form", table)
    await attach(company, applicant, 6, edition=2)
    await desk.command(applicant.filer, "application", f"{place}/submission", {})
    await desk.command(applicant.filer, "application", f"{place}/pdf", {})
    applicant.version = 2
    applicant.told = await desk.refused(company.receipt(applicant), "application", f"{place}/paper", old)
    await _scan(company, applicant)


async def _judge(company: Company, applicant: Applicant) -> None:
    clerk, place, desk = company.clerk(applicant), f"/reviews/{applicant.application}", company.desk
    conforms = [{"item": item, "result": "conforms"} for item in ("paper", *(f"materials.{n}" for n in MATERIALS))]
    await desk.command(clerk, "review", f"{place}/compliance", {"version": applicant.version, "items": conforms})
    judged = dict(JUDGED)
    if applicant.part is Part.SHORT_OF_SMES:
        judged["R10"] = "原则上100家，95家，服务成效显著"
    if applicant.part in (Part.WAIVED, Part.WAIVER_REFUSED):
        judged["R16"] = "市级认定属实，服务成效明显"
    for rule, rationale in judged.items():
        judgement = {"rule": rule, "outcome": "PASS", "rationale": rationale}
        if applicant.part is Part.ESCALATED and rule in OVERRULED:
            judgement = {"rule": rule, "outcome": "FAIL", "rationale": "服务流程未成文"}
        await desk.command(clerk, "review", f"{place}/judgements", judgement)
    if applicant.part in (Part.WAIVED, Part.WAIVER_REFUSED):
        await _waive(company, applicant)


async def _waive(company: Company, applicant: Applicant) -> None:
    place, granted = f"/reviews/{applicant.application}", applicant.part is Part.WAIVED
    proposed = {"rule": "R3", "ground": "2016年获市级认定，服务成效明显，注册资本条件适当放宽"}
    await company.desk.command(company.clerk(applicant), "review", f"{place}/waiver-proposals", proposed)
    decided = {
        "rule": "R3",
        "outcome": "granted" if granted else "refused",
        "reason": "符合放宽条件" if granted else "认定级别与服务规模不足以放宽",
    }
    await company.desk.command(company.leader(applicant), "review", f"{place}/waivers", decided)
    applicant.told = f"waiver of R3 {decided['outcome']} by the second officer"


async def _decide(company: Company, applicant: Applicant, order: int) -> None:
    clerk, place = company.clerk(applicant), f"/reviews/{applicant.application}"
    if applicant.part in DECLINED:
        reasons = {"version": applicant.version, "reasons": ["实地核查与申报材料不一致"]}
        await company.desk.command(clerk, "review", f"{place}/decline", reasons)
        return
    try:
        await _recommend(company, applicant, order)
    except Refused as refused:
        applicant.told = said(refused.problem)
        reasons = {"version": applicant.version, "reasons": [f"不符合条件：{refused.problem.get('rule')}"]}
        await company.desk.command(clerk, "review", f"{place}/decline", reasons)


async def _recommend(company: Company, applicant: Applicant, order: int) -> None:
    opinion = {"version": applicant.version, "opinion": "同意推荐", "order": order}
    place = f"/reviews/{applicant.application}/recommendation"
    await company.desk.command(company.clerk(applicant), "review", place, opinion)


async def _ask_again(company: Company, applicant: Applicant, orders: dict[District, int]) -> None:
    place, desk = f"/reviews/{applicant.application}", company.desk
    grounds = {"grounds": "核查当日负责人外出，现补充现场照片与台账"}
    await desk.command(applicant.filer, "review", f"{place}/reconsideration-request", grounds)
    reopened = applicant.part is Part.RECONSIDERED
    outcome = {
        "outcome": "reopened" if reopened else "upheld",
        "reasons": ["补充材料属实" if reopened else "维持原意见"],
    }
    await desk.command(company.leader(applicant), "review", f"{place}/reconsideration", outcome)
    if reopened:
        orders[applicant.organization.district] += 1
        await _recommend(company, applicant, orders[applicant.organization.district])
        applicant.told = "declined, reconsidered, recommended"
    else:
        await desk.command(applicant.filer, "review", f"{place}/escalation", {"grounds": "请市中小企业办复核"})


async def _seal(company: Company, district: District, edition: int = 1) -> None:
    number = {"document_number": f"{district.name_zh}经〔2017〕{87 + edition}号"}
    place, leader = f"/batches/{ROUND}/{district.value}", company.staff[f"leader-{district.value}"]
    await company.desk.command(leader, "review", f"{place}/sealing", number)


async def _send(company: Company, district: District) -> None:
    leader = company.staff[f"leader-{district.value}"]
    await company.desk.command(leader, "review", f"/batches/{ROUND}/{district.value}/sending")


async def _trespass(company: Company) -> None:
    """A clerk reaches into another district: refused, and the attempt stays in the log."""
    applicant = company.but(*NOT_SUBMITTED)[0]
    intruder = next(
        company.staff[f"clerk-{one.value}"] for one in District if one is not applicant.organization.district
    )
    opinion = {"version": 1, "opinion": "同意推荐", "order": 1}
    place = f"/reviews/{applicant.application}/recommendation"
    company.trespass = await company.desk.refused(intruder, "review", place, opinion)
