"""The policy in force, from the round's plan and amendments as this house has heard them."""

from dataclasses import dataclass
from typing import Any

import msgspec

from services.reporting.usecases.project import AMENDMENTS, ROUNDS
from shared.contracts.application import PolicyAmended, RoundPlanned
from shared.contracts.documents import amended_of, planned_of
from shared.contracts.policy import in_force
from shared.contracts.round import ObligationTerm
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Policies:
    """A round's plan and its amendments, in the order in which they were made."""

    plan: RoundPlanned
    amendments: tuple[PolicyAmended, ...]

    def at(self, at: Instant) -> RoundPlanned:
        """The plan as in force at an instant."""
        return in_force(self.plan, self.amendments, at)

    def since(self, at: Instant) -> str:
        """Since when what is in force at an instant is; empty for the plan itself."""
        return max((one.effective_from for one in self.amendments if one.effective_from <= at), default="")

    @property
    def terms(self) -> tuple[ObligationTerm, ...]:
        """Everything that the round ever asked its organizations for."""
        amended = (term for one in self.amendments for term in one.parameters.obligations)
        return (*self.plan.parameters.obligations, *amended)


async def policies_of(reads: Reads, round_id: str) -> Policies | None:
    """What was heard of a round's policy; None when the round is not known here."""
    plan = await reads.get(ROUNDS, round_id)
    if plan is None:
        return None
    amended = await reads.get(AMENDMENTS, round_id) or {"amendments": []}
    amendments = tuple(amended_of(one) for one in msgspec.convert(amended["amendments"], list[dict[str, Any]]))
    return Policies(planned_of(plan), amendments)
