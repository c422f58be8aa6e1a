"""The archive: each partition's exact bytes, one event a line, and a manifest of what belongs to it."""

import json
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from audit.sources import Partition, decoded

FORMAT = "nianlun-archive/1"
MANIFEST = "manifest.json"


class ArchiveError(Exception):
    """The folder is not a whole archive; `undecided` tells damage from absence."""

    def __init__(self, text: str, *, undecided: bool = False) -> None:
        super().__init__(text)
        self.undecided = undecided


def export(partitions: Sequence[Partition], folder: Path) -> int:
    """Write an archive into a new folder; the same log gives the same bytes. Returns how many records it holds.

    A file is `<topic>/<partition>.jsonl`; its n-th line is the value at offset `first_offset` + n.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ArchiveError(f"{folder} is not empty")
    draft = folder.with_name(f".{folder.name}.draft")
    shutil.rmtree(draft, ignore_errors=True)
    files: dict[str, dict[str, Any]] = {}
    try:
        for partition in partitions:
            records = list(partition.read())
            if not records:
                continue
            name = f"{partition.topic}/{partition.number}.jsonl"
            body = b"".join((value or b"") + b"\n" for _, _, value in records)
            (draft / partition.topic).mkdir(parents=True, exist_ok=True)
            (draft / name).write_bytes(body)
            first = records[0][0]
            files[name] = {"first_offset": first, "records": len(records), "sha256": sha256(body).hexdigest()}
        draft.mkdir(parents=True, exist_ok=True)
        manifest = {"format": FORMAT, "files": files, "heads": _heads(partitions)}
        (draft / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
        if folder.exists():
            folder.rmdir()
        draft.rename(folder)
    except OSError as error:
        raise ArchiveError(f"cannot write {folder}: {error.strerror}") from error
    return sum(file["records"] for file in files.values())


def read(folder: Path) -> list[Partition]:
    """The partitions of an archive; raise `ArchiveError` when the manifest or a named file is missing."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        names = sorted(manifest["files"])
        firsts = {name: int(manifest["files"][name]["first_offset"]) for name in names}
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ArchiveError(f"{folder / MANIFEST} cannot be read: {error}", undecided=True) from error
    if not known:
        raise ArchiveError(f"{folder} is not of the format {FORMAT}", undecided=True)
    present = {str(path.relative_to(folder)) for path in folder.rglob("*.jsonl")}
    if extra := sorted(present - set(names)):
        raise ArchiveError(f"{extra[0]} is not in the manifest")
    return [_partition(folder, name, firsts[name]) for name in names]


def check_heads(folder: Path, partitions: Sequence[Partition]) -> None:
    """Refuse an archive that does not end where its manifest says."""
    promised = json.loads((folder / MANIFEST).read_text())["heads"]
    actual = _heads(partitions)
    for service in sorted(promised.keys() | actual.keys()):
        if promised.get(service) != actual.get(service):
            raise ArchiveError(f"{service}'s log does not end as the manifest says")


def _partition(folder: Path, name: str, first: int) -> Partition:
    topic, _, file = name.partition("/")
    try:
        body = (folder / name).read_bytes()
    except OSError as error:
        raise ArchiveError(f"{name} cannot be read: {error.strerror}") from error
    if body and not body.endswith(b"\n"):
        raise ArchiveError(f"{name} is truncated: its last line does not end")
    lines = body.split(b"\n")[:-1]
    records: list[tuple[int, bytes | None, bytes | None]] = [
        (first + index, None, line) for index, line in enumerate(lines)
    ]
    return Partition(topic, int(file.removesuffix(".jsonl")), records)


def _heads(partitions: Sequence[Partition]) -> dict[str, dict[str, Any]]:
    heads: dict[str, dict[str, Any]] = {}
    for recorded in decoded(partitions):
        heads[recorded.service] = {"position": recorded.position, "sha256": sha256(recorded.body).hexdigest()}
    return heads
