"""Puts files under a folder, each whole or not at all, whenever it is killed; from a tar, where it is run by itself.

It is the standard library's alone: the Python of an image gets it as text, whichever release made the image.
"""

import hashlib
import os
import shutil
import sys
import tarfile
from pathlib import Path
from typing import IO

UNDER_WAY = "#0"
"""Behind the name of a file that is being written, as the services' own store passes it over."""


def fill(stream: IO[bytes], folder: Path, user: int, group: int) -> None:
    """Put the files of a tar in, and give all to their owner; raise `tarfile.ReadError` at a cut, and `OSError`."""
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for one in tar:
            content, to = tar.extractfile(one), folder / one.name
            if content is None:
                to.mkdir(parents=True, exist_ok=True)
                _give(to, one.mode, user, group)
            else:
                with content:
                    put(content, to, one.mode, user, group)
    endure(folder)


def put(content: IO[bytes], to: Path, mode: int, user: int, group: int) -> None:
    """Give a file its content, owner and then its name, unless it is whole already; `OSError` leaves it as it was."""
    if _is_whole(to):
        return
    draft = to.with_name(to.name + UNDER_WAY)
    try:
        with draft.open("wb") as file:
            shutil.copyfileobj(content, file)
            file.flush()
            os.fsync(file.fileno())
        _give(draft, mode, user, group)
        draft.replace(to)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def endure(folder: Path) -> None:
    """Return when the names of all files and folders below are on the disk."""
    for at, _, _ in os.walk(folder):
        descriptor = os.open(at, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _is_whole(path: Path) -> bool:
    """Whether a file is there whose name is the SHA-256 of its bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == path.name


def _give(path: Path, mode: int, user: int, group: int) -> None:
    path.chmod(mode)
    os.chown(path, user, group)


if __name__ == "__main__":
    fill(sys.stdin.buffer, Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
