"""Commands to their aggregates."""

from typing import Any, TypeAlias, assert_never

from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.attachments import AddAttachment, RemoveAttachment
from services.application.domain.paper import ExportPdf, ReceivePaper
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.submission import SubmitApplication
from shared.contracts.category import Stream
from shared.contracts.topics import APPLICATION, ROUND
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Target, Transacted, transact

RoundCommand: TypeAlias = PlanRound | OpenRound
ApplicationCommand: TypeAlias = (
    StartApplication | SaveForm | AddAttachment | RemoveAttachment | SubmitApplication | ExportPdf | ReceivePaper
)
Command: TypeAlias = RoundCommand | ApplicationCommand


def target_of(command: Command, organization: str) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`; an application's stream is keyed by its organization."""
    match command:
        case PlanRound():
            return Target(ROUND_DECIDER, round_stream(command.parameters.round))
        case OpenRound(round=round_id):
            return Target(ROUND_DECIDER, round_stream(round_id))
        case (
            StartApplication(application=application)
            | SaveForm(application=application)
            | AddAttachment(application=application)
            | RemoveAttachment(application=application)
            | SubmitApplication(application=application)
            | ExportPdf(application=application)
            | ReceivePaper(application=application)
        ):
            return Target(APPLICATION_DECIDER, application_stream(application, organization))
        case _:
            assert_never(command)


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str = "",
) -> Transacted[Any]:
    """Carry out a command; see `transact`."""
    return await transact(store, target_of(command, organization), command, context, idempotency)


def round_stream(round_id: str) -> Stream:
    """The stream of one round."""
    return Stream(ROUND, round_id, round_id)


def application_stream(application: str, organization: str) -> Stream:
    """The stream of one application."""
    return Stream(APPLICATION, application, organization)
