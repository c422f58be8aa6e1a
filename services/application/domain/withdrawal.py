"""Taking an application back, at any time before it is decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.application.domain.editing import ApplicationHasLapsed, ApplicationIsDecided, ApplicationNotStarted
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
from shared.contracts.application import ApplicationWithdrawn
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import require


@dataclass(frozen=True, slots=True)
class WithdrawApplication:
    """The applicant takes it back (C5.2); `settled` says whether it is decided, as far as is known.

    What an appeal remitted, to its district or to the experts, is decided no more until it is decided again.
    """

    application: str
    reason: str
    settled: bool
    by: Actor
    at: Instant


def withdraw(state: Application, command: WithdrawApplication) -> Sequence[ApplicationEvent]:
    """The withdrawal, once."""
    if isinstance(state, NotStarted):
        raise ApplicationNotStarted
    started = state.started
    require(command.by, Role.FILER, organization=started.organization)
    match state:
        case Withdrawn():
            return []
        case Lapsed():
            raise ApplicationHasLapsed
        case Draft() | Submitted() | Returned():
            if command.settled:
                raise ApplicationIsDecided
            return [
                ApplicationWithdrawn(
                    application=started.application,
                    organization=started.organization,
                    round=started.round,
                    reason=command.reason,
                )
            ]
        case _:
            assert_never(state)
