"""The vault: salt and value behind each commitment, for as long as its subject's key is not destroyed."""

import secrets
from dataclasses import dataclass, field
from typing import Protocol

from shared.vault.commitment import COMMITMENT, SALT_BYTES, commitment

ERASED = "已删除"
"""What reads and documents show in place of an erased value."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A value with its commitment, which the vault does not hold yet."""

    subject: str
    kind: str
    value: str = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> str:
        """What an event carries in place of the value."""
        return commitment(self.value, self.salt)


class Vault(Protocol):
    """Keeps personal values outside the log."""

    async def known(self, subject: str, kind: str, value: str) -> str | None:
        """The commitment to a value that is held of this subject and kind; nothing is written."""
        ...

    async def keep_prepared(self, prepared: Prepared) -> None:
        """Keep a value under the salt it was prepared with; durable once this returns, and done once."""
        ...

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

    async def known(self, subject: str, kind: str, value: str) -> str | None:
        """See `Vault.known`."""
        asked = Kept(subject, kind, value)
        return next((made for made, kept in self._kept.items() if kept == asked), None)

    async def keep_prepared(self, prepared: Prepared) -> None:
        """See `Vault.keep_prepared`."""
        self._kept[prepared.commitment] = Kept(prepared.subject, prepared.kind, prepared.value)

    async def keep(self, subject: str, kind: str, value: str) -> str:
        """See `Vault.keep`."""
        known = await self.known(subject, kind, value)
        if known is not None:
            return known
        prepared = prepare(subject, kind, value)
        await self.keep_prepared(prepared)
        return prepared.commitment

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


def prepare(subject: str, kind: str, value: str) -> Prepared:
    """`value` under a fresh salt."""
    return Prepared(subject, kind, value, secrets.token_bytes(SALT_BYTES))


class Confided:
    """What somebody tells of a subject with a command: commitments at once, values in the vault once it is decided.

    Between the decision and the append `keep` makes the values durable, so the log names none that is nowhere;
    a command that is refused, or that changes nothing, leaves none behind.
    """

    def __init__(self, vault: Vault, subject: str) -> None:
        self._vault, self._subject = vault, subject
        self._waiting: list[Prepared] = []

    async def commit(self, kind: str, value: str) -> str:
        """The commitment to `value`: the one it has already, or that of a value to be kept."""
        known = await self._vault.known(self._subject, kind, value)
        if known is not None:
            return known
        self._waiting.append(prepare(self._subject, kind, value))
        return self._waiting[-1].commitment

    async def keep(self) -> None:
        """Keep what was committed to; a value that was known is not kept anew: it may have been erased since."""
        for prepared in self._waiting:
            await self._vault.keep_prepared(prepared)


def stands_for_a_value(text: str) -> bool:
    """Whether it is what the log or a read has in the place of a value: never a value that somebody tells."""
    return text == ERASED or COMMITMENT.fullmatch(text) is not None


async def shown(vault: Vault, commitment_to: str) -> str:
    """The value as people read it; `ERASED` when the vault does not hold it any more."""
    value = await vault.reveal(commitment_to)
    return ERASED if value is None else value
