"""What the port promises, on memory and on PostgreSQL."""

import asyncio
from dataclasses import replace

import pytest

from shared.auditlog.chain import Head, follow
from shared.contracts.codec import EventTooLarge
from shared.eventstore.port import AlreadyHandled, Appended, CommandReused, LogMoved, Remembered, StreamConflict, Write
from tests.shared.eventstore.conftest import Store
from tests.shared.eventstore.examples import append, happened, key, stream, too_large, write

pytestmark = pytest.mark.asyncio


async def test_an_empty_log_is_at_its_beginning(store: Store) -> None:
    assert await store.head() == Head()
    assert await store.read(0, 10) == ()
    assert await store.load("access-a") == ()
    assert await store.recall("nobody's") is None


async def test_positions_versions_and_the_chain_have_no_gap(store: Store) -> None:
    first = await store.append(append(write("a", 0, 2)))
    second = await store.append(append(write("b", 0), write("a", 2)))

    assert (first.position, dict(first.versions)) == (2, {"access-a": 2})
    assert (second.position, dict(second.versions)) == (4, {"access-b": 1, "access-a": 3})
    log = await store.read(0, 10)
    assert [one.position for one in log] == [1, 2, 3, 4]
    assert [(one.envelope.stream, one.envelope.streamversion) for one in log] == [
        ("access-a", 1),
        ("access-a", 2),
        ("access-b", 1),
        ("access-a", 3),
    ]
    assert follow(Head(), [one.body for one in log]) == await store.head()


async def test_an_event_says_who_when_and_why(store: Store) -> None:
    done = await store.append(append(write("a", 0)))

    (one,) = await store.load("access-a")
    envelope = one.envelope
    assert one.event == happened("a 0")
    assert (envelope.id,) == done.event_ids
    assert (envelope.source, envelope.subject, envelope.partitionkey) == ("nianlun/review", "access/a", "a")
    assert (envelope.actorrole, envelope.actordistrict, envelope.round) == ("expert", "310104", "2017")
    assert envelope.rehearsal
    assert envelope.causationid is None


async def test_reading_goes_on_after_a_position_and_stops_at_the_limit(store: Store) -> None:
    await store.append(append(write("a", 0, 5)))

    assert [one.position for one in await store.read(1, 3)] == [2, 3, 4]
    assert await store.read(5, 3) == ()


async def test_a_stale_version_is_refused_and_writes_nothing(store: Store) -> None:
    await store.append(append(write("a", 0)))

    with pytest.raises(StreamConflict) as caught:
        await store.append(append(write("b", 0), write("a", 0), key=key("k")))

    assert (caught.value.stream, caught.value.expected, caught.value.actual) == ("access-a", 0, 1)
    assert (await store.head()).position == 1
    assert await store.load("access-b") == ()
    assert await store.recall("k") is None


async def test_a_version_that_is_not_there_yet_is_refused(store: Store) -> None:
    with pytest.raises(StreamConflict):
        await store.append(append(write("a", 3)))


async def test_any_version_will_do_where_none_is_expected(store: Store) -> None:
    for version in (1, 2, 3):
        done = await store.append(append(write("a", None)))
        assert done.versions["access-a"] == version


async def test_a_decision_on_the_whole_log_is_written_only_while_nothing_else_was(store: Store) -> None:
    await store.append(append(write("a", 0)))
    await store.append(replace(append(write("b", 0)), log_at=1))
    with pytest.raises(LogMoved) as moved:
        await store.append(replace(append(write("c", 0)), log_at=1))
    assert (moved.value.expected, moved.value.actual) == (1, 2)
    assert (await store.head()).position == 2


async def test_of_decisions_on_the_same_log_one_is_written(store: Store) -> None:
    asked = [replace(append(write(f"s{number}", 0)), log_at=0) for number in range(20)]
    done = await asyncio.gather(*map(store.append, asked), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["Appended", *["LogMoved"] * 19]
    assert (await store.head()).position == 1


async def test_a_guard_holds_another_stream_to_its_version(store: Store) -> None:
    await store.append(append(write("round", 0)))

    await store.append(append(write("a", 0), write("round", 1, events=0)))
    with pytest.raises(StreamConflict) as caught:
        await store.append(append(write("b", 0), write("round", 0, events=0)))

    assert caught.value.stream == "access-round"
    assert await store.load("access-b") == ()


async def test_an_append_without_events_answers_the_head(store: Store) -> None:
    await store.append(append(write("a", 0, 3)))

    done = await store.append(append(write("a", 3, events=0)))

    assert done.position == 3
    assert done.event_ids == ()
    assert (await store.head()).position == 3


async def test_the_response_names_the_first_stream_with_events(store: Store) -> None:
    done = await store.append(append(write("guard", 0, events=0), write("a", 0, 2), key=key("k")))

    assert done.response == {
        "id": "k",
        "position": 2,
        "stream": "access-a",
        "version": 2,
        "events": ["nianlun.AccessRefused.v1"] * 2,
    }


async def test_a_key_is_remembered_with_its_answer_and_used_once(store: Store) -> None:
    done = await store.append(append(write("a", 0), key=key("k")))

    assert await store.recall("k") == Remembered("a" * 64, 201, done.response)
    with pytest.raises(AlreadyHandled) as caught:
        await store.append(append(write("a", 1), key=key("k", request_hash="b" * 64)))
    assert caught.value.remembered == Remembered("a" * 64, 201, done.response)
    assert (await store.head()).position == 1


async def test_a_key_is_remembered_although_nothing_happened(store: Store) -> None:
    await store.append(append(write("a", 0)))

    done = await store.append(append(write("a", 1, events=0), key=key("k")))

    assert await store.recall("k") == Remembered("a" * 64, 201, done.response)
    assert done.response["position"] == 1


async def test_events_that_are_in_the_log_are_not_written_again(store: Store) -> None:
    command = append(write("a", None, 2), command_id="3f0c6c0e-0000-5000-8000-000000000001")
    first = await store.append(command)
    await store.append(append(write("b", 0)))

    again: Appended = await store.append(command)

    assert again == first
    assert (await store.head()).position == 3


@pytest.mark.parametrize("otherwise", [write("a", None), write("a", None, 3), write("b", None, 2)])
async def test_a_commands_id_cannot_stand_for_other_events(store: Store, otherwise: Write) -> None:
    command_id = "3f0c6c0e-0000-5000-8000-000000000005"
    await store.append(append(write("a", None, 2), command_id=command_id))

    with pytest.raises(CommandReused):
        await store.append(append(otherwise, command_id=command_id))

    assert (await store.head()).position == 2


async def test_a_retry_under_its_key_is_answered_once_more_but_another_request_is_not(store: Store) -> None:
    command_id = "3f0c6c0e-0000-5000-8000-000000000002"
    await store.append(append(write("a", 0), command_id=command_id, key=key("k")))

    with pytest.raises(AlreadyHandled) as caught:
        await store.append(append(write("z", 0), command_id=command_id, key=key("k", request_hash="c" * 64)))

    assert caught.value.remembered.request_hash == "a" * 64
    assert await store.load(stream("z").name) == ()


async def test_an_event_that_is_too_large_is_refused_and_writes_nothing(store: Store) -> None:
    with pytest.raises(EventTooLarge):
        await store.append(too_large("a"))

    assert await store.head() == Head()
