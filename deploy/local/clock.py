"""The rehearsal's clock: it stands still, and one command moves it forward for the whole stack."""

import fcntl
from dataclasses import dataclass
from pathlib import Path

from deploy.local.home import Home, StackError, read_as, write_json
from shared.kernel.instants import Instant, NotAnInstant, instant, local_text

DEFAULT_START = "2017-08-01T09:00:00+08:00"


@dataclass(frozen=True, slots=True)
class _Clock:
    """The content of clock.json."""

    now: str


def start(home: Home, text: str) -> None:
    """Set a new rehearsal's clock."""
    write_json(home.clock, {"rehearsal": True, "now": _instant(text)})


def show(home: Home) -> Instant:
    """What the rehearsal's clock says."""
    if not home.state.exists() and not home.clock.exists():
        raise StackError(f"there is no stack in {home.root}; `nianlun up` makes one")
    if not home.clock.exists():
        raise StackError(f"{home.clock} is not there: a stack without one lives by the real clock, which nobody moves")
    return told(home.clock)


def told(path: Path) -> Instant:
    """What a clock.json says; raise `StackError` when it is damaged."""
    now = read_as(path, _Clock).now
    try:
        return _instant(now)
    except StackError as error:
        raise StackError(f"{path} is damaged: {error}") from error


def advance_to(home: Home, text: str) -> Instant:
    """Move the clock forward; backwards is refused."""
    wanted = _instant(text)
    show(home)
    with home.clock.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        now = show(home)
        if wanted < now:
            raise StackError(f"the clock stands at {local_text(now)} (Asia/Shanghai) and is never moved back")
        write_json(home.clock, {"rehearsal": True, "now": wanted})
    return wanted


def no_earlier(home: Home, at: Instant) -> None:
    """Let the clock stand at `at`, unless it is beyond it already."""
    now = show(home) if home.clock.exists() else at
    write_json(home.clock, {"rehearsal": True, "now": max(now, at)})


def _instant(text: str) -> Instant:
    try:
        return instant(text)
    except NotAnInstant as error:
        wanted = "an instant with an offset from 1800 to 2199, such as 2017-09-20T17:00:00+08:00"
        raise StackError(f"{text!r} is not {wanted}") from error
