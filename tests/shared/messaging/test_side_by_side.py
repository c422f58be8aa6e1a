"""Partitions side by side: few at a time, none after a failure, and the first failure is the one that is told."""

import asyncio
from collections.abc import Sequence

import pytest
from aiokafka import TopicPartition

from shared.messaging.partitions import AT_ONCE_MAX, side_by_side

pytestmark = pytest.mark.asyncio


async def test_all_are_applied_and_never_too_many_at_a_time() -> None:
    under_way, applied = set[int](), list[int]()

    async def apply(partition: TopicPartition, records: Sequence[int]) -> None:
        under_way.add(partition.partition)
        assert len(under_way) <= AT_ONCE_MAX
        await asyncio.sleep(0.001)
        under_way.remove(partition.partition)
        applied.extend(records)

    await side_by_side(apply, {TopicPartition("t", n): [n] for n in range(12)})
    assert sorted(applied) == list(range(12))


async def test_after_a_failure_those_under_way_end_and_no_other_begins() -> None:
    ended: list[int] = []

    async def apply(partition: TopicPartition, _records: Sequence[int]) -> None:
        number = partition.partition
        if number == AT_ONCE_MAX - 1:
            raise RuntimeError("first")
        await asyncio.sleep(0.01)
        ended.append(number)
        if number == 0:
            raise ValueError("second")

    with pytest.raises(RuntimeError, match="first"):
        await side_by_side(apply, {TopicPartition("t", n): [n] for n in range(12)})
    assert ended == list(range(AT_ONCE_MAX - 1))
