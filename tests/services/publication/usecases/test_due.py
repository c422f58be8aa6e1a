"""What runs out by the clock runs out at its own instant, once, whoever looks and when (C5.4)."""

from dataclasses import replace

import pytest_asyncio

from services.publication.usecases.due import AT_ONCE_MAX, fall_due
from services.publication.usecases.project import PROJECTIONS
from services.publication.usecases.streams import agreement_stream, approval_stream
from shared.contracts.envelope import Recorded
from shared.contracts.publication import AgreementExpired, ApprovalExpired
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.projection import apply_all
from shared.kernel.actor import system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from tests.services.people import AT, LEADER
from tests.services.publication.usecases.test_project import APPROVED, END, OFFERED

DUE = Instant(OFFERED.due)
MANY = AT_ONCE_MAX + 1


class Log:
    """A house's own log and its read models, which follow when they are told to."""

    def __init__(self) -> None:
        self.store, self.reads, self.position = MemoryEventStore("publication", rehearsal=True), MemoryDocuments(), 0

    async def write(self, *writes: Write) -> None:
        command = named("test", str(self.position), writes[0].stream.name)
        await self.store.append(Append(writes, Context(command, LEADER, AT, command, round="2017")))
        await self.follow()

    async def follow(self) -> None:
        for recorded in await self.store.read(self.position, 10_000):
            await apply_all(PROJECTIONS, self.reads, recorded)
            self.position = recorded.position

    async def after(self, position: int) -> list[Recorded]:
        return list(await self.store.read(position, 10_000))


@pytest_asyncio.fixture
async def log() -> Log:
    log = Log()
    await log.write(
        Write(approval_stream("app-1", "org-1"), 0, (APPROVED,)),
        Write(agreement_stream("app-1", "org-1"), 0, (OFFERED,)),
    )
    return log


async def test_nothing_runs_out_before_its_instant(log: Log) -> None:
    await fall_due(log.store, log.reads, Instant("2017-12-20T01:59:59.999Z"))
    assert await log.after(log.position) == []


async def test_an_offer_and_an_approval_run_out_with_their_own_time_however_late_it_is_seen(log: Log) -> None:
    before = log.position
    await fall_due(log.store, log.reads, Instant("2019-05-05T00:00:00.000Z"))
    agreement, approval = await log.after(before)
    assert agreement.event == AgreementExpired(application="app-1", organization="org-1", round="2017", due=DUE)
    assert approval.event == ApprovalExpired(
        application="app-1", organization="org-1", round="2017", valid_to="2018-11-30"
    )
    assert [(one.envelope.time, one.envelope.round) for one in (agreement, approval)] == [(DUE, "2017"), (END, "2017")]
    assert {one.envelope.actorid for one in (agreement, approval)} == {system("publication").id}


async def test_a_second_look_and_a_second_replica_change_nothing(log: Log) -> None:
    for _ in range(2):
        await fall_due(log.store, log.reads, DUE)
    assert len(await log.after(log.position)) == 1
    await log.follow()
    await fall_due(log.store, log.reads, DUE)
    assert await log.after(log.position) == []


async def test_more_than_one_page_runs_out_in_one_look() -> None:
    log = Log()
    for number in range(MANY):
        name = f"app-{number:05d}"
        offered = replace(OFFERED, application=name)
        await log.write(
            Write(approval_stream(name, "org-1"), 0, (replace(APPROVED, application=name),)),
            Write(agreement_stream(name, "org-1"), 0, (offered,)),
        )
    await fall_due(log.store, log.reads, DUE)
    assert len(await log.after(log.position)) == MANY
