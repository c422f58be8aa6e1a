"""Views built anew beside those that are read, compared, and put in their place: reads and commands go on meanwhile."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import TypeVar

import asyncpg

from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.contracts.topics import consumed_by
from shared.eventstore.aside import Aside
from shared.eventstore.connections import Connection
from shared.eventstore.documents import UnitOfWork
from shared.eventstore.draft import Compared, Draft, Row
from shared.eventstore.projection import Projection
from shared.messaging.again import Again, hearing_again
from shared.messaging.notices import Tell
from shared.runtime.database import connect
from shared.runtime.settings import ServiceSettings
from shared.runtime.start import STATEMENT_SECONDS_MAX, broker_of

LOCK_ID = 0x72656275
"""Key of the advisory lock: one rebuild at a time of a service."""
CONNECT_SECONDS_MAX = 10.0
BATCH_EVENTS_MAX = 500
NEAR_EVENTS = 200
"""So close behind, the rest is caught up while the read models stand still."""
WAIT_SECONDS_MAX = 5.0
"""For the read models to stand still: behind whoever moves them just now."""
STILL_SECONDS_MAX = 20.0
FROZEN = "30s"
"""After which the database goes on without a rebuild that says nothing more: later than one gives up by itself."""
ATTEMPTS_MAX = 20
PAUSE_SECONDS = 0.5

_ALONE = "SELECT pg_try_advisory_lock($1)"
_POSITIONS = "SELECT name, position FROM views.projection WHERE name = ANY ($1)"
_OWN = "SELECT body FROM log.events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3"

_Came = TypeVar("_Came")


class RebuildRefused(Exception):
    """It cannot be done, or not now; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Which views, or projections, are to be built anew; all where none is named."""

    names: Sequence[str] = ()
    replacing: bool = True
    """Whether the views that are read are replaced, or only compared."""
    rows_max: int = 0
    """How many documents that differ are told one by one."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    views: Sequence[Compared]
    rows: Sequence[Row]
    replaced: bool
    events: int
    """That took effect on what was built."""
    still_milliseconds: int
    """How long nothing moved the read models, at a time."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Views beside their drafts at one moment, for which the read models stood still for so many seconds."""

    views: Sequence[Compared]
    rows: Sequence[Row]
    still: float

    @property
    def differs(self) -> bool:
        return any(one.differs for one in self.views)


@dataclass(slots=True)
class _Build:
    service: str
    connection: Connection
    projections: Sequence[Projection]
    draft: Draft
    again: Again
    tell: Tell
    done: dict[str, int] = field(default_factory=dict)
    applied: int = 0
    total: int = 0
    learnt: int = 0
    aside: Aside | None = None
    """Where it goes on once the draft was compared."""

    async def catch_up(self) -> None:
        """Apply what moved the read models meanwhile: of the own log up to each projection's cursor, then foreign."""
        self.total = self.applied + await self.behind()
        positions = await self._positions()
        while late := [name for name, position in positions.items() if self.done[name] < position]:
            first, last = min(self.done[name] for name in late), max(positions[name] for name in late)
            rows = await self.connection.fetch(_OWN, first, last, BATCH_EVENTS_MAX)
            batch = [decode(row["body"]) for row in rows]
            await self._apply(batch, positions)
            for name in late:
                self.done[name] = max(self.done[name], min(batch[-1].position, positions[name]))
        await self.again.catch_up(self.connection, self._apply)

    async def behind(self) -> int:
        """How many events it is behind, own ones and foreign ones."""
        late = [position - self.done[name] for name, position in (await self._positions()).items()]
        return max(late) + await self.again.behind(self.connection)

    async def _positions(self) -> dict[str, int]:
        rows = await self.connection.fetch(_POSITIONS, list(self.done))
        if len(rows) < len(self.done):
            raise RebuildRefused(f"{self.service} has a projection that was never begun; its service begins it")
        return {row["name"]: row["position"] for row in rows}

    async def _apply(self, batch: Sequence[Recorded], up_to: dict[str, int] | None = None) -> None:
        documents = (self.aside or self.draft).documents()
        for recorded in batch:
            for one in self.projections:
                if up_to is None or self.done[one.name] < recorded.position <= up_to[one.name]:
                    await one.apply(documents, recorded)
        await documents.flush()
        self.applied += len(batch)
        if self.aside is None and self.applied > 2 * self.learnt:
            await self.draft.learn()
            self.learnt = self.applied + BATCH_EVENTS_MAX
        self.tell("rebuilding", events=self.applied, of=max(self.total, self.applied))


async def rebuild(
    service: str, settings: ServiceSettings, projections: Sequence[Projection], wish: Wish, tell: Tell
) -> Rebuilt:
    """Build views anew from the service's own log and from what it has heard; raises `RebuildRefused`.

    It may be stopped at any moment: the views are what they were or what they should be, and what it then leaves
    where nobody reads it the next one removes.
    """
    chosen = _chosen(service, projections, wish.names)
    connection, beside = await _connected(service, settings), await _connected(service, settings)
    try:
        if not await connection.fetchval(_ALONE, LOCK_ID):
            raise RebuildRefused(f"another rebuild of {service} is under way")
        draft = Draft(connection, [view for one in chosen for view in one.views])
        await draft.begin()
        rehearsal = settings.clocks.kind == "rehearsal"
        async with hearing_again(broker_of(settings), service, consumed_by(service), rehearsal=rehearsal) as again:
            build = _Build(service, connection, chosen, draft, again, tell, {one.name: 0 for one in chosen})
            return await _built(build, wish, beside)
    finally:
        connection.terminate()
        beside.terminate()


async def _built(build: _Build, wish: Wish, beside: Connection) -> Rebuilt:
    """Compare, and where anything differs lay the draft aside, catch up there, and switch."""
    if wish.replacing:
        await Aside(build.connection, build.draft.views).sweep()
    found = await _attempted(build, partial(_compared, build, wish, beside))
    still, replacing = found.still, wish.replacing and found.differs
    if replacing:
        aside = await _laid(build, found)
        still = max(still, await _attempted(build, partial(_switched, build, aside)))
        await aside.sweep()
    return Rebuilt(found.views, found.rows, replacing, build.applied, round(1000 * still))


async def _attempted(build: _Build, attempt: Callable[[], Awaitable[_Came | None]]) -> _Came:
    """What came of an attempt when little is left to catch up; raise `RebuildRefused` when none came of many."""
    for _ in range(ATTEMPTS_MAX):
        while await build.behind() > NEAR_EVENTS:
            await build.catch_up()
        with suppress(asyncpg.LockNotAvailableError):
            if (came := await attempt()) is not None:
                return came
        await asyncio.sleep(PAUSE_SECONDS)
    raise RebuildRefused(
        f"the inbox of {build.service} is hearing again what it heard before it was restored, or its read models never "
        "stand still; nothing was changed"
    )


async def _compared(build: _Build, wish: Wish, beside: Connection) -> _Found | None:
    """Compare as of one moment, at which `beside` keeps the read models still; None where that cannot be told yet."""
    draft = build.draft
    async with AsyncExitStack() as moment:
        async with _standing_still(beside) as since:
            await build.catch_up()
            if not await build.again.complete(build.connection):
                return None
            await moment.enter_async_context(build.connection.transaction(isolation="repeatable_read"))
            await build.connection.execute("SELECT")
            still = monotonic() - since
        return _Found(await draft.compare(), await draft.rows(wish.rows_max), still)


async def _laid(build: _Build, found: _Found) -> Aside:
    """Lay aside what the projections build of which a view differs: what is right may follow what is wrong."""
    wrong = {one.view for one in found.views if one.differs}
    build.projections = [one for one in build.projections if one.views & wrong]
    build.done = {one.name: build.done[one.name] for one in build.projections}
    aside = Aside(build.connection, [view for one in build.projections for view in one.views])
    laid, total = 0, sum(one.drafted for one in found.views if one.view in aside.views)
    async for documents in aside.lay():
        laid += documents
        build.tell("laying", documents=laid, of=max(total, laid))
    build.aside = aside
    return aside


async def _switched(build: _Build, aside: Aside) -> float | None:
    """Read what was laid aside, while nothing moves the read models, for so many seconds; None as above."""
    async with _standing_still(build.connection) as since:
        await build.catch_up()
        if not await build.again.complete(build.connection):
            return None
        await aside.switch()
    return monotonic() - since


@asynccontextmanager
async def _standing_still(connection: Connection) -> AsyncIterator[float]:
    """Since when nothing moves the read models, until the context ends; raise `RebuildRefused` when that is long."""
    try:
        async with asyncio.timeout(WAIT_SECONDS_MAX + STILL_SECONDS_MAX), connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS_MAX:g}s'")
            await connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{FROZEN}'")
            await UnitOfWork(connection).be_alone()
            yield monotonic()
    except TimeoutError as error:
        raise RebuildRefused(
            f"the views would stand still for more than {STILL_SECONDS_MAX:g} s and were left as they are: "
            "come back when less is going on"
        ) from error


def _chosen(service: str, projections: Sequence[Projection], names: Sequence[str]) -> Sequence[Projection]:
    known = {name for one in projections for name in (one.name, *one.views)}
    if unknown := [name for name in names if name not in known]:
        there = ", ".join(sorted(view for one in projections for view in one.views))
        raise RebuildRefused(f"{service} has no view {unknown[0]!r}; there are {there}")
    return [one for one in projections if not names or {one.name, *one.views} & set(names)]


async def _connected(service: str, settings: ServiceSettings) -> "asyncpg.Connection[asyncpg.Record]":
    return await connect(
        settings,
        timeout=CONNECT_SECONDS_MAX,
        command_timeout=STATEMENT_SECONDS_MAX,
        server_settings={"application_name": f"nianlun {service} rebuild"},
    )
