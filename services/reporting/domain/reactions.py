"""Foreign facts to reporting's own commands."""

from services.reporting.domain.obligation import CreateObligation
from shared.contracts.publication import AgreementSigned
from shared.contracts.round import RoundParameters


def reactions(agreement: AgreementSigned, parameters: RoundParameters) -> tuple[CreateObligation, ...]:
    """A signed agreement makes every report of the round due."""
    return tuple(CreateObligation(agreement, term) for term in parameters.obligations)
