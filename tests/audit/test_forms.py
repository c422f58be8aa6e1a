"""The quick way to recognise a form and the long one never differ, and what they pass is canonical by RFC 8785."""

import json
import re
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.verify.forms import Forms, Groups, Malformed
from shared.auditlog.canonical import canonical
from tests.audit.life import lived

BODIES = [(pile.topic, value) for pile in lived().piles() for _, _, value in pile.records if value is not None]
WARM = Forms()
READERS = {topic: WARM.reader(topic) for topic, _ in BODIES}
for known, seen in BODIES:
    READERS[known](seen)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
INTEGERS = st.integers(-(2**53) - 2, 2**53 + 2)
LEAVES = st.one_of(TEXTS, INTEGERS, st.booleans())
VALUES = st.recursive(LEAVES, lambda one: st.lists(one, max_size=3) | st.dictionaries(TEXTS, one, max_size=3))


def outcome(topic: str, body: bytes, *, warm: bool) -> Groups | None:
    """What the quick or the long way makes of a body; None when it is refused."""
    read = READERS[topic] if warm else Forms().reader(topic)
    try:
        return read(body)
    except Malformed:
        return None


def agreed(topic: str, body: bytes) -> Groups | None:
    """What both ways make of it."""
    quick, long = outcome(topic, body, warm=True), outcome(topic, body, warm=False)
    if long is None and quick is not None:
        assert not re.fullmatch(rb"[0-9a-f]{64}", quick[3]), "only `previous` is left to the chain"
        return None
    assert quick == long
    if long is not None:
        assert rfc8785.dumps(json.loads(body)) == body
    return long


def test_every_event_of_the_round_is_recognised_both_ways() -> None:
    for topic, body in BODIES:
        assert agreed(topic, body) is not None


NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,11}", fullmatch=True)
"""Members as events have them; the verifier refuses stranger keys, both ways alike."""


@settings(max_examples=600)
@given(st.sampled_from(BODIES), st.data())
def test_both_ways_agree_on_damaged_bodies(event: tuple[str, bytes], data: st.DataObject) -> None:
    topic, body = event
    place = data.draw(st.integers(0, len(body) - 1))
    length = data.draw(st.integers(0, 3))
    agreed(topic, body[:place] + data.draw(st.binary(max_size=3)) + body[place + length :])


@settings(max_examples=300)
@given(st.sampled_from(BODIES), st.dictionaries(NAMES, VALUES, max_size=4))
def test_both_ways_agree_on_other_data(event: tuple[str, bytes], members: dict[str, Any]) -> None:
    topic, body = event
    attributes = json.loads(body)
    attributes["data"] |= members
    try:
        made = canonical(attributes)
    except ValueError:
        return
    assert agreed(topic, made) is not None or len(made) > 65_535


def test_a_short_and_a_long_integer_stand_side_by_side() -> None:
    topic, body = BODIES[0]
    attributes = json.loads(body)
    attributes["data"] |= {"numbers": [0, 10**15, -(10**15), 2**53 - 1, 7]}
    assert agreed(topic, canonical(attributes)) is not None


@pytest.mark.parametrize(
    ("kind", "topic", "belongs"),
    [
        ("nianlun.AccessRefused.v1", "nianlun.review.access.v1", True),
        ("nianlun.RecordRead.v1", "nianlun.review.access.v1", True),
        ("nianlun.PersonalDataErased.v1", "nianlun.review.erasure.v1", True),
        ("nianlun.PersonalDataErased.v1", "nianlun.review.access.v1", False),
        ("nianlun.RecordRead.v1", "nianlun.review.erasure.v1", False),
        ("nianlun.AccessRefused.v1", "nianlun.review.panel.v1", False),
        ("nianlun.Invented.v1", "nianlun.review.access.v1", False),
    ],
)
def test_what_every_service_records_has_its_topic(kind: str, topic: str, belongs: bool) -> None:  # noqa: FBT001
    body = next(body for known, body in BODIES if known == "nianlun.registration.access.v1")
    _, service, category, _ = topic.split(".")
    event = json.loads(body)
    own = event["stream"].partition("-")[2]
    changed = {
        "type": kind,
        "source": f"nianlun/{service}",
        "stream": f"{category}-{own}",
        "subject": f"{category}/{own}",
    }
    schema = {"dataschema": event["dataschema"].replace(event["type"], kind)}
    assert (outcome_of(topic, canonical({**event, **changed, **schema})) is not None) is belongs


def outcome_of(topic: str, body: bytes) -> Groups | None:
    """What a reader that saw nothing before makes of it."""
    try:
        return Forms().reader(topic)(body)
    except Malformed:
        return None
