"""The secret files with the master keys of the services' vaults: made once, rotated by an operator, never emptied."""

from collections.abc import Collection, Sequence
from pathlib import Path

from deploy.local.home import Home, StackError, read, write
from shared.vault.master import MasterKeyUnusable, master_keys, new_line

VAULT_MASTER_KEY = "vault_master_key"
"""The secret's name; the file holds a service's master keys, newest first, one a line."""
KEPT_MIN = 2
"""The newest and the one before: another process may just have wrapped a key with that one."""


def make(home: Home, service: str) -> None:
    """Make the file with one key unless it is there; it has mode 0600."""
    path = _path(home, service)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, [new_line()])


def rotate(home: Home, service: str) -> None:
    """Put a fresh key first; raise `StackError` where there is no file, or none that can be read."""
    path = _path(home, service)
    _write(path, [new_line(), *_lines(path)])


def retire(home: Home, service: str, in_use: Collection[str]) -> Sequence[str]:
    """Take away the keys that wrap nothing, but for the newest two; returns the ids of those that are gone.

    No backup that was taken while one of them wrapped something can be restored any more.
    """
    path = _path(home, service)
    lines = _lines(path)
    ids = [key.id for key in master_keys("\n".join(lines))]
    gone = [key_id for key_id in ids[KEPT_MIN:] if key_id not in in_use]
    if gone:
        _write(path, [line for line, key_id in zip(lines, ids, strict=True) if key_id not in gone])
    return gone


def count(home: Home, service: str) -> int:
    """How many keys the file holds; raise `StackError`."""
    return len(_lines(_path(home, service)))


def _path(home: Home, service: str) -> Path:
    return home.secrets_of(service) / VAULT_MASTER_KEY


def _lines(path: Path) -> list[str]:
    text = read(path, "`nianlun up` makes it")
    try:
        master_keys(text)
    except MasterKeyUnusable as error:
        raise StackError(f"{path} cannot be used: {error}") from error
    return text.split()


def _write(path: Path, lines: list[str]) -> None:
    write(path, "".join(f"{line}\n" for line in lines), 0o600)
