"""Foreign facts to reporting's own commands."""

from collections.abc import Iterable
from typing import Final, TypeAlias

from services.reporting.domain.falling_due import EXPIRED, REMOVED, REVOKED, LiftObligation
from services.reporting.domain.obligation import CreateObligation
from shared.contracts.obligations import obligation_id
from shared.contracts.publication import AgreementSigned, ApplicationRejected, ApprovalExpired, ApprovalRevoked
from shared.contracts.round import ObligationTerm, RoundParameters
from shared.kernel.instants import Instant

Ending: TypeAlias = ApprovalRevoked | ApprovalExpired | ApplicationRejected
"""What ends an approval; a rejection does, where a correction takes the approved from the list."""
GROUNDS: Final[dict[type, str]] = {ApprovalRevoked: REVOKED, ApprovalExpired: EXPIRED, ApplicationRejected: REMOVED}


def obligations_of(
    agreement: AgreementSigned, kind: str, parameters: RoundParameters, signed_at: Instant
) -> tuple[CreateObligation, ...]:
    """A signed agreement makes due what the round asks of this kind of organization (C3.1, C3.3).

    What was due before it was signed is not owed, unless the round is one of those that default nothing.
    """
    return tuple(
        CreateObligation(agreement, term)
        for term in parameters.obligations
        if term.only in (None, kind) and (parameters.assessment is None or signed_at < term.due.value)
    )


def lifted(ending: Ending, terms: Iterable[ObligationTerm], at: Instant) -> tuple[LiftObligation, ...]:
    """The end of an approval lifts what is still open of `terms`, which are all that the round ever asked for."""
    ground = GROUNDS[type(ending)]
    owed = {obligation_id(ending.application, one.kind, one.year, one.period): None for one in terms}
    return tuple(LiftObligation(obligation, ground, at) for obligation in owed)
