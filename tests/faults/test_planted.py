"""The harness proves something: each seeded bug is found, by what it does and by its name."""

import asyncio
from contextlib import AsyncExitStack

import asyncpg
import pytest

from tests.faults.evidence import gather
from tests.faults.judge import Finding, Kind, judge
from tests.faults.load import Load
from tests.faults.machines import Ground, Houses
from tests.faults.planted import BUGS

LOAD_SECONDS = 3.0
CALM_SECONDS_MAX = 3.0
KILLS = 3
ANSWER_SECONDS_MAX = 20.0


async def findings(ground: Ground, planted: str, services: list[str], killed: str | None) -> list[Finding]:
    """Plant a bug, load the first house, kill processes of one, and judge."""
    assert planted in BUGS
    async with AsyncExitStack() as stack:
        houses = await asyncio.gather(
            *(stack.enter_async_context(ground.house(service, 1, planted)) for service in services)
        )
        load = Load(houses[0].urls, seed=7, callers=16, pace_seconds=0.005)
        load.begin()
        await suffer(houses, killed)
        wrong = await load.end(ANSWER_SECONDS_MAX)
        return await judge(await gather(ground, services[0], services, load.acknowledged, CALM_SECONDS_MAX, wrong))


async def suffer(houses: list[Houses], killed: str | None) -> None:
    for _ in range(KILLS):
        await asyncio.sleep(LOAD_SECONDS / KILLS)
        for house in houses:
            if house.service == killed:
                house.kept[0].kill()
                await house.ready()


def kinds(found: list[Finding]) -> set[Kind]:
    return {finding.kind for finding in found}


@pytest.mark.timeout(120)
async def test_a_naive_gap_reader_loses_events(calm_ground: Ground) -> None:
    connection = await asyncpg.connect(calm_ground.superuser("registration"))
    await connection.execute("CREATE SEQUENCE log.naive; GRANT USAGE ON log.naive TO registration_runtime")
    await connection.close()
    found = await findings(calm_ground, "naive gap reader", ["registration"], killed=None)
    assert Kind.NOT_ON_KAFKA in kinds(found)


@pytest.mark.timeout(120)
async def test_acknowledging_before_the_commit_loses_commands(calm_ground: Ground) -> None:
    found = await findings(calm_ground, "acknowledging before commit", ["review"], killed="review")
    assert Kind.LOST in kinds(found)


@pytest.mark.timeout(120)
async def test_without_an_inbox_events_take_effect_twice(calm_ground: Ground) -> None:
    found = await findings(calm_ground, "no inbox", ["publication", "reporting"], killed="reporting")
    assert Kind.PROJECTION in kinds(found)


@pytest.mark.timeout(120)
async def test_parallel_senders_reorder(calm_ground: Ground) -> None:
    found = await findings(calm_ground, "parallel senders", ["application"], killed=None)
    assert Kind.REORDERED in kinds(found)
