"""Writing an archive of a proven log; `audit.verify.archive` says what it looks like and reads it."""

import shutil
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from audit.verify import Proven
from audit.verify.archive import MANIFEST, File, manifest_bytes
from audit.verify.log import Partition


class NotExported(Exception):
    """The folder holds something, has no parent or cannot be written, or an offset is missing; nothing was left."""


def export(partitions: Sequence[Partition], proven: Proven, folder: Path) -> int:
    """Write a new folder; the same log gives the same bytes. Returns the number of records; raise `NotExported`."""
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotExported(f"{folder} is not an empty folder")
    if not folder.parent.is_dir():
        raise NotExported(f"there is no folder {folder.parent}: mount it or make it first, or name another one")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir()
        files = [file for one in partitions if (file := _file(draft, one)) is not None]
        (draft / MANIFEST).write_bytes(manifest_bytes(proven, tuple(files)))
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise NotExported(f"{folder} cannot be written: {error.strerror}") from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return sum(file.count for file in files)


def _file(folder: Path, partition: Partition) -> File | None:
    """Write one partition, record by record; None when it is empty."""
    path, digest, first, count = folder / partition.topic / f"{partition.number}.jsonl", sha256(), 0, 0
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        for offset, _, value in partition.read():
            first = first if count else offset
            if offset != first + count:
                raise NotExported(f"{partition.topic} partition {partition.number} has no offset {first + count}")
            line = (value or b"") + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
    if not count:
        path.unlink()
        with suppress(OSError):
            path.parent.rmdir()
        return None
    return File(folder, partition.topic, partition.number, first, count, digest.hexdigest())
