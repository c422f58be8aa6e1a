"""What application's routes stand on, and what each of them asks first."""

from dataclasses import dataclass, replace

from fastapi.responses import JSONResponse

from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.round_states import RoundNotPlanned
from services.application.domain.terms import RoundTerms
from services.application.usecases.attach import Desk
from services.application.usecases.documents import Archive
from services.application.usecases.handle import RoundCommand, handle
from services.application.usecases.ports import Facts
from services.application.usecases.streams import application_stream
from shared.contracts.application import ApplicationStarted
from shared.documents.press import Press
from shared.eventstore.documents import Reads
from shared.eventstore.origin import origin
from shared.eventstore.port import EventStore
from shared.files.depot import Depot
from shared.kernel.instants import Instant
from shared.vault.vault import Vault
from shared.web.command import Arrival


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    reads: Reads
    vault: Vault
    facts: Facts
    depot: Depot
    press: Press

    @property
    def desk(self) -> Desk:
        """Where files are taken in."""
        return Desk(self.store, self.facts, self.depot)

    @property
    def archive(self) -> Archive:
        """Where documents are made."""
        return Archive(self.store, self.vault, self.press)


async def started(parts: Parts, application: str) -> ApplicationStarted:
    """How an application began; raise `ApplicationNotStarted`."""
    found = await origin(parts.store, application_stream(application, "").name, ApplicationStarted)
    if found is None:
        raise ApplicationNotStarted
    return found


async def terms(parts: Parts, round_id: str, at: Instant) -> RoundTerms:
    """A round's terms in force; raise `RoundNotPlanned`."""
    found = await parts.facts.terms(round_id, at)
    if found is None:
        raise RoundNotPlanned
    return found


async def of_the_round(parts: Parts, round_id: str, command: RoundCommand, arrival: Arrival) -> JSONResponse:
    """Carry out a command on a round."""
    context = replace(arrival.context, round=round_id)
    return await arrival.answer(lambda key: handle(parts.store, command, context, key))
