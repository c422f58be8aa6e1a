"""What a round's parameters have to be before anyone may apply by them; every refusal names the place."""

import re
from collections.abc import Callable
from datetime import date
from typing import Final

from services.application.domain.members import (
    YEARS_MAX,
    demand,
    demand_days,
    demand_distinct,
    demand_read,
    is_amount,
    is_count,
    is_part,
    is_share,
    is_years,
)
from services.application.domain.rules.capacity import MATERIAL_REQUIRED
from services.application.domain.rules.registry import HARD, PREDICATES, unknown_rules
from services.application.domain.sources import check_sources
from shared.contracts.extensions import Extensions
from shared.contracts.round import (
    Assessment,
    Corrections,
    Levels,
    MaterialRule,
    ObligationTerm,
    RoundParameters,
    Rule,
)
from shared.contracts.vocabulary import (
    COMPREHENSIVE,
    EDUCATION,
    GROUND,
    INTERSECTION,
    RECOGNITION,
    TITLES,
    UNION,
    WAIVABLE,
    Kind,
)
from shared.kernel.instants import LocalDate, end_of_day, instant
from shared.kernel.refusal import Malformed

ROUND_ID = re.compile(r"[A-Za-z0-9-]{1,32}")
RULE_KINDS = frozenset({"hard", "waivable", "in_principle", "judgement", "ground"})
NEVER_RELAXED: Final = frozenset({"R1", "R13", "R14", "R15", "R18", "R19"})
"""What 适当放宽 does not reach (C2.1.7): hard, or kept from every waiver by name."""
RECOGNITION_RULE: Final = "R16"
"""The one rule that passes nothing by itself and may be a ground (C2.1.7)."""
MATERIAL_MAX = 9


class RuleUnknown(Malformed):
    """The round asks for a rule that this system does not have; it is refused, never silently passed."""

    title = "The round names a rule that this system does not know"
    field = "rules"


class RubricIsEmpty(Malformed):
    """Experts need criteria to score by."""

    title = "The round's rubric has no criterion with points"
    field = "rubric"


A_SHARE: Final = "a ratio above 0 and at most 1 such as 2/3"
THRESHOLDS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "R2": (is_years, f"whole years, at most {YEARS_MAX}"),
    "R3": (is_amount, "a decimal amount of at most 15 digits"),
    "R6": (is_count, "a whole number"),
    "R7": (is_share, A_SHARE),
    "R8": (is_amount, "a decimal amount of at most 15 digits"),
    "R10": (is_count, "a whole number"),
    "R11": (is_share, A_SHARE),
    "R12": (is_share, A_SHARE),
    "R13": (is_years, f"whole years, at most {YEARS_MAX}"),
    "R17": (is_count, "a whole number"),
}
"""How each rule reads its threshold; the other rules have none."""


def check(parameters: RoundParameters) -> None:
    """Raise at the first place that is wrong."""
    if unknown := unknown_rules(parameters.rules):
        raise RuleUnknown(f"unknown: {', '.join(unknown)}", detail_zh=f"未知的规则：{'、'.join(unknown)}")
    if not any(criterion.maximum for criterion in parameters.rubric):
        raise RubricIsEmpty
    demand("round", parameters.round, bool(ROUND_ID.fullmatch(parameters.round)), "1 to 32 letters, digits, hyphens")
    _check_calendar(parameters)
    check_sources(parameters)
    _check_rules(parameters.rules)
    _check_relaxing(parameters)
    _check_scoring(parameters)
    _check_quotas(parameters)
    _check_obligations(parameters.obligations)
    _check_levels(parameters.levels)
    _check_materials(parameters.materials)
    _check_corrections(parameters.corrections)
    if parameters.assessment.rubric or parameters.assessment.grades:
        _check_assessment(parameters.assessment)
    offers = parameters.decisions.offers.value
    demand("decisions.offers", offers, offers >= 0, "a number of offers")
    _check_extensions(parameters.extensions)


def _check_calendar(parameters: RoundParameters) -> None:
    calendar = parameters.calendar
    moments = {
        "calendar.opens_at": calendar.opens_at.value,
        "calendar.submission_deadline": calendar.submission_deadline.value,
        **{f"obligations.{index}.due": term.due.value for index, term in enumerate(parameters.obligations)},
        **{
            f"obligations.{index}.opens_at": term.opens_at.value
            for index, term in enumerate(parameters.obligations)
            if term.opens_at is not None
        },
    }
    days = {
        "calendar.district_deadline": calendar.district_deadline.value,
        "calendar.valid_from": calendar.valid_from.value,
        "calendar.valid_to": calendar.valid_to.value,
        **{f"calendar.holidays.{index}": day for index, day in enumerate(calendar.holidays)},
        **{f"calendar.workdays.{index}": day for index, day in enumerate(calendar.workdays)},
    }
    for place, text in moments.items():
        demand_read(
            place, text, lambda value: value == instant(value), "a UTC instant such as 2001-02-03T04:05:06.000Z"
        )
    for place, text in days.items():
        demand_read(place, text, lambda value: value == date.fromisoformat(value).isoformat(), "an ISO date")
    opens_at, deadline = calendar.opens_at.value, calendar.submission_deadline.value
    demand("calendar.submission_deadline", deadline, opens_at < deadline, "after calendar.opens_at")
    first, last = calendar.valid_from.value, calendar.valid_to.value
    demand("calendar.valid_to", last, first < last, "after calendar.valid_from")
    day = calendar.district_deadline.value
    demand(
        "calendar.district_deadline", day, deadline <= end_of_day(LocalDate(day)), "a day by whose end filing has ended"
    )
    demand_days("calendar.notice_working_days", calendar.notice_working_days.value, least=1)
    demand_days("calendar.agreement_due_days", calendar.agreement_due_days.value)


def _check_rules(rules: tuple[Rule, ...]) -> None:
    demand("rules", len(rules), bool(rules), "at least one rule")
    demand_distinct("rules", [rule.id for rule in rules])
    for rule in rules:
        demand(f"rules.{rule.id}.kind", rule.kind, rule.kind in RULE_KINDS, f"one of {', '.join(sorted(RULE_KINDS))}")
        if rule.id in THRESHOLDS:
            holds, kind = THRESHOLDS[rule.id]
            demand_read(f"rules.{rule.id}.threshold", rule.threshold or "", holds, kind)
        else:
            demand(f"rules.{rule.id}.threshold", rule.threshold, rule.threshold is None, "absent: the rule has none")


def _check_relaxing(parameters: RoundParameters) -> None:
    kept = frozenset(parameters.non_waivable)
    for rule_id in parameters.non_waivable:
        demand("non_waivable", rule_id, rule_id in PREDICATES, "a rule that this system knows")
    for rule in parameters.rules:
        place = f"rules.{rule.id}.kind"
        demand(place, rule.kind, rule.kind != GROUND or rule.id == RECOGNITION_RULE, "a kind by which this rule counts")
        if rule.id in NEVER_RELAXED:
            hard = rule.kind == HARD or (rule.kind == WAIVABLE and rule.id in kept)
            demand(place, rule.kind, hard, f"{HARD}, and the rule is not in non_waivable")


def _check_scoring(parameters: RoundParameters) -> None:
    demand_distinct("rubric", [criterion.id for criterion in parameters.rubric])
    for criterion in parameters.rubric:
        demand(f"rubric.{criterion.id}.maximum", criterion.maximum, criterion.maximum > 0, "1 or more points")
    panels, criteria = parameters.panels, {criterion.id for criterion in parameters.rubric}
    minimum, experts, trim = panels.minimum_scores.value, panels.experts.value, panels.trim_from.value
    demand("panels.minimum_scores", minimum, minimum >= 1, "at least 1")
    demand("panels.experts", experts, experts >= minimum, "at least panels.minimum_scores")
    demand("panels.trim_from", trim, trim >= 3, "at least 3: two scores are dropped")  # noqa: PLR2004 - two and one left
    for name in ("tie", "missing_scores"):
        demand_read(
            f"panels.votes.{name}", getattr(panels.votes, name), is_part, "a ratio above 0 and below 1 such as 2/3"
        )
    for criterion_id in panels.tie_order:
        demand("panels.tie_order", criterion_id, criterion_id in criteria, "a criterion of the rubric")


def _check_quotas(parameters: RoundParameters) -> None:
    demand_distinct("quotas", [quota.group for quota in parameters.quotas])
    demand_distinct("categories", [category.code for category in parameters.categories])
    groups = {COMPREHENSIVE, *(category.code for category in parameters.categories)}
    wanted = {COMPREHENSIVE, *(category.code for category in parameters.categories if category.open)}
    lacking = sorted(wanted - {quota.group for quota in parameters.quotas})
    demand("quotas", lacking[0] if lacking else "", not lacking, "left out: every open group has a quota")
    for quota in parameters.quotas:
        demand("quotas", quota.group, quota.group in groups, "a category of the round, or comprehensive")
        demand(f"quotas.{quota.group}.places", quota.places, quota.places >= 0, "0 or more places")
        admitted = quota.ties_admitted
        demand(f"quotas.{quota.group}.ties_admitted", admitted, admitted >= 0, "0 or more places")


def _check_obligations(terms: tuple[ObligationTerm, ...]) -> None:
    demand_distinct("obligations", [".".join(filter(None, (term.kind, str(term.year), term.period))) for term in terms])
    kinds = [None, *(kind.value for kind in Kind)]
    for index, term in enumerate(terms):
        demand(f"obligations.{index}.only", term.only, term.only in kinds, "a kind of organization, or absent")
        opens = None if term.opens_at is None else term.opens_at.value
        demand(f"obligations.{index}.opens_at", opens, opens is None or opens < term.due.value, "before it is due")


def _check_levels(levels: Levels) -> None:
    ladders = {
        "education": EDUCATION,
        "title": TITLES,
        "recognition": RECOGNITION,
        "counting": (UNION, INTERSECTION),
    }
    for name, ladder in ladders.items():
        level = getattr(levels, name)
        demand(f"levels.{name}", level, level in ladder, f"one of {', '.join(ladder)}")


def _check_materials(materials: tuple[MaterialRule, ...]) -> None:
    demand_distinct("materials", [str(material.number) for material in materials])
    for material in materials:
        place = f"materials.{material.number}"
        demand(place, material.number, 1 <= material.number <= MATERIAL_MAX, f"a number from 1 to {MATERIAL_MAX}")
        held = material.required in MATERIAL_REQUIRED
        demand(f"{place}.required", material.required, held, f"one of {', '.join(MATERIAL_REQUIRED)}")
        demand(f"{place}.media_types", material.media_types, bool(material.media_types), "at least one type")
        demand(f"{place}.size_max", material.size_max, material.size_max >= 1, "at least one byte")
        demand(f"{place}.files_max", material.files_max, material.files_max >= 1, "at least one file")


def _check_corrections(corrections: Corrections) -> None:
    for name in ("return_days", "reconsider_days", "appeal_days", "rectification_days", "remit_days"):
        demand_days(f"corrections.{name}", getattr(corrections, name).value)


def _check_extensions(extensions: Extensions) -> None:
    demand_days("extensions.days_max", extensions.days_max)
    demand_days("extensions.shortening_notice_days", extensions.shortening_notice_days.value)


def _check_assessment(assessment: Assessment) -> None:
    demand_distinct("assessment.rubric", [criterion.id for criterion in assessment.rubric])
    points = sum(criterion.maximum for criterion in assessment.rubric)
    lowest = min((criterion.maximum for criterion in assessment.rubric), default=-1)
    demand("assessment.rubric", points, lowest > 0, "criteria with points")
    demand_distinct("assessment.grades", [grade.name_zh for grade in assessment.grades])
    steps = [grade.at_least for grade in assessment.grades]
    falling = steps == sorted(set(steps), reverse=True) and steps[-1:] == [0]
    demand("assessment.grades", steps, falling, "from best to worst, the last one from 0 points on")
    demand("assessment.grades", steps, not steps or steps[0] <= points, "within the rubric's points")
    demand_days("assessment.reminder_days", assessment.reminder_days.value)
    demand_days("assessment.default_days", assessment.default_days.value, least=1)
