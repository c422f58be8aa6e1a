"""The named points at which a fault drill kills the process."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias


class CrashPoint(StrEnum):
    """Where a crash would hurt most."""

    RELAY_BEFORE_SEND = "relay.before_send"
    RELAY_MID_BATCH = "relay.mid_batch"
    RELAY_AFTER_SEND_BEFORE_CURSOR = "relay.after_send_before_cursor"
    INBOX_BEFORE_COMMIT = "inbox.before_commit"
    INBOX_AFTER_COMMIT = "inbox.after_commit"
    APPEND_AFTER_COMMIT = "append.after_commit"


Reached: TypeAlias = Callable[[CrashPoint], None]


def nothing(_point: CrashPoint) -> None:
    """Outside a drill, reaching a point does nothing."""
