"""The secret files with the master keys of the services' vaults: made once, rotated by an operator, never emptied."""

from collections.abc import Collection
from pathlib import Path

from deploy.local.home import Home, StackError, write
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


def retire(home: Home, service: str, in_use: Collection[str]) -> int:
    """Take away the keys that wrap nothing, but for the newest two; returns how many stay."""
    path = _path(home, service)
    lines = _lines(path)
    ids = [key.id for key in master_keys("\n".join(lines))]
    kept = [line for n, (line, key_id) in enumerate(zip(lines, ids, strict=True)) if n < KEPT_MIN or key_id in in_use]
    if kept != lines:
        _write(path, kept)
    return len(kept)


def _path(home: Home, service: str) -> Path:
    return home.secrets_of(service) / VAULT_MASTER_KEY


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text()
        master_keys(text)
    except OSError as error:
        raise StackError(f"{path} cannot be read: {error.strerror}; `nianlun up` makes it") from error
    except MasterKeyUnusable as error:
        raise StackError(f"{path} cannot be used: {error}") from error
    return text.split()


def _write(path: Path, lines: list[str]) -> None:
    write(path, "".join(f"{line}\n" for line in lines), 0o600)
