"""Proposal, notice, objections, approval, list, appeals, corrections and agreements (C5.4)."""

from functools import partial
from typing import Any

from rehearsal import materials
from rehearsal.cast import Part
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.judging import score_again

OBJECTOR = {"name": "王建国", "contact": "021-62730000"}
APPEALING = (Part.APPEAL_REMITTED, Part.APPEAL_UPHELD)


async def put_on_notice(company: Company) -> None:
    """The auditor looks in; the list is proposed and put on notice; people object, another officer decides (C5.4)."""
    company.advance("2017-10-23T10:00:00+08:00")
    desk, officer = company.desk, company.staff["officer"]
    await desk.read(company.staff["auditor"], "review", "/panels", round_id=ROUND)
    await desk.command(officer, "publication", f"/rounds/{ROUND}/proposal")
    await desk.command(company.staff["publisher"], "publication", f"/rounds/{ROUND}/notice")
    company.advance("2017-10-24T14:00:00+08:00")
    upheld = [(one, "upheld", "工商登记显示其场地租约已于2016年终止") for one in company.playing(Part.OBJECTION_UPHELD)]
    for one in company.playing(Part.OBJECTION_DISMISSED):
        upheld += [(one, "inadmissible", "未提供任何证据"), (one, "dismissed", "经核查，服务记录真实")]
    for number, (applicant, outcome, reason) in enumerate(upheld):
        await _object(company, applicant, number, outcome, reason)
    company.advance("2017-10-26T09:00:00+08:00")
    for applicant in company.playing(Part.WITHDRAWN_ON_NOTICE):
        place = f"/applications/{applicant.application}/withdrawal"
        await desk.command(applicant.filer, "application", place, {"reason": "机构重组，自愿退出"})
        applicant.told = "withdrew on notice; its place stays free"


async def approve(company: Company) -> None:
    """The deputy promotes the next in line, who goes on notice; then the leader approves and the list is published."""
    company.advance("2017-10-31T09:00:00+08:00")
    desk, leader, publisher = company.desk, company.staff["leader"], company.staff["publisher"]
    for applicant in company.playing(Part.OBJECTION_UPHELD):
        chosen = await _next_in_line(company, applicant)
        reason = {"application": chosen, "reason": f"异议成立，{applicant.organization.name}退出，依次递补"}
        await desk.command(company.staff["deputy"], "publication", f"/rounds/{ROUND}/promotions", reason)
        company.early_approval = await desk.refused(leader, "publication", f"/rounds/{ROUND}/approval")
        await desk.command(publisher, "publication", f"/rounds/{ROUND}/notice", {})
    company.advance("2017-11-08T09:00:00+08:00")
    seen = await desk.read(leader, "publication", f"/rounds/{ROUND}/decision")
    left = {one["group"]: "公示期末单位自愿退出，本轮不再递补" for one in seen["next_in_line"]}
    read = {"list_hash": seen["list_hash"], "left_free": left}
    await desk.command(leader, "publication", f"/rounds/{ROUND}/approval", read)
    await desk.command(publisher, "publication", f"/rounds/{ROUND}/list")


async def hear_appeals(company: Company) -> None:
    """Two appeal: one is remitted to the experts and corrects the list, the other stays rejected (C5.4)."""
    company.advance("2017-11-10T10:00:00+08:00")
    desk, deputy = company.desk, company.staff["deputy"]
    for applicant in company.playing(*APPEALING):
        shown = materials.paper(f"what the experts overlooked, {applicant.organization.uscc}")
        evidence = [await desk.deposit(applicant.filer, "publication", shown, round_id=ROUND)]
        grounds = {"grounds": "评审意见与申报材料不符，请求复核", "evidence": evidence}
        await desk.command(applicant.filer, "publication", f"/appeals/{applicant.application}", grounds)
    company.advance("2017-11-14T10:00:00+08:00")
    for applicant in company.playing(*APPEALING):
        outcome: dict[str, Any] = {"outcome": "uphold", "reason": "评分程序与结果无误"}
        if applicant.part is Part.APPEAL_REMITTED:
            outcome = {"outcome": "remit", "stage": "experts", "reason": "专家漏看两项业绩，退回重评"}
        await desk.command(deputy, "publication", f"/appeals/{applicant.application}/decision", outcome)
        applicant.told = "appealed; the rejection stands"
    for applicant in company.playing(Part.APPEAL_REMITTED):
        await score_again(company, applicant)
        await _correct(company, applicant)
        applicant.told = "appealed; scored again by its experts; the list was corrected after another notice"


async def sign(company: Company) -> None:
    """The office offers, the legal representative signs; one lets the offer expire (C5.4)."""
    company.advance("2017-11-22T10:00:00+08:00")
    await company.desk.sign_in(company.staff["officer"])
    listed = await company.desk.read(None, "publication", f"/rounds/{ROUND}/list")
    approved = {row["application"] for row in listed["rows"]}

    async def one(applicant: Applicant) -> None:
        desk, place = company.desk, f"/agreements/{applicant.application}"
        await desk.command(company.staff["officer"], "publication", f"{place}/offer", {})
        if applicant.part is Part.UNSIGNED:
            return
        rights = {"role": "legal_representative", "organization": applicant.id}
        name = f"signs-{applicant.organization.index:03d}"
        applicant.representative = await desk.open_account(name, applicant.filer, **rights)
        seen = await desk.read(applicant.filer, "publication", "/agreements")
        terms = {"terms_sha256": seen[0]["terms_sha256"]}
        await desk.command(applicant.representative, "publication", f"{place}/signature", terms)

    await each([one for one in company.applicants if one.application in approved], one)
    company.advance("2017-12-23T10:00:00+08:00")
    for applicant in company.playing(Part.UNSIGNED):
        await company.desk.until(
            partial(company.desk.read, applicant.filer, "publication", "/agreements"),
            lambda seen: bool(seen) and seen[0]["state"] == "EXPIRED",
        )
        applicant.told = "approved; its agreement expired unsigned"


async def _object(company: Company, applicant: Applicant, number: int, outcome: str, reason: str) -> None:
    grounds = f"反映第{number + 1}件：该机构经营场所与申报不符"
    photograph = materials.paper(f"photograph {number + 1} of the premises")
    evidence = [await company.desk.deposit(None, "publication", photograph, round_id=ROUND)]
    filed = {**OBJECTOR, "application": applicant.application, "grounds": grounds, "evidence": evidence}
    receipt = await company.desk.command(None, "publication", f"/rounds/{ROUND}/objections", filed)
    decided = {"outcome": outcome, "reason": reason, **({"effect": "remove"} if outcome == "upheld" else {})}
    place = f"/rounds/{ROUND}/objections/{receipt['objection']}/decision"
    await company.desk.command(company.staff["second"], "publication", place, decided)
    applicant.told = {
        "upheld": "second-ranked; the objection was upheld, the next in line promoted",
        "dismissed": "objected to twice: one inadmissible, one dismissed",
    }.get(outcome, applicant.told)


async def _next_in_line(company: Company, applicant: Applicant) -> str:
    """The best of its group that the notice does not name."""
    noticed = await company.desk.read(None, "publication", f"/rounds/{ROUND}/notice")
    named = {row["application"] for row in noticed["rows"]}
    drawn = await company.desk.read(company.staff["secretary"], "review", "/panels", round_id=ROUND)
    rows = next(panel["ranking"] for panel in drawn if panel["group"] == applicant.organization.group)
    return str(next(row["application"] for row in rows if row["application"] not in named))


async def _correct(company: Company, applicant: Applicant) -> None:
    desk, place = company.desk, f"/rounds/{ROUND}/corrections"
    wanted = {
        "add": [applicant.application],
        "remove": [],
        "reason": "依申诉决定重新评审后入选",
        "document_number": "沪经信企〔2017〕633号",
    }
    await desk.command(company.staff["officer"], "publication", place, wanted)
    leader, publisher = company.staff["leader"], company.staff["publisher"]
    shown = {"document_number": wanted["document_number"]}
    await desk.command(publisher, "publication", f"/rounds/{ROUND}/notice", shown)
    company.advance("2017-11-22T09:00:00+08:00")
    pending = (await desk.read(leader, "publication", f"/rounds/{ROUND}/decision"))["pending_correction"]
    beyond = any(one["listed"] > one["places"] for one in pending["places"])
    read = {"list_hash": pending["list_hash"], "beyond_quota": beyond}
    await desk.command(leader, "publication", f"{place}/approval", read)
    await desk.command(publisher, "publication", f"/rounds/{ROUND}/list", {})
