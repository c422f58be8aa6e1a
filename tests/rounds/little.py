"""One little round, played by the same people with the same forms under whatever parameters a file gives."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from rehearsal import materials
from rehearsal.forms import FILINGS
from shared.contracts.review import RankingComputed
from shared.contracts.round import MaterialRule, RoundParameters
from shared.kernel.instants import Instant, LocalDate, end_of_day, plus_seconds
from tests.docs.pages import ROOT
from tests.rounds.cast import CAST, Figure
from tests.town.life import LEADER, OFFICER, Applicant, Life
from tests.town.town import Refused, Town

DAY = 86_400
HELD = ("always", "qualifications", "honours")
"""What the cast holds, so that copies of it are asked for."""


def parameters(name: str) -> RoundParameters:
    """The parameters in a file of rounds/."""
    return msgspec.convert(json.loads((ROOT / "rounds" / f"{name}.json").read_text()), RoundParameters)


@dataclass(slots=True)
class Told:
    """What became of the round."""

    refused: dict[str, Refused] = field(default_factory=dict)
    """By name, who could not submit, and why."""
    failed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By name, which rules failed at those who could."""
    declined: dict[str, str] = field(default_factory=dict)
    """By name, why a recommendation was refused."""
    panel: dict[str, int] = field(default_factory=dict)
    """By group, how many experts it has."""
    ranking: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    """By group: name, aggregate and rank."""
    notice_end: str = ""
    listed: list[str] = field(default_factory=list)
    owed: dict[str, str] = field(default_factory=dict)
    """By kind and period, when what the first of the list owes is due."""
    grade: str = ""
    preferred: int = 0


@dataclass(slots=True)
class Little:
    """The round on a street."""

    life: Life
    people: dict[str, Applicant] = field(default_factory=dict)
    told: Told = field(default_factory=Told)

    @property
    def parameters(self) -> RoundParameters:
        """What the round says."""
        return self.life.parameters

    @property
    def town(self) -> Town:
        """The street."""
        return self.life.town

    def name_of(self, application: str) -> str:
        """Whose application it is."""
        return next(name for name, one in self.people.items() if one.application == application)

    async def after(self, at: str, days: int = 0) -> None:
        """Move the clock to some days after an instant."""
        await self.town.at(plus_seconds(Instant(at), days * DAY))

    async def not_before(self, at: str | None) -> None:
        """Wait for an instant that may have passed."""
        if at is not None and at > self.town.clock.now():
            await self.town.at(at)

    async def apply(self) -> None:
        """Everybody fills in the same forms; at the last moment all submit."""
        await self.after(self.parameters.calendar.opens_at.value)
        await self.life.plan()
        for name, figure in CAST.items():
            one = self.people[name] = await self.life.register(figure.organization)
            await self._fill_in(one, figure)
        await self.town.at(plus_seconds(Instant(self.parameters.calendar.submission_deadline.value), -1))
        for name, one in self.people.items():
            try:
                await self.life.submit(one)
            except Refused as refusal:
                self.told.refused[name] = refusal
        for name in self.filed:
            await self.life.receive(self.people[name])

    @property
    def filed(self) -> list[str]:
        """Who is in."""
        return [name for name in self.people if name not in self.told.refused]

    async def recommend(self) -> None:
        """Once nobody may file any more, districts judge what is to be judged, and recommend whom they may."""
        await self.town.at(self.parameters.calendar.submission_deadline.value)
        for name in self.filed:
            one = self.people[name]
            seen = await self.town.read(one.clerk, "review", f"/reviews/{one.application}")
            self.told.failed[name] = tuple(seen["failed"])
            grounds = {rule: "认定属实，服务成效明显" for rule in seen["to_judge"] if rule == "R16"}
            await self.life.judge(one, **grounds)
            try:
                await self.life.recommend(one)
            except Refused as refusal:
                self.told.declined[name] = refusal.name
                await self.life.decline(one)
        batches = self.parameters.batches
        if batches is not None and batches.required:
            await self.life.send_lists()

    @property
    def recommended(self) -> list[str]:
        """Who goes to the experts."""
        return [name for name in self.filed if name not in self.told.declined]

    async def judge(self) -> None:
        """Panels of the round's size score by its rubric, and rank."""
        await self.town.at(end_of_day(LocalDate(self.parameters.calendar.district_deadline.value)))
        groups = sorted({self.people[name].organization.group for name in self.recommended})
        await self.life.constitute(groups)
        self.told.panel = {group: len(members) for group, members in self.life.members.items()}
        for name in self.recommended:
            await self._score(self.people[name], CAST[name])
        for group in groups:
            await self.life.rank(group)
            ranking = await self._ranking(group)
            self.told.ranking[group] = [(self.name_of(a), aggregate, rank) for a, aggregate, rank in ranking]

    async def publish(self, proposed_at: str) -> None:
        """The list is proposed, on notice for the round's working days, approved and published."""
        await self.town.at(proposed_at)
        await self.life.propose()
        notice = await self.town.read(None, "publication", f"/rounds/{self.life.round}/notice")
        self.told.notice_end = notice["end"]
        await self.town.at(end_of_day(LocalDate(notice["end"])))
        rows = await self.life.approve()
        self.told.listed = [self.name_of(row["application"]) for row in rows]

    async def serve(self) -> None:
        """The first of the list signs, files each thing once it may, and is assessed and recommended by its points."""
        one = self.people[self.told.listed[0]]
        await self.life.sign(one)
        all_owed = await self.town.read(one.filer, "reporting", "/obligations")
        for owed in sorted(all_owed, key=lambda owed: str(owed["due"])):
            self.told.owed[" ".join(filter(None, (owed["kind"], owed.get("period"))))] = owed["due"]
            way, content = FILINGS[owed["kind"]]
            place = f"/obligations/{owed['obligation']}"
            await self.not_before(owed.get("opens_at"))
            paper, round_id = materials.paper(f"{owed['obligation']}"), self.life.round
            brought = await self.town.deposit(one.filer, "reporting", paper, round_id=round_id)
            await self.town.command(one.filer, "reporting", f"{place}/{way}", content([brought]))
            await self.town.command(OFFICER, "reporting", f"{place}/acceptance", {})
        await self.not_before(max(str(owed["due"]) for owed in all_owed))
        assessment = self.parameters.assessment
        year = self.parameters.obligations[0].year
        items = [{"criterion": line.id, "score": line.maximum * 4 // 5} for line in assessment.rubric]
        place = f"/assessments/{one.application}"
        await self.town.command(OFFICER, "reporting", place, {"year": year, "items": items})
        (assessed,) = await self.town.read(OFFICER, "reporting", "/assessments", round_id=self.life.round)
        self.told.grade = assessed["grade"]
        await self.town.command(LEADER, "reporting", f"/rounds/{self.life.round}/priority", {"year": year})
        priority = await self.town.read(None, "reporting", f"/rounds/{self.life.round}/priority", year=year)
        self.told.preferred = len(priority["rows"])

    async def _fill_in(self, one: Applicant, figure: Figure) -> None:
        organization = figure.organization
        chosen = {"round": self.life.round, "kind": organization.kind, "category": organization.category}
        receipt = await self.town.command(one.filer, "application", "/applications", chosen)
        one.application = receipt["application"]
        for material in self.parameters.materials or ():
            if asked(material):
                await self.life.attach(one, material.number)
        await self.life.bring(one)
        for name, table in figure.tables.items():
            await self.life.save(one, name, table, 0)

    async def _score(self, one: Applicant, figure: Figure) -> None:
        first, others = figure.qualities.strength
        for expert in self.life.members[one.organization.group]:
            await self.life.admit(one, expert)
            tenths = {line.id: others for line in self.parameters.rubric} | {self.parameters.rubric[0].id: first}
            points = {line.id: line.maximum * tenths[line.id] // 10 for line in self.parameters.rubric}
            await self.life.give(one, expert, points)

    async def _ranking(self, group: str) -> list[tuple[str, str, int]]:
        events = [one.event for one in await self.town.houses["review"].log()]
        ranking = next(one for one in events if isinstance(one, RankingComputed) and one.group == group)
        return [(row.application, row.aggregate or "", row.rank or 0) for row in ranking.rows]


def asked(material: MaterialRule) -> bool:
    """Whether the cast has to attach it."""
    return material.required in HELD


async def play(name: str, proposed_at: str, folder: Path) -> Little:
    """The whole round under a file's rules."""
    town = Town(folder)
    await town.begin()
    little = Little(Life(town, parameters(name)))
    await little.apply()
    await little.recommend()
    await little.judge()
    await little.publish(proposed_at)
    await little.serve()
    return little
