"""An archive: a folder for each topic, a file for each partition, an event's exact bytes on each line, a manifest.

`<topic>/<partition>.jsonl` holds the values in order of offset, each followed by a newline (canonical JSON has none);
a record's key is its event's `partitionkey`. `manifest.json` names every file's first offset, count and SHA-256,
every source's head, the rounds, the time of the last event, and the SHA-256 of itself without that line. It follows
from the records alone: two exports of one log are the same bytes, and no byte of it can change unnoticed.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .check import NOT_THE_HEAD, verify
from .verdict import Disproved, Proven, Undecided, Verdict

MANIFEST = "manifest.json"
FORMAT = "nianlun-archive/1"


class Unreadable(Exception):
    """The folder is no archive, or not the one that is asked for."""


class Damaged(Unreadable):
    """It is an archive, but not as it was written."""


@dataclass(frozen=True, slots=True)
class File:
    """One partition's file, as the manifest claims it."""

    folder: Path
    topic: str
    number: int
    first_offset: int
    count: int
    sha256: str

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / self.topic / f"{self.number}.jsonl"

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Every line; where the file ends too early, one record without a value."""
        offset = self.first_offset
        with self.path.open("rb") as file:
            for offset, line in enumerate(file, self.first_offset):
                yield offset, None, line[:-1] if line.endswith(b"\n") else None
        lines = offset + 1 - self.first_offset if self.path.stat().st_size else 0
        if lines < self.count:
            yield self.first_offset + lines, None, None

    def digest(self) -> str:
        """SHA-256 of what lies there now."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class Archive:
    """What a manifest claims."""

    folder: Path
    files: tuple[File, ...]
    heads: Mapping[str, tuple[int, str]]
    rounds: tuple[str, ...]
    text: bytes


def manifest_bytes(proven: Proven, files: tuple[File, ...]) -> bytes:
    """The manifest of a proven log in these files."""
    content: dict[str, object] = {
        "format": FORMAT,
        "created": max(head.time for head in proven.heads.values()),
        "rehearsal": proven.rehearsal,
        "rounds": proven.rounds,
        "heads": {source: {"position": head.position, "hash": head.hash} for source, head in proven.heads.items()},
        "files": {
            f"{one.topic}/{one.number}.jsonl": {
                "first_offset": one.first_offset,
                "count": one.count,
                "sha256": one.sha256,
            }
            for one in files
        },
    }
    content["sha256"] = hashlib.sha256(_text(content)).hexdigest()
    return _text(content)


def _text(content: Mapping[str, object]) -> bytes:
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def opened(folder: Path) -> Archive:
    """The archive in `folder`; raise `Unreadable`, or `Damaged` when its parts are not those that it names."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Unreadable(f"{folder} is no archive: it has no {MANIFEST}")
    text = path.read_bytes()
    try:
        archive = _claimed(folder, text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(f"{path} is damaged: {error}") from error
    named = {one.path for one in archive.files} | {path}
    present = {one for one in folder.rglob("*") if not one.is_dir()}
    for odd in sorted(named ^ present):
        raise Damaged(f"{odd} {'is missing' if odd in named else 'does not belong to the archive'}")
    return archive


def verify_archive(archive: Archive) -> Verdict:
    """Check the events, the files' sums and every byte of the manifest."""
    verdict = verify(archive.files, archive.heads)
    changed = next((one for one in archive.files if one.digest() != one.sha256), None)
    if isinstance(verdict, Disproved) and verdict.reason == NOT_THE_HEAD and changed is None:
        return _of_the_manifest(f"{verdict.source}'s last event does not have the hash that it names as the head")
    if isinstance(verdict, Proven) and changed is not None:
        name = f"{changed.topic}/{changed.number}.jsonl"
        return _of_the_manifest(f"it names another SHA-256 for {name}, whose events are whole")
    if isinstance(verdict, Proven) and manifest_bytes(verdict, archive.files) != archive.text:
        return _of_the_manifest(_difference(archive.text, manifest_bytes(verdict, archive.files)))
    return verdict


def examine(folder: Path) -> tuple[Verdict, tuple[File, ...]]:
    """Read and check; the files are there to be read when they are proven. What is no archive cannot be decided."""
    try:
        archive = opened(folder)
        return verify_archive(archive), archive.files
    except Damaged as damaged:
        return _of_the_manifest(str(damaged)), ()
    except Unreadable as unreadable:
        return Undecided(str(unreadable)), ()
    except OSError as error:
        return Undecided(f"{error.filename or folder} cannot be read: {error.strerror}"), ()


def check(folder: Path) -> Verdict:
    """The verdict of `examine`."""
    return examine(folder)[0]


def _difference(text: bytes, made: bytes) -> str:
    claimed, own = json.loads(text), json.loads(made)
    differing = sorted(name for name in claimed.keys() | own.keys() if claimed.get(name) != own.get(name))
    named = [name for name in differing if name != "sha256"] or differing
    said = f"its {', '.join(named)} differ" if named else "it is written otherwise"
    return f"it is not the manifest that these files make: {said}"


def _of_the_manifest(reason: str) -> Disproved:
    return Disproved(MANIFEST, 0, 0, "", 0, reason)


def _claimed(folder: Path, text: bytes) -> Archive:
    content = json.loads(text)
    if content["format"] != FORMAT:
        raise ValueError(f"its format is {content['format']}, not {FORMAT}")
    files = []
    for name, claim in content["files"].items():
        topic, _, rest = name.partition("/")
        number = int(rest.removesuffix(".jsonl"))
        files.append(File(folder, topic, number, int(claim["first_offset"]), int(claim["count"]), str(claim["sha256"])))
    heads = {source: (int(head["position"]), str(head["hash"])) for source, head in content["heads"].items()}
    return Archive(folder, tuple(files), heads, tuple(map(str, content["rounds"])), text)
