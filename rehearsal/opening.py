"""Accounts, the round's plan, registration and certification (C5.2)."""

import json
from pathlib import Path

from rehearsal import materials
from rehearsal.cast import EXPERTS, Organization, Part, organizations
from rehearsal.company import ROUND, Applicant, Company, each
from rehearsal.forms import profile
from shared.contracts.vocabulary import District

ROUND_FILE = Path(__file__).parents[1] / "rounds" / "2017.json"
OFFICIALS = {
    "verifier": "platform_verifier",
    "officer": "city_officer",
    "second": "city_officer",
    "leader": "city_leader",
    "deputy": "city_leader",
    "publisher": "publisher",
    "secretary": "panel_secretary",
    "auditor": "discipline_auditor",
}
LICENCE = 3
"""The material that is the licence; it is asked for again with the form (C4.3)."""
OF_A_DISTRICT = {"clerk": "district_clerk", "leader": "district_leader", "receipt": "receipt_clerk"}


async def open_accounts(company: Company) -> None:
    """The administrator opens what officials and experts need."""
    wanted: list[tuple[str, dict[str, str]]] = [(name, {"role": role}) for name, role in OFFICIALS.items()]
    for district in District:
        wanted += [
            (f"{name}-{district.value}", {"role": role, "district": district.value})
            for name, role in OF_A_DISTRICT.items()
        ]
    wanted += [(f"expert-{number:02d}", {"role": "expert"}) for number in range(EXPERTS)]

    async def open_one(item: tuple[str, dict[str, str]]) -> None:
        company.staff[item[0]] = await company.desk.open_account(item[0], company.administrator, **item[1])

    await company.desk.sign_in(company.administrator)
    await each(wanted, open_one)
    company.experts = [company.staff[f"expert-{number:02d}"] for number in range(EXPERTS)]


async def open_round(company: Company) -> None:
    """The office plans the round from its file and opens it."""
    company.advance("2017-08-21T09:00:00+08:00")
    officer = company.staff["officer"]
    await company.desk.command(officer, "application", "/rounds", json.loads(ROUND_FILE.read_text()))
    await company.desk.command(officer, "application", f"/rounds/{ROUND}/opening")


async def register(company: Company) -> None:
    """Every organization registers and asks to be certified; one is sent back once, one for good (C5.2)."""

    async def one(organization: Organization) -> Applicant:
        filer = await company.desk.open_account(organization.username)
        names = {"uscc": organization.uscc, "name": organization.name}
        receipt = await company.desk.command(filer, "registration", "/organizations", names)
        applicant = Applicant(organization, filer, receipt["organization"])
        await _certify(company, applicant)
        return applicant

    company.applicants = await each(organizations(company.size), one)


async def _certify(company: Company, applicant: Applicant) -> None:
    desk, verifier, place = company.desk, company.staff["verifier"], f"/organizations/{applicant.id}"
    asked = {**profile(applicant.organization), "documents": [await _licence(company, applicant)]}
    await desk.command(applicant.filer, "registration", f"{place}/certification-requests", asked)
    seen = await desk.read(verifier, "registration", place)
    decided = {"profile_hash": seen["profile_hash"]}
    if applicant.part is Part.CERTIFICATION_REJECTED:
        reasons = {**decided, "reasons": ["营业执照与机构名称不一致"]}
        await desk.command(verifier, "registration", f"{place}/certification-rejection", reasons)
        applicant.told = "rejected: 营业执照与机构名称不一致"
        return
    if applicant.part is Part.CERTIFICATION_RETURNED:
        item = {"path": "reg_address", "code": "INCOMPLETE", "note": "请补充门牌号"}
        await desk.command(verifier, "registration", f"{place}/certification-return", {**decided, "items": [item]})
        asked = {**asked, "reg_address": f"{asked['reg_address']}弄2号楼"}
        await desk.command(applicant.filer, "registration", f"{place}/certification-requests", asked)
        seen = await desk.read(verifier, "registration", place)
        decided, applicant.told = {"profile_hash": seen["profile_hash"]}, "returned for its address, then certified"
    await desk.command(verifier, "registration", f"{place}/certification", decided)


async def _licence(company: Company, applicant: Applicant) -> dict[str, str | int]:
    """The copy of its licence that a request for certification names."""
    licence = materials.copy(applicant.organization, LICENCE)
    await company.desk.sign_in(applicant.filer)
    sha256 = await company.desk.deposit(applicant.filer, "registration", licence)
    return {"name": "business_licence", "sha256": sha256, "media_type": materials.PDF, "size": len(licence)}
