"""Writing an archive of a proven log; `audit.verify.archive` says what it looks like and reads it."""

import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from audit.verify import Proven
from audit.verify.archive import MANIFEST, File, manifest_bytes
from audit.verify.log import Partition


class FolderNotFree(Exception):
    """The folder holds something, or cannot be written."""


def export(partitions: Sequence[Partition], proven: Proven, folder: Path) -> int:
    """Write a new folder; the same log gives the same bytes. Returns the number of records; raise `FolderNotFree`."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotFree(f"{folder} is not an empty folder")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        draft.mkdir(parents=True)
        files = [file for one in partitions if (file := _file(draft, one)) is not None]
        (draft / MANIFEST).write_bytes(manifest_bytes(proven, tuple(files)))
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise FolderNotFree(f"{folder} cannot be written: {error.strerror}") from error
    return sum(file.count for file in files)


def _file(folder: Path, partition: Partition) -> File | None:
    records = list(partition.read())
    if not records:
        return None
    body = b"".join((value or b"") + b"\n" for _, _, value in records)
    file = File(folder, partition.topic, partition.number, records[0][0], len(records), sha256(body).hexdigest())
    file.path.parent.mkdir(exist_ok=True)
    file.path.write_bytes(body)
    return file
