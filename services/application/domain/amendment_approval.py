"""An amendment that an officer proposed: approved or declined by another person, a leader, or withdrawn (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.application.domain.amendments import AmendPolicy, amended
from services.application.domain.round_states import (
    Archived,
    Closed,
    Open,
    Planned,
    Proposal,
    Round,
    RoundEvent,
    RoundIsArchived,
    RoundNotPlanned,
    Unplanned,
)
from shared.contracts.application import (
    PolicyAmended,
    PolicyAmendmentDeclined,
    PolicyAmendmentProposed,
    PolicyAmendmentWithdrawn,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class ApproveAmendment:
    """Let the proposed amendment take effect, at its instant or at once where that is past (C5.4)."""

    round: str
    new_hash: str
    noticed: bool
    """Whether a public notice of the round is known."""
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class DeclineAmendment:
    """Leave the round as it is (C5.4)."""

    round: str
    new_hash: str
    reason: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class WithdrawAmendment:
    """Take back the proposed amendment (C5.4)."""

    round: str
    new_hash: str
    by: Actor
    at: Instant


OnProposal: TypeAlias = ApproveAmendment | DeclineAmendment | WithdrawAmendment


class AmendmentNotProposed(Refusal):
    """What is decided is the proposal that was read: nothing else waits, or has taken its place."""

    title = "No such amendment of the round is proposed"
    clause = "C5.4"
    field = "new_hash"


class ProposerMayNotApproveTheAmendment(NotPermitted):
    """Two people decide."""

    title = "The proposer of an amendment may not approve it"
    clause = "C5.4"


def settle(state: Round, command: OnProposal) -> Sequence[RoundEvent]:
    """What becomes of the proposal, once."""
    require(command.by, Role.CITY_OFFICER if isinstance(command, WithdrawAmendment) else Role.CITY_LEADER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned() | Open() | Closed():
            return _settled(state, command)
        case Archived():
            raise RoundIsArchived
        case _:
            assert_never(state)


def _settled(state: Planned | Open | Closed, command: OnProposal) -> Sequence[RoundEvent]:
    proposal = state.proposal
    if not isinstance(proposal, PolicyAmendmentProposed) or proposal.new_hash != command.new_hash:
        if _happened(state, command):
            return []
        raise AmendmentNotProposed
    match command:
        case ApproveAmendment():
            _by_another(proposal, command.by)
            return [amended(state, _as_command(proposal, command), proposal.proposer)]
        case DeclineAmendment():
            _by_another(proposal, command.by)
            return [PolicyAmendmentDeclined(round=command.round, new_hash=command.new_hash, reason=command.reason)]
        case WithdrawAmendment():
            return [PolicyAmendmentWithdrawn(round=command.round, new_hash=command.new_hash)]
        case _:
            assert_never(command)


def _happened(state: Planned | Open | Closed, command: OnProposal) -> bool:
    """Whether that is what became of it before."""
    match command:
        case ApproveAmendment():
            became: Proposal | PolicyAmended | None = next(reversed(state.amendments), None)
        case DeclineAmendment():
            became = state.proposal if isinstance(state.proposal, PolicyAmendmentDeclined) else None
        case WithdrawAmendment():
            became = state.proposal if isinstance(state.proposal, PolicyAmendmentWithdrawn) else None
        case _:
            assert_never(command)
    return became is not None and became.new_hash == command.new_hash


def _by_another(proposal: PolicyAmendmentProposed, by: Actor) -> None:
    if proposal.proposer == by.id:
        raise ProposerMayNotApproveTheAmendment


def _as_command(proposal: PolicyAmendmentProposed, command: ApproveAmendment) -> AmendPolicy:
    return AmendPolicy(
        round=command.round,
        parameters=proposal.parameters,
        parameters_hash=proposal.new_hash,
        effective_from=max(Instant(proposal.effective_from), command.at),
        reason=proposal.reason,
        authority_document=proposal.authority_document,
        by=command.by,
        at=command.at,
        noticed=command.noticed,
    )
