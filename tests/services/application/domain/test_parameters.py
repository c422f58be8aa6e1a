"""A round that cannot be lived by is refused when it is planned, and the place is named."""

from dataclasses import replace
from typing import Any

import pytest

from services.application.domain.parameters import ParameterMalformed, check
from shared.contracts.round import Criterion, Moment, Number, Quota, RoundParameters
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
    [("R6", "7/10"), ("R6", "10.0"), ("R7", "7/0"), ("R13", "3000"), ("R2", "9000"), ("R1", "1")],
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
        replace(PARAMETERS, quotas=(Quota(group="information", places=-1, source="design"),)),
        replace(PARAMETERS, quotas=(Quota(group="nowhere", places=1, source="design"),)),
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
