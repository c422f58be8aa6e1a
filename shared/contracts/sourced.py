"""Single values that a round fixes, each with its source."""

from typing import Final

from shared.contracts.event import value

UNSAID: Final = "unsaid"
"""The source of what a round of an earlier release did not say; no new round has it."""


@value
class Moment:
    """An instant that the round fixes; UTC with milliseconds."""

    value: str
    source: str
    """A clause id, or `design` where the notice is silent."""


@value
class Day:
    """A calendar day in Asia/Shanghai, ISO 8601."""

    value: str
    source: str


@value
class Number:
    """A whole number that the round fixes; its unit is in the field's docstring."""

    value: int
    source: str
