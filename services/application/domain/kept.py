"""From which stage of a round on an amendment takes nothing of a member, for each member of its parameters (C5.4)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, TypeAlias

from shared.contracts.round import Quota, ServiceCategory
from shared.contracts.sourced import Day, Number

Keeps: TypeAlias = Callable[[Any, Any], bool]
"""Whether the second value takes nothing that the first gave."""


class Stage(Enum):
    """From when on a member stands."""

    PLANNED = "planned"
    OPENED = "opened"
    NOTICED = "noticed"
    """Once a public notice of the round is known."""
    ELSEWHERE = "elsewhere"
    """Another guard of the amendment keeps it."""
    NEVER = "never"
    """Whoever approves another one answers for it; what was evaluated by the old one stays."""


@dataclass(frozen=True, slots=True)
class Standing:
    """When a member stands, and what keeps it."""

    stage: Stage
    keeps: Keeps


def _no_fewer(old: Number, new: Number) -> bool:
    return new.value >= old.value


def _no_less(old: int, new: int) -> bool:
    """Also of what is asked or is not: what is, is asked still."""
    return new >= old


def _as_unbounded(old: int, new: int) -> bool:
    """Of a member whose 0 means that nothing bounds it."""
    return new == 0 or 0 < old <= new


def _as_many(old: Number, new: Number) -> bool:
    return _as_unbounded(old.value, new.value)


def _no_earlier(old: Day, new: Day) -> bool:
    return new.value >= old.value


def _no_later(old: Day, new: Day) -> bool:
    return new.value <= old.value


def _at_least(old: Collection[str], new: Collection[str]) -> bool:
    return set(new) >= set(old)


def _at_most(old: Collection[str], new: Collection[str]) -> bool:
    return set(new) <= set(old)


def _the_same(old: Collection[str], new: Collection[str]) -> bool:
    return set(new) == set(old)


def _open_still(old: tuple[ServiceCategory, ...], new: tuple[ServiceCategory, ...]) -> bool:
    return {one.code for one in new if one.open} >= {one.code for one in old if one.open}


def _places(old: tuple[Quota, ...], new: tuple[Quota, ...]) -> bool:
    now = {one.group: (one.places, one.ties_admitted) for one in new}
    before = {one.group: (one.places, one.ties_admitted) for one in old}
    return all(
        places <= now.get(group, (0, 0))[0] and ties <= now.get(group, (0, 0))[1]
        for group, (places, ties) in before.items()
    )


def _taken(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Of media types, of which none means those of the installation."""
    return _at_least(old, new) if old else not new


def _anything(_old: object, _new: object) -> bool:
    return True


RIGHT: Final = Standing(Stage.OPENED, _no_less)
DAYS: Final = Standing(Stage.OPENED, _no_fewer)
SIZE: Final = Standing(Stage.OPENED, _no_less)
ELSEWHERE: Final = Standing(Stage.ELSEWHERE, _anything)
NEVER: Final = Standing(Stage.NEVER, _anything)

KEPT: Final[Mapping[str, Standing]] = {
    "round": ELSEWHERE,
    "title_zh": NEVER,
    "calendar.opens_at": ELSEWHERE,
    "calendar.submission_deadline": ELSEWHERE,
    "calendar.district_deadline": Standing(Stage.OPENED, _no_earlier),
    "calendar.notice_working_days": DAYS,
    "calendar.agreement_due_days": DAYS,
    "calendar.valid_from": Standing(Stage.NOTICED, _no_later),
    "calendar.valid_to": Standing(Stage.NOTICED, _no_earlier),
    "calendar.holidays": Standing(Stage.NOTICED, _at_least),
    "calendar.workdays": Standing(Stage.NOTICED, _at_most),
    "categories": Standing(Stage.OPENED, _open_still),
    "rules": NEVER,
    "non_waivable": Standing(Stage.OPENED, _the_same),
    "rubric": NEVER,
    "panels.experts": NEVER,
    "panels.minimum_scores": NEVER,
    "panels.trim_from": NEVER,
    "panels.scoring_days": DAYS,
    "panels.tie_order": NEVER,
    "panels.votes.tie": NEVER,
    "panels.votes.missing_scores": NEVER,
    "panels.votes.cast": RIGHT,
    "panels.conflicts.voters_answer": RIGHT,
    "panels.conflicts.posts_followed": RIGHT,
    "panels.scored_anew": RIGHT,
    "quotas": Standing(Stage.NOTICED, _places),
    "obligations": ELSEWHERE,
    "levels.education": NEVER,
    "levels.title": NEVER,
    "levels.recognition": NEVER,
    "levels.counting": NEVER,
    "materials": NEVER,
    "corrections.return_days": DAYS,
    "corrections.reconsider_days": DAYS,
    "corrections.appeal_days": DAYS,
    "corrections.rectification_days": DAYS,
    "corrections.remit_days": Standing(Stage.OPENED, _as_many),
    "corrections.not_before_deadline": RIGHT,
    "corrections.period_named": RIGHT,
    "corrections.reports_change": NEVER,
    "corrections.silence_escalates": RIGHT,
    "corrections.suspension_stops": RIGHT,
    "batches.required": RIGHT,
    "batches.compliance_required": RIGHT,
    "batches.complete": RIGHT,
    "batches.overrulings": RIGHT,
    "batches.every_material": RIGHT,
    "batches.grounds_judged": RIGHT,
    "batches.reopened_by_city": RIGHT,
    "assessment.rubric": NEVER,
    "assessment.grades": NEVER,
    "assessment.reminder_days": DAYS,
    "assessment.default_days": DAYS,
    "assessment.after_all_due": RIGHT,
    "assessment.none_under_order": RIGHT,
    "decisions.ends_all": RIGHT,
    "decisions.offers": Standing(Stage.OPENED, _as_many),
    "decisions.appeals_by_another": RIGHT,
    "decisions.corrections_on_notice": RIGHT,
    "decisions.reversals_ranked": RIGHT,
    "decisions.promoters_aside": RIGHT,
    "decisions.free_places_reasoned": RIGHT,
    "decisions.objections_by_another": RIGHT,
    "decisions.objections_to": NEVER,
    "choice.known_only": NEVER,
    "evidence.media_types": Standing(Stage.OPENED, _taken),
    "evidence.size_max": SIZE,
    "evidence.files_max": SIZE,
    "evidence.statement": NEVER,
    "extensions.days_max": Standing(Stage.OPENED, _as_unbounded),
    "extensions.shortening_notice_days": DAYS,
    "amendments.by_two": Standing(Stage.PLANNED, _no_less),
}
"""Each member of a round's parameters, and of their sections, but the sources that they name."""
