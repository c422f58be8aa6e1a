"""The judge: what must be true of logs, Kafka and read models after any fault; pure, and blind to what happened."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.auditlog.canonical import hash_of
from shared.auditlog.chain import ChainBroken, Head, follow
from shared.contracts.access import AccessRefused
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.contracts.topics import topic_of
from shared.eventstore.documents import MemoryDocuments
from shared.messaging.kafka import partition_of
from tests.faults.house import VIEW, project


class Kind(StrEnum):
    """What can be wrong."""

    LOST = "an acknowledged command is not in the log"
    REPEATED = "a command took effect more than once"
    MISPLACED = "an acknowledged position, stream or version is not the log's"
    GAP = "positions or stream versions are not contiguous"
    CHAIN = "the chain does not verify"
    NOT_ON_KAFKA = "an event of the log is not on Kafka"
    NOT_IN_LOG = "Kafka holds bytes that are not in the log"
    REORDERED = "a partition's first occurrences are not in the log's order"
    PROJECTION = "a read model is not what the log makes of it"
    REACTION = "a foreign event did not lead to exactly one event"
    STALLED = "something did not catch up"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    kind: Kind
    detail: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What a caller was told about its command."""

    text: str
    position: int
    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class House:
    """What one house has: its log with positions, its head, its read model."""

    service: str
    rows: Sequence[tuple[int, str, int, bytes]]
    """Position, stream, version and bytes of each row, by position."""
    head: Head
    documents: Mapping[str, Mapping[str, object]]
    hears: Sequence[str] = ()
    """Topics whose events it projects and echoes."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything the judge looks at."""

    acknowledged: Sequence[Acknowledged]
    commanded: str
    """The house that was commanded."""
    houses: Sequence[House]
    kafka: Mapping[tuple[str, int], Sequence[bytes]]
    """The values of each topic and partition, in the order of their offsets."""
    stalled: Sequence[str] = ()


async def judge(evidence: Evidence) -> list[Finding]:
    """Every finding; none when all is well."""
    findings = [Finding(Kind.STALLED, what) for what in evidence.stalled]
    logs = {house.service: [decode(row[3]) for row in house.rows] for house in evidence.houses}
    findings += _commands(evidence.acknowledged, logs[evidence.commanded])
    for house in evidence.houses:
        findings += _log(house)
        findings += _on_kafka(house.service, logs[house.service], evidence.kafka)
        heard = [one for log in logs.values() for one in log if _topic(one) in house.hears]
        findings += _reactions(house.service, logs[house.service], heard)
        findings += await _projection(house, [*logs[house.service], *heard])
    return findings


def _commands(acknowledged: Sequence[Acknowledged], log: Sequence[Recorded]) -> Iterator[Finding]:
    texts = Counter(one.event.reason for one in log if isinstance(one.event, AccessRefused))
    places = {(one.position, one.envelope.stream, one.envelope.streamversion): one for one in log}
    for text, times in texts.items():
        if times > 1:
            yield Finding(Kind.REPEATED, f"{text}: {times} times")
    for ack in acknowledged:
        if not texts[ack.text]:
            yield Finding(Kind.LOST, ack.text)
            continue
        found = places.get((ack.position, ack.stream, ack.version))
        if found is None or not isinstance(found.event, AccessRefused) or found.event.reason != ack.text:
            yield Finding(Kind.MISPLACED, f"{ack}")


def _log(house: House) -> Iterator[Finding]:
    versions: Counter[str] = Counter()
    for expected, (position, stream, version, body) in enumerate(house.rows, 1):
        versions[stream] += 1
        envelope = decode(body).envelope
        if position != expected or version != versions[stream]:
            yield Finding(Kind.GAP, f"{house.service}: {stream} version {version} at {position}, not {expected}")
        if (int(envelope.sequence), envelope.stream, envelope.streamversion) != (position, stream, version):
            yield Finding(Kind.GAP, f"{house.service}: row {position} and its bytes disagree")
    try:
        end = follow(Head(), (body for *_, body in house.rows))
    except ChainBroken as broken:
        yield Finding(Kind.CHAIN, f"{house.service}: {broken}")
    else:
        if end != house.head:
            yield Finding(Kind.CHAIN, f"{house.service}: the head is {house.head}, the log ends at {end}")


def _on_kafka(
    service: str, log: Sequence[Recorded], kafka: Mapping[tuple[str, int], Sequence[bytes]]
) -> Iterator[Finding]:
    expected: dict[tuple[str, int], list[bytes]] = defaultdict(list)
    for one in log:
        expected[_topic(one), partition_of(one.envelope.partitionkey.encode())].append(one.body)
    places = {place for place in kafka if place[0].startswith(f"nianlun.{service}.")}
    for place in sorted(places | set(expected)):
        first = list(dict.fromkeys(kafka.get(place, ())))
        missing, alien = set(expected[place]) - set(first), set(first) - set(expected[place])
        if missing:
            yield Finding(Kind.NOT_ON_KAFKA, f"{place}: {len(missing)} events")
        if alien:
            yield Finding(Kind.NOT_IN_LOG, f"{place}: {len(alien)} records")
        if [body for body in first if body not in alien] != [body for body in expected[place] if body not in missing]:
            yield Finding(Kind.REORDERED, f"{place}")


def _reactions(service: str, log: Sequence[Recorded], heard: Iterable[Recorded]) -> Iterator[Finding]:
    echoes = Counter(one.envelope.causationid for one in log if one.envelope.causationid)
    for one in heard:
        times = echoes.pop(one.envelope.id, 0)
        if times != 1:
            yield Finding(Kind.REACTION, f"{service} echoed {one.envelope.stream} {one.position} {times} times")
    for cause in echoes:
        yield Finding(Kind.REACTION, f"{service} echoed {cause}, which nobody said")


async def _projection(house: House, events: Sequence[Recorded]) -> list[Finding]:
    documents = MemoryDocuments()
    for one in sorted(events, key=lambda one: (one.service, one.position)):
        await project(documents, one)
    rebuilt = {name: await documents.get(VIEW, name) for name in {one.envelope.stream for one in events}}
    if hash_of(rebuilt) == hash_of(house.documents):
        return []
    wrong = [name for name in {*rebuilt, *house.documents} if rebuilt.get(name) != house.documents.get(name)]
    return [Finding(Kind.PROJECTION, f"{house.service}: {len(wrong)} documents, {min(wrong)} among them")]


def _topic(one: Recorded) -> str:
    return topic_of(one.service, one.envelope.stream)
