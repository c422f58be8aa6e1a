"""One command on one aggregate, on both stores: retries, races, refusals and what they leave behind."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from prometheus_client import REGISTRY

from shared.auditlog.chain import Head, follow
from shared.contracts.access import AccessRefused
from shared.contracts.envelope import Recorded
from shared.eventstore import transact as transacting
from shared.eventstore.port import AlreadyHandled, Append, Appended, Remembered, StreamConflict
from shared.eventstore.transact import ATTEMPTS_MAX, Target, transact
from shared.kernel.actor import ANYBODY
from shared.kernel.decider import Decider
from shared.kernel.instants import plus_days
from shared.kernel.refusal import NotPermitted, Refusal
from tests.shared.eventstore.conftest import Store
from tests.shared.eventstore.examples import EXPERT, append, context, happened, key, stream, write

State = frozenset[str]


@dataclass(frozen=True, slots=True)
class Say:
    """Say words that were not said before."""

    words: tuple[str, ...]


class SaidTooMuch(Refusal):
    """Leaves a record."""


def decide(state: State, command: Say) -> Sequence[AccessRefused]:
    """Forbid, refuse or say what is new."""
    if "forbidden" in command.words:
        raise NotPermitted("not this word")
    if len(state) + len(command.words) > 70:
        raise SaidTooMuch(record=(happened(f"{len(state)} and {len(command.words)}"),))
    return [happened(word) for word in command.words if word not in state]


DECIDER: Decider[State, Say, AccessRefused] = Decider(
    initial=frozenset(), decide=decide, evolve=lambda state, event: state | {event.reason}
)
TARGET = Target(DECIDER, stream("words"))


async def test_a_command_is_decided_on_what_happened(store: Store) -> None:
    await transact(store, TARGET, Say(("one",)), context())

    done = await transact(store, TARGET, Say(("one", "two")), context())

    assert [event.reason for event in done.events if isinstance(event, AccessRefused)] == ["two"]
    assert done.state == {"one", "two"}
    assert done.appended.versions == {"access-words": 2}


async def test_a_retried_decision_writes_nothing_and_answers_the_head(store: Store) -> None:
    await transact(store, TARGET, Say(("one",)), context())
    await store.append(append(write("other", 0)))

    done = await transact(store, TARGET, Say(("one",)), context())

    assert done.events == []
    assert done.appended.position == 2
    assert (await store.head()).position == 2


async def test_a_retry_under_its_key_gives_the_answer_it_had(store: Store) -> None:
    done = await transact(store, TARGET, Say(("one",)), context(), key("k"))

    with pytest.raises(AlreadyHandled) as caught:
        await transact(store, TARGET, Say(("one",)), context(), key("k"))

    assert caught.value.remembered.response == done.appended.response


async def test_everybody_who_races_on_one_stream_is_served(store: Store) -> None:
    await asyncio.gather(*(transact(store, TARGET, Say((f"word {n}",)), context()) for n in range(40)))

    log = await store.load("access-words")
    assert len(log) == 40
    assert follow(Head(), [one.body for one in log]) == await store.head()


@dataclass(slots=True, weakref_slot=True, eq=False)
class WithAStranger:
    """A store on which somebody else is quicker than the first few appends."""

    store: Store
    strangers: int

    @property
    def service(self) -> str:
        return self.store.service

    async def append(self, request: Append) -> Appended:
        if self.strangers:
            self.strangers -= 1
            await self.store.append(append(write("words", None)))
        return await self.store.append(request)

    async def load(self, stream: str) -> Sequence[Recorded]:
        return await self.store.load(stream)

    async def read(self, after: int, limit: int) -> Sequence[Recorded]:
        return await self.store.read(after, limit)

    async def head(self) -> Head:
        return await self.store.head()

    async def recall(self, key: str) -> Remembered | None:
        return await self.store.recall(key)


async def test_a_conflict_with_a_strangers_write_is_decided_again(store: Store) -> None:
    done = await transact(WithAStranger(store, strangers=7), TARGET, Say(("mine",)), context())

    assert [event.reason for event in done.events if isinstance(event, AccessRefused)] == ["mine"]
    assert len(await store.load("access-words")) == 8


async def test_a_stream_that_never_rests_is_given_up(store: Store) -> None:
    with pytest.raises(StreamConflict):
        await transact(WithAStranger(store, strangers=100), TARGET, Say(("mine",)), context())

    assert len(await store.load("access-words")) == ATTEMPTS_MAX


async def test_a_guard_that_moved_on_is_told_to_the_caller(store: Store) -> None:
    await store.append(append(write("round", 0)))

    await transact(store, Target(DECIDER, stream("words"), (write("round", 1, 0),)), Say(("a",)), context())
    with pytest.raises(StreamConflict) as caught:
        await transact(store, Target(DECIDER, stream("words"), (write("round", 0, 0),)), Say(("b",)), context())

    assert caught.value.stream == "access-round"
    assert len(await store.load("access-words")) == 1


async def test_events_may_start_streams_of_their_own(store: Store) -> None:
    target = Target(DECIDER, stream("words"), route=lambda event: stream(event.reason))  # type: ignore[attr-defined]

    done = await transact(store, target, Say(("a", "b")), context())

    assert done.appended.versions == {"access-a": 1, "access-b": 1, "access-words": 0}
    assert done.appended.position == 2
    with pytest.raises(StreamConflict):
        await transact(store, target, Say(("a",)), context())


async def test_a_refusal_of_authority_leaves_one_trace(store: Store) -> None:
    asked = context()
    for _ in range(2):
        with pytest.raises(NotPermitted):
            await transact(store, TARGET, Say(("forbidden",)), asked)

    (trace,) = await store.load(f"access-{EXPERT.id}")
    assert trace.event == AccessRefused(command="Say", stream="access-words", reason="not this word")
    assert trace.envelope.correlationid == asked.correlation_id
    assert await store.load("access-words") == ()

    done = await transact(store, TARGET, Say(("allowed",)), asked)
    assert done.appended.versions == {"access-words": 1}
    with pytest.raises(NotPermitted):
        await transact(store, TARGET, Say(("forbidden",)), context())
    assert len(await store.load(f"access-{EXPERT.id}")) == 2


async def test_one_accounts_refusals_fill_no_log(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last that is kept of a day says so, what follows is counted, and the next day begins anew."""
    monkeypatch.setattr(transacting, "REFUSALS_A_DAY_MAX", 3)
    before, asked = counted(), context()
    for at in (*[asked.at] * 5, plus_days(asked.at, 1)):
        with pytest.raises(NotPermitted):
            await transact(store, TARGET, Say(("forbidden",)), replace(context(), at=at))
    left = [one.event for one in await store.load(f"access-{EXPERT.id}")]
    reasons = [event.reason for event in left if isinstance(event, AccessRefused)]
    assert reasons == [*["not this word"] * 2, f"not this word{transacting.LAST_OF_THE_DAY}", "not this word"]
    assert counted() - before == 2


def counted() -> float:
    """Refusals that were not recorded."""
    return REGISTRY.get_sample_value("nianlun_refusals_unrecorded_total") or 0.0


async def test_a_refusal_to_somebody_without_a_token_leaves_none(store: Store) -> None:
    with pytest.raises(NotPermitted):
        await transact(store, TARGET, Say(("forbidden",)), replace(context(), actor=ANYBODY))
    assert await store.load(f"access-{ANYBODY.id}") == ()


async def test_a_refusals_record_is_appended_once_and_does_not_hide_a_later_success(store: Store) -> None:
    asked = context()
    for _ in range(2):
        with pytest.raises(SaidTooMuch):
            await transact(store, TARGET, Say(("x",) * 71), asked)
    recorded = await store.load("access-words")
    assert [one.event for one in recorded][:1] == [happened("0 and 71")]

    done = await transact(store, TARGET, Say(("a",)), asked)

    assert done.appended.versions["access-words"] == len(recorded) + 1
