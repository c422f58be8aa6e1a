"""What became of one application, from this house's own streams: its approval, agreement and standing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from services.publication.domain.rejection import Rejection
from services.publication.domain.standing import STANDING_DECIDER
from services.publication.domain.standing_states import Approval, Expired, Revoked
from services.publication.usecases.streams import agreement_stream, approval_stream, standing_stream
from shared.contracts.envelope import Recorded
from shared.contracts.policy import days_of
from shared.contracts.publication import (
    AgreementOffered,
    AgreementSigned,
    ApplicationRejected,
    ApprovalRevoked,
    OrganizationApproved,
    RevocationReversed,
)
from shared.contracts.round import RoundParameters
from shared.eventstore.port import Write
from shared.kernel.instants import Instant, end_of_day_after

Load: TypeAlias = Callable[[str], Awaitable[Sequence[Recorded]]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The last decision on an application, and what a decision that rests on it guards."""

    decided: OrganizationApproved | ApplicationRejected
    at: Instant
    by: str
    """The account that decided."""
    signed: bool
    """Whether its agreement was signed since: an approval that is given again, or given back, needs another."""
    anew: bool
    """Whether an agreement was offered, but none since the last decision."""
    ended: bool
    """Whether the approval was revoked or has expired."""
    revoked_by: str | None
    """The account that revoked it; None where it is not revoked."""
    approval_guard: Write
    agreement_guard: Write
    standing_guard: Write

    @property
    def revoked(self) -> bool:
        """Whether it was revoked, and nobody reversed that."""
        return self.revoked_by is not None

    @property
    def stands(self) -> bool:
        """Whether it is approved, as far as lists say it."""
        return isinstance(self.decided, OrganizationApproved)

    @property
    def in_force(self) -> bool:
        """Whether it is approved and neither revoked nor expired."""
        return self.stands and not self.ended

    @property
    def guards(self) -> tuple[Write, ...]:
        """Of a decision on its standing."""
        return self.approval_guard, self.agreement_guard

    @property
    def approval(self) -> Approval:
        """What a standing is about."""
        decided = self.decided
        valid_to = decided.valid_to if isinstance(decided, OrganizationApproved) else ""
        return Approval(
            decided.application, decided.organization, decided.round, valid_to, self.stands, self.stands and self.signed
        )

    def rejection(self, parameters: RoundParameters) -> Rejection | None:
        """What may be appealed against, to the end of the round's last day for it."""
        if isinstance(self.decided, OrganizationApproved):
            return None
        days = days_of(parameters.corrections.appeal_days)
        until = None if days is None else end_of_day_after(self.at, days)
        return Rejection(self.decided.application, self.decided.organization, self.decided.round, self.at, until)


async def outcome_of(load: Load, application: str) -> Outcome | None:
    """What became of an application; None as long as nothing was decided on it."""
    approvals = await load(approval_stream(application, "").name)
    if not approvals:
        return None
    last = next(one for one in reversed(approvals) if isinstance(one.event, OrganizationApproved | ApplicationRejected))
    assert isinstance(last.event, OrganizationApproved | ApplicationRejected), "found as one"
    organization = last.event.organization
    agreements = await load(agreement_stream(application, "").name)
    moves = await load(standing_stream(application, "").name)
    standing = STANDING_DECIDER.fold(_events(moves))
    given_back = [one.position for one in moves if isinstance(one.event, RevocationReversed)]
    since = [one for one in agreements if one.position > max([last.position, *given_back])]
    revoked = [one.envelope.actorid for one in moves if isinstance(one.event, ApprovalRevoked)]
    return Outcome(
        decided=last.event,
        at=Instant(last.envelope.time),
        by=last.envelope.actorid,
        signed=any(isinstance(one.event, AgreementSigned) for one in since),
        anew=bool(agreements) and not any(isinstance(one.event, AgreementOffered) for one in since),
        ended=isinstance(standing, Revoked | Expired),
        revoked_by=revoked[-1] if isinstance(standing, Revoked) else None,
        approval_guard=Write(approval_stream(application, organization), len(approvals)),
        agreement_guard=Write(agreement_stream(application, organization), len(agreements)),
        standing_guard=Write(standing_stream(application, organization), len(moves)),
    )


def _events(recorded: Sequence[Recorded]) -> list[Any]:
    return [one.event for one in recorded]
