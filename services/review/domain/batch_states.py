"""The states of a district's list: DRAFT → SEALED → SENT (C5.3)."""

from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.review import BatchLate, BatchReopened, BatchSealed, BatchSent


@dataclass(frozen=True, slots=True)
class Draft:
    """The district still recommends."""

    reopened: BatchReopened | None = None
    was_sent: bool = False
    """Whether the city has had it."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Fixed, and still with the district."""

    sealing: BatchSealed
    was_sent: bool = False
    """Whether the city has had it before."""


@dataclass(frozen=True, slots=True)
class Sent:
    """With the city."""

    sealing: BatchSealed
    sending: BatchSent
    late: BatchLate | None = None
    was_sent: bool = False
    """Whether the city had it before."""


Batch: TypeAlias = Draft | Sealed | Sent


def holds(state: Batch, application: str, version: int) -> bool:
    """Whether the list was sent with this version of the application."""
    return isinstance(state, Sent) and any(
        (row.application, row.version) == (application, version) for row in state.sealing.rows
    )
