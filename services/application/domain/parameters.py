"""What a round's parameters have to be before anyone may apply by them; every refusal names the place."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import InvalidOperation
from fractions import Fraction
from typing import Final

from services.application.domain.rules.capacity import MATERIAL_REQUIRED
from services.application.domain.rules.registry import unknown_rules
from shared.contracts.round import (
    Assessment,
    Corrections,
    Decisions,
    Levels,
    MaterialRule,
    ObligationTerm,
    RoundParameters,
    Rule,
)
from shared.contracts.vocabulary import COMPREHENSIVE, EDUCATION, INTERSECTION, RECOGNITION, TITLES, UNION, Kind
from shared.kernel.instants import instant
from shared.kernel.refusal import Malformed

ROUND_ID = re.compile(r"[A-Za-z0-9-]{1,32}")
RULE_KINDS = frozenset({"hard", "waivable", "in_principle", "judgement", "ground"})
MATERIAL_MAX = 9
YEARS_MAX = 100
"""Beyond this a span of years leaves the calendar."""


class ParameterMalformed(Malformed):
    """A date, a threshold, a number or a name of the round is not of its kind."""

    title = "A parameter of the round is not of its kind"


class RuleUnknown(Malformed):
    """The round asks for a rule that this system does not have; it is refused, never silently passed."""

    title = "The round names a rule that this system does not know"
    field = "rules"


class RubricIsEmpty(Malformed):
    """Experts need criteria to score by."""

    title = "The round's rubric has no criterion with points"
    field = "rubric"


def _years(text: str) -> bool:
    return _count(text) and int(text) <= YEARS_MAX


def _amount(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,3})?", text) is not None


def _share(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}/[1-9][0-9]{0,8}", text) is not None


def _part(text: str) -> bool:
    return _share(text) and Fraction(text) < 1


def _count(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,9}", text) is not None


THRESHOLDS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "R2": (_years, f"whole years, at most {YEARS_MAX}"),
    "R3": (_amount, "a decimal amount of at most 15 digits"),
    "R6": (_count, "a whole number"),
    "R7": (_share, "a ratio such as 2/3"),
    "R8": (_amount, "a decimal amount of at most 15 digits"),
    "R10": (_count, "a whole number"),
    "R11": (_share, "a ratio such as 2/3"),
    "R12": (_share, "a ratio such as 2/3"),
    "R13": (_years, f"whole years, at most {YEARS_MAX}"),
    "R17": (_count, "a whole number"),
}
"""How each rule reads its threshold; the other rules have none."""


def check(parameters: RoundParameters) -> None:
    """Raise at the first place that is wrong."""
    if unknown := unknown_rules(parameters.rules):
        raise RuleUnknown(f"unknown: {', '.join(unknown)}")
    if not any(criterion.maximum for criterion in parameters.rubric):
        raise RubricIsEmpty
    _require("round", parameters.round, bool(ROUND_ID.fullmatch(parameters.round)), "1 to 32 letters, digits, hyphens")
    _check_calendar(parameters)
    _check_rules(parameters.rules)
    _check_scoring(parameters)
    _check_quotas(parameters)
    _check_obligations(parameters.obligations)
    if parameters.levels is not None:
        _check_levels(parameters.levels)
    if parameters.materials is not None:
        _check_materials(parameters.materials)
    if parameters.corrections is not None:
        _check_corrections(parameters.corrections)
    if parameters.assessment is not None:
        _check_assessment(parameters.assessment)
    _check_decisions(parameters.decisions)


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
        _read(place, text, lambda value: value == instant(value), "a UTC instant such as 2001-02-03T04:05:06.000Z")
    for place, text in days.items():
        _read(place, text, lambda value: value == date.fromisoformat(value).isoformat(), "an ISO date")
    opens_at, deadline = calendar.opens_at.value, calendar.submission_deadline.value
    _require("calendar.submission_deadline", deadline, opens_at < deadline, "after calendar.opens_at")
    first, last = calendar.valid_from.value, calendar.valid_to.value
    _require("calendar.valid_to", last, first < last, "after calendar.valid_from")
    for name in ("notice_working_days", "agreement_due_days"):
        _days(f"calendar.{name}", getattr(calendar, name).value)


def _check_rules(rules: tuple[Rule, ...]) -> None:
    _require("rules", len(rules), bool(rules), "at least one rule")
    _distinct("rules", [rule.id for rule in rules])
    for rule in rules:
        _require(f"rules.{rule.id}.kind", rule.kind, rule.kind in RULE_KINDS, f"one of {', '.join(sorted(RULE_KINDS))}")
        if rule.id in THRESHOLDS:
            holds, kind = THRESHOLDS[rule.id]
            _read(f"rules.{rule.id}.threshold", rule.threshold or "", holds, kind)
        else:
            _require(f"rules.{rule.id}.threshold", rule.threshold, rule.threshold is None, "absent: the rule has none")


def _check_scoring(parameters: RoundParameters) -> None:
    _distinct("rubric", [criterion.id for criterion in parameters.rubric])
    for criterion in parameters.rubric:
        _require(f"rubric.{criterion.id}.maximum", criterion.maximum, criterion.maximum >= 0, "0 or more points")
    panels, criteria = parameters.panels, {criterion.id for criterion in parameters.rubric}
    minimum, experts, trim = panels.minimum_scores.value, panels.experts.value, panels.trim_from.value
    _require("panels.minimum_scores", minimum, minimum >= 1, "at least 1")
    _require("panels.experts", experts, experts >= minimum, "at least panels.minimum_scores")
    _require("panels.trim_from", trim, trim >= 3, "at least 3: two scores are dropped")  # noqa: PLR2004 - two and one left
    if panels.votes is not None:
        for name in ("tie", "missing_scores"):
            _read(f"panels.votes.{name}", getattr(panels.votes, name), _part, "a ratio below 1 such as 2/3")
    for criterion_id in panels.tie_order:
        _require("panels.tie_order", criterion_id, criterion_id in criteria, "a criterion of the rubric")


def _check_quotas(parameters: RoundParameters) -> None:
    _distinct("quotas", [quota.group for quota in parameters.quotas])
    _distinct("categories", [category.code for category in parameters.categories])
    groups = {COMPREHENSIVE, *(category.code for category in parameters.categories)}
    wanted = {COMPREHENSIVE, *(category.code for category in parameters.categories if category.open)}
    lacking = sorted(wanted - {quota.group for quota in parameters.quotas})
    _require("quotas", lacking[0] if lacking else "", not lacking, "left out: every open group has a quota")
    for quota in parameters.quotas:
        _require("quotas", quota.group, quota.group in groups, "a category of the round, or comprehensive")
        _require(f"quotas.{quota.group}.places", quota.places, quota.places >= 0, "0 or more places")
        admitted = quota.ties_admitted
        _require(f"quotas.{quota.group}.ties_admitted", admitted, admitted is None or admitted >= 0, "0 or more places")


def _check_obligations(terms: tuple[ObligationTerm, ...]) -> None:
    _distinct("obligations", [".".join(filter(None, (term.kind, str(term.year), term.period))) for term in terms])
    kinds = [None, *(kind.value for kind in Kind)]
    for index, term in enumerate(terms):
        _require(f"obligations.{index}.only", term.only, term.only in kinds, "a kind of organization, or absent")
        opens = None if term.opens_at is None else term.opens_at.value
        _require(f"obligations.{index}.opens_at", opens, opens is None or opens < term.due.value, "before it is due")


def _check_levels(levels: Levels) -> None:
    ladders = {
        "education": EDUCATION,
        "title": TITLES,
        "recognition": RECOGNITION,
        "counting": (UNION, INTERSECTION),
    }
    for name, ladder in ladders.items():
        level = getattr(levels, name)
        _require(f"levels.{name}", level, level in ladder, f"one of {', '.join(ladder)}")


def _check_materials(materials: tuple[MaterialRule, ...]) -> None:
    _distinct("materials", [str(material.number) for material in materials])
    for material in materials:
        place = f"materials.{material.number}"
        _require(place, material.number, 1 <= material.number <= MATERIAL_MAX, f"a number from 1 to {MATERIAL_MAX}")
        held = material.required in MATERIAL_REQUIRED
        _require(f"{place}.required", material.required, held, f"one of {', '.join(MATERIAL_REQUIRED)}")
        _require(f"{place}.media_types", material.media_types, bool(material.media_types), "at least one type")
        _require(f"{place}.size_max", material.size_max, material.size_max >= 1, "at least one byte")
        _require(f"{place}.files_max", material.files_max, material.files_max >= 1, "at least one file")


def _check_corrections(corrections: Corrections) -> None:
    for name in ("return_days", "reconsider_days", "appeal_days", "rectification_days"):
        _days(f"corrections.{name}", getattr(corrections, name).value)
    if corrections.remit_days is not None:
        _days("corrections.remit_days", corrections.remit_days.value)


def _check_decisions(decisions: Decisions | None) -> None:
    if decisions is not None:
        offers = decisions.offers.value
        _require("decisions.offers", offers, offers > 0, "a number of offers from 1 on")


def _check_assessment(assessment: Assessment) -> None:
    _distinct("assessment.rubric", [criterion.id for criterion in assessment.rubric])
    points = sum(criterion.maximum for criterion in assessment.rubric)
    lowest = min((criterion.maximum for criterion in assessment.rubric), default=-1)
    _require("assessment.rubric", points, lowest >= 0 < points, "criteria with points")
    _distinct("assessment.grades", [grade.name_zh for grade in assessment.grades])
    steps = [grade.at_least for grade in assessment.grades]
    falling = steps == sorted(set(steps), reverse=True) and steps[-1:] == [0]
    _require("assessment.grades", steps, falling, "from best to worst, the last one from 0 points on")
    _require("assessment.grades", steps, not steps or steps[0] <= points, "within the rubric's points")
    for name in ("reminder_days", "default_days"):
        _days(f"assessment.{name}", getattr(assessment, name).value)


def _days(place: str, number: int) -> None:
    _require(place, number, 0 <= number <= YEARS_MAX * 366, "a number of days")


def _distinct(place: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        _require(place, name, name not in seen, "named once")
        seen.add(name)


def _read(place: str, text: str, holds: Callable[[str], bool], kind: str) -> None:
    try:
        right = holds(text)
    except (ValueError, ArithmeticError, InvalidOperation):
        right = False
    _require(place, text, right, kind)


def _require(place: str, value: object, holds: bool, kind: str) -> None:  # noqa: FBT001 - what is required
    if not holds:
        raise ParameterMalformed(f"{place}: {value!r} is not {kind}", field=place)
