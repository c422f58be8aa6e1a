"""Forms, copies, the deadline and its extension (C4, C5.1, C5.2)."""

from functools import partial

from rehearsal import materials
from rehearsal.cast import GROUNDED, Part
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.desk import Refused, said
from rehearsal.forms import tables
from shared.contracts.vocabulary import District

LATER = frozenset({Part.LAST_MOMENT, Part.TOO_LATE, Part.LATE_ADMITTED, Part.LATE_REFUSED, Part.SUSPENDED})
"""Who does not submit with the others."""
EXTENSION = {
    "scope": "district",
    "target": District.CHONGMING.value,
    "new": "2017-09-22T17:00:00+08:00",
    "reason": "台风期间长江隧桥封闭，申报单位无法提交材料",
    "authority_document": "沪经信企〔2017〕512号",
}


async def apply(company: Company) -> None:
    """Forms are filled in and copies attached; most submit days before the deadline, some fail as in life."""
    company.advance("2017-09-15T10:00:00+08:00")

    async def one(applicant: Applicant) -> None:
        await _fill_in(company, applicant)
        if applicant.part not in LATER:
            await submit(company, applicant)

    await each(company.but(Part.CERTIFICATION_REJECTED), one)
    for applicant in company.playing(Part.SUSPENDED):
        ground = {"ground": "涉嫌提供虚假登记材料，调查期间暂停"}
        await company.desk.command(
            company.staff["verifier"], "registration", f"/organizations/{applicant.id}/suspension", ground
        )
        await company.desk.until(partial(_refused, company, applicant), bool)
    for applicant in company.playing(Part.WITHDRAWN):
        reason = {"reason": "业务调整，明年再申报"}
        await company.desk.command(
            applicant.filer, "application", f"/applications/{applicant.application}/withdrawal", reason
        )
        applicant.told = "withdrawn"


async def deadline(company: Company) -> None:
    """An extension by an official letter; one at 16:59:59.999, one at 17:00:00.000; receipts after it (C5.2)."""
    company.advance("2017-09-19T15:00:00+08:00")
    officer = company.staff["officer"]
    await company.desk.command(officer, "application", f"/rounds/{ROUND}/extensions", EXTENSION)
    for instant, part in (
        ("2017-09-20T16:59:59.999+08:00", Part.LAST_MOMENT),
        ("2017-09-20T17:00:00.000+08:00", Part.TOO_LATE),
        ("2017-09-21T11:30:00.000+08:00", Part.LATE_ADMITTED),
    ):
        company.advance(instant)
        for applicant in company.playing(part):
            await submit(company, applicant)
    for applicant in company.playing(Part.MOVED):
        moved = {
            "district": District.PUDONG.value,
            "reg_address": "上海市浦东新区世纪大道100号",
            "effective_from": "2017-09-22",
        }
        await company.desk.command(
            company.staff["verifier"], "registration", f"/organizations/{applicant.id}/transfer", moved
        )
        applicant.told = "transferred to 浦东新区; its application stays where it was submitted"
    company.advance("2017-09-22T17:00:00.000+08:00")
    for applicant in company.playing(Part.LATE_REFUSED):
        await submit(company, applicant)


async def submit(company: Company, applicant: Applicant) -> None:
    """Submit, and have the PDF made that goes to the district on paper; a refusal is what the story tells."""
    place = f"/applications/{applicant.application}"
    try:
        await company.desk.command(applicant.filer, "application", f"{place}/submission")
    except Refused as refused:
        applicant.told = said(refused.problem)
        return
    await company.desk.command(applicant.filer, "application", f"{place}/pdf")
    applicant.told = applicant.told or "submitted"


async def attach(company: Company, applicant: Applicant, number: int, edition: int = 1) -> None:
    """Attach one of the materials."""
    content = materials.copy(applicant.organization, number, edition)
    name = f"{materials.NAMES[number]}.pdf"
    place = f"/applications/{applicant.application}/attachments?material={number}&name={name}"
    await company.desk.upload(applicant.filer, "application", place, content, materials.PDF)


async def _fill_in(company: Company, applicant: Applicant) -> None:
    organization, filer, desk = applicant.organization, applicant.filer, company.desk
    chosen = {"round": ROUND, "kind": organization.kind, "category": organization.category[:1]}
    receipt = await desk.command(filer, "application", "/applications", chosen)
    applicant.application = receipt["application"]
    place = f"/applications/{applicant.application}"
    if applicant.part is Part.WRONG_FILE:
        await _wrong_file(company, applicant)
    for number in materials.wanted(organization):
        await attach(company, applicant, number)
    for content in (materials.handbook(organization), materials.agreements(organization)):
        await desk.deposit(filer, "application", content, round_id=ROUND)
    for name, table in tables(organization).items():
        await desk.command(filer, "application", f"{place}/form", {"revision": 0, name: table})
    if applicant.part in GROUNDED:
        honours = materials.hash_of(materials.copy(organization, materials.HONOURS))
        asked = {"rules": ["R3"], "ground": "2016年获市级认定，服务成效明显", "evidence": [honours]}
        await desk.command(filer, "application", f"{place}/waiver-requests", asked)


async def _wrong_file(company: Company, applicant: Applicant) -> None:
    place = f"/applications/{applicant.application}/attachments?material=2&name=申请报告.pdf"
    try:
        content = materials.no_pdf(applicant.organization)
        await company.desk.upload(applicant.filer, "application", place, content, materials.PDF)
    except Refused as refused:
        applicant.told = said(refused.problem)


async def _refused(company: Company, applicant: Applicant) -> bool:
    """Whether it is refused because it is suspended, which the application house has to hear of first.

    It saves a table over a revision that there never was, so nothing is ever saved.
    """
    changed = {**tables(applicant.organization)["t3"], "activities": 99}
    try:
        place = f"/applications/{applicant.application}/form"
        await company.desk.command(applicant.filer, "application", place, {"revision": 99, "t3": changed})
    except Refused as refused:
        applicant.told = said(refused.problem)
        return "suspended" in str(refused.problem["type"])
    raise AssertionError("no table has revision 99")
