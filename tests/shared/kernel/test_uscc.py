"""The unified social credit code and its check digit (GB 32100)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.uscc import ALPHABET, UsccHasAWrongCheckCharacter, check_character, uscc

PUBLIC = ("9144030071526726XG", "91330100799655058B", "914403001922038216", "91110000802100433B")
"""Codes of four well-known companies, as printed on their licences."""
TEXT = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", PUBLIC)
def test_codes_in_use_are_valid(code: str) -> None:
    assert uscc(code) == code


@pytest.mark.parametrize(
    "code",
    ["", "9144030071526726X", "9144030071526726XGG", "9144030071526726xg", "9144030071526726XI", "９144030071526726XG"],
)
def test_a_code_of_another_shape_is_refused(code: str) -> None:
    with pytest.raises(UsccHasAWrongCheckCharacter) as caught:
        uscc(code)
    assert (caught.value.rule, caught.value.clause, caught.value.field) == ("R1", "C2.1.1", "uscc")


@given(TEXT)
def test_exactly_one_character_checks(first: str) -> None:
    right = check_character(first)
    assert uscc(first + right) == first + right
    for wrong in set(ALPHABET) - {right}:
        with pytest.raises(UsccHasAWrongCheckCharacter):
            uscc(first + wrong)


@given(TEXT, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_every_single_misprint_is_found(first: str, place: int, other: str) -> None:
    misprint = first[:place] + other + first[place + 1 :]
    assert (check_character(misprint) == check_character(first)) == (misprint == first)


@given(TEXT, st.integers(0, 15))
def test_every_transposition_is_found(first: str, place: int) -> None:
    swapped = first[:place] + first[place + 1] + first[place] + first[place + 2 :]
    assert (check_character(swapped) == check_character(first)) == (swapped == first)
