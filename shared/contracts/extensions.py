"""How far letters move the filing deadline, as a round says it (C5.2)."""

from shared.contracts.event import value
from shared.contracts.sourced import Number


@value
class Extensions:
    """How far letters move the filing deadline (C5.2)."""

    days_max: int
    """Days after the round's deadline, or after an application's correction was due, that a letter reaches at most.

    A round that says so also lets a later letter name an earlier instant in the place of what another named; 0 where
    nothing bounds a letter, and none takes back.
    """
    shortening_notice_days: Number
    """Days that a letter which takes time back leaves at least; 0 where none."""
    source: str
