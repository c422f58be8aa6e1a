"""Any script of appends: memory and PostgreSQL answer alike, and both keep every promise of the port."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import asyncpg
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import (
    AlreadyHandled,
    Append,
    Appended,
    CommandReused,
    EventStore,
    Idempotency,
    StreamConflict,
    Write,
)
from shared.kernel.ids import named
from shared.testing.postgres import Database
from tests.shared.eventstore.examples import append, key, write

STREAMS = ("a", "b", "c")


@dataclass(frozen=True, slots=True)
class Step:
    """One append of a script; `off` is how far its expectation is from the truth, None where it has none."""

    writes: tuple[tuple[str, int | None, int], ...]
    command: int
    key: Idempotency | None


WRITES = st.tuples(
    st.sampled_from(STREAMS), st.sampled_from((0, 0, 0, 0, -1, 1, None)), st.sampled_from((0, 1, 1, 2, 5))
)
KEYS = st.none() | st.builds(key, st.sampled_from("klm"), st.sampled_from(("a" * 64, "b" * 64)))
STEPS = st.builds(
    Step, st.lists(WRITES, min_size=1, max_size=3, unique_by=lambda one: one[0]).map(tuple), st.integers(0, 20), KEYS
)
SCRIPTS = st.lists(STEPS, max_size=12)


def _request(step: Step, versions: Counter[str], script: str) -> Append:
    writes = []
    for name, off, events in step.writes:
        expected = None if off is None else max(0, versions[f"access-{name}"] + off)
        made: Write = write(name, expected, events)
        writes.append(made)
    return append(*writes, command_id=named("script", script, str(step.command)), key=step.key)


async def _play(store: EventStore, script: Sequence[Step], name: str) -> list[object]:
    answers: list[object] = []
    for step in script:
        before = await store.head()
        versions = Counter({f"access-{stream}": len(await store.load(f"access-{stream}")) for stream in STREAMS})
        try:
            done = await store.append(_request(step, versions, name))
            answers.append(done)
        except StreamConflict as conflict:
            answers.append((conflict.stream, conflict.expected, conflict.actual))
            assert await store.head() == before
        except AlreadyHandled as handled:
            answers.append(handled.remembered)
            assert await store.head() == before
        except CommandReused as reused:
            answers.append(reused.command_id)
            assert await store.head() == before
    return [*answers, [one.body for one in await store.read(0, 1000)], await store.head()]


@settings(max_examples=100)
@given(SCRIPTS)
async def test_what_is_in_the_log_is_not_written_again(script: list[Step]) -> None:
    store = MemoryEventStore("review")
    accepted: list[tuple[Append, Appended]] = []
    for number, step in enumerate(script):
        versions = Counter({f"access-{stream}": len(await store.load(f"access-{stream}")) for stream in STREAMS})
        request = _request(replace(step, key=None, command=number), versions, "twice")
        with suppress(StreamConflict):
            accepted.append((request, await store.append(request)))
    head = await store.head()

    for request, first in accepted:
        if first.event_ids:
            again = await store.append(request)
            assert (again.position, again.event_ids) == (first.position, first.event_ids)
    assert await store.head() == head


async def _empty(database: Database) -> None:
    connection = await asyncpg.connect(database.superuser)
    await connection.execute(
        "SET session_replication_role = replica; DELETE FROM log.events; DELETE FROM log.commands; "
        "UPDATE log.log_head SET position = 0, hash = repeat('0', 64)"
    )
    await connection.close()
