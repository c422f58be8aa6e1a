"""The unified social credit code (统一社会信用代码) of GB 32100-2015."""

from typing import NewType

from shared.kernel.refusal import Malformed

Uscc = NewType("Uscc", str)

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""31 characters: digits and capitals without I, O, S, V and Z."""
LENGTH = 18


class UsccHasAWrongCheckCharacter(Malformed):
    """The 18th character does not follow from the first 17 (GB 32100-2015, 5.5)."""

    title = "The unified social credit code is not a valid GB 32100 code"
    clause = "C2.1.1"
    rule = "R1"
    field = "uscc"


def check_character(first_17: str) -> str:
    """The 18th character: weights are powers of 3 modulo 31."""
    total = sum(ALPHABET.index(character) * pow(3, index, 31) for index, character in enumerate(first_17))
    return ALPHABET[-total % 31]


def is_uscc(text: str) -> bool:
    """Whether length, alphabet and check character are right."""
    return _spelt(text) and check_character(text[:-1]) == text[-1]


def uscc(text: str) -> Uscc:
    """Accept a code whose length, alphabet and check character are right."""
    if not _spelt(text):
        raise UsccHasAWrongCheckCharacter(f"{text!r} is not 18 characters of the GB 32100 alphabet")
    if check_character(text[:-1]) != text[-1]:
        raise UsccHasAWrongCheckCharacter(f"{text} should end in {check_character(text[:-1])}")
    return Uscc(text)


def _spelt(text: str) -> bool:
    return len(text) == LENGTH and all(character in ALPHABET for character in text)
