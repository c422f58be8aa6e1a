"""The check of a whole log: every service's chain, and what holds between them."""

import re
from collections.abc import Iterable, Mapping
from itertools import groupby

from .forms import Forms
from .log import Log, Partition, Reader, Streams
from .verdict import Disproved, Head, Proven, Undecided, Verdict

TOPIC = re.compile(r"nianlun\.([a-z]+)\.[a-z]+\.v1")
ROUNDS = "nianlun.application.round.v1"
NOT_THE_HEAD = "its bytes are not those whose hash the manifest names as the head"


def verify(partitions: Iterable[Partition], claims: Mapping[str, tuple[int, str]] | None = None) -> Verdict:
    """Check every event once, in the order of its service's log, in memory that holds ids and streams but no events.

    `claims` names the head (position, hash) of every source of an archive, so that what is missing is a fault;
    without it the log may still grow, and a hole cannot be decided.
    """
    ordered = sorted(partitions, key=lambda one: (one.topic, one.number))
    for partition in ordered:
        if not TOPIC.fullmatch(partition.topic):
            return Disproved(partition.topic, partition.number, 0, "", 0, "it is none of our topics")
    forms, streams, ids = Forms(), dict[str, Streams](), set[bytes]()
    logs = []
    for source, group in groupby(ordered, key=lambda one: _source(one.topic)):
        readers = _readers(group, forms, streams)
        logs.append(Log(source, readers, ids, None if claims is None else claims.get(source, (0, ""))))
    open_end: Undecided | None = None
    for log in logs:
        found = log.follow()
        if isinstance(found, Disproved):
            return found
        open_end = open_end or found
    return open_end or _short(logs, claims) or _uncaused(logs, ids) or _proven(logs, streams, forms)


def _source(topic: str) -> str:
    return f"nianlun/{topic.split('.')[1]}"


def _readers(partitions: Iterable[Partition], forms: Forms, streams: dict[str, Streams]) -> list[Reader]:
    homes: dict[str, dict[bytes, int]] = {}
    return [
        Reader(one, forms, streams.setdefault(one.topic, {}), homes.setdefault(one.topic, {})) for one in partitions
    ]


def _short(logs: Iterable[Log], claims: Mapping[str, tuple[int, str]] | None) -> Disproved | None:
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


def _uncaused(logs: Iterable[Log], ids: set[bytes]) -> Undecided | None:
    for log in logs:
        for cause, sequence in log.causes.items():
            if cause not in ids:
                missing = f"event {cause.decode()}, which caused sequence {sequence}, is not there"
                return Undecided(f"{log.source}: {missing}")
    return None


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
