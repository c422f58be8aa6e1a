"""The round, phase by phase, at the notice's real dates."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rehearsal.cast import EXPERT_GROUPS, EXPERTS, GROUPS, Organization, Part, code, organizations, points
from rehearsal.desk import PAUSE_SECONDS, Desk, Person, Refused
from rehearsal.forms import profile, report, tables
from shared.contracts.vocabulary import District

ROUND_FILE = Path(__file__).parents[1] / "rounds" / "2017.json"
ROUND = "2017"
AT_ONCE = 12
ATTEMPTS_MAX = 400
TERMS = "a9" * 32


@dataclass(slots=True)
class Applicant:
    """An organization, its people and where its application stands."""

    organization: Organization
    filer: Person
    id: str = ""
    application: str = ""
    snapshot_hash: str = ""
    refusal: dict[str, Any] = field(default_factory=dict)
    representative: Person | None = None


@dataclass(slots=True)
class Journey:
    """Lives the round; `advance` moves the clock, `progress` is told after each phase's share of the work."""

    desk: Desk
    administrator: Person
    advance: Callable[[str], None]
    progress: Callable[[str, int], None]
    staff: dict[str, Person] = field(default_factory=dict)
    experts: list[Person] = field(default_factory=list)
    applicants: list[Applicant] = field(default_factory=list)
    panels: dict[str, str] = field(default_factory=dict)
    trespass: dict[str, Any] = field(default_factory=dict)

    @property
    def phases(self) -> tuple[tuple[str, int, Callable[[], Awaitable[None]]], ...]:
        """Title, share of the whole work, and what is done."""
        return (
            ("开户 accounts of officials and experts", 8, self.open_accounts),
            ("规划 the round is planned and opened", 2, self.open_round),
            ("注册认证 organizations register and are certified", 20, self.register),
            ("申报 applications are filled in and submitted", 22, self.apply),
            ("截止 the deadline, to the millisecond", 3, self.deadline),
            ("收件 paper is received and matched", 6, self.receive_paper),
            ("推荐 districts recommend or decline", 6, self.recommend),
            ("评审 experts answer, are assigned and score", 22, self.score),
            ("公示 proposal, notice, approval, list", 3, self.publish),
            ("签约 agreements are signed", 5, self.sign),
            ("报告 service reports are filed", 3, self.file_reports),
        )

    async def run(self) -> None:
        """Live through every phase."""
        for title, share, phase in self.phases:
            self.progress(title, 0)
            await phase()
            self.progress(title, share)

    async def open_accounts(self) -> None:
        """The administrator opens what officials and experts need."""
        named = {
            "verifier": "platform_verifier",
            "officer": "city_officer",
            "leader": "city_leader",
            "publisher": "publisher",
            "secretary": "panel_secretary",
        }
        wanted: list[tuple[str, dict[str, str]]] = [(name, {"role": role}) for name, role in named.items()]
        for district in District:
            wanted.append((f"clerk-{district.value}", {"role": "district_clerk", "district": district.value}))
            wanted.append((f"receipt-{district.value}", {"role": "receipt_clerk", "district": district.value}))
        wanted += [(f"expert-{number:02d}", {"role": "expert"}) for number in range(EXPERTS)]

        async def open_one(item: tuple[str, dict[str, str]]) -> None:
            self.staff[item[0]] = await self.desk.open_account(item[0], self.administrator, **item[1])

        await self.desk.sign_in(self.administrator)
        await each(wanted, open_one)
        self.experts = [self.staff[f"expert-{number:02d}"] for number in range(EXPERTS)]

    async def open_round(self) -> None:
        """The office plans the round from its file and opens it."""
        self.advance("2017-08-21T09:00:00+08:00")
        officer = self.staff["officer"]
        await self.desk.command(officer, "application", "/rounds", json.loads(ROUND_FILE.read_text()))
        await self.desk.command(officer, "application", f"/rounds/{ROUND}/opening")

    async def register(self) -> None:
        """Every organization registers, asks for certification and is certified (C5.2)."""

        async def one(organization: Organization) -> Applicant:
            filer = await self.desk.open_account(organization.username)
            names = {"uscc": organization.uscc, "name": organization.name}
            receipt = await self.desk.command(filer, "registration", "/organizations", names)
            applicant = Applicant(organization, filer, receipt["organization"])
            place = f"/organizations/{applicant.id}"
            asked = profile(organization)
            await self.desk.command(filer, "registration", f"{place}/certification-requests", asked)
            verifier = self.staff["verifier"]
            seen = await self.desk.read(verifier, "registration", place)
            verified = {"profile_hash": seen["profile_hash"]}
            await self.desk.command(verifier, "registration", f"{place}/certification", verified)
            return applicant

        self.applicants = await each(organizations(), one)

    async def apply(self) -> None:
        """Forms are filled in; most submit days before the deadline, some fail as in life."""
        self.advance("2017-09-15T10:00:00+08:00")

        async def one(applicant: Applicant) -> None:
            organization, filer = applicant.organization, applicant.filer
            chosen = {"round": ROUND, "kind": organization.kind, "category": organization.category}
            receipt = await self.desk.command(filer, "application", "/applications", chosen)
            applicant.application = receipt["application"]
            for name, table in tables(organization).items():
                place = f"/applications/{applicant.application}/form"
                await self.desk.command(filer, "application", place, {"revision": 0, name: table})
            if organization.part not in (Part.LAST_MOMENT, Part.TOO_LATE):
                await self._submit(applicant)

        await each(self.applicants, one)

    async def deadline(self) -> None:
        """One at 16:59:59.999, one at 17:00:00.000 (C5.2)."""
        self.advance("2017-09-20T16:59:59.999+08:00")
        for applicant in self._with(Part.LAST_MOMENT):
            await self._submit(applicant)
        self.advance("2017-09-20T17:00:00.000+08:00")
        for applicant in self._with(Part.TOO_LATE):
            await self._submit(applicant)

    async def receive_paper(self) -> None:
        """Receipt clerks take the paper and type version and hash from it (C5.1)."""
        self.advance("2017-09-22T10:00:00+08:00")

        async def one(applicant: Applicant) -> None:
            clerk = self.staff[f"receipt-{applicant.organization.district.value}"]
            place = f"/applications/{applicant.application}"
            seen = await self.desk.read(clerk, "application", place)
            applicant.snapshot_hash = seen["snapshot_hash"]
            paper = {"version": 1, "snapshot_hash": applicant.snapshot_hash, "copies": 2}
            await self.desk.command(clerk, "application", f"{place}/paper", paper)

        await each(self._submitted(), one)

    async def recommend(self) -> None:
        """Districts recommend, judge or decline (C5.3)."""
        self.advance("2017-09-27T14:00:00+08:00")
        await self._trespass()
        orders: dict[District, int] = {}
        for applicant in self._submitted():
            district = applicant.organization.district
            orders[district] = orders.get(district, 0) + 1
            await self._recommend(applicant, orders[district])

    async def score(self) -> None:
        """Panels are drawn, experts answer, are assigned and score; rankings are computed (C5.4)."""
        self.advance("2017-10-10T09:00:00+08:00")
        secretary = self.staff["secretary"]
        for number, expert in enumerate(self.experts):
            specialties = [GROUPS[(number + step) % len(GROUPS)] for step in range(EXPERT_GROUPS)]
            body = {"expert": expert.account, "employer_uscc": code(f"{7000 + number}"), "specialties": specialties}
            await self.desk.command(secretary, "review", "/experts", body)
        for group in GROUPS:
            body = {"round": ROUND, "group": group, "seed": "上证综指 2017-10-09 3374.38"}
            receipt = await self.desk.command(secretary, "review", "/panels", body)
            self.panels[group] = receipt["panel"]
        members = {
            panel["group"]: [expert for expert in self.experts if expert.account in panel["experts"]]
            for panel in await self.desk.read(secretary, "review", "/panels", round_id=ROUND)
        }
        reviews = [
            (applicant, expert, seat)
            for applicant in self._recommended()
            for seat, expert in enumerate(members[applicant.organization.group])
        ]
        await each(self.experts, self.desk.sign_in)
        await each(reviews, self._review)
        self.advance("2017-10-20T17:00:00+08:00")
        for panel in self.panels.values():
            await self.desk.command(secretary, "review", f"/panels/{panel}/closing")
            await self.desk.command(secretary, "review", f"/panels/{panel}/ranking")

    async def publish(self) -> None:
        """Proposal, five working days of notice, approval by another, the list (C5.4)."""
        self.advance("2017-10-23T10:00:00+08:00")
        await self.desk.command(self.staff["officer"], "publication", f"/rounds/{ROUND}/proposal")
        await self.desk.command(self.staff["publisher"], "publication", f"/rounds/{ROUND}/notice")
        self.advance("2017-10-31T09:00:00+08:00")
        await self.desk.command(self.staff["leader"], "publication", f"/rounds/{ROUND}/approval")
        await self.desk.command(self.staff["publisher"], "publication", f"/rounds/{ROUND}/list")

    async def sign(self) -> None:
        """The office offers, the legal representative signs (C5.4)."""
        self.advance("2017-11-06T10:00:00+08:00")
        await self.desk.sign_in(self.staff["officer"])
        listed = await self.desk.read(None, "publication", f"/rounds/{ROUND}/list")
        approved = {row["application"] for row in listed["rows"]}

        async def one(applicant: Applicant) -> None:
            offer, terms = f"/agreements/{applicant.application}", {"terms_sha256": TERMS}
            await self.desk.command(self.staff["officer"], "publication", f"{offer}/offer", terms)
            name = f"signs-{applicant.organization.index:02d}"
            rights = {"role": "legal_representative", "organization": applicant.id}
            applicant.representative = await self.desk.open_account(name, applicant.filer, **rights)
            await self.desk.command(applicant.representative, "publication", f"{offer}/signature", terms)

        await each([one for one in self.applicants if one.application in approved], one)

    async def file_reports(self) -> None:
        """Approved organizations report the year (C3.1)."""
        self.advance("2018-01-15T10:00:00+08:00")

        async def one(applicant: Applicant) -> None:
            owed = await self._owed(applicant)
            await self.desk.command(applicant.filer, "reporting", f"/obligations/{owed}/report", report())

        await each([one for one in self.applicants if one.representative], one)

    async def _submit(self, applicant: Applicant) -> None:
        try:
            place = f"/applications/{applicant.application}/submission"
            await self.desk.command(applicant.filer, "application", place)
        except Refused as refused:
            applicant.refusal = refused.problem

    async def _trespass(self) -> None:
        """A clerk reaches into another district: refused, and the attempt stays in the log."""
        applicant = self._submitted()[0]
        others = [one for one in District if one is not applicant.organization.district]
        intruder = self.staff[f"clerk-{others[0].value}"]
        opinion = {"version": 1, "opinion": "同意推荐", "order": 1}
        try:
            await self.desk.command(intruder, "review", f"/reviews/{applicant.application}/recommendation", opinion)
        except Refused as refused:
            self.trespass = refused.problem

    async def _recommend(self, applicant: Applicant, order: int) -> None:
        clerk = self.staff[f"clerk-{applicant.organization.district.value}"]
        place = f"/reviews/{applicant.application}"
        if applicant.organization.part is Part.SHORT_OF_SMES:
            judged = {"rule": "R10", "outcome": "PASS", "rationale": "原则上100家，95家，服务成效显著"}
            await self.desk.command(clerk, "review", f"{place}/judgements", judged)
        if applicant.organization.part is Part.DECLINED:
            reasons = {"version": 1, "reasons": ["实地核查与申报材料不一致"]}
            await self.desk.command(clerk, "review", f"{place}/decline", reasons)
            return
        try:
            opinion = {"version": 1, "opinion": "同意推荐", "order": order}
            await self.desk.command(clerk, "review", f"{place}/recommendation", opinion)
        except Refused as refused:
            applicant.refusal = refused.problem
            reasons = {"version": 1, "reasons": [f"不符合条件：{refused.problem.get('rule')}"]}
            await self.desk.command(clerk, "review", f"{place}/decline", reasons)

    async def _review(self, review: tuple[Applicant, Person, int]) -> None:
        applicant, expert, seat = review
        place = f"/scorings/{applicant.application}"
        await self.desk.command(expert, "review", f"{place}/conflict", {"answer": "none"})
        assigned = {"expert": expert.account}
        await self.desk.command(self.staff["secretary"], "review", f"{place}/assignments", assigned)
        given = points(applicant.organization, seat)
        items = [{"criterion": criterion, "score": score} for criterion, score in given.items()]
        await self.desk.command(expert, "review", f"{place}/scores", {"version": 1, "items": items})

    async def _owed(self, applicant: Applicant) -> str:
        for _ in range(ATTEMPTS_MAX):
            owed = await self.desk.read(applicant.filer, "reporting", "/obligations")
            if owed:
                return str(owed[0]["obligation"])
            await asyncio.sleep(PAUSE_SECONDS)
        raise TimeoutError(f"nothing is owed by {applicant.organization.name}")

    def _with(self, part: Part) -> list[Applicant]:
        return [one for one in self.applicants if one.organization.part is part]

    def _submitted(self) -> list[Applicant]:
        out = (Part.TWO_CATEGORIES, Part.LEGAL, Part.TOO_LATE)
        return [one for one in self.applicants if one.organization.part not in out]

    def _recommended(self) -> list[Applicant]:
        out = (Part.BELOW_RATIO, Part.DECLINED)
        return [one for one in self._submitted() if one.organization.part not in out]


async def each(items: Iterable[Any], work: Callable[[Any], Awaitable[Any]]) -> list[Any]:
    """Do `work` for every item, a few at once; results in the items' order."""
    room = asyncio.Semaphore(AT_ONCE)

    async def one(item: Any) -> Any:
        async with room:
            return await work(item)

    return await asyncio.gather(*(one(item) for item in items))
