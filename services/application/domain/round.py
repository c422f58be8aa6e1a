"""Round: PLANNED → OPEN → CLOSED → ARCHIVED; the year's thresholds, dates, categories and weights are its data (C5)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TypeAlias, assert_never

from services.application.domain.amendment_approval import (
    ApproveAmendment,
    DeclineAmendment,
    OnProposal,
    WithdrawAmendment,
    settle,
)
from services.application.domain.amendments import AmendPolicy, amend
from services.application.domain.closing import ArchiveRound, CloseRound, archive, close
from services.application.domain.extensions import ExtendDeadline, extend
from services.application.domain.parameters import check
from services.application.domain.round_states import (
    Archived,
    Closed,
    Open,
    Planned,
    Round,
    RoundEvent,
    RoundNotPlanned,
    Unplanned,
    evolve,
    plan_at,
)
from shared.auditlog.canonical import hash_of
from shared.contracts.application import RoundOpened, RoundPlanned
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class PlanRound:
    """The office fixes the round's parameters."""

    parameters: RoundParameters
    parameters_hash: str
    """Of the parameters as they were written; see `written`."""
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class OpenRound:
    """The office opens the round; `forms_hash` names the form's schemas."""

    round: str
    forms_hash: str
    by: Actor
    at: Instant


Command: TypeAlias = PlanRound | OpenRound | ExtendDeadline | AmendPolicy | OnProposal | CloseRound | ArchiveRound


class RoundAlreadyPlanned(Refusal):
    """The parameters of a planned round do not change silently."""

    title = "The round is planned with other parameters"
    field = "round"


class RoundOpensLater(Refusal):
    """The calendar's opening instant is not reached."""

    title = "The round opens later"
    clause = "C5.2"
    field = "calendar.opens_at"


def decide(state: Round, command: Command) -> Sequence[RoundEvent]:
    """What happens, or a refusal."""
    match command:
        case PlanRound():
            return _plan(state, command)
        case OpenRound():
            return _open(state, command)
        case ExtendDeadline():
            return extend(state, command)
        case AmendPolicy() | ApproveAmendment() | DeclineAmendment() | WithdrawAmendment():
            return amend(state, command) if isinstance(command, AmendPolicy) else settle(state, command)
        case CloseRound():
            return close(state, command)
        case ArchiveRound():
            return archive(state, command)
        case _:
            assert_never(command)


def _plan(state: Round, command: PlanRound) -> Sequence[RoundEvent]:
    require(command.by, Role.CITY_OFFICER)
    parameters, parameters_hash = command.parameters, command.parameters_hash
    check(parameters)
    match state:
        case Unplanned():
            return [
                RoundPlanned(
                    round=parameters.round,
                    parameters=parameters,
                    parameters_hash=parameters_hash,
                    rule_set_hash=hash_of([asdict(rule) for rule in parameters.rules]),
                    rubric_hash=hash_of([asdict(criterion) for criterion in parameters.rubric]),
                )
            ]
        case Planned(plan) | Open(plan) | Closed(plan) | Archived(Closed(plan)):
            if plan.parameters_hash == parameters_hash:
                return []
            raise RoundAlreadyPlanned
        case _:
            assert_never(state)


def _open(state: Round, command: OpenRound) -> Sequence[RoundEvent]:
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned():
            return [_opened(plan_at(state, command.at), command)]
        case Open() | Closed() | Archived():
            return []
        case _:
            assert_never(state)


def _opened(plan: RoundPlanned, command: OpenRound) -> RoundOpened:
    calendar = plan.parameters.calendar
    if command.at < calendar.opens_at.value:
        raise RoundOpensLater(
            f"it opens at {calendar.opens_at.value}", detail_zh=f"开始受理时间为{calendar.opens_at.value}"
        )
    return RoundOpened(
        round=plan.round,
        opens_at=calendar.opens_at.value,
        submission_deadline=calendar.submission_deadline.value,
        open_categories=tuple(category.code for category in plan.parameters.categories if category.open),
        parameters_hash=plan.parameters_hash,
        rule_set_hash=plan.rule_set_hash,
        forms_hash=command.forms_hash,
        rubric_hash=plan.rubric_hash,
    )


ROUND_DECIDER: Decider[Round, Command, RoundEvent] = Decider(Unplanned(), decide, evolve)
