"""Foreign facts to reporting's own commands."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from services.reporting.domain.calendar import AMENDED, Changes, RescheduleObligation
from services.reporting.domain.falling_due import EXPIRED, REMOVED, REVOKED, LiftObligation
from services.reporting.domain.obligation import CreateObligation
from shared.contracts.application import PolicyAmended
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import AgreementSigned, ApplicationRejected, ApprovalExpired, ApprovalRevoked
from shared.contracts.round import ObligationTerm
from shared.kernel.instants import Instant

Ending: TypeAlias = ApprovalRevoked | ApprovalExpired | ApplicationRejected
"""What ends an approval; a rejection does, where a correction takes the approved from the list."""
GROUNDS: Final[dict[type, str]] = {ApprovalRevoked: REVOKED, ApprovalExpired: EXPIRED, ApplicationRejected: REMOVED}
Following: TypeAlias = CreateObligation | RescheduleObligation | LiftObligation


def obligations_of(
    agreement: AgreementSigned, terms: Iterable[ObligationTerm], since: Instant, *, lenient: bool
) -> tuple[CreateObligation, ...]:
    """A signed agreement makes due what the round asks of this kind of organization (C3.1, C3.3).

    What was due before `since`, when it was signed or asked for, is not owed, unless the round is one of those
    that default nothing (`lenient`).
    """
    return tuple(CreateObligation(agreement, term) for term in terms if lenient or since < term.due.value)


def following(
    agreement: AgreementSigned, amendment: PolicyAmended, changed: Changes, at: Instant
) -> tuple[Following, ...]:
    """The calendar's amendment adds, moves and lifts what somebody who has signed owes (C3.5)."""
    lenient = not amendment.parameters.assessment.rubric
    not_before = Instant(max(at, amendment.effective_from))
    added = obligations_of(agreement, changed.set.values(), at, lenient=lenient)
    moved = (
        RescheduleObligation(_owed(agreement, term), term, amendment.authority_document, not_before, at)
        for term in changed.set.values()
    )
    lifts = (LiftObligation(_owed(agreement, term), AMENDED, at) for term in changed.removed.values())
    return (*added, *moved, *lifts)


def _owed(agreement: AgreementSigned, term: ObligationTerm) -> str:
    return obligation_id(agreement.application, term.kind, term.year, term.period)


def lifted(ending: Ending, terms: Iterable[ObligationTerm], at: Instant) -> tuple[LiftObligation, ...]:
    """The end of an approval lifts what is still open of `terms`, which are all that the round ever asked for."""
    ground = GROUNDS[type(ending)]
    owed = {obligation_id(ending.application, one.kind, one.year, one.period): None for one in terms}
    return tuple(LiftObligation(obligation, ground, at) for obligation in owed)
