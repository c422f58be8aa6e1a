"""What registration's use cases need from outside."""

from dataclasses import dataclass
from typing import Protocol

from shared.kernel.actor import Actor
from shared.kernel.instants import Instant


class TooManySignIns(Exception):
    """Passwords are checked a few at a time; nothing was checked, try again in a second."""


class Passwords(Protocol):
    """Argon2id records (RFC 9106); costly on purpose, so the work at once is bounded."""

    async def record(self, password: str) -> str:
        """The record to keep; raise `TooManySignIns` when too many wait."""
        ...

    async def matches(self, password: str, record: str | None) -> bool:
        """Whether the password made the record; as slow without a record as with one."""
        ...


class AccountIds(Protocol):
    """Pseudonymous account ids: nobody outside can tell the user name from them."""

    async def of(self, username: str) -> str:
        """The same uuid for the same user name, always."""
        ...


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A public Ed25519 key: its RFC 7638 thumbprint and its `x`, base64url."""

    kid: str
    public_key: str


class Tokens(Protocol):
    """Signs tokens with private keys that never leave registration."""

    async def new_key(self) -> SigningKey:
        """Make and durably keep a key pair; returns the public half."""
        ...

    async def sign(self, kid: str, actor: Actor, generation: int, at: Instant) -> tuple[str, Instant]:
        """A token for `actor` from `at` on, good until its password is changed once more, and when it expires."""
        ...
