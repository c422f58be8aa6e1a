"""One drill: load on two houses, faults that a seed chooses, quiet, and the judge."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

from shared.messaging.crash_points import CrashPoint
from tests.faults.evidence import gather
from tests.faults.judge import Finding, judge
from tests.faults.load import Load
from tests.faults.machines import Ground, Houses, Kept

SOURCE, SINK = "registration", "application"
CALM_SECONDS_MAX = 45.0
ANSWER_SECONDS_MAX = 40.0
COMMANDS_BETWEEN_FAULTS = 40
DIED_SECONDS_MAX = 25.0
OF_THE_INBOX = (CrashPoint.INBOX_BEFORE_COMMIT, CrashPoint.INBOX_AFTER_COMMIT)


@dataclass(slots=True)
class Drill:
    """Two houses under load on one ground."""

    ground: Ground
    source: Houses
    sink: Houses
    load: Load
    history: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    async def kill_postgres(self) -> None:
        """The database server and all its processes."""
        self.history.append("kill postgres")
        self.ground.postgres.kill()

    async def kill_broker(self) -> None:
        """The broker."""
        self.history.append("kill broker")
        self.ground.kafka.kill()

    async def kill_source(self) -> None:
        """One process of the house that is commanded, whichever."""
        await self._kill(self.source)

    async def kill_sink(self) -> None:
        """One process of the house that hears."""
        await self._kill(self.sink)

    async def crash(self, point: CrashPoint) -> None:
        """Let processes kill themselves where they reach `point`; one must have.

        Only the leading relay reaches a point of the relay, so there every process of the house is prepared.
        """
        houses = self.sink if point in OF_THE_INBOX else self.source
        self.history.append(f"crash at {point.value}")
        prepared = houses.kept if point.value.startswith("relay") else [self._chosen(houses)]
        ends = [kept.ends for kept in prepared]
        for kept in prepared:
            kept.kill_at(point)
        if not await _ended_again(prepared, ends):
            self.wrong.append(f"no process reached {point.value}")

    async def answered(self) -> None:
        """Wait until commands are answered again: a fault without load proves little."""
        enough = len(self.load.acknowledged) + COMMANDS_BETWEEN_FAULTS
        with suppress(TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                while len(self.load.acknowledged) < enough:
                    await asyncio.sleep(0.02)
        if len(self.load.acknowledged) < enough:
            self.wrong.append(f"commands were not answered any more after {self.history[-1:]}")

    async def verdict(self) -> list[Finding]:
        """End the load, wait until all is quiet, and judge."""
        wrong = [*self.wrong, *await self.load.end(ANSWER_SECONDS_MAX)]
        services = [self.source.service, self.sink.service]
        evidence = await gather(
            self.ground, self.source.service, services, self.load.acknowledged, CALM_SECONDS_MAX, wrong
        )
        return await judge(evidence)

    async def _kill(self, houses: Houses) -> None:
        kept = self._chosen(houses)
        self.history.append(f"kill {kept.name}")
        kept.kill()

    def _chosen(self, houses: Houses) -> Kept:
        return random.Random(f"{self.load.seed} {len(self.history)}").choice(houses.kept)


async def _ended_again(prepared: Sequence[Kept], ends: Sequence[int]) -> bool:
    """Whether one ended twice: once by us, and then by itself."""
    with suppress(TimeoutError):
        async with asyncio.timeout(DIED_SECONDS_MAX):
            while not any(kept.ends >= before + 2 for kept, before in zip(prepared, ends, strict=True)):
                await asyncio.sleep(0.02)
            return True
    return False


@asynccontextmanager
async def drill(ground: Ground, seed: int, replicas: int = 2, planted: str = "") -> AsyncIterator[Drill]:
    """Start the houses and the load."""
    async with AsyncExitStack() as stack:
        source, sink = await asyncio.gather(
            stack.enter_async_context(ground.house(SOURCE, replicas, planted)),
            stack.enter_async_context(ground.house(SINK, replicas, planted)),
        )
        load = Load(source.urls, seed)
        load.begin()
        yield Drill(ground, source, sink, load)


Fault = Callable[[Drill], Awaitable[None]]


def _crashing(point: CrashPoint) -> Fault:
    return lambda drill: drill.crash(point)


CRASHES: Mapping[CrashPoint, Fault] = {point: _crashing(point) for point in CrashPoint}
KILLS: Sequence[Fault] = (Drill.kill_source, Drill.kill_sink, Drill.kill_postgres, Drill.kill_broker)


def together(*faults: Fault) -> Fault:
    """Several at once."""

    async def all_of_them(drill: Drill) -> None:
        await asyncio.gather(*(fault(drill) for fault in faults))

    return all_of_them


async def suffer(drill: Drill, faults: Sequence[Fault], seed: int, told: Callable[[str], None]) -> None:
    """One fault after the other, at random moments."""
    chance = random.Random(seed)
    began = monotonic()
    for fault in faults:
        await drill.answered()
        await asyncio.sleep(chance.uniform(0, 1))
        await fault(drill)
        told(f"{monotonic() - began:5.1f} s  {drill.history[-1]}")
    await drill.answered()
