"""The quick slice: every named crash point and every kind of kill once, two processes of each house, then the judge."""

import pytest

from shared.messaging.crash_points import CrashPoint
from tests.faults.drill import CRASHES, Drill, drill, suffer, together
from tests.faults.machines import ground

ACKNOWLEDGED_MIN = 200


@pytest.mark.timeout(240)
async def test_nothing_is_lost_repeated_or_reordered_by_any_fault() -> None:
    faults = [
        together(CRASHES[CrashPoint.RELAY_BEFORE_SEND], CRASHES[CrashPoint.INBOX_BEFORE_COMMIT]),
        together(CRASHES[CrashPoint.RELAY_MID_BATCH], CRASHES[CrashPoint.INBOX_AFTER_COMMIT]),
        CRASHES[CrashPoint.RELAY_AFTER_SEND_BEFORE_CURSOR],
        CRASHES[CrashPoint.APPEND_AFTER_COMMIT],
        Drill.kill_postgres,
        Drill.kill_source,
        Drill.kill_broker,
        Drill.kill_sink,
    ]
    async with ground() as made, drill(made, seed=1) as drilled:
        await suffer(drilled, faults, 1, print)
        assert await drilled.verdict() == []
        assert len(drilled.load.acknowledged) > ACKNOWLEDGED_MIN
        killed = [kept.ends for kept in (*drilled.source.kept, *drilled.sink.kept, made.postgres, made.kafka)]
        assert all(killed), "every process died at least once"
