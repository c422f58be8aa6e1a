"""A folder that is there whole or not at all: drafted beside its name by one command at a time."""

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir

from deploy.local.home import StackError
from shared.files.objects import sync

ROOM_BYTES_MIN = 1024 * 1024


@contextmanager
def drafted(folder: Path) -> Iterator[Path]:
    """An empty draft of `folder`, which takes its name when the block ends well and is gone when it does not.

    All of it is on the disk before it has its name, which is there when this returns. What a killed command left is
    drafted anew. Raises `StackError` where the folder is there, its parent is not, another command drafts it, or there
    is no room for it.
    """
    _absent(folder)
    draft = folder.with_name(f".{folder.name}.draft")
    if not folder.parent.is_dir():
        raise StackError(f"there is no folder {folder.parent}: mount it or make it first, or name another one")
    try:
        draft.mkdir(exist_ok=True, mode=0o700)
    except OSError as error:
        raise StackError(f"no folder can be made at {folder}: {error.strerror}") from error
    descriptor = os.open(draft, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _alone(descriptor, draft, folder)
        try:
            _empty(draft)
            yield draft
            _endure(draft)
            draft.rename(folder)
            sync(folder.parent)
        except (OSError, StackError) as error:
            if room := _lack_of_room(error, folder.parent):
                raise StackError(f"{room}; the backup would not fit into {folder}") from error
            raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    finally:
        os.close(descriptor)


def _absent(folder: Path) -> None:
    if folder.exists():
        raise StackError(f"{folder} is there already; a backup is a folder of its own")


def _lack_of_room(error: OSError | StackError, parent: Path) -> str:
    """Where there is no room left, if that is why a block ended; what it read into has been removed by then."""
    if shutil.disk_usage(parent).free < ROOM_BYTES_MIN:
        return f"no room is left in {parent}"
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"no room was left in {parent}, or in {gettempdir()}, into which the log is read"
    return ""


def _alone(descriptor: int, draft: Path, folder: Path) -> None:
    """Hold the draft as long as its descriptor is open; whoever held it before may have given it its name."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        held = draft.exists() and os.path.samestat(draft.stat(), os.fstat(descriptor))
    except BlockingIOError:
        held = False
    _absent(folder)
    if not held:
        raise StackError(f"another backup into {folder} is under way; wait for it, or name another folder")


def _empty(draft: Path) -> None:
    for path in draft.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _endure(draft: Path) -> None:
    for at, _, names in os.walk(draft):
        for path in (Path(at), *(Path(at, name) for name in names)):
            sync(path)
