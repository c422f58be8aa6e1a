"""The check of a whole log: every service's chain, and what holds between them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import TypeAlias

from .forms import Forms
from .ids import Ids
from .log import Bags, Log, Partition, Reader, Streams
from .verdict import Disproved, Head, Proven, Undecided, Verdict

TOPIC = re.compile(r"nianlun\.([a-z]+)\.[a-z]+\.v1")
ROUNDS = "nianlun.application.round.v1"
CAUSE_GROUP, ID_GROUP, SEQUENCE_GROUP = 0, 1, 4
Claims: TypeAlias = Mapping[str, tuple[int, str]]
NOT_THE_HEAD = "its bytes are not those whose hash the manifest names as the head"


def verify(partitions: Iterable[Partition], claims: Claims | None = None) -> Verdict:
    """Check every event once, in the order of its service's log, in memory that grows with streams and not with events.

    `claims` names the head (position, hash) of every source of an archive, so that what is missing is a fault;
    without it the log may still grow, and a hole cannot be decided.
    """
    ordered = sorted(partitions, key=lambda one: (one.topic, one.number))
    for partition in ordered:
        if not TOPIC.fullmatch(partition.topic):
            return Disproved(partition.topic, partition.number, 0, "", 0, "it is none of our topics")
    forms, streams, bags = Forms(), dict[str, Streams](), Bags(Ids(), Ids())
    logs = []
    for source, group in groupby(ordered, key=lambda one: _source(one.topic)):
        claim = None if claims is None else claims.get(source, (0, ""))
        logs.append(Log(source, _readers(group, forms, streams), bags, claim))
    try:
        return _verdict(logs, claims, ordered, bags) or _proven(logs, streams, forms)
    finally:
        bags.ids.close()
        bags.causes.close()


def _verdict(
    logs: Sequence[Log], claims: Claims | None, partitions: Sequence[Partition], bags: Bags
) -> Disproved | Undecided | None:
    open_end: Undecided | None = None
    for log in logs:
        found = log.follow()
        if isinstance(found, Disproved):
            return found
        open_end = open_end or found
    return _short(logs, claims) or _twice(partitions, bags) or open_end or _uncaused(partitions, bags)


def _source(topic: str) -> str:
    return f"nianlun/{topic.split('.')[1]}"


def _readers(partitions: Iterable[Partition], forms: Forms, streams: dict[str, Streams]) -> list[Reader]:
    homes: dict[str, dict[bytes, int]] = {}
    return [
        Reader(one, forms, streams.setdefault(one.topic, {}), homes.setdefault(one.topic, {})) for one in partitions
    ]


def _short(logs: Iterable[Log], claims: Claims | None) -> Disproved | None:
    for log in logs if claims is not None else ():
        position, digest = (log.head.position, log.head.hash) if log.head else (0, "")
        claimed, named = (claims or {}).get(log.source, (0, ""))
        if position < claimed:
            return log.at_the_end(f"the log ends here, the manifest claims it up to sequence {claimed}")
        if position > claimed:
            return log.at_the_end(f"the manifest claims the log up to sequence {claimed} only")
        if digest != named:
            return log.at_the_end(NOT_THE_HEAD)
    return None


def _twice(partitions: Sequence[Partition], bags: Bags) -> Disproved | None:
    twice: set[bytes] = set()
    for part in bags.ids.parts():
        if len(set(part)) < len(part):
            twice |= {identity for identity, times in Counter(part).items() if times > 1}
    seen: dict[bytes, tuple[str, int]] = {}
    for place, offset, sequence, identity in _naming(partitions, twice, ID_GROUP):
        own = (_source(place.topic), sequence)
        if seen.setdefault(identity, own) != own:
            reason = f"its id {identity.decode()} is that of an earlier event"
            return Disproved(place.topic, place.number, offset, *own, reason)
    return None


def _uncaused(partitions: Sequence[Partition], bags: Bags) -> Undecided | None:
    pairs = zip(bags.causes.parts(), bags.ids.parts(), strict=True)
    missing = {one for causes, ids in pairs for one in set(causes).difference(ids)}
    for place, _, sequence, cause in _naming(partitions, missing, CAUSE_GROUP):
        what = f"event {cause.decode()}, which caused sequence {sequence}, is not there"
        return Undecided(f"{_source(place.topic)}: {what}")
    return None


def _naming(partitions: Sequence[Partition], wanted: set[bytes], group: int) -> list[tuple[Partition, int, int, bytes]]:
    """Partition, offset, sequence and id of each event that names one of the wanted ids, by source and sequence."""
    found = []
    for partition in partitions if wanted else ():
        read = Forms().reader(partition.topic)
        for offset, _, value in partition.read():
            groups = read(value or b"")
            if groups[group] in wanted:
                found.append((partition, offset, int(groups[SEQUENCE_GROUP]), groups[group]))
    return sorted(found, key=lambda one: (_source(one[0].topic), one[2], one[1]))


def _proven(logs: Iterable[Log], streams: dict[str, Streams], forms: Forms) -> Proven | Undecided:
    heads: dict[str, Head] = {}
    resent = 0
    for log in logs:
        resent += log.resent
        if log.head is not None:
            heads[log.source] = log.head
    if not heads:
        return Undecided("there is no event")
    rounds = sorted(stream.decode() for stream in streams.get(ROUNDS, ()))
    return Proven(heads, tuple(rounds), bool(forms.rehearsal), resent)
