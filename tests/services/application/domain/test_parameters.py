"""A round that cannot be lived by is refused when it is planned, and the place is named."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from services.application.domain.members import ParameterMalformed
from services.application.domain.parameters import check
from shared.contracts.round import Criterion, Quota, RoundParameters
from shared.contracts.sourced import Moment, Number
from tests.rounds.unasked import UNASKED
from tests.services.application.domain.filed import PARAMETERS


def with_rule(rule_id: str, **changes: Any) -> RoundParameters:
    rules = tuple(replace(rule, **changes) if rule.id == rule_id else rule for rule in PARAMETERS.rules)
    return replace(PARAMETERS, rules=rules)


def with_panels(**changes: Any) -> RoundParameters:
    made: dict[str, Any] = {
        name: Number(value=value, source="design") if isinstance(value, int) else value
        for name, value in changes.items()
    }
    return replace(PARAMETERS, panels=replace(PARAMETERS.panels, **made))


def test_the_round_of_2017_is_well_formed() -> None:
    check(PARAMETERS)


@pytest.mark.parametrize("threshold", [None, "", "1/3", "-1", "NaN", "Infinity", "many"])
def test_an_amount_is_a_decimal(threshold: str | None) -> None:
    with pytest.raises(ParameterMalformed) as refusal:
        check(with_rule("R3", threshold=threshold))
    assert refusal.value.field == "rules.R3.threshold"


@pytest.mark.parametrize(
    ("rule", "threshold"),
    [
        ("R6", "7/10"),
        ("R6", "10.0"),
        ("R7", "7/0"),
        ("R7", "9/7"),
        ("R11", "0/1"),
        ("R13", "3000"),
        ("R2", "9000"),
        ("R1", "1"),
    ],
)
def test_each_rule_reads_its_own_kind_of_threshold(rule: str, threshold: str) -> None:
    with pytest.raises(ParameterMalformed):
        check(with_rule(rule, threshold=threshold))


def test_a_misspelt_kind_does_not_make_a_hard_rule_waivable() -> None:
    with pytest.raises(ParameterMalformed) as refusal:
        check(with_rule("R13", kind="Hard"))
    assert refusal.value.field == "rules.R13.kind"


@pytest.mark.parametrize(
    "parameters",
    [
        with_panels(trim_from=2),
        with_panels(minimum_scores=0),
        with_panels(experts=-1),
        with_panels(tie_order=("beauty",)),
        replace(PARAMETERS, quotas=(Quota(group="information", places=-1, ties_admitted=0, source="design"),)),
        replace(PARAMETERS, quotas=(Quota(group="nowhere", places=1, ties_admitted=0, source="design"),)),
        replace(PARAMETERS, quotas=(*PARAMETERS.quotas, PARAMETERS.quotas[0])),
        replace(PARAMETERS, quotas=PARAMETERS.quotas[:1]),
        replace(PARAMETERS, categories=(*PARAMETERS.categories, PARAMETERS.categories[0])),
        replace(PARAMETERS, calendar=replace(PARAMETERS.calendar, valid_to=PARAMETERS.calendar.valid_from)),
        replace(PARAMETERS, rules=(*PARAMETERS.rules, PARAMETERS.rules[0])),
        replace(PARAMETERS, rules=()),
        replace(PARAMETERS, rubric=(Criterion(id="capacity", name_zh="能力", maximum=-5, source="design"),)),
        replace(
            PARAMETERS,
            calendar=replace(
                PARAMETERS.calendar, submission_deadline=Moment(value="2017-01-01T00:00:00.000Z", source="design")
            ),
        ),
        replace(
            PARAMETERS,
            calendar=replace(PARAMETERS.calendar, opens_at=Moment(value="0001-01-01T00:00:00+08:00", source="design")),
        ),
    ],
)
def test_what_nobody_could_live_by_is_refused(parameters: RoundParameters) -> None:
    with pytest.raises(ParameterMalformed):
        check(parameters)


def at(place: str, value: Any) -> RoundParameters:
    """The round of 2017 with one member of a part changed: `levels.title`, `materials.2.required`."""
    document: Any = msgspec.to_builtins(PARAMETERS)
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    inner = document
    for part in way:
        inner = inner[part]
    inner[last] = value
    return msgspec.convert(document, RoundParameters)


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        ("levels.education", "kindergarten", "levels.education"),
        ("levels.title", "College", "levels.title"),
        ("levels.recognition", "global", "levels.recognition"),
        ("levels.counting", "both", "levels.counting"),
        ("materials.0.number", 0, "materials.0"),
        ("materials.0.number", 10, "materials.10"),
        ("materials.1.number", 1, "materials"),
        ("materials.1.required", "sometimes", "materials.2.required"),
        ("materials.1.media_types", [], "materials.2.media_types"),
        ("materials.1.size_max", 0, "materials.2.size_max"),
        ("materials.1.files_max", 0, "materials.2.files_max"),
        ("corrections.return_days.value", -1, "corrections.return_days"),
        ("corrections.reconsider_days.value", 10**6, "corrections.reconsider_days"),
        ("corrections.appeal_days.value", -1, "corrections.appeal_days"),
        ("corrections.rectification_days.value", -1, "corrections.rectification_days"),
        ("obligations.1.opens_at.value", "2018-04-01", "obligations.1.opens_at"),
        ("obligations.1.opens_at.value", "2018-04-15T16:00:00.000Z", "obligations.1.opens_at"),
        ("decisions.offers.value", -1, "decisions.offers"),
        ("assessment.rubric", [], "assessment.rubric"),
        ("assessment.rubric.0.maximum", -1, "assessment.rubric"),
        ("assessment.rubric.1.id", "activities", "assessment.rubric"),
        ("assessment.grades", [], "assessment.grades"),
        ("assessment.grades.2.at_least", 1, "assessment.grades"),
        ("assessment.grades.1.at_least", 90, "assessment.grades"),
        ("assessment.grades.0.at_least", 101, "assessment.grades"),
        ("assessment.grades.1.name_zh", "优秀", "assessment.grades"),
        ("assessment.reminder_days.value", -1, "assessment.reminder_days"),
        ("assessment.default_days.value", -1, "assessment.default_days"),
        ("quotas.0.ties_admitted", -1, "quotas.comprehensive.ties_admitted"),
        ("obligations.2.period", "Q1", "obligations"),
        ("obligations.6.only", "everybody", "obligations.6.only"),
    ],
)
def test_what_a_round_says_of_the_whole_programme_is_checked(place: str, value: Any, named: str) -> None:
    with pytest.raises(ParameterMalformed) as refusal:
        check(at(place, value))
    assert refusal.value.field == named


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        ("calendar.opens_at.source", "because", "calendar.opens_at.source"),
        ("calendar.district_deadline.source", "C5", "calendar.district_deadline.source"),
        ("categories.0.source", "c2.2.2.a", "categories.information.source"),
        ("rules.2.source", "C9.9", "rules.R3.source"),
        ("rules.2.clause", "C9.9", "rules.R3.clause"),
        ("rules.2.clause", "design", "rules.R3.clause"),
        ("rubric.0.source", "", "rubric.conditions.source"),
        ("panels.experts.source", "the notice", "panels.experts.source"),
        ("panels.votes.source", "because", "panels.votes.source"),
        ("quotas.0.source", "because", "quotas.comprehensive.source"),
        ("obligations.1.due.source", "because", "obligations.1.due.source"),
        ("materials.1.source", "C4.10", "materials.2.source"),
        ("levels.source", "because", "levels.source"),
        ("corrections.appeal_days.source", "because", "corrections.appeal_days.source"),
        ("assessment.rubric.0.source", "because", "assessment.rubric.activities.source"),
        ("evidence.source", "because", "evidence.source"),
        ("decisions.offers.source", "because", "decisions.offers.source"),
    ],
)
def test_nothing_is_passed_off_as_the_notice_s(place: str, value: str, named: str) -> None:
    """A source is a clause that the notice has, or `design` where it is silent (C5.4)."""
    with pytest.raises(ParameterMalformed) as refusal:
        check(at(place, value))
    assert refusal.value.field == named


@pytest.mark.parametrize(
    ("place", "value", "named"),
    [
        ("calendar.notice_working_days.value", 0, "calendar.notice_working_days"),
        ("assessment.default_days.value", 0, "assessment.default_days"),
        ("panels.votes.tie", "0/1", "panels.votes.tie"),
        ("panels.votes.missing_scores", "0/5", "panels.votes.missing_scores"),
        ("panels.votes.missing_scores", "3/2", "panels.votes.missing_scores"),
        ("rubric.0.maximum", 0, "rubric.conditions.maximum"),
        ("assessment.rubric.0.maximum", 0, "assessment.rubric"),
        ("calendar.district_deadline.value", "2017-09-19", "calendar.district_deadline"),
        ("rules.12.kind", "judgement", "rules.R13.kind"),
        ("rules.2.kind", "ground", "rules.R3.kind"),
        ("non_waivable", ["R20"], "non_waivable"),
    ],
)
def test_a_round_does_not_cut_away_what_protects_people(place: str, value: Any, named: str) -> None:
    """No notice without a day, no vote without a voter, nothing that counts for nothing (C2.1.7, C5.4)."""
    with pytest.raises(ParameterMalformed) as refusal:
        check(at(place, value))
    assert refusal.value.field == named


@pytest.mark.parametrize("rule", ["R1", "R13", "R14", "R15", "R18", "R19"])
def test_what_the_notice_keeps_hard_is_waivable_only_where_no_waiver_reaches_it(rule: str) -> None:
    """No mistake makes 行政处罚 or the deadline a matter of 适当放宽 (C2.1.6, C2.1.7)."""
    check(with_rule(rule, kind="waivable"))
    with pytest.raises(ParameterMalformed) as refusal:
        check(replace(with_rule(rule, kind="waivable"), non_waivable=()))
    assert refusal.value.field == f"rules.{rule}.kind"


def test_districts_may_end_on_the_day_on_which_filing_ends() -> None:
    check(at("calendar.district_deadline.value", "2017-09-20"))


def test_what_an_earlier_round_left_unsaid_is_sound() -> None:
    check(UNASKED)
