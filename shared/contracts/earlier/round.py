"""The first version of the events that carry a round's parameters (C5)."""

from shared.contracts.application import round as present
from shared.contracts.earlier.complete import completed
from shared.contracts.earlier.parameters import RoundParameters
from shared.contracts.event import Earlier, event
from shared.contracts.topics import ROUND
from shared.kernel.actor import Role


@event(ROUND, Role.CITY_OFFICER)
class RoundPlanned(Earlier):
    """The office fixed the round's parameters."""

    round: str
    parameters: RoundParameters
    parameters_hash: str
    """SHA-256 of the canonical parameters."""
    rule_set_hash: str
    rubric_hash: str

    def upcast(self) -> present.RoundPlanned:
        """The same plan, complete; its hash stays that of what was written."""
        return present.RoundPlanned(
            round=self.round,
            parameters=completed(self.parameters),
            parameters_hash=self.parameters_hash,
            rule_set_hash=self.rule_set_hash,
            rubric_hash=self.rubric_hash,
        )


@event(ROUND, Role.CITY_OFFICER)
class PolicyAmendmentProposed(Earlier):
    """An officer proposed other parameters for the round; nothing changes before a leader approves them (C5.4)."""

    round: str
    parameters: RoundParameters
    new_hash: str
    """SHA-256 of the canonical parameters that are proposed."""
    effective_from: str
    """UTC instant, not before the proposal; an approval that comes later takes effect at once."""
    reason: str
    authority_document: str
    """The official letter's number."""
    proposer: str

    def upcast(self) -> present.PolicyAmendmentProposed:
        """The same proposal, complete; its hash stays that of what was written."""
        return present.PolicyAmendmentProposed(
            round=self.round,
            parameters=completed(self.parameters),
            new_hash=self.new_hash,
            effective_from=self.effective_from,
            reason=self.reason,
            authority_document=self.authority_document,
            proposer=self.proposer,
        )


@event(ROUND, Role.CITY_OFFICER, Role.CITY_LEADER)
class PolicyAmended(Earlier):
    """The round's parameters change from an instant on; what was evaluated before stays as it was."""

    round: str
    parameters: RoundParameters
    old_hash: str
    new_hash: str
    rule_set_hash: str
    rubric_hash: str
    effective_from: str
    """UTC instant, not before the amendment."""
    reason: str
    authority_document: str
    proposer: str | None = None
    """Who proposed what a leader approved; absent where an officer amended the round alone."""

    def upcast(self) -> present.PolicyAmended:
        """The same amendment, complete; its hashes stay those of what was written."""
        return present.PolicyAmended(
            round=self.round,
            parameters=completed(self.parameters),
            old_hash=self.old_hash,
            new_hash=self.new_hash,
            rule_set_hash=self.rule_set_hash,
            rubric_hash=self.rubric_hash,
            effective_from=self.effective_from,
            reason=self.reason,
            authority_document=self.authority_document,
            proposer=self.proposer,
        )
