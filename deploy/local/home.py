"""A stack's home folder: where its data, secrets, logs and state lie."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from shared.runtime.secret_files import PREVIOUS

SECRET_BYTES = 24
T = TypeVar("T")


class StackError(Exception):
    """Something the operator has to know, in one clear line."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths below one folder, `.nianlun` unless told otherwise."""

    root: Path

    def __post_init__(self) -> None:
        """Make the path absolute: processes are started in another folder; never is it the current one itself."""
        if self.root.resolve() == Path.cwd():
            raise StackError("the home is the current folder: give it a folder of its own with --home")
        object.__setattr__(self, "root", self.root.absolute())

    @property
    def state(self) -> Path:
        """Mode, start and ports: what stays the same for the life of the home."""
        return self.root / "stack.json"

    @property
    def composed(self) -> Path:
        """What a stack on containers says to Compose; absent on one without."""
        return self.root / "compose.env"

    @property
    def begin(self) -> str:
        """The command that brings the stack up."""
        return "make compose" if self.composed.exists() else "nianlun up"

    @property
    def clock(self) -> Path:
        """The rehearsal's clock, in a folder of its own where containers look at it; absent on a production stack."""
        folder = self.root / "clock"
        return (folder if folder.is_dir() else self.root) / "clock.json"

    @property
    def run(self) -> Path:
        """Everything a client needs while the stack is up; mode 0600."""
        return self.root / "run.json"

    @property
    def pid(self) -> Path:
        """The supervisor's process id."""
        return self.root / "supervisor.pid"

    @property
    def status(self) -> Path:
        """What the supervisor last knew of its processes."""
        return self.root / "status.json"

    @property
    def logs(self) -> Path:
        """One file of JSON lines a process."""
        return self.root / "logs"

    def files_of(self, service: str) -> Path:
        """The folder with a service's files, each under its SHA-256; made by the service."""
        return self.root / "files" / service

    def secrets_of(self, principal: str) -> Path:
        """The folder with a principal's secret files."""
        return self.root / "secrets" / principal

    def secret(self, principal: str, name: str) -> str:
        """A secret that is there, without the newline of an editor; raise `StackError` where it cannot be read."""
        return read(self.secrets_of(principal) / name, "put it back from the secrets that were kept apart").strip()

    def made_secret(self, principal: str, name: str) -> str:
        """A random secret, made once, while a stack is made or started."""
        if not (self.secrets_of(principal) / name).exists():
            return self.fresh_secret(principal, name)
        return self.secret(principal, name)

    def fresh_secret(self, principal: str, name: str) -> str:
        """A new random secret, whatever the file held; it has mode 0600."""
        path = self.secrets_of(principal) / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write(path, secrets.token_urlsafe(SECRET_BYTES), 0o600)
        return self.secret(principal, name)

    def renewed_secret(self, principal: str, name: str) -> str:
        """The same in the place of one that a server knows; that one lies beside it from now on.

        The file is first and the server is told then: whoever is refused meanwhile takes the one before, and every
        start tells servers what the files say, so that it finishes what was killed in between.
        """
        write(self.secrets_of(principal) / f"{name}{PREVIOUS}", self.secret(principal, name), 0o600)
        return self.fresh_secret(principal, name)

    def previous_secret(self, principal: str, name: str) -> str | None:
        """The one before, or None when it was never replaced."""
        before = f"{name}{PREVIOUS}"
        return self.secret(principal, before) if (self.secrets_of(principal) / before).exists() else None

    def forget_previous(self, principal: str, name: str) -> None:
        """Remove the one before, once the server has taken the present one and nobody comes with another."""
        path = self.secrets_of(principal) / f"{name}{PREVIOUS}"
        if path.exists():
            path.unlink()


def close_to_others(home: Home) -> None:
    """Let nobody pass but our user, and a group that an operator let in, to what is confidential on the broker, too."""
    for folder in (home.root / name for name in ("files", "kafka", "logs", "secrets", "statistics")):
        folder.mkdir(exist_ok=True, mode=0o700)
        folder.chmod(folder.stat().st_mode & 0o770)


def write(path: Path, text: str, mode: int = 0o644) -> None:
    """Replace a file atomically; its owner stays, and a new one's is its folder's."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        _keep_owner(descriptor, path if path.exists() else path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StackError(f"cannot write {path}: {error.strerror}") from error


def _keep_owner(descriptor: int, path: Path) -> None:
    """A secret that a container's user may read stays so when root writes it."""
    if os.geteuid() == 0:
        owner = path.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def write_json(path: Path, value: Mapping[str, object], mode: int = 0o644) -> None:
    """Replace a JSON file atomically."""
    write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n", mode)


def read(path: Path, way_out: str = "") -> str:
    """The text of a file; raise `StackError`, with the way out where the file is missing."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise StackError(f"{path} is missing{way_out and f': {way_out}'}") from error
    except OSError as error:
        raise StackError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise StackError(f"{path} cannot be read: it is no UTF-8") from error


def read_as(path: Path, kind: type[T]) -> T:
    """Read a JSON file that says at least what `kind` holds; raise `StackError` when it is damaged."""
    text = read(path)
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.ValidationError as error:
        raise StackError(f"{path} is damaged: {error}") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise StackError(f"{path} cannot be read: {error}") from error


def read_json(path: Path) -> dict[str, object]:
    """Read a JSON object; raise `StackError` when it is damaged."""
    return read_as(path, dict[str, object])
