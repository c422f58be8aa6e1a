"""What people do on the street, through every house's door: each act of a round once, as its people would."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import msgspec

from rehearsal import materials
from rehearsal.cast import Organization, points
from rehearsal.forms import profile, tables
from services.application.adapters.facts import DocumentFacts
from services.application.domain.attachments import AddAttachment
from services.application.usecases.handle import handle
from shared.contracts.round import RoundParameters
from shared.contracts.vocabulary import COMPREHENSIVE, District
from shared.eventstore.port import Context
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named, organization_id
from shared.kernel.instants import end_of_day, plus_seconds
from tests.town.town import Town

JUDGED = {"R4": "财务收支平稳", "R5": "具备相应资质", "R9": "制度、流程、计划齐备"}
MATERIALS = range(1, 10)
CHECKED = [{"item": item, "result": "conforms"} for item in ("paper", *(f"materials.{n}" for n in MATERIALS))]
TERMS = "a9" * 32
SEED = "2017-10-09"
EXPERTS = 7
MORNING_SECONDS = 9 * 3600


def person(name: str, role: Role, district: str | None = None, organization: str | None = None) -> Actor:
    """An account that is the same each time."""
    return Actor(named("account", name, district or ""), role, district, organization)


ADMINISTRATOR = person("second-administrator", Role.ADMINISTRATOR)
OFFICER = person("officer", Role.CITY_OFFICER)
SECOND = person("second-officer", Role.CITY_OFFICER)
"""Decides what is objected to the list that the first one proposed."""
LEADER = person("leader", Role.CITY_LEADER)
DEPUTY = person("deputy", Role.CITY_LEADER)
PUBLISHER = person("publisher", Role.PUBLISHER)
SECRETARY = person("secretary", Role.PANEL_SECRETARY)
VERIFIER = person("verifier", Role.PLATFORM_VERIFIER)
SECOND_VERIFIER = person("second-verifier", Role.PLATFORM_VERIFIER)
POOL = tuple(person(f"expert-{number}", Role.EXPERT) for number in range(EXPERTS))


def correction(**change: list[str]) -> dict[str, Any]:
    """Who joins the published list and who leaves it."""
    return {"add": [], "remove": [], "reason": "依申诉决定", "document_number": "沪经信企〔2017〕633号", **change}


@dataclass(slots=True)
class Applicant:
    """An organization of the cast, its people and its application."""

    organization: Organization
    id: str
    application: str = ""
    version: int = 1

    @property
    def filer(self) -> Actor:
        """Who files for it."""
        return person(self.organization.username, Role.FILER, organization=self.id)

    @property
    def signatory(self) -> Actor:
        """Who signs for it."""
        return person(f"signs-{self.organization.index}", Role.LEGAL_REPRESENTATIVE, organization=self.id)

    def official(self, role: Role) -> Actor:
        """Somebody of its district."""
        return person(role.value, role, self.organization.district.value)

    @property
    def clerk(self) -> Actor:
        """Its district's clerk."""
        return self.official(Role.DISTRICT_CLERK)

    @property
    def leader(self) -> Actor:
        """Its district's leader."""
        return self.official(Role.DISTRICT_LEADER)


@dataclass(slots=True)
class Life:
    """A round on a street; each act ends when every house has heard of it."""

    town: Town
    parameters: RoundParameters
    applicants: list[Applicant] = field(default_factory=list)
    members: dict[str, list[Actor]] = field(default_factory=dict)
    panels: dict[str, str] = field(default_factory=dict)
    _orders: dict[District, int] = field(default_factory=dict)

    @property
    def round(self) -> str:
        """The round's id."""
        return self.parameters.round

    async def plan(self) -> None:
        """The round is planned and opened."""
        body = msgspec.to_builtins(self.parameters)
        await self.town.command(OFFICER, "application", "/rounds", body)
        await self.town.command(OFFICER, "application", f"/rounds/{self.round}/opening")

    async def amend(self, body: dict[str, Any]) -> None:
        """The round's parameters are amended by two: an officer proposes it, a leader approves what was read."""
        place = f"/rounds/{self.round}/amendments"
        await self.town.command(OFFICER, "application", place, body)
        proposed = (await self.town.read(LEADER, "application", f"/rounds/{self.round}"))["proposed_amendment"]
        await self.town.command(LEADER, "application", f"{place}/approval", {"new_hash": proposed["new_hash"]})

    async def register(self, organization: Organization) -> Applicant:
        """An organization registers and is certified."""
        one = Applicant(organization, organization_id(organization.uscc))
        named_ = {"uscc": organization.uscc, "name": organization.name}
        await self.town.command(one.filer, "registration", "/organizations", named_)
        place = f"/organizations/{one.id}"
        await self.town.command(one.filer, "registration", f"{place}/certification-requests", profile(organization))
        seen = await self.town.read(VERIFIER, "registration", place)
        certified = {"profile_hash": seen["profile_hash"]}
        await self.town.command(VERIFIER, "registration", f"{place}/certification", certified)
        self.applicants.append(one)
        return one

    async def fill_in(self, one: Applicant) -> None:
        """Four tables and the copies that go with them."""
        chosen = {"round": self.round, "kind": one.organization.kind, "category": one.organization.category}
        receipt = await self.town.command(one.filer, "application", "/applications", chosen)
        one.application = receipt["application"]
        for number in materials.wanted(one.organization):
            await self.attach(one, number)
        await self.bring(one)
        for name, table in tables(one.organization).items():
            await self.save(one, name, table, 0)

    async def save(self, one: Applicant, name: str, table: dict[str, Any], revision: int) -> None:
        """Save a table over the revision that was seen."""
        body = {"revision": revision, name: table}
        await self.town.command(one.filer, "application", f"/applications/{one.application}/form", body)

    async def bring(self, one: Applicant) -> None:
        """The files that its tables name beside the copies."""
        for content in (materials.handbook(one.organization), materials.agreements(one.organization)):
            await self.town.deposit(one.filer, "application", content, round_id=self.round)

    async def attach(self, one: Applicant, number: int, edition: int = 1) -> None:
        """Attach one of the materials; where its bytes lie is another test's."""
        house, now = self.town.houses["application"], self.town.clock.now()
        content = materials.copy(one.organization, number, edition)
        terms = await DocumentFacts(house.documents, house.store).terms(self.round, now)
        assert terms is not None
        command = AddAttachment(
            application=one.application,
            material=number,
            sha256=sha256(content).hexdigest(),
            size=len(content),
            media_type=materials.PDF,
            name=f"{materials.NAMES[number]}.pdf",
            scan="clean",
            terms=terms,
            by=one.filer,
            at=now,
            applicant=None,
            final=False,
        )
        identity = named("attach", one.application, str(number), str(edition), now)
        context = Context(identity, one.filer, now, correlation_id=identity, round=self.round)
        await self.town.bearer(one.filer)
        await handle(house.store, command, context, organization=one.id)
        await self.town.settle()

    async def submit(self, one: Applicant) -> None:
        """File it online."""
        await self.town.command(one.filer, "application", f"/applications/{one.application}/submission")

    async def receive(self, one: Applicant) -> None:
        """The district's receipt clerk takes the paper."""
        clerk = one.official(Role.RECEIPT_CLERK)
        seen = await self.town.read(clerk, "application", f"/applications/{one.application}")
        paper = {"version": seen["version"], "snapshot_hash": seen["snapshot_hash"], "copies": 3}
        await self.town.command(clerk, "application", f"/applications/{one.application}/paper", paper)

    async def review(self, one: Applicant, act: str, body: Any = None, by: Actor | None = None) -> dict[str, Any]:
        """Something that happens in its district's review; by the clerk unless somebody else is named."""
        return await self.town.command(by or one.clerk, "review", f"/reviews/{one.application}/{act}", body)

    async def check(self, one: Applicant) -> None:
        """The clerk checks the paper, and finds it in order."""
        await self.review(one, "compliance", {"version": one.version, "items": CHECKED})

    async def judge(self, one: Applicant, **more: str) -> None:
        """The clerk checks the paper, and judges what a person has to judge."""
        await self.check(one)
        for rule, rationale in {**JUDGED, **more}.items():
            await self.review(one, "judgements", {"rule": rule, "outcome": "PASS", "rationale": rationale})

    async def recommend(self, one: Applicant) -> None:
        """The district recommends it, next in order."""
        district = one.organization.district
        self._orders[district] = self._orders.get(district, 0) + 1
        body = {"version": one.version, "opinion": "同意推荐", "order": self._orders[district]}
        await self.review(one, "recommendation", body)

    async def send_lists(self) -> None:
        """Every district that recommends seals its list and sends it."""
        for district in self._orders:
            leader = person(Role.DISTRICT_LEADER.value, Role.DISTRICT_LEADER, district.value)
            place = f"/batches/{self.round}/{district.value}"
            number = {"document_number": f"{district.name_zh}经委〔2017〕1号"}
            await self.town.command(leader, "review", f"{place}/sealing", number)
            await self.town.command(leader, "review", f"{place}/sending")

    async def decline(self, one: Applicant) -> None:
        """The district does not recommend it."""
        await self.review(one, "decline", {"version": one.version, "reasons": ["实地核查与申报材料不一致"]})

    async def constitute(self, groups: Sequence[str]) -> None:
        """Experts join the pool, and panels are drawn."""
        for one in POOL:
            body = {"expert": one.id, "employer_uscc": "91310000MA1K70000X", "specialties": list(groups)}
            await self.town.command(SECRETARY, "review", "/experts", body)
        for group in groups:
            body = {"round": self.round, "group": group, "seed": SEED}
            self.panels[group] = (await self.town.command(SECRETARY, "review", "/panels", body))["panel"]
        for panel in await self.town.read(SECRETARY, "review", "/panels", round_id=self.round):
            self.members[panel["group"]] = [one for one in POOL if one.id in panel["experts"]]

    async def score(self, one: Applicant) -> None:
        """Every expert of its panel answers, is assigned and scores."""
        for seat, expert in enumerate(self.members[one.organization.group]):
            await self.admit(one, expert)
            await self.give(one, expert, points(one.organization, seat))

    async def admit(self, one: Applicant, expert: Actor) -> None:
        """An expert has no conflict and is assigned."""
        place = f"/scorings/{one.application}"
        await self.town.command(expert, "review", f"{place}/conflict", {"answer": "none"})
        await self.town.command(SECRETARY, "review", f"{place}/assignments", {"expert": expert.id})

    async def give(self, one: Applicant, expert: Actor, given: dict[str, int]) -> None:
        """An expert scores."""
        items = [{"criterion": name, "score": score} for name, score in given.items()]
        body = {"version": one.version, "items": items}
        await self.town.command(expert, "review", f"/scorings/{one.application}/scores", body)

    async def rank(self, group: str) -> None:
        """Scoring of a group is closed, and its ranking computed."""
        place = f"/panels/{self.panels[group]}"
        await self.town.command(SECRETARY, "review", f"{place}/closing")
        await self.town.command(SECRETARY, "review", f"{place}/ranking")

    async def propose(self) -> None:
        """The officer proposes, the publisher puts the list on notice."""
        await self.town.command(OFFICER, "publication", f"/rounds/{self.round}/proposal")
        await self.town.command(PUBLISHER, "publication", f"/rounds/{self.round}/notice")

    async def approve(self) -> list[dict[str, Any]]:
        """The leader approves, the publisher publishes; the rows of the list."""
        await self.town.command(LEADER, "publication", f"/rounds/{self.round}/approval", await self.leaving_free())
        await self.town.command(PUBLISHER, "publication", f"/rounds/{self.round}/list")
        listed = await self.town.read(None, "publication", f"/rounds/{self.round}/list")
        rows: list[dict[str, Any]] = listed["rows"]
        return rows

    async def leaving_free(self) -> dict[str, Any]:
        """What the leader says of the list: which it is, and why places are left free."""
        seen = await self.town.read(LEADER, "publication", f"/rounds/{self.round}/decision")
        left = {one["group"]: "本轮不再递补" for one in seen["next_in_line"]}
        return {"list_hash": seen["list_hash"], "left_free": left}

    async def show(self) -> None:
        """The publisher puts what waits on notice; it is the morning after its last day."""
        await self.town.command(PUBLISHER, "publication", f"/rounds/{self.round}/notice")
        shown = await self.town.read(None, "publication", f"/rounds/{self.round}/notice")
        await self.town.at(plus_seconds(end_of_day(shown["end"]), MORNING_SECONDS))

    async def correct(self, **change: list[str]) -> None:
        """The list is corrected by two people; whom that adds is on notice before."""
        place = f"/rounds/{self.round}/corrections"
        await self.town.command(OFFICER, "publication", place, correction(**change))
        if change.get("add"):
            await self.show()
        await self.town.command(LEADER, "publication", f"{place}/approval")
        await self.town.command(PUBLISHER, "publication", f"/rounds/{self.round}/list")

    async def sign(self, one: Applicant) -> None:
        """The office offers, the legal representative signs."""
        place, terms = f"/agreements/{one.application}", {"terms_sha256": TERMS}
        await self.town.command(OFFICER, "publication", f"{place}/offer", terms)
        await self.town.command(one.signatory, "publication", f"{place}/signature", terms)

    def of(self, application: str) -> Applicant:
        """Whose application it is."""
        return next(one for one in self.applicants if one.application == application)


def group_of(one: Applicant) -> str:
    """The group in which it is ranked."""
    return one.organization.group or COMPREHENSIVE
