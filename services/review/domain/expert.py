"""Expert: the pool from which panels are drawn (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.review import ExpertEnrolled
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, require


@dataclass(frozen=True, slots=True)
class EnrolExpert:
    """The panel secretary takes an expert into the pool, and again when employer or specialties changed (C5.4).

    What was assigned before follows the new employer where the round does; a score stays as it was decided.
    """

    expert: str
    employer_uscc: str
    specialties: tuple[str, ...]
    by: Actor
    at: Instant


Command: TypeAlias = EnrolExpert
ExpertEvent: TypeAlias = ExpertEnrolled


@dataclass(frozen=True, slots=True)
class Stranger:
    """Not in the pool."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """In the pool."""

    enrolment: ExpertEnrolled


Expert: TypeAlias = Stranger | Enrolled


class SecretaryIsNoExpert(NotPermitted):
    """Whoever takes experts into the pool never scores."""

    title = "A panel secretary does not enrol itself"
    clause = "C5.4"
    field = "expert"


def evolve(_state: Expert, event: ExpertEvent) -> Expert:
    """The state after `event`."""
    match event:
        case ExpertEnrolled():
            return Enrolled(event)
        case _:
            assert_never(event)


def decide(state: Expert, command: Command) -> Sequence[ExpertEvent]:
    """Enrol; other data of the same expert supersede what was known."""
    require(command.by, Role.PANEL_SECRETARY)
    if command.by.id == command.expert:
        raise SecretaryIsNoExpert
    enrolment = ExpertEnrolled(
        expert=command.expert, employer_uscc=command.employer_uscc, specialties=command.specialties
    )
    match state:
        case Stranger():
            return [enrolment]
        case Enrolled(before):
            return [] if before == enrolment else [enrolment]
        case _:
            assert_never(state)


EXPERT_DECIDER: Decider[Expert, Command, ExpertEvent] = Decider(Stranger(), decide, evolve)
