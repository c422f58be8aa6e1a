"""The year of service: plans, quarters, defaults, revocation, assessment, priority (C3)."""

from collections.abc import Mapping
from typing import Any

from rehearsal import materials
from rehearsal.cast import Part
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.forms import FILINGS, report

GOOD = {"activities": 27, "platform": 18, "digests": 17, "cooperation": 17, "satisfaction": 9}
FAIR = {"activities": 20, "platform": 13, "digests": 12, "cooperation": 12, "satisfaction": 7}
YEAR = 2018


async def file_plans(company: Company) -> None:
    """Plans are filed; who never files one defaults, is told to rectify, and is revoked in March (C3.1)."""
    company.advance("2018-01-25T10:00:00+08:00")
    await _file(company, ("plan", None), but=(Part.REVOKED,))
    company.advance("2018-02-12T10:00:00+08:00")
    for applicant in company.playing(Part.REVOKED):
        await _ordered(company, applicant)
        company.advance("2018-03-19T10:00:00+08:00")
        revoked = {"ground": "限期整改未完成", "document_number": "沪经信企〔2018〕77号"}
        place = f"/standings/{applicant.application}/revocation"
        await company.desk.command(company.staff["leader"], "publication", place, revoked)
        applicant.told = "filed no plan: defaulted, ordered to rectify, revoked in March"


async def first_half(company: Company) -> None:
    """Two quarters, a digest and a case; one report comes back, one is late, one is never filed (C3.1, C3.3)."""
    company.advance("2018-04-10T10:00:00+08:00")
    await _file(company, ("report", "Q1"), ("policy_digest", None))
    company.advance("2018-07-10T10:00:00+08:00")
    await _file(company, ("report", "Q2"), ("case", None), but=(Part.RECTIFIED, Part.REPORT_LATE))
    company.advance("2018-07-20T10:00:00+08:00")
    for applicant in company.playing(Part.REPORT_LATE):
        await _file_of(company, applicant, (("report", "Q2"), ("case", None)))
        applicant.told = "filed its second quarter late"
    company.advance("2018-07-30T10:00:00+08:00")
    for applicant in company.playing(Part.RECTIFIED):
        await _ordered(company, applicant)
        await _made_up(company, applicant)
        place, note = f"/standings/{applicant.application}/rectification-acceptance", {"note": "已补报并完成整改"}
        await company.desk.command(company.staff["officer"], "publication", place, note)
        await _file_of(company, applicant, (("case", None),))
        applicant.told = "missed its second quarter: defaulted, made up for it as ordered, accepted"


async def second_half(company: Company) -> None:
    """The third and fourth quarter; one approval is renewed (C3.1, C3.3, C5.4)."""
    company.advance("2018-10-10T10:00:00+08:00")
    await _file(company, ("report", "Q3"), ("difficulties", None))
    company.advance("2018-11-20T10:00:00+08:00")
    await _file(company, ("report", "Q4"))
    for applicant in company.playing(Part.RENEWED):
        renewed = {"valid_to": "2019-11-30", "document_number": "沪经信企〔2018〕590号"}
        place = f"/standings/{applicant.application}/renewal"
        await company.desk.command(company.staff["leader"], "publication", place, renewed)
        applicant.told = "its approval was renewed for a year"


async def assess(company: Company) -> None:
    """The year is assessed, the best are recommended first, the round is archived, one is erased (C3.6)."""
    company.advance("2018-12-05T10:00:00+08:00")
    officer, desk = company.staff["officer"], company.desk
    serving = _serving(company)

    async def one(applicant: Applicant) -> None:
        marks = GOOD if applicant.organization.index % 2 == 0 else FAIR
        place = f"/assessments/{applicant.application}"
        await desk.command(officer, "reporting", place, {"year": YEAR, "items": _points(marks)})

    await desk.sign_in(officer)
    await each(serving, one)
    mistaken = next(one for one in serving if one.organization.index % 2)
    right = {"year": YEAR, "items": _points(FAIR | {"activities": FAIR["activities"] + 1}), "reason": "漏计一场活动"}
    place = f"/assessments/{mistaken.application}/correction"
    await desk.command(company.staff["leader"], "reporting", place, right)
    await desk.command(company.staff["leader"], "reporting", f"/rounds/{ROUND}/priority", {"year": YEAR})
    await desk.command(officer, "application", f"/rounds/{ROUND}/archiving")
    for applicant in company.playing(Part.ERASED):
        order = {
            "authority": "上海市网信办",
            "document_number": "沪网信〔2018〕31号",
            "scope": "法定代表人与联系人信息",
        }
        for service in ("registration", "application"):
            await desk.command(company.administrator, service, f"/subjects/{applicant.id}/erasure", order)
        applicant.told = "its personal data are erased; every proof stays"


def _points(marks: Mapping[str, int]) -> list[dict[str, str | int]]:
    return [{"criterion": criterion, "score": score} for criterion, score in marks.items()]


def _serving(company: Company) -> list[Applicant]:
    return [one for one in company.applicants if one.representative and one.part is not Part.REVOKED]


async def _file(company: Company, *kinds: tuple[str, str | None], but: tuple[Part, ...] = ()) -> None:
    await company.desk.sign_in(company.staff["officer"])

    async def one(applicant: Applicant) -> None:
        await _file_of(company, applicant, kinds)

    await each([one for one in _serving(company) if one.part not in but], one)


async def _file_of(company: Company, applicant: Applicant, kinds: tuple[tuple[str, str | None], ...]) -> None:
    owed = await company.desk.until(lambda: company.desk.read(applicant.filer, "reporting", "/obligations"), bool)
    for one in owed:
        if (one["kind"], one.get("period")) in kinds:
            await _file_one(company, applicant, one)


async def _file_one(company: Company, applicant: Applicant, owed: dict[str, Any]) -> None:
    way, content = FILINGS[owed["kind"]]
    desk, officer, place = company.desk, company.staff["officer"], f"/obligations/{owed['obligation']}"
    brought = await _brought(company, applicant, owed)
    await desk.command(applicant.filer, "reporting", f"{place}/{way}", content(brought))
    if applicant.part is Part.REPORT_RETURNED and owed.get("period") == "Q1":
        items = [{"path": "metrics.smes_served", "code": "IMPLAUSIBLE", "note": "与平台记录不一致，请核对"}]
        await desk.command(officer, "reporting", f"{place}/return", {"items": items})
        await desk.command(applicant.filer, "reporting", f"{place}/{way}", report(brought, version=2))
        applicant.told = "its first report came back and was filed again"
    await desk.command(officer, "reporting", f"{place}/acceptance")


async def _brought(company: Company, applicant: Applicant, owed: dict[str, Any]) -> list[str]:
    """A digest is a file; a case and the first quarter's report come with one."""
    if owed["kind"] not in ("policy_digest", "case") and owed.get("period") != "Q1":
        return []
    paper = materials.paper(f"{owed['kind']} of {YEAR}, {applicant.organization.uscc}")
    return [await company.desk.deposit(applicant.filer, "reporting", paper, round_id=ROUND)]


async def _made_up(company: Company, applicant: Applicant) -> None:
    """File what the order takes again, once reporting has heard of the order."""
    tasks = await company.desk.until(
        lambda: company.desk.read(applicant.filer, "reporting", "/worklist"),
        lambda seen: any(one["step"] == "make_up" for one in seen),
    )
    for one in tasks:
        if one["step"] == "make_up":
            await _file_one(company, applicant, one)


async def _ordered(company: Company, applicant: Applicant) -> None:
    """Wait for the rectification that follows from a default."""
    await company.desk.until(
        lambda: company.desk.read(company.staff["officer"], "publication", "/standings", state="RECTIFYING"),
        lambda seen: any(one["application"] == applicant.application for one in seen),
    )
