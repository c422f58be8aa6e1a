"""Foreign facts that publication reacts to: what they lead to on its own aggregates."""

from typing import TypeAlias

from services.publication.domain.promotion import WithdrawRow
from services.publication.domain.rectification import RectifyDefault
from services.publication.domain.standing_states import Approval
from shared.contracts.application import ApplicationWithdrawn
from shared.contracts.publication import RectificationItem
from shared.contracts.reporting import ReportDefaulted
from shared.kernel.instants import Instant

Reaction: TypeAlias = WithdrawRow | RectifyDefault


def withdrawal(event: ApplicationWithdrawn) -> WithdrawRow:
    """Whoever withdraws leaves the list that is not approved yet."""
    return WithdrawRow(event.round, event.application)


def default(event: ReportDefaulted, approval: Approval, due: Instant) -> RectifyDefault:
    """What was not reported at all is to be put right."""
    owed = RectificationItem(what=f"{event.kind}.{event.year}", note=f"not filed, it was due before {event.due}")
    return RectifyDefault(approval, (owed,), due)
