"""Foreign facts that publication reacts to: what they lead to on its own aggregates."""

from collections.abc import Iterable
from typing import TypeAlias

from services.publication.domain.promotion import WithdrawRow
from services.publication.domain.rectification import RectifyDefault
from services.publication.domain.standing_states import Approval
from shared.contracts.application import ApplicationWithdrawn
from shared.contracts.obligations import Owed, not_filed, obligation_id
from shared.contracts.publication import RectificationItem
from shared.contracts.reporting import ReportDefaulted
from shared.contracts.round import ObligationTerm
from shared.kernel.instants import Instant

Reaction: TypeAlias = WithdrawRow | RectifyDefault


def withdrawal(event: ApplicationWithdrawn) -> WithdrawRow:
    """Whoever withdraws leaves the list that is not approved yet."""
    return WithdrawRow(event.round, event.application)


def default(
    event: ReportDefaulted, approval: Approval, due: Instant, terms: Iterable[ObligationTerm] | None
) -> RectifyDefault:
    """What was not reported at all is to be put right (C3).

    `terms` are what the round asks for, which tell the period; None where its orders name none.
    """
    if terms is None:
        old = RectificationItem(what=f"{event.kind}.{event.year}", note=f"not filed, it was due before {event.due}")
        return RectifyDefault(approval, (old,), due)
    periods = [
        term.period
        for term in terms
        if obligation_id(event.application, term.kind, term.year, term.period) == event.obligation
    ]
    owed = Owed(event.kind, str(event.year), next(iter(periods), None))
    item = RectificationItem(what=owed.code, note=not_filed(Instant(event.due)))
    return RectifyDefault(approval, (item,), due)
