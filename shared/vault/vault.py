"""The vault: salt and value behind each commitment, for as long as its subject's key is not destroyed."""

import secrets
from dataclasses import dataclass
from typing import Protocol

from shared.vault.commitment import SALT_BYTES, commitment

ERASED = "已删除"
"""What reads and documents show in place of an erased value."""


class Vault(Protocol):
    """Keeps personal values outside the log."""

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """Keep `value` of `subject` under a fresh salt; durable once this returns the commitment.

        A repeated value of the same subject and kind gives the commitment it had, unless it was erased since.
        """
        ...

    async def reveal(self, commitment_to: str) -> str | None:
        """The value behind a commitment, or None when the vault does not hold it, or not any more."""
        ...

    async def held(self, subject: str) -> int:
        """How many values of the subject the vault holds."""
        ...

    async def erase(self, erasure: str, subject: str) -> int:
        """Destroy the subject's key and all it opens; durable once this returns how many values that were.

        An `erasure`, an event's id, is carried out once: what is kept of the subject afterwards stays.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A value as the vault in memory holds it."""

    subject: str
    kind: str
    value: str


class MemoryVault:
    """A vault in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}
        self._erasures: dict[str, int] = {}

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """See `Vault.keep`."""
        asked = Kept(subject, kind, value)
        for known, kept in self._kept.items():
            if kept == asked:
                return known
        made = commitment(value, secrets.token_bytes(SALT_BYTES))
        self._kept[made] = asked
        return made

    async def reveal(self, commitment_to: str) -> str | None:
        """See `Vault.reveal`."""
        kept = self._kept.get(commitment_to)
        return None if kept is None else kept.value

    async def held(self, subject: str) -> int:
        """See `Vault.held`."""
        return sum(kept.subject == subject for kept in self._kept.values())

    async def erase(self, erasure: str, subject: str) -> int:
        """See `Vault.erase`."""
        if erasure not in self._erasures:
            self._erasures[erasure] = await self.held(subject)
            self._kept = {known: kept for known, kept in self._kept.items() if kept.subject != subject}
        return self._erasures[erasure]


async def shown(vault: Vault, commitment_to: str) -> str:
    """The value as people read it; `ERASED` when the vault does not hold it any more."""
    value = await vault.reveal(commitment_to)
    return ERASED if value is None else value
