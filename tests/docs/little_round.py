"""A little round on the street as far as the recommendation of the best, with something at every address."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from rehearsal import materials
from rehearsal.cast import Organization, Part, organizations
from rehearsal.year import FAIR
from shared.kernel.actor import Actor, Role
from tests.audit.street import parameters
from tests.town.life import LEADER, OFFICER, POOL, PUBLISHER, SECOND, SECRETARY, VERIFIER, Applicant, Life, person
from tests.town.town import Town

GROUP: Final = "information"
YEAR: Final = 2018
LEASE: Final = 6
EVIDENCE: Final = materials.paper("evidence")
OF_A_ROUND: Final = ("publication", "reporting")
"""Whose files belong to a round."""
AS_PDF: Final = {"Content-Type": materials.PDF}
DISTRICTS: Final = (Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK)
OFFICES: Final = {
    Role.ADMINISTRATOR: person("another", Role.ADMINISTRATOR),
    Role.PLATFORM_VERIFIER: VERIFIER,
    Role.PANEL_SECRETARY: SECRETARY,
    Role.CITY_OFFICER: OFFICER,
    Role.CITY_LEADER: LEADER,
    Role.PUBLISHER: PUBLISHER,
    Role.DISCIPLINE_AUDITOR: person("auditor", Role.DISCIPLINE_AUDITOR),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """A round that was lived, with what its addresses name."""

    life: Life
    first: Applicant
    """Whose the things are that are asked for."""
    last: Applicant
    """Not approved; it appeals."""
    objection: str
    uploads: Mapping[str, str]
    """By service: the first's upload that is under way."""

    def names(self, service: str, path: str) -> Mapping[str, str]:
        """What belongs in an address, by its name there."""
        one = self.owner(path)
        return {
            "round_id": self.life.round,
            "organization": one.id,
            "application": one.application,
            "district": one.organization.district.value,
            "panel": self.life.panels[GROUP],
            "objection": self.objection,
            "upload": self.uploads.get(service, ""),
            "sha256": sha256(_file(one, service, path)).hexdigest(),
        }

    def owner(self, path: str) -> Applicant:
        """Whose that is that lies there."""
        return self.last if path.startswith(("/appeals", "/worklist")) else self.first

    def people(self, path: str) -> Mapping[Role, tuple[Actor, Actor]]:
        """By role somebody whose own it is, and somebody else where there are two."""
        panel, owner = self.life.members[GROUP], self.owner(path)
        away = owner.organization.district
        other = next(one for one in self.life.applicants if one.organization.district is not away)
        return {
            Role.FILER: (owner.filer, other.filer),
            Role.LEGAL_REPRESENTATIVE: (owner.signatory, other.signatory),
            **{role: (owner.official(role), other.official(role)) for role in DISTRICTS},
            Role.EXPERT: (panel[0], next(one for one in POOL if one not in panel)),
            **{role: (one, one) for role, one in OFFICES.items()},
        }


async def lived(folder: Path) -> Stage:
    """From the plan to the recommendation."""
    town = Town(folder)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    for organization in _cast():
        await life.register(organization)
    uploads = await _filed(life)
    await _ranked(life)
    (panel,) = await town.read(SECRETARY, "review", "/panels", round_id=life.round)
    first, second, last = [life.of(one["application"]) for one in panel["ranking"]]
    objection = await _listed(life, first)
    for service in ("registration", *OF_A_ROUND):
        await _sent(life, first, service, "/files", params={"name": "附件.pdf"}, content=EVIDENCE, headers=AS_PDF)
        uploads[service] = await _announced(life, first, service)
    await _served(life, first, second, last)
    return Stage(life, first, last, objection, {**uploads, "application": uploads[first.application]})


def _file(one: Applicant, service: str, path: str) -> bytes:
    """What lies there: a copy that is attached, what the form names, or what was brought as evidence."""
    if service != "application":
        return EVIDENCE
    if path.startswith("/files"):
        return materials.handbook(one.organization)
    return materials.copy(one.organization, LEASE)


def _cast() -> list[Organization]:
    """Three of one group for two places, of two districts."""
    return [one for one in organizations() if one.group == GROUP and one.part is Part.ORDINARY][:3]


async def _announced(life: Life, one: Applicant, service: str, path: str = "/uploads", **more: int) -> str:
    told = {"name": "附件.pdf", "media_type": materials.PDF, "size": 1000, "sha256": "ab" * 32, **more}
    return str((await _sent(life, one, service, path, json=told))["upload"])


async def _sent(life: Life, one: Applicant, service: str, path: str, **sent: Any) -> dict[str, Any]:
    """What is no command, by who files for it."""
    async with life.town.client(service) as client:
        about = {"round_id": life.round} if service in OF_A_ROUND else {}
        headers = {**await life.town.bearer(one.filer), **sent.pop("headers", {})}
        got = await client.post(path, params={**about, **sent.pop("params", {})}, headers=headers, **sent)
    answer: dict[str, Any] = got.raise_for_status().json()
    return answer


async def _filed(life: Life) -> dict[str, str]:
    """Everybody files; by application an upload that came too late to be finished."""
    uploads = {}
    await life.town.at("2017-09-15T09:00:00+08:00")
    for one in life.applicants:
        await life.fill_in(one)
        place = f"/applications/{one.application}"
        lease, asked = materials.copy(one.organization, LEASE), {"material": LEASE, "name": "租赁合同.pdf"}
        await _sent(life, one, "application", f"{place}/attachments", params=asked, content=lease, headers=AS_PDF)
        uploads[one.application] = await _announced(life, one, "application", f"{place}/uploads", material=LEASE)
        await life.submit(one)
        await life.receive(one)
        await life.town.command(one.filer, "application", f"{place}/pdf")
    return uploads


async def _ranked(life: Life) -> None:
    """Every district recommends its own, the panel scores all; nothing is left for a vote."""
    await life.town.at("2017-09-25T09:00:00+08:00")
    for one in life.applicants:
        await life.judge(one)
        await life.recommend(one)
    await life.send_lists()
    await life.town.at("2017-10-10T09:00:00+08:00")
    await life.constitute((GROUP,))
    for one in life.applicants:
        await life.score(one)
    await life.rank(GROUP)


async def _listed(life: Life, first: Applicant) -> str:
    """The list is on notice, one objects in vain, and it is approved; the objection."""
    await life.town.at("2017-10-20T09:00:00+08:00")
    await life.propose()
    place = f"/rounds/{life.round}/objections"
    said = {
        "application": first.application,
        "name": "王某",
        "contact": "021-00000000",
        "grounds": "情况不实",
        "evidence": [],
    }
    objection = str((await life.town.command(None, "publication", place, said))["objection"])
    decided = {"outcome": "dismissed", "reason": "经核查不成立"}
    await life.town.command(SECOND, "publication", f"{place}/{objection}/decision", decided)
    await life.town.at("2017-10-31T09:00:00+08:00")
    await life.approve()
    return objection


async def _served(life: Life, first: Applicant, second: Applicant, last: Applicant) -> None:
    """Two sign, one appeals; a year later they are assessed."""
    for one in (first, second):
        place = f"/agreements/{one.application}"
        await life.town.command(OFFICER, "publication", f"{place}/offer", {})
        (offer,) = await life.town.read(one.signatory, "publication", "/agreements")
        signed = {"terms_sha256": offer["terms_sha256"]}
        await life.town.command(one.signatory, "publication", f"{place}/signature", signed)
    appeal = {"grounds": "评分有误", "evidence": []}
    await life.town.command(last.filer, "publication", f"/appeals/{last.application}", appeal)
    await life.town.at("2019-01-20T09:00:00+08:00")
    items = [{"criterion": name, "score": score} for name, score in FAIR.items()]
    for one in (first, second):
        assessed = {"year": YEAR, "items": items}
        await life.town.command(OFFICER, "reporting", f"/assessments/{one.application}", assessed)
    await life.town.command(LEADER, "reporting", f"/rounds/{life.round}/priority", {"year": YEAR})
