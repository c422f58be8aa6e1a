"""A year by the clock alone: reminders, overdue and defaults at their own instants, whoever looks and when (C3.1)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from services.reporting.usecases.due import fall_due
from services.reporting.usecases.handle import handle
from services.reporting.usecases.project import OBLIGATIONS, PROJECTIONS
from services.reporting.usecases.react import react
from shared.auditlog.canonical import hash_of
from shared.contracts.application import PolicyAmended
from shared.contracts.category import Stream
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import ApprovalRevoked, OrganizationApproved
from shared.contracts.reporting import ObligationLifted, ReminderSent, ReportDefaulted, ReportOverdue
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Number
from shared.contracts.topics import AGREEMENT, APPROVAL, ROUND, STANDING
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.projection import apply_all
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant, plus_seconds
from tests.rounds.unasked import without
from tests.services.application.domain.filed import PARAMETERS
from tests.services.people import ORGANIZATION
from tests.services.reporting.domain.owing import AGREEMENT as SIGNED
from tests.services.reporting.domain.owing import FILE, PLANNED

DAY = 86_400
SIGNED_AT = Instant("2017-12-01T02:00:00.000Z")
APPROVED = OrganizationApproved(
    application="app-1",
    organization=ORGANIZATION,
    uscc="U" * 18,
    organization_name="浦江服务中心",
    district="310101",
    round="2017",
    kind="professional",
    category="information",
    version=1,
    rank=1,
    valid_from="2017-12-01",
    valid_to="2018-11-30",
    list_hash="l" * 64,
)
REVOKED = ApprovalRevoked(
    application="app-1", organization=ORGANIZATION, round="2017", ground="弄虚作假", document_number="1号"
)


@dataclass(slots=True)
class House:
    """Reporting in memory; what it hears is told by hand, and its projector follows its log."""

    store: MemoryEventStore = field(default_factory=lambda: MemoryEventStore("reporting", rehearsal=True))
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    projected: int = 0
    told: int = 0

    async def hear(self, service: str, stream: Stream, event: Event, at: Instant) -> None:
        """An event of another house arrives."""
        recorded = await _foreign(service, stream, event, at, self.told)
        self.told += 1
        await apply_all(PROJECTIONS, self.documents, recorded)
        for append in await react(self.store.load, self.documents, recorded):
            await self.store.append(append)
        await self.catch_up()

    async def amend(self, parameters: RoundParameters, at: Instant, effective_from: Instant | None = None) -> None:
        """The round's parameters are amended, from that instant on unless said otherwise."""
        event = PolicyAmended(
            round="2017",
            parameters=parameters,
            old_hash="p" * 64,
            new_hash=hash_of(asdict(parameters)),
            rule_set_hash="r" * 64,
            rubric_hash="b" * 64,
            effective_from=effective_from or at,
            reason="顺延",
            authority_document="沪经信企〔2018〕3号",
        )
        await self.hear("application", Stream(ROUND, "2017", "2017"), event, at)

    async def look(self, now: Instant) -> None:
        """The timekeeper looks, twice, and the projector follows."""
        await fall_due(self.store, self.documents, now)
        await fall_due(self.store, self.documents, now)
        await self.catch_up()

    async def catch_up(self) -> None:
        """The projector follows the log."""
        for recorded in await self.store.read(self.projected, 1000):
            await apply_all(PROJECTIONS, self.documents, recorded)
            self.projected = recorded.position

    async def events(self, kind: type[Event]) -> Sequence[tuple[str, str]]:
        """The obligation's kind with its period, and the time, of every event of a type."""
        owed = {str(one["obligation"]): one for one in await self.documents.find(OBLIGATIONS)}
        return [
            (_named(owed[one.event.obligation]), one.envelope.time)  # type: ignore[attr-defined]  # all have it
            for one in await self.store.read(0, 1000)
            if isinstance(one.event, kind)
        ]


def _named(owed: object) -> str:
    assert isinstance(owed, dict)
    return f"{owed['kind']} {owed.get('period') or ''}".strip()


async def _foreign(service: str, stream: Stream, event: Event, at: Instant, number: int) -> Recorded:
    store = MemoryEventStore(service, rehearsal=True)
    command = named("told", str(number))
    context = Context(command, system(service), at, correlation_id=command, round="2017")
    await store.append(Append((Write(stream, 0, (event,)),), context))
    (recorded,) = await store.load(stream.name)
    return decode(recorded.body)


async def signed(parameters: RoundParameters = PARAMETERS) -> House:
    """An approved, professional organization has signed."""
    house = House()
    await house.hear("application", Stream(ROUND, "2017", "2017"), replace(PLANNED, parameters=parameters), SIGNED_AT)
    await house.hear("publication", Stream(APPROVAL, "app-1", ORGANIZATION), APPROVED, SIGNED_AT)
    await house.hear("publication", Stream(AGREEMENT, "app-1", ORGANIZATION), SIGNED, SIGNED_AT)
    return house


def term(kind: str, period: str | None = None) -> Instant:
    return Instant(next(one.due.value for one in PARAMETERS.obligations if (one.kind, one.period) == (kind, period)))


async def test_a_professional_organization_owes_its_part() -> None:
    house = await signed()
    owed = await house.documents.find(OBLIGATIONS)
    assert sorted(_named(one) for one in owed) == ["case", "plan", "report Q1", "report Q2", "report Q3", "report Q4"]
    assert {one["state"] for one in owed} == {"DUE"}


async def test_each_thing_falls_due_at_its_own_instant() -> None:
    house, due = await signed(), term("plan")
    for now in (plus_seconds(due, -7 * DAY - 1), SIGNED_AT):
        await house.look(now)
    assert not await house.events(ReminderSent)
    await house.look(plus_seconds(due, -7 * DAY + 5))
    assert await house.events(ReminderSent) == [("plan", plus_seconds(due, -7 * DAY))]
    await house.look(plus_seconds(due, 3))
    assert await house.events(ReportOverdue) == [("plan", due)]
    await house.look(plus_seconds(due, 10 * DAY - 1))
    assert not await house.events(ReportDefaulted)
    await house.look(plus_seconds(due, 10 * DAY))
    await house.look(plus_seconds(due, 11 * DAY))
    assert await house.events(ReportDefaulted) == [("plan", plus_seconds(due, 10 * DAY))]
    assert len(await house.events(ReminderSent)) == len(await house.events(ReportOverdue)) == 1


async def test_a_house_that_slept_a_year_notes_everything_with_its_own_time() -> None:
    house = await signed()
    for _ in range(3):
        await house.look(Instant("2019-01-01T00:00:00.000Z"))
    defaulted = await house.events(ReportDefaulted)
    assert [time for _, time in defaulted] == sorted(time for _, time in defaulted)
    assert len(defaulted) == 6
    assert not await house.events(ReminderSent), "nobody is reminded of what is over"


async def test_what_is_filed_falls_due_no_more() -> None:
    house, due = await signed(), term("report", "Q1")
    obligation = obligation_id("app-1", "report", 2018, "Q1")
    command = replace(FILE, obligation=obligation, at=plus_seconds(due, -1))
    context = Context(named("filing"), FILE.by, command.at, named("filing"), round="2017")
    await handle(house.store, command, context, organization=ORGANIZATION)
    await house.catch_up()
    await house.look(plus_seconds(due, 20 * DAY))
    await house.look(plus_seconds(due, 20 * DAY))
    assert [name for name, _ in await house.events(ReportDefaulted)] == ["plan"]
    doc = await house.documents.get(OBLIGATIONS, obligation)
    assert doc is not None
    assert (doc["state"], doc["version"], doc["late"]) == ("FILED", 1, False)


async def test_a_round_without_an_assessment_lets_nothing_fall_due() -> None:
    house = await signed(without(PARAMETERS, "assessment"))
    await house.look(Instant("2030-01-01T00:00:00.000Z"))
    for kind in (ReminderSent, ReportOverdue, ReportDefaulted):
        assert not await house.events(kind)


async def test_an_amendment_moves_what_falls_due_but_never_into_its_own_past() -> None:
    house, due = await signed(), term("plan")
    assessment = PARAMETERS.assessment
    since = plus_seconds(due, -2 * DAY)
    await house.amend(
        replace(PARAMETERS, assessment=replace(assessment, default_days=Number(value=30, source="design"))), since
    )
    await house.look(plus_seconds(due, -1))
    assert await house.events(ReminderSent) == [("plan", since)]
    await house.look(due)
    await house.look(plus_seconds(due, 30 * DAY - 1))
    assert not await house.events(ReportDefaulted)
    await house.look(plus_seconds(due, 30 * DAY))
    assert await house.events(ReportDefaulted) == [("plan", plus_seconds(due, 30 * DAY))]


async def test_a_revocation_lifts_what_is_open_and_the_clock_is_done() -> None:
    house, due = await signed(), term("plan")
    await house.hear("publication", Stream(STANDING, "app-1", ORGANIZATION), REVOKED, plus_seconds(due, 5))
    assert len(await house.events(ObligationLifted)) == 6
    await house.look(Instant("2019-01-01T00:00:00.000Z"))
    assert not await house.events(ReportOverdue)
    assert {one["state"] for one in await house.documents.find(OBLIGATIONS)} == {"LIFTED"}


async def test_an_agreement_that_arrives_after_the_revocation_makes_nothing_due() -> None:
    house = House()
    await house.hear("application", Stream(ROUND, "2017", "2017"), PLANNED, SIGNED_AT)
    await house.hear("publication", Stream(APPROVAL, "app-1", ORGANIZATION), APPROVED, SIGNED_AT)
    await house.hear("publication", Stream(STANDING, "app-1", ORGANIZATION), REVOKED, SIGNED_AT)
    await house.hear("publication", Stream(AGREEMENT, "app-1", ORGANIZATION), SIGNED, SIGNED_AT)
    assert not await house.documents.find(OBLIGATIONS)
