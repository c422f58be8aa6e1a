"""Who leaves an application and who takes the place; nobody vanishes with what was said (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.review.domain.scoring_states import (
    ExpertIsEmployedThere,
    ExpertIsOut,
    NotOnThePanel,
    Scoring,
    SecretaryNeverScores,
    Subject,
    out,
    score_of,
    seats,
    undecided,
)
from shared.contracts.review import ExpertEnrolled, ExpertRecused, ExpertReplaced, ScoringReopened
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class RecuseExpert:
    """An expert steps back, or the secretary takes it from the application; also after closing (C5.4)."""

    subject: Subject
    expert: str
    reason: str
    voids_score: bool
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReplaceExpert:
    """The secretary gives the place of a recused or absent expert to another of the pool (C5.4)."""

    subject: Subject
    expert: str
    replacement: ExpertEnrolled
    group: str
    reason: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ReopenScoring:
    """An appeal was remitted to the experts; commanded by the service itself (C5.4)."""

    application: str
    organization: str
    round: str
    appeal: str
    """The id of the event that decided the appeal."""
    panel: str | None
    """Of the application's group, where it is with the experts; None where it is not, or no panel was drawn."""


class NotTheExpertItself(NotPermitted):
    """An expert steps back itself; another one only the secretary takes away."""

    title = "An expert recuses nobody but itself"
    clause = "C5.4"
    field = "expert"


class PlaceAlreadyFilled(Refusal):
    """One place, one replacement."""

    title = "The place has been given to another expert"
    clause = "C5.4"
    field = "expert"


class RankedWithoutTheExpert(Refusal):
    """Once the ranking is seen, no place is filled but that of an expert who was recused."""

    title = "The panel has ranked without this expert; only a recused expert's place is given away now"
    clause = "C5.4"
    field = "expert"


class ReplacedExpertHasScored(Refusal):
    """A score that counts keeps its place."""

    title = "The expert's score counts; its place is not free"
    clause = "C5.4"
    field = "expert"


class ReplacementOfAnotherGroup(Refusal):
    """A replacement is of the group's specialty."""

    title = "The pool does not know the replacement for this group"
    clause = "C5.4"
    field = "replacement"


class ReplacementHasASeat(Refusal):
    """A replacement comes from outside the panel, and was not recused."""

    title = "The replacement sits on the panel or was recused from it"
    clause = "C5.4"
    field = "replacement"


def recuse(state: Scoring, command: RecuseExpert) -> Sequence[ExpertRecused]:
    """Take an expert from the application, once, until the application is decided."""
    require(command.by, Role.PANEL_SECRETARY, Role.EXPERT)
    if command.by.role is Role.EXPERT and command.by.id != command.expert:
        raise NotTheExpertItself
    subject = command.subject
    recused = ExpertRecused(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        panel=subject.panel,
        expert=command.expert,
        reason=command.reason,
        voids_score=command.voids_score,
    )
    if recused in state.recusals:
        return []
    if command.expert in out(state):
        raise ExpertIsOut
    if command.expert not in seats(state, subject):
        raise NotOnThePanel
    undecided(subject)
    return [recused]


def substitute(state: Scoring, command: ReplaceExpert) -> Sequence[ExpertReplaced]:
    """Give the place to another, once, until the application is decided."""
    require(command.by, Role.PANEL_SECRETARY)
    subject = command.subject
    replaced = ExpertReplaced(
        application=subject.application,
        organization=subject.organization,
        round=subject.round,
        panel=subject.panel,
        expert=command.expert,
        replacement=command.replacement.expert,
        reason=command.reason,
    )
    if replaced in state.replacements:
        return []
    _free_place(state, command)
    undecided(subject)
    _suitable(state, command)
    return [replaced]


def _free_place(state: Scoring, command: ReplaceExpert) -> None:
    if any(one.expert == command.expert for one in state.replacements):
        raise PlaceAlreadyFilled
    if command.expert not in seats(state, command.subject) | out(state):
        raise NotOnThePanel
    if score_of(state, command.expert) is not None:
        raise ReplacedExpertHasScored
    recused = {one.expert for one in state.recusals}
    if command.subject.ranked and not command.subject.reopened and command.expert not in recused:
        raise RankedWithoutTheExpert


def _suitable(state: Scoring, command: ReplaceExpert) -> None:
    replacement = command.replacement
    if replacement.expert in seats(state, command.subject) | out(state):
        raise ReplacementHasASeat
    if command.group not in replacement.specialties:
        raise ReplacementOfAnotherGroup
    if replacement.expert in command.subject.run_by | {command.by.id}:
        raise SecretaryNeverScores(field="replacement")
    if replacement.employer_uscc == command.subject.uscc:
        raise ExpertIsEmployedThere(field="replacement")


def reopen(state: Scoring, command: ReopenScoring) -> Sequence[ScoringReopened]:
    """Open the scores again, once for each appeal, also where nobody was assigned; nothing where no panel scores it."""
    panel = state.assignments[0].panel if state.assignments else command.panel
    if panel is None or any(one.appeal == command.appeal for one in state.reopenings):
        return []
    return [
        ScoringReopened(
            application=command.application,
            organization=command.organization,
            round=command.round,
            panel=panel,
            appeal=command.appeal,
        )
    ]
