"""The files that go with the events of a service, out of the place where it keeps them and into it."""

import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from deploy.composed import filling, volumes
from deploy.composed.place import is_composed, variables
from deploy.local.home import Home, StackError
from deploy.recovery.reach import files_of

ADDRESS = "NIANLUN_FILES_URL"
_PLACE = re.compile(r"(?:sha256/[0-9a-f]{2}|condemned)/([0-9a-f]{64})(?:/[^/]+)?")
UNDER_WAY = "#"
"""In the name of a file that is being written."""


def copy_out(home: Home, service: str, folder: Path) -> None:
    """Copy a service's files into a folder while it goes on; what it takes away meanwhile no event names."""
    if (at := files_of(home, service)) is None:
        volumes.copy_out(home, service, folder)
    else:
        copy(at, folder)


def copy_in(home: Home, service: str, folder: Path) -> None:
    """Put a folder's files among those of a service that is down; raise `StackError`: what was there is as it was."""
    if (at := files_of(home, service)) is None:
        volumes.copy_in(home, service, folder)
        return
    try:
        put_in(folder, at)
    except OSError as error:
        raise StackError(f"cannot put the files of {service} into {at}: {error.strerror}") from error


def elsewhere(home: Home) -> str | None:
    """The address of a store of their own, which is backed up by its own means; None where they are in the home."""
    said = variables(home) if is_composed(home) else {}
    return said.get(ADDRESS) or os.environ.get(ADDRESS)


def kept(home: Home, service: str) -> set[str]:
    """The SHA-256 of every file that a service has, also of those that it has moved aside."""
    at = files_of(home, service)
    return hashes(volumes.names(home, service) if at is None else names(at))


def names(folder: Path) -> Iterator[str]:
    """The files below a folder."""
    return (str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def hashes(paths: Iterable[str]) -> set[str]:
    """The files that lie at these paths."""
    return {found[1] for path in paths if (found := _PLACE.fullmatch(path))}


def copy(source: Path, folder: Path) -> None:
    """Copy a tree in which others write and remove into a folder that nobody reads yet."""
    for at, to, names in _walk(source, folder):
        for name in names:
            if UNDER_WAY not in name:
                with suppress(FileNotFoundError):
                    shutil.copy2(at / name, to / name)


def put_in(source: Path, folder: Path) -> None:
    """Add a tree's files to a folder, each whole or not at all; return when they are on the disk. Raise `OSError`."""
    for at, to, names in _walk(source, folder):
        for name in names:
            with (at / name).open("rb") as content:
                mode = stat.S_IMODE(os.fstat(content.fileno()).st_mode)
                filling.put(content, to / name, mode, os.geteuid(), os.getegid())
    filling.endure(folder)


def _walk(source: Path, folder: Path) -> Iterator[tuple[Path, Path, list[str]]]:
    """Each folder of a tree, the one that is to be like it, which is made, and the names of its files."""
    for path, _, names in os.walk(source):
        at = Path(path)
        to = folder / at.relative_to(source)
        to.mkdir(parents=True, exist_ok=True)
        yield at, to, names
