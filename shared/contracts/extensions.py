"""How far letters move the filing deadline, as a round says it (C5.2)."""

from shared.contracts.event import value


@value
class Extensions:
    """How far letters move the filing deadline (C5.2)."""

    days_max: int
    """Days after the round's deadline, or after an application's correction was due, that a letter reaches at most.

    A round that says so also lets a later letter name an earlier instant in the place of what another named.
    """
    source: str
