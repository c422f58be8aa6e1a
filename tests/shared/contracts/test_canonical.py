"""Canonical JSON is RFC 8785 for whatever an event may carry, and refuses the rest."""

import hashlib
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.auditlog.canonical import INTEGER_MAX, NotCanonical, canonical, hash_of, sha256_hex
from tests.shared.contracts.made import ANY_INTEGER

KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
JSON = st.recursive(
    st.one_of(st.text(), st.booleans(), ANY_INTEGER),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=200)
@given(JSON)
def test_our_bytes_are_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=50)
@given(st.dictionaries(KEYS, JSON, max_size=6))
def test_the_order_of_members_means_nothing(value: dict[str, Any]) -> None:
    assert canonical(dict(reversed(value.items()))) == canonical(value)
    assert hash_of(value) == hashlib.sha256(canonical(value)).hexdigest() == sha256_hex(canonical(value))


def test_every_escape_is_the_standards() -> None:
    text = "".join(map(chr, range(160))) + "年轮\u2028\u2029\U0001f332"
    assert canonical({"text": text, text[:128]: 1}) == rfc8785.dumps({"text": text, text[:128]: 1})


@pytest.mark.parametrize(
    "value",
    [
        None,
        [None],
        {"a": [1, None]},
        0.0,
        1.5,
        math.nan,
        {"a": -0.0},
        {"a": {"b": [1.0]}},
        INTEGER_MAX + 1,
        {"a": -INTEGER_MAX - 1},
        {"键": 1},
        {1: 1},
        "\ud800",
        b"bytes",
        {"a": {1, 2}},
        ...,
    ],
    ids=repr,
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


def test_a_member_that_is_absent_is_left_out() -> None:
    assert canonical({"b": None, "a": {"c": None}}) == b'{"a":{}}'


@pytest.mark.parametrize("value", [INTEGER_MAX, -INTEGER_MAX, 0, True])
def test_the_edges_of_what_is_allowed(value: int) -> None:
    assert canonical(value) == rfc8785.dumps(value)
