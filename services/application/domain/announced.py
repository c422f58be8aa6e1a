"""What an amendment takes from nobody: time that was announced, rights that stand, and the second person (C5.4)."""

from collections.abc import Iterator

from shared.contracts.round import Calendar, Decisions, ObligationTerm, RoundParameters
from shared.kernel.instants import Instant, end_of_day_after
from shared.kernel.refusal import Refusal

RIGHTS = (
    "appeals_by_another",
    "corrections_on_notice",
    "reversals_ranked",
    "promoters_aside",
    "free_places_reasoned",
    "objections_by_another",
)
"""Members of a round's `decisions` that protect whoever is, or is not, on a list that was shown."""


class AmendmentTakesWhatStands(Refusal):
    """Time that runs is not shortened, a right that was announced is not taken, and two persons stay two (C5.4)."""

    title = "An amendment takes back nothing that people rely on"
    clause = "C5.4"
    field = "parameters"


def keep_what_stands(
    old: RoundParameters, new: RoundParameters, effective_from: Instant, *, opened: bool, noticed: bool
) -> None:
    """Refuse at the first place where `new` takes away what stands by `old`.

    `noticed` says whether a public notice of the round is known. Rounds that do not ask for two keep nothing, as they
    said.
    """
    if not by_two(old):
        return
    places = [*_always(old, new, effective_from)]
    places += _once_open(old.calendar, new.calendar) if opened else ()
    places += _once_noticed(old, new) if noticed else ()
    if places:
        raise AmendmentTakesWhatStands(
            f"less than before: {', '.join(places)}", detail_zh=f"比原来减少：{'、'.join(places)}", field=places[0]
        )


def by_two(parameters: RoundParameters) -> bool:
    """Whether an officer proposes an amendment and a leader approves it."""
    return parameters.amendments.by_two


def _always(old: RoundParameters, new: RoundParameters, effective_from: Instant) -> Iterator[str]:
    if not by_two(new):
        yield "parameters.amendments"
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


def _once_open(old: Calendar, new: Calendar) -> Iterator[str]:
    if new.district_deadline.value < old.district_deadline.value:
        yield "parameters.calendar.district_deadline"


def _once_noticed(old: RoundParameters, new: RoundParameters) -> Iterator[str]:
    """A notice ends as it said, an appeal's time too, and who decides stays apart from who decided."""
    if new.calendar.notice_working_days.value < old.calendar.notice_working_days.value:
        yield "parameters.calendar.notice_working_days"
    if not set(new.calendar.holidays) >= set(old.calendar.holidays):
        yield "parameters.calendar.holidays"
    if not set(new.calendar.workdays) <= set(old.calendar.workdays):
        yield "parameters.calendar.workdays"
    if new.corrections.appeal_days.value < old.corrections.appeal_days.value:
        yield "parameters.corrections.appeal_days"
    yield from (f"parameters.decisions.{name}" for name in RIGHTS if _has(old.decisions, name, than=new.decisions))


def _has(old: Decisions, name: str, *, than: Decisions) -> bool:
    """Whether the old has a right that the new does not have."""
    return getattr(old, name) and not getattr(than, name)
