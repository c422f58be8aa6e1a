"""What a check of a log concludes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a service's log: its position, its hash and its time."""

    position: int
    hash: str
    time: str


@dataclass(frozen=True, slots=True)
class Proven:
    """The log is whole: contiguous, chained, in order. `resent` records repeat an earlier one byte for byte."""

    heads: Mapping[str, Head]
    rounds: tuple[str, ...]
    rehearsal: bool
    resent: int

    @property
    def events(self) -> int:
        """How many events the log has."""
        return sum(head.position for head in self.heads.values())


@dataclass(frozen=True, slots=True)
class Disproved:
    """The first bad event, by its sequence in its service's log, and what is wrong with it."""

    topic: str
    partition: int
    offset: int
    source: str
    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """Nothing is wrong so far, but the log is not complete."""

    reason: str


Verdict: TypeAlias = Proven | Disproved | Undecided


def exit_code(verdict: Verdict) -> int:
    """0 proven, 1 disproved, 2 cannot decide."""
    return {Proven: 0, Disproved: 1, Undecided: 2}[type(verdict)]


def sentence(verdict: Verdict) -> str:
    """The verdict in one line."""
    match verdict:
        case Proven(heads, rounds):
            logs = ", ".join(f"{source} 1–{head.position}" for source, head in sorted(heads.items()))
            return f"PROVEN: {verdict.events} events, {logs}; rounds: {', '.join(rounds) or 'none'}"
        case Disproved(topic, partition, offset, source, sequence, reason):
            place = f"topic {topic} partition {partition} offset {offset}, {source} sequence {sequence}"
            return f"DISPROVED: {place if source else topic}: {reason}"
        case Undecided(reason):
            return f"CANNOT DECIDE: {reason}"
        case _:
            assert_never(verdict)
