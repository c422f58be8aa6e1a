"""The single values in what the office sends to plan a round, each with its source (C5)."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.sourced import UNSAID
from shared.web.models import Body, Count, DateText, ShortText

MomentText = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$")
]
"""UTC with milliseconds and nothing else: the text goes into the event as it is, and is hashed there."""


def _said(source: str) -> str:
    """What a round leaves unsaid is of earlier releases; a new one says everything."""
    if source == UNSAID:
        raise ValueError("every value has a source")
    return source


SourceText = Annotated[
    ShortText, Field(description="A clause of the notice, or `design` where it is silent"), AfterValidator(_said)
]
ThresholdText = Annotated[
    str,
    StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,40}$"),
    Field(description="Read by its rule: an amount, a ratio such as 2/3, a number"),
]


class MomentBody(Body):
    """An instant that the round fixes."""

    value: MomentText
    source: SourceText


class DayBody(Body):
    """A calendar day in Asia/Shanghai that the round fixes."""

    value: DateText
    source: SourceText


class NumberBody(Body):
    """A whole number that the round fixes."""

    value: Count
    source: SourceText


class AtLeastOneBody(Body):
    """A whole number from 1 on that the round fixes."""

    value: Annotated[Count, Field(ge=1)]
    source: SourceText
