"""Round: PLANNED → OPEN; the year's thresholds, dates, categories and weights are its data (C5)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from fractions import Fraction
from typing import TypeAlias, assert_never

from services.application.domain.rules.registry import unknown_rules
from shared.auditlog.canonical import hash_of
from shared.contracts.application import RoundOpened, RoundPlanned
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

ROUND_ID = re.compile(r"[A-Za-z0-9-]{1,32}")

# Commands


@dataclass(frozen=True, slots=True)
class PlanRound:
    """The office fixes the round's parameters."""

    parameters: RoundParameters
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class OpenRound:
    """The office opens the round; `forms_hash` names the form's schemas."""

    round: str
    forms_hash: str
    by: Actor
    at: Instant


Command: TypeAlias = PlanRound | OpenRound
RoundEvent: TypeAlias = RoundPlanned | RoundOpened

# States


@dataclass(frozen=True, slots=True)
class Unplanned:
    """No such round."""


@dataclass(frozen=True, slots=True)
class Planned:
    """Its parameters are fixed."""

    plan: RoundPlanned


@dataclass(frozen=True, slots=True)
class Open:
    """It takes applications."""

    plan: RoundPlanned
    opening: RoundOpened


Round: TypeAlias = Unplanned | Planned | Open

# Refusals


class RoundNotPlanned(Unknown):
    """No such round."""

    title = "The round is not planned"
    field = "round"


class RoundAlreadyPlanned(Refusal):
    """The parameters of a planned round do not change silently."""

    title = "The round is planned with other parameters"
    field = "round"


class RuleUnknown(Malformed):
    """The round asks for a rule that this system does not have; it is refused, never silently passed."""

    title = "The round names a rule that this system does not know"
    field = "rules"


class RubricIsEmpty(Malformed):
    """Experts need criteria to score by."""

    title = "The round's rubric has no criterion with points"
    field = "rubric"


class ParameterMalformed(Malformed):
    """A date, a threshold or a name of the round is not of its kind."""

    title = "A parameter of the round is not of its kind"


class RoundOpensLater(Refusal):
    """The calendar's opening instant is not reached."""

    title = "The round opens later"
    clause = "C5.2"
    field = "calendar.opens_at"


def evolve(state: Round, event: RoundEvent) -> Round:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, RoundPlanned():
            return Planned(event)
        case Planned(plan), RoundOpened():
            return Open(plan, event)
        case _:
            return state


def decide(state: Round, command: Command) -> Sequence[RoundEvent]:
    """What happens, or a refusal."""
    match command:
        case PlanRound():
            return _plan(state, command)
        case OpenRound():
            return _open(state, command)
        case _:
            assert_never(command)


def _plan(state: Round, command: PlanRound) -> Sequence[RoundEvent]:
    require(command.by, Role.CITY_OFFICER)
    parameters = command.parameters
    parameters_hash = hash_of(asdict(parameters))
    if unknown := unknown_rules(parameters.rules):
        raise RuleUnknown(f"unknown: {', '.join(unknown)}")
    check(parameters)
    if not any(criterion.maximum for criterion in parameters.rubric):
        raise RubricIsEmpty
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
        case Planned(plan) | Open(plan):
            if plan.parameters_hash == parameters_hash:
                return []
            raise RoundAlreadyPlanned
        case _:
            assert_never(state)


def check(parameters: RoundParameters) -> None:
    """Refuse instants, days and thresholds that are none; the message names the place."""
    calendar = parameters.calendar
    moments = {
        "calendar.opens_at": calendar.opens_at.value,
        "calendar.submission_deadline": calendar.submission_deadline.value,
        **{f"obligations.{index}.due": term.due.value for index, term in enumerate(parameters.obligations)},
    }
    days = {
        "calendar.district_deadline": calendar.district_deadline.value,
        "calendar.valid_from": calendar.valid_from.value,
        "calendar.valid_to": calendar.valid_to.value,
        **{f"calendar.holidays.{index}": day for index, day in enumerate(calendar.holidays)},
        **{f"calendar.workdays.{index}": day for index, day in enumerate(calendar.workdays)},
    }
    thresholds = {f"rules.{rule.id}.threshold": rule.threshold for rule in parameters.rules if rule.threshold}
    for place, text in moments.items():
        _check(place, text, lambda value: value == instant(value), "a UTC instant such as 2017-09-20T09:00:00.000Z")
    for place, text in days.items():
        _check(place, text, lambda value: value == date.fromisoformat(value).isoformat(), "an ISO date")
    for place, text in thresholds.items():
        _check(place, text, lambda value: Fraction(value) >= 0, "a number or a ratio such as 7/10")
    if not ROUND_ID.fullmatch(parameters.round):
        raise ParameterMalformed(
            f"round: {parameters.round!r} is not 1 to 32 letters, digits or hyphens", field="round"
        )


def _check(place: str, text: str, holds: Callable[[str], bool], kind: str) -> None:
    try:
        if holds(text):
            return
    except (ValueError, ZeroDivisionError):
        pass
    raise ParameterMalformed(f"{place}: {text!r} is not {kind}", field=place)


def _open(state: Round, command: OpenRound) -> Sequence[RoundEvent]:
    require(command.by, Role.CITY_OFFICER)
    match state:
        case Unplanned():
            raise RoundNotPlanned
        case Planned(plan):
            return [_opened(plan, command)]
        case Open():
            return []
        case _:
            assert_never(state)


def _opened(plan: RoundPlanned, command: OpenRound) -> RoundOpened:
    calendar = plan.parameters.calendar
    if command.at < calendar.opens_at.value:
        raise RoundOpensLater(f"it opens at {calendar.opens_at.value}")
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
