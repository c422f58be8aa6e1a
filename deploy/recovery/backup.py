"""What a backup is: dumps, files, the proven log, and a manifest whose sums `sha256sum -c SHA256SUMS` checks too."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from deploy.composed.place import BROKERS, brokers, is_composed, variables
from deploy.local.home import Home, StackError, read, read_as, write, write_json
from deploy.recovery.dumps import Dumped
from shared.contracts.topics import SERVICES

FORMAT = "nianlun-backup/1"
MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
DATABASES, FILES, LOG = "databases", "files", "log"
KEPT_APART = ("vault_master_key", "administrator_password", "files_secret_key")
"""Secrets that no backup holds and a restored stack cannot do without."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What every manifest.json says."""

    format: str


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What one of our format says."""

    services: dict[str, Dumped]
    brokers: Annotated[int, Meta(ge=1, le=len(BROKERS))] | None = None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup whose every file has the sum that it had when it was taken."""

    folder: Path
    dumps: Mapping[str, Dumped]
    brokers: int | None = None
    """How many the stack had; None without containers, or where an earlier release took the backup."""

    @property
    def taken_at(self) -> str:
        """When the first of its databases was as it is here."""
        return min(one.taken_at for one in self.dumps.values())

    def dump(self, service: str) -> Path:
        """The file with a service's database."""
        return dump_file(self.folder, service)

    @property
    def log(self) -> Path:
        """The archive of the log."""
        return self.folder / LOG

    def files_of(self, service: str) -> Path:
        """The folder with a service's files; it may be absent."""
        return self.folder / FILES / service


def dump_file(folder: Path, service: str) -> Path:
    """Where a service's database is."""
    return folder / DATABASES / f"{service}.dump"


def seal(folder: Path, home: Home, dumps: Mapping[str, Dumped]) -> None:
    """Add what says how the stack lives, and the sums of everything."""
    for path in (home.state, home.clock):
        if path.exists():
            write(folder / path.name, path.read_text(), 0o600)
    content: dict[str, object] = {
        "format": FORMAT,
        "services": {service: asdict(one) for service, one in dumps.items()},
        "kept_apart": KEPT_APART,
    }
    if is_composed(home):
        content["brokers"] = len(brokers(variables(home)))
    write_json(folder / MANIFEST, content, 0o600)
    write(folder / SUMS, "".join(f"{digest}  {name}\n" for name, digest in _sums(folder).items()), 0o600)
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def opened(folder: Path) -> Backup:
    """Read a backup; raise `StackError` when it is none, or not as it was taken."""
    if not (folder / MANIFEST).is_file() or not (folder / SUMS).is_file():
        raise StackError(f"{folder} is no backup: it has no {MANIFEST} or no {SUMS}")
    lines = read(folder / SUMS).splitlines()
    claimed = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = _sums(folder)
    for name in sorted(claimed.keys() | found.keys()):
        if claimed.get(name) != found.get(name):
            raise StackError(f"the backup in {folder} is not as it was taken: {name} {_odd(name, claimed, found)}")
    manifest = folder / MANIFEST
    if (found_format := read_as(manifest, _Known).format) != FORMAT:
        raise StackError(f"the backup in {folder} has the format {found_format}, not {FORMAT}")
    content = read_as(manifest, _Manifest)
    if lacking := sorted(set(SERVICES) - content.services.keys()):
        raise StackError(f"{manifest} is damaged: it does not name the database of {lacking[0]}")
    return Backup(folder, content.services, content.brokers)


def _odd(name: str, claimed: Mapping[str, str], found: Mapping[str, str]) -> str:
    if name not in found:
        return "is missing"
    return "has another SHA-256" if name in claimed else "does not belong to it"


def _sums(folder: Path) -> dict[str, str]:
    """SHA-256 by path, of every file but the one that lists them."""
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / SUMS
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
