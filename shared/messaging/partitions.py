"""Where each assigned partition stands: the offset that comes next, and whether it waits."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TypeVar

from aiokafka import TopicPartition

HOLD_SECONDS_MIN, HOLD_SECONDS_MAX = 0.05, 5.0
ALERT_SECONDS = 30.0
"""A partition that holds longer than this is an operator's business."""
AT_ONCE_MAX = 2
"""Partitions applied at a time: each takes a connection, and more would only wait for each other's documents."""
PolledT = TypeVar("PolledT")


@dataclass(slots=True)
class Hold:
    """Why a partition waits, since when, and when it tries again."""

    reason: str
    since: float
    pause_seconds: float = HOLD_SECONDS_MIN
    due: float = 0.0
    waiting: bool = True
    told: bool = False

    @property
    def seconds(self) -> float:
        """How long it has been held, attempts in between included."""
        return monotonic() - self.since


@dataclass(slots=True)
class Track:
    """One assigned partition."""

    next_offset: int
    moved_at: float = field(default_factory=monotonic)
    """When it last came forward, or was last seen to have nothing to do."""
    asked_again: bool = False
    """Whether the consumer was sent to `next_offset` once more, because it gave another record than that."""

    def move(self, next_offset: int) -> None:
        """Note that everything before `next_offset` was applied."""
        self.next_offset, self.moved_at = next_offset, monotonic()


@dataclass(slots=True)
class Partitions:
    """The partitions of one consumer: tracks of those assigned, holds of those that fail for now."""

    tracks: dict[TopicPartition, Track] = field(default_factory=dict)
    holds: dict[TopicPartition, Hold] = field(default_factory=dict)

    def start(self, partition: TopicPartition, offset: int) -> None:
        """Read a partition on from `offset`."""
        self.tracks[partition] = Track(offset)

    def hold(self, partition: TopicPartition, reason: str) -> Hold:
        """Let a partition wait, twice as long as the time before."""
        known = self.holds.get(partition)
        hold = known or Hold(reason, monotonic(), HOLD_SECONDS_MIN / 2)
        hold.reason, hold.waiting = reason, True
        hold.pause_seconds = min(2 * hold.pause_seconds, HOLD_SECONDS_MAX)
        hold.due = monotonic() + hold.pause_seconds
        self.holds[partition] = hold
        return hold

    def waits(self, partition: TopicPartition) -> bool:
        """Whether nothing may be applied for now."""
        hold = self.holds.get(partition)
        return partition not in self.tracks or (hold is not None and hold.waiting)

    def due(self) -> list[TopicPartition]:
        """Those whose wait is over."""
        now = monotonic()
        return [partition for partition, hold in self.holds.items() if hold.waiting and hold.due <= now]

    def poll_seconds(self, at_most: float) -> float:
        """How long may pass before one is due."""
        now = monotonic()
        return max(0.0, min([at_most, *(hold.due - now for hold in self.holds.values() if hold.waiting)]))

    def drop(self, partition: TopicPartition) -> None:
        """Forget a partition that is not ours any more."""
        self.tracks.pop(partition, None)
        self.holds.pop(partition, None)


async def side_by_side(
    apply: Callable[[TopicPartition, Sequence[PolledT]], Awaitable[None]],
    polled: Mapping[TopicPartition, Sequence[PolledT]],
) -> None:
    """Apply several partitions at a time: while the database works for one, the next is decoded.

    Once one has raised no other begins; when those under way have come to an end the first failure is raised.
    """
    turns, failures = asyncio.Semaphore(AT_ONCE_MAX), list[Exception]()

    async def one(partition: TopicPartition, records: Sequence[PolledT]) -> None:
        async with turns:
            if failures:
                return
            try:
                await apply(partition, records)
            except Exception as error:  # noqa: BLE001 - raised below
                failures.append(error)

    await asyncio.gather(*(one(*part) for part in polled.items()))
    if failures:
        raise failures[0]


def name(partition: TopicPartition) -> str:
    """For people: `topic/partition`."""
    return f"{partition.topic}/{partition.partition}"
