"""Who amends a round's parameters, as a round says it (C5)."""

from shared.contracts.event import value


@value
class Amendments:
    """Who amends a round's parameters (C5)."""

    by_two: bool
    """Whether an amendment is proposed by an officer and takes effect when a leader approved it, not before."""
    source: str
