"""What runs out by the clock alone: a draft at its deadline, a return at its due instant (C5.2, C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Withdrawn,
)
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import ApplicationLapsed
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import require

DRAFT, RETURN = "draft", "return"


@dataclass(frozen=True, slots=True)
class LapseApplication:
    """Note that a draft or a return ran out (C5.2); `at` is when it did."""

    application: str
    terms: RoundTerms
    by: Actor
    at: Instant
    applicant: Applicant | None
    """The organization as registration had it then, as far as that was heard."""


def lapse(state: Application, command: LapseApplication) -> Sequence[ApplicationEvent]:
    """The lapse; nothing where more time was given meanwhile, or it was filed, withdrawn or lapsed before."""
    require(command.by, Role.SYSTEM)
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started):
            deadline = command.terms.deadline_of(started.district, started.application)
            return _lapsed(state, command, DRAFT, deadline)
        case Returned(returned=returned):
            until = command.terms.correct_until(
                Instant(returned.due), state.started.district, state.started.application
            )
            return _lapsed(state, command, RETURN, until)
        case Submitted() | Withdrawn() | Lapsed():
            return []
        case _:
            assert_never(state)


def _lapsed(
    state: Draft | Returned, command: LapseApplication, what: str, deadline: Instant
) -> Sequence[ApplicationEvent]:
    if command.at < deadline:
        return []
    started = state.started
    return [
        ApplicationLapsed(
            application=started.application,
            organization=started.organization,
            round=started.round,
            what=what,
            deadline=deadline,
        )
    ]
