"""The people whom T1 names: commitments in the log, words for those who may read them (C4.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from shared.contracts.form import T1
from shared.kernel.refusal import Malformed
from shared.vault.vault import ERASED, Confided, Vault, shown, stands_for_a_value

PEOPLE: Final = ("legal_representative", "contact")
"""Members of T1 that are commitments."""


class CommitmentIsNoName(Malformed):
    """What stands for a name in the log is none, nor is what stands for an erased one."""

    title = "A commitment, or the mark of an erasure, stands where a person is named"
    clause = "C4.1"
    field = "t1.contact"


def commitments(table: T1) -> dict[str, str]:
    """What the log has in the place of the people."""
    return {member: getattr(table, member) for member in PEOPLE}


async def in_words(vault: Vault, table: T1) -> T1:
    """The table with its people's names; an erased one says so."""
    return _named(table, {member: await shown(vault, held) for member, held in commitments(table).items()})


async def confided(people: Confided, vault: Vault, saved: Sequence[T1], table: T1) -> T1:
    """The table with commitments in the place of its people; raise `CommitmentIsNoName`.

    `saved` is T1 each time that it was saved: a commitment that stands there, or the mark of an erasure in the place
    of an erased one, leaves what it stands for as it is.
    """
    told = {}
    for member in PEOPLE:
        said, before = getattr(table, member), [getattr(one, member) for one in saved]
        told[member] = await _kept(vault, before, said) or await _committed(people, member, said)
    return _named(table, told)


async def _kept(vault: Vault, before: Sequence[str], said: str) -> str | None:
    """The commitment that stays, or None when something new is said."""
    if said in before:
        return said
    if said == ERASED and before and await vault.reveal(before[-1]) is None:
        return before[-1]
    return None


async def _committed(people: Confided, member: str, said: str) -> str:
    if stands_for_a_value(said):
        raise CommitmentIsNoName("a person's name is asked for, as people write it", field=f"t1.{member}")
    return await people.commit(member, said)


def _named(table: T1, people: Mapping[str, str]) -> T1:
    return replace(table, legal_representative=people["legal_representative"], contact=people["contact"])
