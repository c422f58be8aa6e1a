"""Puts the files of a tar under a folder, each whole or not at all, whenever it is killed.

It is the standard library's alone: the Python of an image gets it as text, whichever release made the image.
"""

import os
import shutil
import sys
import tarfile
from pathlib import Path
from typing import IO

UNDER_WAY = "#0"
"""Behind the name of a file that is being written, as the services' own store passes it over."""


def fill(stream: IO[bytes], folder: Path, user: int, group: int) -> None:
    """Give each file to its owner and then its name, over what was there; raise `tarfile.ReadError` at a cut."""
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for one in tar:
            content, to = tar.extractfile(one), folder / one.name
            if content is None:
                to.mkdir(parents=True, exist_ok=True)
                _give(to, one.mode, user, group)
                continue
            draft = to.with_name(to.name + UNDER_WAY)
            with content, draft.open("wb") as file:
                shutil.copyfileobj(content, file)
            _give(draft, one.mode, user, group)
            draft.replace(to)


def _give(path: Path, mode: int, user: int, group: int) -> None:
    path.chmod(mode)
    os.chown(path, user, group)


if __name__ == "__main__":
    fill(sys.stdin.buffer, Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
