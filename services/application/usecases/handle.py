"""Commands to their aggregates; what rests on the round is guarded by the round's own stream."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from services.application.domain.amendment_approval import ApproveAmendment, DeclineAmendment, WithdrawAmendment
from services.application.domain.amendments import AmendPolicy
from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.attachments import AddAttachment, RemoveAttachment
from services.application.domain.closing import ArchiveRound, CloseRound
from services.application.domain.extensions import ExtendDeadline
from services.application.domain.lapse import LapseApplication
from services.application.domain.paper import ExportPdf, ReceivePaper
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.submission import SubmitApplication
from services.application.domain.waivers import RequestWaiver
from services.application.domain.withdrawal import WithdrawApplication
from services.application.usecases.rounds import terms_in_force
from services.application.usecases.streams import application_stream, round_stream
from shared.eventstore.port import Context, EventStore, Idempotency, StreamConflict, Write
from shared.eventstore.transact import ATTEMPTS_MAX, Target, Transacted, transact

RoundCommand: TypeAlias = (
    PlanRound
    | OpenRound
    | ExtendDeadline
    | AmendPolicy
    | ApproveAmendment
    | DeclineAmendment
    | WithdrawAmendment
    | CloseRound
    | ArchiveRound
)
ByTheRound: TypeAlias = (
    StartApplication
    | SaveForm
    | AddAttachment
    | RemoveAttachment
    | SubmitApplication
    | RequestWaiver
    | LapseApplication
)
"""What rests on the round's terms."""
ApplicationCommand: TypeAlias = ByTheRound | ExportPdf | ReceivePaper | WithdrawApplication
Command: TypeAlias = RoundCommand | ApplicationCommand


def target_of(command: Command, organization: str) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`; an application's stream is keyed by its organization."""
    match command:
        case PlanRound():
            return Target(ROUND_DECIDER, round_stream(command.parameters.round))
        case (
            OpenRound()
            | ExtendDeadline()
            | AmendPolicy()
            | ApproveAmendment()
            | DeclineAmendment()
            | WithdrawAmendment()
            | CloseRound()
            | ArchiveRound()
        ):
            return Target(ROUND_DECIDER, round_stream(command.round))
        case (
            StartApplication()
            | SaveForm()
            | AddAttachment()
            | RemoveAttachment()
            | SubmitApplication()
            | RequestWaiver()
            | LapseApplication()
            | ExportPdf()
            | ReceivePaper()
            | WithdrawApplication()
        ):
            return Target(APPLICATION_DECIDER, application_stream(command.application, organization))
        case _:
            assert_never(command)


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str = "",
    keep: Callable[[], Awaitable[None]] | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`, and `Target.keep`."""
    target = replace(target_of(command, organization), keep=keep)
    if isinstance(command, ByTheRound) and command.terms is not None:
        return await _by_the_round(store, target, command, context, idempotency)
    return await transact(store, target, command, context, idempotency)


async def _by_the_round(
    store: EventStore,
    target: Target[Any, Any, Any],
    command: ByTheRound,
    context: Context,
    idempotency: Idempotency | None,
) -> Transacted[Any]:
    """Decide by the round as it is; when it changes before the append, decide again by what it became."""
    for attempt in range(1, ATTEMPTS_MAX + 1):
        terms = command.terms
        assert terms is not None, "the caller looked"
        stream = round_stream(terms.round)
        guarded = replace(target, guards=(Write(stream, terms.version),) if terms.version else ())
        try:
            return await transact(store, guarded, command, context, idempotency)
        except StreamConflict as conflict:
            if conflict.stream != stream.name or attempt == ATTEMPTS_MAX:
                raise
        changed = await terms_in_force(store, terms.round, command.at)
        command = replace(command, terms=changed or terms)
    raise AssertionError("the last attempt returned or raised")
