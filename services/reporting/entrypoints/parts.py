"""What reporting's routes stand on."""

from dataclasses import dataclass

from services.reporting.usecases.ports import Facts
from shared.contracts.policy import RoundUnknown
from shared.contracts.round import RoundParameters
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector
from shared.files.depot import Depot
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector
    depot: Depot

    async def parameters(self, round_id: str, at: Instant) -> RoundParameters:
        """The round's parameters as in force at an instant; raise `RoundUnknown`."""
        plan = await self.facts.plan(round_id, at)
        if plan is None:
            raise RoundUnknown(round_id)
        return plan.parameters
