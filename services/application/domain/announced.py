"""What an amendment takes from nobody: time that was announced, rights that stand, and the second person (C5.4)."""

from collections.abc import Container, Iterator
from operator import attrgetter

from services.application.domain.kept import KEPT, Stage
from shared.contracts.round import ObligationTerm, RoundParameters
from shared.kernel.instants import Instant, end_of_day_after
from shared.kernel.refusal import Refusal


class AmendmentTakesWhatStands(Refusal):
    """Time that runs is not shortened, a right that was announced is not taken, and two persons stay two (C5.4)."""

    title = "An amendment takes back nothing that people rely on"
    clause = "C5.4"
    field = "parameters"


def keep_what_stands(
    old: RoundParameters, new: RoundParameters, effective_from: Instant, *, opened: bool, noticed: bool
) -> None:
    """Refuse at the first place where `new` takes away what stands by `old`.

    `opened` and `noticed` say whether the round is open, and a public notice of it known, when `new` takes effect.
    Rounds that do not ask for two keep nothing, as they said.
    """
    if not by_two(old):
        return
    stages = {Stage.PLANNED} | ({Stage.OPENED} if opened else set()) | ({Stage.NOTICED} if noticed else set())
    places = [*_taken(old, new, stages), *_due_too_soon(old, new, effective_from)]
    if places:
        raise AmendmentTakesWhatStands(
            f"less than before: {', '.join(places)}", detail_zh=f"比原来减少：{'、'.join(places)}", field=places[0]
        )


def by_two(parameters: RoundParameters) -> bool:
    """Whether an officer proposes an amendment and a leader approves it."""
    return parameters.amendments.by_two


def _taken(old: RoundParameters, new: RoundParameters, stages: Container[Stage]) -> Iterator[str]:
    for member, standing in KEPT.items():
        value = attrgetter(member)
        if standing.stage in stages and not standing.keeps(value(old), value(new)):
            yield f"parameters.{member}"


def _due_too_soon(old: RoundParameters, new: RoundParameters, effective_from: Instant) -> Iterator[str]:
    """Nothing falls due before the days of its reminder."""
    if not old.assessment.rubric:
        return
    soonest = end_of_day_after(effective_from, old.assessment.reminder_days.value)
    due = {_called(term): term.due.value for term in old.obligations}
    for index, term in enumerate(new.obligations):
        before = due.get(_called(term))
        if before is not None and term.due.value < min(before, soonest):
            yield f"parameters.obligations.{index}.due"


def _called(term: ObligationTerm) -> tuple[object, ...]:
    return term.kind, term.year, term.period, term.only
