"""Commands to their aggregates; an assessment and a recommendation are guarded by the whole log."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, TypeAlias, assert_never

from services.reporting.domain.assessment import ASSESSMENT_DECIDER, AssessYear, CorrectAssessment
from services.reporting.domain.assessment import Command as OfAnAssessment
from services.reporting.domain.falling_due import ByTheClock, DeclareDefault, NoteOverdue, SendReminder
from services.reporting.domain.filing import (
    FilePolicyDigest,
    FileServiceCase,
    FileServicePlan,
    FileServiceReport,
    ReportDifficulties,
    ToFile,
)
from services.reporting.domain.obligation import OBLIGATION_DECIDER
from services.reporting.domain.priority import PRIORITY_DECIDER, RecommendPriority
from services.reporting.domain.returns import AcceptReport, ReturnReport
from services.reporting.usecases.streams import assessment_stream, obligation_stream, priority_stream
from shared.eventstore.port import Context, EventStore, Idempotency
from shared.eventstore.transact import Target, Transacted, transact

Command: TypeAlias = ToFile | ReturnReport | AcceptReport | ByTheClock | OfAnAssessment | RecommendPriority


def target_of(command: Command, organization: str) -> Target[Any, Any, Any]:
    """The aggregate that decides `command`."""
    match command:
        case AssessYear(application=application, year=year) | CorrectAssessment(application=application, year=year):
            return Target(ASSESSMENT_DECIDER, assessment_stream(application, year, organization))
        case RecommendPriority(round=round_id, year=year):
            return Target(PRIORITY_DECIDER, priority_stream(round_id, year))
        case (
            FileServiceReport()
            | FileServicePlan()
            | FileServiceCase()
            | FilePolicyDigest()
            | ReportDifficulties()
            | ReturnReport()
            | AcceptReport()
            | SendReminder()
            | NoteOverdue()
            | DeclareDefault()
        ):
            return Target(OBLIGATION_DECIDER, obligation_stream(command.obligation, organization))
        case _:
            assert_never(command)


async def handle(
    store: EventStore,
    command: Command,
    context: Context,
    idempotency: Idempotency | None = None,
    *,
    organization: str = "",
    log_at: int | None = None,
    keep: Callable[[], Awaitable[None]] | None = None,
) -> Transacted[Any]:
    """Carry out a command; see `transact`, `Target.log_at` and `Target.keep`."""
    target = replace(target_of(command, organization), log_at=log_at, keep=keep)
    return await transact(store, target, command, context, idempotency)
