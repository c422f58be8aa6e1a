"""What was superseded is read as what it means now, and what is recorded now says everything."""

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from shared.contracts.application import RoundPlanned
from shared.contracts.codec import decode, draft
from shared.contracts.documents import amended_of, planned_of, typed
from shared.contracts.earlier.parameters import RoundParameters as Earlier
from shared.contracts.event import EARLIER, REGISTRY
from shared.contracts.publish import SCHEMAS
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import UNSAID
from tests.rounds.little import parameters
from tests.rounds.unasked import UNASKED

SAYS_SOMETHING = {"Rule.threshold", "ObligationTerm.period", "ObligationTerm.only", "ObligationTerm.opens_at"}
"""Where leaving it out is a value: no threshold, once in the year, everybody, at any time."""


def shapes(kind: type) -> Iterator[type]:
    """A dataclass and all that it is made of."""
    yield kind
    for hint in get_type_hints(kind).values():
        for inner in (hint, *get_args(hint)):
            if is_dataclass(inner):
                yield from shapes(inner)  # type: ignore[arg-type]  # a class, as the annotation of a member is


def defaulted(kind: type) -> set[str]:
    """The members of it that may be left out."""
    return {f"{one.__name__}.{it.name}" for one in shapes(kind) for it in fields(one) if it.default is not MISSING}


def test_nothing_is_left_to_a_default() -> None:
    assert defaulted(RoundParameters) == SAYS_SOMETHING
    assert "RoundParameters.decisions" in defaulted(Earlier), "a default is seen where there is one"


def asked(part: Any, place: str = "") -> Iterator[str]:
    """Where a round asks for something: a number, a yes, a list."""
    for one in fields(part):
        value = getattr(part, one.name)
        if is_dataclass(value):
            yield from asked(value, f"{place}{one.name}.")
        elif value not in (False, 0, "", (), UNSAID):
            yield f"{place}{one.name}"


def test_what_was_left_out_nobody_asks() -> None:
    left_out = {one.name for one in fields(Earlier) if one.default is not MISSING} - {"levels", "materials"}
    assert (UNASKED.levels.source, UNASKED.materials) == (UNSAID, ())
    assert [place for name in sorted(left_out) for place in asked(getattr(UNASKED, name), f"{name}.")] == []
    assert (UNASKED.panels.votes.tie, UNASKED.panels.votes.missing_scores) == ("1/2", "1/2")
    assert not any((*asked(UNASKED.panels.conflicts), UNASKED.panels.scored_anew, UNASKED.panels.votes.cast))
    assert {quota.ties_admitted for quota in UNASKED.quotas} == {0}
    assert [*asked(parameters("2017").decisions)], "a round that asks is seen to"


def test_what_was_said_stays() -> None:
    full = parameters("2017")
    said = msgspec.convert(msgspec.to_builtins(full), Earlier)
    now = decode(_stored(said)).event
    assert isinstance(now, RoundPlanned)
    new: dict[str, Any] = {
        "panels": replace(full.panels, votes=replace(full.panels.votes, cast=False)),
        "corrections": replace(full.corrections, silence_escalates=False, suspension_stops=False),
        "decisions": replace(full.decisions, free_places_reasoned=False, objections_by_another=False),
        "extensions": replace(full.extensions, shortening_notice_days=UNASKED.extensions.shortening_notice_days),
    }
    assert now.parameters == replace(full, **new)


def _stored(said: Earlier) -> bytes:
    sample = json.loads((SCHEMAS.with_name("samples") / "nianlun.application.RoundPlanned.v1.jsonl").read_bytes())
    sample["data"]["parameters"] = json.loads(msgspec.json.encode(said))
    return json.dumps(sample).encode()


@pytest.mark.parametrize("name", EARLIER)
def test_a_document_of_an_earlier_release_is_read_like_a_new_one(name: str) -> None:
    for line in (SCHEMAS.with_name("samples") / f"{name}.jsonl").read_bytes().splitlines():
        recorded = decode(line)
        reads = {"RoundPlanned": planned_of, "PolicyAmended": amended_of}.get(type(recorded.event).__name__)
        if reads is not None:
            assert reads(recorded.stored()) == reads(typed(recorded)) == recorded.event


def test_what_was_superseded_is_recorded_no_more() -> None:
    for name, shape in EARLIER.items():
        assert name == shape.TYPE
        assert name not in REGISTRY
        assert shape.__name__ in {kind.__name__ for kind in REGISTRY.values()}


def test_bytes_of_an_earlier_version_are_the_same_when_they_are_sealed_again() -> None:
    line = (SCHEMAS.with_name("samples") / "nianlun.application.RoundPlanned.v1.jsonl").read_bytes().splitlines()[0]
    recorded, members = decode(line), json.loads(line)
    shape = EARLIER[recorded.envelope.type]
    known = {"data", "previous", "sequence", "streamversion", "specversion", "type", "dataschema"}
    again = draft(
        msgspec.convert(recorded.stored(), shape), {name: one for name, one in members.items() if name not in known}
    )
    assert again.seal(recorded.position, members["previous"], members["streamversion"]) == line
