"""What is told of a wrong value: the member as the form names it, and plain words, never those of a library."""

import re
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError

from services.registration.entrypoints import bodies
from shared.web import models
from shared.web.expected import OTHERWISE, OURS, PATTERNS, TYPES, expected, field_of, first_of_each
from shared.web.models import (
    AsOfText,
    Body,
    Count,
    DateText,
    DecimalText,
    DistrictText,
    IdText,
    InstantText,
    LongText,
    RatioText,
    ReasonText,
    Sha256Text,
    ShortText,
    SignedDecimalText,
    Token,
    UsccText,
)

PLACES = re.compile(r"\{\w+\}")


class Line(Body):
    """One of a list."""

    note: ShortText = "n"
    paper: Sha256Text | Literal[""] = ""


class Everything(Body):
    """A member of every shape at the door."""

    name: ShortText = "n"
    text: LongText = ""
    code: Token = "c"
    uscc: UsccText | None = None
    amount: DecimalText | None = None
    profit: SignedDecimalText | None = None
    share: RatioText | None = None
    on: DateText | None = None
    at: InstantText | None = None
    as_of: AsOfText | None = None
    district: DistrictText | None = None
    account: IdText | None = None
    count: Count = 0
    holds: bool = True
    kind: Literal["a", "b"] = "a"
    lines: Annotated[list[Line], Field(max_length=2, default_factory=list)]


def wrong(**members: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as caught:
        Everything.model_validate(members)
    return [(field_of(one), expected(one)[0]) for one in first_of_each(caught.value.errors())]


LIBRARY = ("Input", "should", "constrained", "literal[", "^", "[0-9", "function-")


@pytest.mark.parametrize("member", sorted(set(Everything.model_fields) - {"text"}))
@pytest.mark.parametrize("value", [{"a": 1}, "\x07", 1.5, [[]]])
def test_every_member_is_refused_in_words(member: str, value: Any) -> None:
    ((field, words),) = wrong(**{member: value})
    assert field in {member, f"{member}.0"}
    assert words != OTHERWISE[0]
    assert not [one for one in LIBRARY if one in words], words


def test_the_arm_of_a_choice_is_no_part_of_the_path() -> None:
    assert [field for field, _ in wrong(lines=[{"paper": "x"}, {"paper": 1}])] == ["lines.0.paper", "lines.1.paper"]


def test_what_there_is_no_member_for_is_named_as_it_was_sent() -> None:
    assert wrong(lines=[{"Note-1": 1}]) == [("lines.0.Note-1", "there is no such member; leave it out")]


def test_numbers_and_choices_are_said() -> None:
    assert wrong(count=-1) == [("count", "0 or more is expected")]
    assert wrong(kind="c") == [("kind", "one of these is expected: 'a' or 'b'")]
    assert wrong(lines=[{}] * 3) == [("lines", "at most 2 entries are expected")]


def test_a_validator_of_ours_speaks_for_itself() -> None:
    assert wrong(on="2017-02-30") == [("on", "a day of the calendar is expected, YYYY-MM-DD")]


def test_what_belongs_there_is_said_in_chinese_too() -> None:
    """Whatever the mistake, by its pattern or its kind, with the same numbers (C5.2)."""
    for en, zh in (*PATTERNS.values(), *TYPES.values(), OTHERWISE):
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert {one.replace("_zh", "") for one in PLACES.findall(zh)} == set(PLACES.findall(en))
    said = {"type": "value_error", "loc": ("on",), "ctx": {"error": ValueError(next(iter(OURS)))}}
    assert expected(said)[1] == "填写的值不符合要求，应为日历上有的日期"


def test_every_check_of_the_shapes_speaks_chinese() -> None:
    shapes = (Path(models.__file__), Path(bodies.__file__))
    checks = re.findall(r'raise ValueError\("([^"]+)"\)', "".join(one.read_text("utf-8") for one in shapes))
    assert set(checks) == set(OURS)


def test_a_kind_of_mistake_that_nobody_foresaw_has_words_too() -> None:
    assert expected({"type": "complex_type", "loc": ("body",)}) == OTHERWISE


@pytest.mark.parametrize(
    ("text", "taken"),
    [("原因\n其二", True), (" x", True), *((blank, False) for blank in (" ", "\n", "　", "\u200b", ""))],
)
def test_a_reason_says_something(text: str, taken: bool) -> None:  # noqa: FBT001 - of the table
    reason: TypeAdapter[str] = TypeAdapter(ReasonText)
    with nullcontext() if taken else pytest.raises(ValidationError):
        assert reason.validate_python(text) == text
