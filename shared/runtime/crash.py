"""The crash points of a fault drill: reaching the named one kills the process as `kill -9` does."""

import os
import signal

from shared.messaging.crash_points import CrashPoint, Reached, nothing
from shared.runtime.settings import ServiceSettings


def reached(settings: ServiceSettings) -> Reached:
    """What to do at a crash point: nothing, unless a rehearsal's settings name one.

    Raise `ValueError` for a name that is no crash point.
    """
    if not settings.crash_at:
        return nothing
    fatal = CrashPoint(settings.crash_at)
    if settings.clocks.kind != "rehearsal":
        return nothing

    def kill(point: CrashPoint) -> None:
        if point is fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill
