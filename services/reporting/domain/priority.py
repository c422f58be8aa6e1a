"""Priority: those that did their tasks well are recommended first for funds and honours (C3.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.reporting import AnnualAssessed, PriorityRecommended, PriorityRow
from shared.contracts.round import Assessment as AssessmentTerms
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class RecommendPriority:
    """The leader recommends (C3.6) by the year's assessments, given by the ids of their events."""

    round: str
    year: int
    assessments: Mapping[str, AnnualAssessed]
    revoked: frozenset[str]
    """Applications whose approval is revoked, or that a correction took from the list."""
    barred: frozenset[str]
    """Organizations that are suspended or closed."""
    rectifying: frozenset[str]
    """Applications whose organization is still to put something right that it was ordered to (C3)."""
    terms: AssessmentTerms
    by: Actor
    at: Instant


Command: TypeAlias = RecommendPriority
PriorityEvent: TypeAlias = PriorityRecommended

# States


@dataclass(frozen=True, slots=True)
class NotRecommended:
    """Nobody is recommended yet."""


@dataclass(frozen=True, slots=True)
class Recommended:
    """The last recommendation stands; one on other assessments takes its place."""

    recommendation: PriorityRecommended


Priority: TypeAlias = NotRecommended | Recommended

# Refusals


class NothingIsAssessed(Unknown):
    """A recommendation rests on assessments."""

    title = "No assessment of that year is known"
    clause = "C3.6"
    field = "year"


class NoGradeIsRecommended(Refusal):
    """The round has no assessment whose grades would be recommended."""

    title = "The round recommends by no assessment"
    clause = "C3.6"
    field = "round"


def evolve(state: Priority, event: PriorityEvent) -> Priority:
    """The state after `event`."""
    del state
    return Recommended(event)


def decide(state: Priority, command: Command) -> Sequence[PriorityEvent]:
    """What happens, or a refusal."""
    require(command.by, Role.CITY_LEADER)
    recommendation = _recommended(command)
    match state:
        case NotRecommended():
            return [recommendation]
        case Recommended(before):
            return [] if before == recommendation else [recommendation]
        case _:
            assert_never(state)


def _recommended(command: RecommendPriority) -> PriorityRecommended:
    if not command.terms.grades:
        raise NoGradeIsRecommended
    if not command.assessments:
        raise NothingIsAssessed
    return PriorityRecommended(
        round=command.round,
        year=command.year,
        rows=_rows(command, command.terms),
        basis=tuple(sorted(command.assessments)),
    )


def _rows(command: RecommendPriority, terms: AssessmentTerms) -> tuple[PriorityRow, ...]:
    """Best first; equal ones, whom no cut divides, stand side by side and are told apart by nothing."""
    good = {grade.name_zh for grade in terms.grades if grade.recommended}
    out = command.revoked | (command.rectifying if terms.none_under_order else frozenset())
    rows = [
        PriorityRow(application=one.application, organization=one.organization, score=one.score, grade=one.grade)
        for one in command.assessments.values()
        if one.grade in good and one.application not in out and one.organization not in command.barred
    ]
    return tuple(sorted(rows, key=lambda row: (-row.score, row.application)))


PRIORITY_DECIDER: Decider[Priority, Command, PriorityEvent] = Decider(NotRecommended(), decide, evolve)
