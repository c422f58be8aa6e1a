"""The harness proves something: each seeded bug is found, by what it does and by its name."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

import asyncpg
import pytest
import pytest_asyncio

from tests.faults.evidence import gather
from tests.faults.judge import Kind, judge
from tests.faults.load import Load
from tests.faults.machines import Ground, Houses, ground
from tests.faults.planted import BUGS

LOAD_SECONDS_MAX = 30.0
COMMANDS_BETWEEN_KILLS = 150
CALM_SECONDS_MAX = 2.0
KILLS = 2
ANSWER_SECONDS_MAX = 20.0


@dataclass(frozen=True, slots=True)
class Planted:
    """A bug, the houses that have it, the first of them commanded, which of them is killed, and how it shows."""

    bug: str
    services: Sequence[str]
    killed: str | None
    shows: Kind


PLANTED = (
    Planted("naive gap reader", ["registration"], None, Kind.NOT_ON_KAFKA),
    Planted("acknowledging before commit", ["review"], "review", Kind.LOST),
    Planted("no inbox", ["publication", "reporting"], "reporting", Kind.PROJECTION),
    Planted("(xid, pos) order", ["application"], None, Kind.REORDERED),
)

NEEDED = {
    "registration": "CREATE SEQUENCE log.naive; GRANT USAGE ON log.naive TO registration_runtime",
    "application": "ALTER TABLE log.events ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id()",
}
"""What a bug needs in the database of its house."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def caught() -> dict[str, set[Kind]]:
    """What the judge finds, by bug; the bugs live side by side in houses of their own."""
    async with ground() as made:
        for service, needed in NEEDED.items():
            connection = await asyncpg.connect(made.superuser(service))
            await connection.execute(needed)
            await connection.close()
        found = await asyncio.gather(*(findings(made, planted) for planted in PLANTED))
    return dict(zip((planted.bug for planted in PLANTED), found, strict=True))


async def findings(ground: Ground, planted: Planted) -> set[Kind]:
    """Load the first house, kill processes of one, and judge."""
    async with AsyncExitStack() as stack:
        houses = await asyncio.gather(
            *(stack.enter_async_context(ground.house(service, 1, planted.bug)) for service in planted.services)
        )
        load = Load(houses[0].urls, seed=7, callers=16)
        load.begin()
        for number in range(1, KILLS + 1):
            await answered(load, number * COMMANDS_BETWEEN_KILLS)
            await kill(houses, planted.killed)
        wrong = await load.end(ANSWER_SECONDS_MAX)
        first = planted.services[0]
        evidence = await gather(ground, first, planted.services, load.acknowledged, CALM_SECONDS_MAX, wrong)
        return {finding.kind for finding in await judge(evidence)}


async def answered(load: Load, commands: int) -> None:
    async with asyncio.timeout(LOAD_SECONDS_MAX):
        while len(load.acknowledged) < commands:
            await asyncio.sleep(0.05)


async def kill(houses: Sequence[Houses], service: str | None) -> None:
    for house in houses:
        if house.service == service:
            house.kept[0].kill()
            await house.ready()


def test_every_bug_is_tried() -> None:
    assert {planted.bug for planted in PLANTED} == set(BUGS)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.bug)
async def test_the_judge_catches(planted: Planted, caught: dict[str, set[Kind]]) -> None:
    assert planted.shows in caught[planted.bug]
