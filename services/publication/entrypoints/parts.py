"""What publication's routes stand on, and what each of them asks first."""

from dataclasses import dataclass, replace

from fastapi.responses import JSONResponse

from services.publication.usecases.documents import Archive
from services.publication.usecases.handle import Command, handle
from services.publication.usecases.outcomes import Outcome, outcome_of
from services.publication.usecases.ports import Facts
from shared.auditlog.canonical import JSON
from shared.contracts.application import RoundPlanned
from shared.contracts.policy import RoundUnknown
from shared.documents.cabinet import Cabinet
from shared.eventstore.port import EventStore, Write
from shared.files.depot import Depot
from shared.files.naming import Naming
from shared.kernel.instants import Instant
from shared.kernel.refusal import Unknown
from shared.vault.vault import Vault
from shared.web.command import Arrival


class ApplicationNotDecided(Unknown):
    """Neither approved nor rejected: there is nothing to appeal against, to agree on or to stand."""

    title = "The application is not decided"
    clause = "C5.4"
    field = "application"


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    vault: Vault
    cabinet: Cabinet
    depot: Depot

    @property
    def archive(self) -> Archive:
        """What its documents stand on."""
        return Archive(self.store, self.facts, self.cabinet)


async def carry_out(
    parts: Parts,
    arrival: Arrival,
    round_id: str,
    command: Command,
    organization: str = "",
    guards: tuple[Write, ...] = (),
    files: Naming | None = None,
    **told: JSON,
) -> JSONResponse:
    """Have a command decided in its round, and answer its receipt with what else is `told`.

    It may name `files` that are there alone.
    """
    context = replace(arrival.context, round=round_id)
    keep = None if files is None else files.check
    return await arrival.answer(
        lambda key: handle(parts.store, command, context, key, organization=organization, guards=guards, keep=keep),
        **told,
    )


async def plan_of(parts: Parts, round_id: str, arrival: Arrival) -> RoundPlanned:
    """The round's plan in force when the command arrived."""
    return await plan_in(parts, round_id, arrival.at)


async def plan_in(parts: Parts, round_id: str, at: Instant) -> RoundPlanned:
    """The round's plan in force at an instant."""
    plan = await parts.facts.plan(round_id, at)
    if plan is None:
        raise RoundUnknown(round_id)
    return plan


async def decided(parts: Parts, application: str) -> Outcome:
    """What became of an application, as the log has it."""
    outcome = await outcome_of(parts.store.load, application)
    if outcome is None:
        raise ApplicationNotDecided(application)
    return outcome
