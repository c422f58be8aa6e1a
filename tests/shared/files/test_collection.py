"""Orphans: what an event names is never deleted, whoever uploads what while a collection runs (C4)."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.files.collection import Findings, collect, survey
from shared.files.deposits import DEPOSITS, FRESH, Limits
from shared.files.depot import depot
from shared.files.intake import Wanted
from shared.files.kept import ObjectFiles, place
from shared.files.naming import Naming, evidence
from shared.files.objects import Objects
from shared.files.refusals import FileNotHeld
from shared.files.uploads import IDLE_MAX, About
from tests.shared.files.aged import Aged, at_once
from tests.shared.files.conftest import PDF, hash_of, joined, parts

GRACE = timedelta(days=2)


@dataclass(slots=True)
class Log:
    """What the events name."""

    names: set[str] = field(default_factory=set)

    async def __call__(self, hashes: Collection[str]) -> Collection[str]:
        return self.names & set(hashes)


async def taken_in(objects: Objects, content: bytes = PDF) -> str:
    wanted = Wanted("application/pdf", ("application/pdf",), 10**6, "a.pdf")
    return (await depot(objects).intake.take(parts(content), wanted)).sha256


async def collected(objects: Aged, log: Log) -> list[int]:
    """How many a collection condemns, deletes, restores and abandons."""
    before = dict(objects.held)
    seen, done = await survey(objects, log, GRACE), Findings()
    assert objects.held == before, "a survey touches nothing"
    done = await collect(objects, log, GRACE)
    assert done == seen
    return [len(done.condemned), len(done.deleted), len(done.restored), len(done.abandoned)]


async def test_what_no_event_names_is_moved_aside_and_later_deleted() -> None:
    objects, log = Aged(), Log()
    sha256 = await taken_in(objects)
    assert await collected(objects, log) == [0, 0, 0, 0]
    objects.pass_time(GRACE + timedelta(seconds=1))
    assert await collected(objects, log) == [1, 0, 0, 0]
    assert await joined(ObjectFiles(objects).read(sha256)) == PDF
    assert await collected(objects, log) == [0, 0, 0, 0]
    objects.pass_time(GRACE + timedelta(seconds=1))
    assert await collected(objects, log) == [0, 1, 0, 0]
    assert objects.held == {}


async def test_what_an_event_names_stays_for_ever() -> None:
    objects, log = Aged(), Log()
    log.names.add(await taken_in(objects))
    for _ in range(5):
        objects.pass_time(GRACE * 100)
        assert await collected(objects, log) == [0, 0, 0, 0]


async def test_what_is_named_late_is_copied_back_and_stays_in_both_places() -> None:
    objects, log = Aged(), Log()
    sha256 = await taken_in(objects)
    objects.pass_time(GRACE * 2)
    await collected(objects, log)
    log.names.add(sha256)
    objects.pass_time(GRACE * 2)
    assert await collected(objects, log) == [0, 0, 1, 0]
    assert len(objects.held) == 2
    assert place(sha256) in objects.held
    objects.pass_time(GRACE * 2)
    assert await collected(objects, log) == [0, 0, 0, 0]


async def test_an_upload_that_nobody_goes_on_with_is_abandoned() -> None:
    objects, log = Aged(), Log()
    about = About("owner", "a.pdf", "application/pdf", len(PDF), hash_of(PDF), {})
    wanted = Wanted("application/pdf", ("application/pdf",), 10**6, "a.pdf")
    uploads = depot(objects).uploads
    await uploads.begin(about, wanted)
    objects.pass_time(IDLE_MAX)
    await uploads.append(await uploads.find(about.upload), 0, parts(PDF[:10]))
    objects.pass_time(IDLE_MAX)
    assert await collected(objects, log) == [0, 0, 0, 0]
    objects.pass_time(timedelta(seconds=1))
    assert await collected(objects, log) == [0, 0, 0, 2]
    assert objects.held == {}


async def deposited(objects: Objects, owner: str = "owner") -> str:
    one = depot(objects)
    wanted = Wanted("application/pdf", ("application/pdf",), 10**6, "a.pdf")
    taken = await one.intake.take(parts(PDF), wanted)
    return (await one.deposits.keep(taken, owner, "a.pdf")).sha256


async def named_by_a_command(objects: Objects, log: Log, sha256: str, owner: str = "owner") -> bool:
    """Whether the door let a command name the file, whose event is then in the log."""
    one = depot(objects)

    async def limits() -> Limits:
        return Limits()

    try:
        await Naming(one.deposits, (owner,), evidence([sha256]), limits, "C3.1").check()
    except FileNotHeld:
        return False
    log.names.add(sha256)
    return True


async def test_what_was_declared_of_a_file_goes_when_the_file_has_gone() -> None:
    objects, log = Aged(), Log()
    await deposited(objects)
    await deposited(objects, "another")
    objects.pass_time(GRACE * 2)
    assert await collected(objects, log) == [1, 0, 0, 0]
    objects.pass_time(GRACE * 2)
    assert await collected(objects, log) == [0, 1, 0, 0]
    assert await collected(objects, log) == [0, 0, 0, 2]
    assert objects.held == {}


@pytest.mark.parametrize("runs", [0, 1])
async def test_a_deposit_that_waited_for_longer_than_the_grace_can_still_be_named(runs: int) -> None:
    objects, log = Aged(), Log()
    sha256 = await deposited(objects)
    objects.pass_time(GRACE * 2)
    for _ in range(runs):
        await collected(objects, log)
    assert await named_by_a_command(objects, log, sha256)
    assert objects.held[place(sha256)][1] == objects.time[0], "it is young again"
    for _ in range(3):
        objects.pass_time(GRACE * 2)
        await collected(objects, log)
        assert await joined(ObjectFiles(objects).read(sha256)) == PDF


async def test_a_young_deposit_is_not_written_again() -> None:
    objects, log = Aged(), Log()
    sha256 = await deposited(objects)
    before = objects.held[place(sha256)]
    objects.pass_time(FRESH - timedelta(seconds=1))
    assert await named_by_a_command(objects, log, sha256)
    assert objects.held[place(sha256)] == before


async def test_what_is_gone_cannot_be_named() -> None:
    objects, log = Aged(), Log()
    sha256 = await deposited(objects)
    for _ in range(2):
        objects.pass_time(GRACE * 2)
        await collected(objects, log)
    assert [name for name in objects.held if name.startswith(DEPOSITS)]
    assert not await named_by_a_command(objects, log, sha256)
    await deposited(objects)
    assert await named_by_a_command(objects, log, sha256)


class Turns:
    """Lets the tasks take their steps one at a time, in an order that hypothesis draws."""

    def __init__(self, order: Sequence[int]) -> None:
        self._order, self._at, self._waiting = order, 0, list[asyncio.Future[None]]()

    async def __call__(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        await waiting

    async def conduct(self, tasks: Collection["asyncio.Task[None]"]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(3):
                await asyncio.sleep(0)
            if self._waiting:
                chosen = self._order[self._at % len(self._order)] % len(self._waiting)
                self._at += 1
                self._waiting.pop(chosen).set_result(None)
        for task in tasks:
            task.result()


@settings(max_examples=400)
@given(
    order=st.lists(st.integers(0, 7), min_size=1, max_size=60),
    delays=st.lists(st.integers(0, 3), min_size=2, max_size=2),
    runs=st.integers(1, 3),
)
def test_what_an_event_names_is_there_whoever_came_in_between(order: list[int], delays: list[int], runs: int) -> None:
    """Old bytes that nobody names lie there; uploads of the same and collections run at once, and later again."""

    async def upload(objects: Aged, log: Log, turns: Turns, delay: int) -> None:
        for _ in range(delay):
            await turns()
        sha256 = await taken_in(objects)
        await turns()
        log.names.add(sha256)
        assert await joined(ObjectFiles(objects).read(sha256)) == PDF

    async def collecting(objects: Aged, log: Log) -> None:
        await collect(objects, log, GRACE)

    async def live() -> None:
        objects, log = Aged(), Log()
        await taken_in(objects)
        for late in (False, True):
            objects.pass_time(GRACE * 2)
            turns = Turns(order)
            objects.turn[0] = turns
            tasks = [asyncio.create_task(collecting(objects, log)) for _ in range(runs)]
            if late or delays[0] % 2:
                tasks += [asyncio.create_task(upload(objects, log, turns, delay)) for delay in delays]
            await turns.conduct(tasks)
            objects.turn[0] = at_once
        for _ in range(3):
            objects.pass_time(GRACE * 2)
            await collecting(objects, log)
            assert log.names == {hash_of(PDF)}
            assert await joined(ObjectFiles(objects).read(hash_of(PDF))) == PDF

    asyncio.run(live())


@settings(max_examples=400)
@given(
    order=st.lists(st.integers(0, 7), min_size=1, max_size=60),
    delays=st.lists(st.integers(0, 6), min_size=1, max_size=3),
    runs=st.integers(1, 3),
    aside=st.booleans(),
)
def test_a_deposit_that_a_command_may_name_is_there_for_ever(
    *, order: list[int], delays: list[int], runs: int, aside: bool
) -> None:
    """It has waited longer than the grace, and may lie aside already; commands and collections come at once."""

    async def naming(objects: Aged, log: Log, turns: Turns, delay: int) -> None:
        for _ in range(delay):
            await turns()
        await named_by_a_command(objects, log, hash_of(PDF))

    async def live() -> None:
        objects, log = Aged(), Log()
        await deposited(objects)
        objects.pass_time(GRACE * 2)
        if aside:
            await collect(objects, log, GRACE)
            objects.pass_time(GRACE * 2)
        turns = Turns(order)
        objects.turn[0] = turns
        tasks = [asyncio.create_task(naming(objects, log, turns, delay)) for delay in delays]
        await turns.conduct([*tasks, *(asyncio.create_task(_run(objects, log)) for _ in range(runs))])
        objects.turn[0] = at_once
        for _ in range(3 if log.names else 0):
            objects.pass_time(GRACE * 2)
            await _run(objects, log)
            assert await joined(ObjectFiles(objects).read(hash_of(PDF))) == PDF

    asyncio.run(live())


async def _run(objects: Aged, log: Log) -> None:
    await collect(objects, log, GRACE)
