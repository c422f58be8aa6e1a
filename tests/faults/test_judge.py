"""The judge finds each thing that can be wrong, and nothing where all is well."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from shared.contracts.access import AccessRefused
from shared.contracts.envelope import Recorded
from shared.contracts.topics import topic_of
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import Actor, Role, system
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.messaging.kafka import partition_of
from tests.faults.house import CATEGORIES, VIEW, project, stream_of
from tests.faults.judge import Acknowledged, Evidence, House, Kind, judge

NOON = Instant("2017-08-01T04:00:00.000Z")
CALLER = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.FILER)
SOURCE, SINK = "registration", "application"


def said(text: str) -> tuple[AccessRefused, ...]:
    return (AccessRefused(command="Say", stream="words", reason=text),)


async def house(service: str, log: Sequence[Recorded], heard: Sequence[Recorded], store: MemoryEventStore) -> House:
    documents = MemoryDocuments()
    for one in (*log, *heard):
        await project(documents, one)
    names = {one.envelope.stream for one in (*log, *heard)}
    docs = {name: dict(await documents.get(VIEW, name) or {}) for name in names}
    rows = [(one.position, one.envelope.stream, one.envelope.streamversion, one.body) for one in log]
    return House(service, rows, await store.head(), docs, [CATEGORIES[SOURCE].topic] if service == SINK else [])


async def well() -> Evidence:
    """Twelve commands in four streams, all of them told and echoed."""
    source, sink = MemoryEventStore(SOURCE, rehearsal=True), MemoryEventStore(SINK, rehearsal=True)
    acknowledged = []
    for number in range(12):
        text, stream = f"t{number}", stream_of(SOURCE, f"s{number % 4}")
        context = Context(named("command", text), CALLER, NOON, named("command", text))
        done = await source.append(Append((Write(stream, None, said(text)),), context))
        acknowledged.append(Acknowledged(text, done.position, stream.name, done.versions[stream.name]))
    for one in await source.read(0, 100):
        command_id = named("echo", one.envelope.id)
        context = Context(command_id, system(SINK), NOON, command_id, causation_id=one.envelope.id)
        echo = Write(stream_of(SINK, one.envelope.stream.partition("-")[2]), None, said(f"echo {one.envelope.id}"))
        await sink.append(Append((echo,), context))
    logs = {SOURCE: await source.read(0, 100), SINK: await sink.read(0, 100)}
    kafka: dict[tuple[str, int], list[bytes]] = defaultdict(list)
    for service, log in logs.items():
        for one in log:
            place = (topic_of(service, one.envelope.stream), partition_of(one.envelope.partitionkey.encode()))
            kafka[place].append(one.body)
    houses = [await house(SOURCE, logs[SOURCE], (), source), await house(SINK, logs[SINK], logs[SOURCE], sink)]
    return Evidence(acknowledged, SOURCE, houses, dict(kafka))


def source_rows(evidence: Evidence, rows: Sequence[tuple[int, str, int, bytes]]) -> Evidence:
    return replace(evidence, houses=[replace(evidence.houses[0], rows=rows), evidence.houses[1]])


def without_the_fifth(evidence: Evidence) -> Evidence:
    return source_rows(evidence, [row for row in evidence.houses[0].rows if row[0] != 5])


def with_the_fifth_twice(evidence: Evidence) -> Evidence:
    rows = list(evidence.houses[0].rows)
    return source_rows(evidence, [*rows[:5], *rows[4:]])


def with_a_changed_byte(evidence: Evidence) -> Evidence:
    rows = list(evidence.houses[0].rows)
    position, stream, version, body = rows[4]
    return source_rows(evidence, [*rows[:4], (position, stream, version, body.replace(b"t4", b"tX")), *rows[5:]])


def with_two_swapped(evidence: Evidence) -> Evidence:
    place = max(evidence.kafka, key=lambda place: len(evidence.kafka[place]))
    first, second, *rest = evidence.kafka[place]
    return replace(evidence, kafka={**evidence.kafka, place: [second, first, *rest]})


def with_one_not_sent(evidence: Evidence) -> Evidence:
    place = next(iter(evidence.kafka))
    return replace(evidence, kafka={**evidence.kafka, place: evidence.kafka[place][:-1]})


def with_one_invented(evidence: Evidence) -> Evidence:
    place = next(iter(evidence.kafka))
    return replace(evidence, kafka={**evidence.kafka, place: [*evidence.kafka[place], b"{}"]})


def with_one_counted_twice(evidence: Evidence) -> Evidence:
    sink = evidence.houses[1]
    name, doc = next(iter(sink.documents.items()))
    counted = {**doc, "count": int(str(doc["count"])) + 1}
    return replace(evidence, houses=[evidence.houses[0], replace(sink, documents={**sink.documents, name: counted})])


def with_an_echo_missing(evidence: Evidence) -> Evidence:
    sink = evidence.houses[1]
    return replace(evidence, houses=[evidence.houses[0], replace(sink, rows=sink.rows[:-1])])


def told_another_position(evidence: Evidence) -> Evidence:
    first, *rest = evidence.acknowledged
    return replace(evidence, acknowledged=[replace(first, position=9), *rest])


def still_waiting(evidence: Evidence) -> Evidence:
    return replace(evidence, stalled=["registration: 3 behind at the relay"])


async def test_it_has_nothing_to_say_where_all_is_well() -> None:
    assert await judge(await well()) == []


async def test_a_duplicate_on_kafka_is_no_fault() -> None:
    evidence = await well()
    kafka = {place: [*bodies, bodies[0], bodies[-1]] for place, bodies in evidence.kafka.items()}
    assert await judge(replace(evidence, kafka=kafka)) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (without_the_fifth, Kind.LOST),
        (without_the_fifth, Kind.GAP),
        (with_the_fifth_twice, Kind.REPEATED),
        (with_a_changed_byte, Kind.CHAIN),
        (with_two_swapped, Kind.REORDERED),
        (with_one_not_sent, Kind.NOT_ON_KAFKA),
        (with_one_invented, Kind.NOT_IN_LOG),
        (with_one_counted_twice, Kind.PROJECTION),
        (with_an_echo_missing, Kind.REACTION),
        (told_another_position, Kind.MISPLACED),
        (still_waiting, Kind.STALLED),
    ],
)
async def test_it_names_what_is_wrong(change: Callable[[Evidence], Evidence], kind: Kind) -> None:
    assert kind in {finding.kind for finding in await judge(change(await well()))}
