"""One supervisor a home: whoever holds the lock on the pid file; a file without its lock is stale."""

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.home import Home, StackError

POLL_SECONDS = 0.1


@contextmanager
def lease(home: Home) -> Iterator[None]:
    """Be the home's supervisor, or raise `StackError` saying who is."""
    with home.pid.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(
                f"the stack of {home.root} is up already (process {holder(home)}); "
                "see `nianlun status`, stop it with `nianlun down`"
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def renewing(home: Home) -> Iterator[None]:
    """Be the only one who renews the home's secrets, or raise `StackError`."""
    path = home.root / "secrets"
    try:
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise StackError(f"{path} cannot be read: {error.strerror}; `nianlun up` makes it") from error
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(folder)
        raise StackError(f"somebody renews secrets of {home.root} now; begin again when that has ended") from error
    try:
        yield
    finally:
        os.close(folder)


def holder(home: Home) -> int | None:
    """The supervisor's process id, or None when nobody holds the home."""
    if not home.pid.exists():
        return None
    with home.pid.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = file.read().strip()
            return int(text) if text.isdigit() else 0
    return None


def require_up(home: Home) -> None:
    """Raise `StackError` unless the stack is up and has been ready."""
    if home.run.exists():
        return
    if holder(home):
        raise StackError(f"the stack of {home.root} is not ready; `nianlun status` shows what it waits for")
    raise StackError(f"the stack of {home.root} is not up; `{home.begin}` starts it")


def end(home: Home, seconds_max: float) -> bool:
    """Ask the supervisor to stop and wait until it did; False when there was none."""
    pid = holder(home)
    if not pid:
        return False
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + seconds_max
    while holder(home) == pid:
        if time.monotonic() > deadline:
            raise StackError(f"the stack of {home.root} (process {pid}) has not stopped within {seconds_max:g} s")
        time.sleep(POLL_SECONDS)
    return True
