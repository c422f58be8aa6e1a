"""The eligibility rules at their edges; every threshold is the round's."""

from dataclasses import asdict, replace
from typing import Any

import pytest

from services.application.domain.rules.registry import (
    CONDITIONAL,
    ELIGIBLE,
    INELIGIBLE,
    PREDICATES,
    evaluate,
    unknown_rules,
)
from shared.contracts.form import (
    Equipment,
    Penalty,
    Plan,
    Premises,
)
from shared.contracts.round import Rule
from shared.contracts.rule_messages import TITLES
from shared.kernel.instants import instant
from tests.services.application.domain.filings import (
    HONOUR,
    JUDGED,
    LICENCE,
    MATERIALS,
    ROUND,
    RULES,
    SOUND,
    SYSTEMS,
    filing,
    outcome,
    person,
    said,
    staff,
)


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        ("R1", {"legal_form": "law_firm"}, "PASS"),
        ("R1", {"legal_form": "branch"}, "FAIL"),
        ("R2", {"operating_since": "2016-09-15"}, "PASS"),
        ("R2", {"operating_since": "2016-09-16"}, "FAIL"),
        ("R3", {"capital": "100000.00"}, "PASS"),
        ("R3", {"capital": "99999.99"}, "FAIL"),
        ("R6", {"roster": staff(10, 10)}, "PASS"),
        ("R6", {"roster": staff(9, 9)}, "FAIL"),
        (
            "R8",
            {
                "premises": (
                    Premises(address="一", area="69.999", tenure="own"),
                    Premises(address="二", area="10.001", tenure="own"),
                )
            },
            "PASS",
        ),
        ("R8", {"premises": (Premises(address="一", area="79.999", tenure="own"),)}, "FAIL"),
        ("R8", {"premises": (Premises(address="一", area="90", tenure="lease", lease_to="2017-09-14"),)}, "FAIL"),
        ("R8", {"premises": (Premises(address="一", area="90", tenure="lease", lease_to="2017-09-15"),)}, "PASS"),
        ("R10", {"smes_served": 99}, "JUDGE"),
        ("R10", {"smes_served": 100}, "PASS"),
        ("R11", {"surveyed": 0, "satisfied": 0}, "FAIL"),
        ("R11", {"surveyed": 10, "satisfied": 7}, "FAIL"),
        ("R12", {"volume_public": "5.9", "volume_lowfee": "4"}, "FAIL"),
        ("R12", {"micro_discount": None}, "MISSING"),
        ("R12", {"volume_total": "0"}, "FAIL"),
        ("R13", {"penalties": (Penalty(date="2014-09-15", authority="市场监管", doc_no="1"),)}, "PASS"),
        ("R13", {"penalties": (Penalty(date="2014-09-16", authority="市场监管", doc_no="1"),)}, "FAIL"),
        ("R13", {"under_investigation": True}, "FAIL"),
        ("R14", {"category": ()}, "FAIL"),
        ("R14", {"category": ("information", "entrepreneurship")}, "FAIL"),
        ("R14", {"category": ("information", "information")}, "FAIL"),
        ("R14", {"kind": "comprehensive", "category": ()}, "PASS"),
        ("R14", {"kind": "comprehensive", "category": ("information",)}, "FAIL"),
        ("R15", {"category": ("legal",)}, "FAIL"),
        ("R17", {"partners": ()}, "FAIL"),
    ],
)
def test_a_rule_at_its_edge(rule: str, changes: dict[str, Any], expected: str) -> None:
    assert outcome(rule, filing(**changes)) == expected


@pytest.mark.parametrize(("total", "needed"), [(10, 7), (11, 8), (12, 9), (13, 10), (14, 10), (15, 11)])
def test_the_seventy_percent_line(total: int, needed: int) -> None:
    assert outcome("R7", filing(roster=staff(needed, total))) == "PASS"
    assert outcome("R7", filing(roster=staff(needed - 1, total))) == "FAIL"


def test_a_person_with_degree_and_title_counts_once() -> None:
    both = tuple(person(number, title="senior") for number in range(6))
    others = tuple(person(number, education="secondary") for number in range(6, 10))
    assert outcome("R7", filing(roster=both + others)) == "FAIL"


def test_a_person_listed_twice_counts_once() -> None:
    assert outcome("R6", filing(roster=(*staff(9, 9), person(0)))) == "FAIL"


def test_a_leap_day_start_is_a_year_old_on_the_28th() -> None:
    assert outcome("R2", filing(at="2017-02-28T00:00:00+08:00", operating_since="2016-02-29")) == "PASS"
    assert outcome("R2", filing(at="2017-02-27T23:59:59+08:00", operating_since="2016-02-29")) == "FAIL"


@pytest.mark.parametrize(
    ("at", "expected"),
    [("2017-09-20T16:59:59.999+08:00", "PASS"), ("2017-09-20T17:00:00.000+08:00", "FAIL")],
)
def test_the_deadline_is_an_instant(at: str, expected: str) -> None:
    assert outcome("R19", filing(at=at)) == expected


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.threshold], ids=lambda rule: rule.id)
def test_every_threshold_is_the_rounds(rule: Rule) -> None:
    impossible = {"R7": "11/10", "R11": "11/10", "R12": "2", "R13": "5"}.get(rule.id, "100000000")
    penalties = (Penalty(date="2013-01-01", authority="市场监管", doc_no="1"),)
    filed = filing(penalties=penalties)
    threshold = "50" if rule.id == "R2" else impossible
    assert outcome(rule.id, filed) == "PASS"
    assert outcome(rule.id, filed, threshold=threshold) in {"FAIL", "JUDGE"}


def test_what_the_results_add_up_to() -> None:
    assert evaluate(filing(), [one for one in ROUND.rules if one.kind != "judgement"]).overall == ELIGIBLE
    assert evaluate(filing(), ROUND.rules).to_judge == ("R4", "R5", "R9")
    assert evaluate(filing(smes_served=95), ROUND.rules).overall == CONDITIONAL
    assert evaluate(filing(category=()), ROUND.rules).overall == INELIGIBLE


@pytest.mark.parametrize("rule", ROUND.rules, ids=lambda rule: rule.id)
def test_a_table_that_was_not_saved_is_missing(rule: Rule) -> None:
    filed = replace(filing(), t1=None, t2=None, t3=None, t4=None)
    assert outcome(rule.id, filed) == ("PASS" if rule.id == "R19" else "MISSING")


def test_an_unknown_rule_is_named() -> None:
    assert unknown_rules([*ROUND.rules, replace(RULES["R1"], id="R20")]) == ["R20"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("enterprise", "PASS"),
        ("public_institution", "PASS"),
        ("social_organization", "PASS"),
        ("private_non_enterprise", "PASS"),
        ("law_firm", "PASS"),
        ("branch", "FAIL"),
        ("", "FAIL"),
    ],
)
def test_who_is_independent(form: str, expected: str) -> None:
    assert outcome("R1", filing(legal_form=form)) == expected


@pytest.mark.parametrize(
    ("at", "penalty", "expected"),
    [
        ("2017-09-15T23:59:59.999+08:00", "2014-09-15", "PASS"),
        ("2017-09-15T00:00:00+08:00", "2014-09-16", "FAIL"),
        ("2017-09-15T10:00:00+08:00", "2017-09-15", "FAIL"),
        ("2017-09-15T10:00:00+08:00", "2017-09-16", "PASS"),
        ("2016-02-29T10:00:00+08:00", "2013-02-28", "PASS"),
        ("2016-02-29T10:00:00+08:00", "2013-03-01", "FAIL"),
    ],
)
def test_three_years_back_to_the_day_in_shanghai(at: str, penalty: str, expected: str) -> None:
    filed = filing(at=at, penalties=(Penalty(date=penalty, authority="市场监管", doc_no="1"),))
    assert outcome("R13", filed) == expected


def test_how_far_penalties_count_is_the_rounds() -> None:
    filed = filing(penalties=(Penalty(date="2015-09-15", authority="市场监管", doc_no="1"),))
    assert [outcome("R13", filed, threshold=years) for years in ("1", "2", "3")] == ["PASS", "PASS", "FAIL"]


@pytest.mark.parametrize(
    ("kind", "named", "expected"),
    [
        ("professional", 0, "FAIL"),
        ("professional", 1, "PASS"),
        ("professional", 2, "FAIL"),
        ("comprehensive", 0, "PASS"),
        ("comprehensive", 1, "FAIL"),
        ("comprehensive", 2, "FAIL"),
    ],
)
def test_how_many_categories(kind: str, named: int, expected: str) -> None:
    """A comprehensive organization (C1.a) names none, a professional one (C1.b) exactly one; no other kind (C1)."""
    assert outcome("R14", filing(kind=kind, category=("information", "entrepreneurship")[:named])) == expected


def test_a_category_is_closed_by_the_round_alone() -> None:
    filed = filing(category=("legal",))
    assert outcome("R15", filed) == "FAIL"
    assert outcome("R15", replace(filed, open_categories=("legal",))) == "PASS"
    assert outcome("R15", replace(filing(), open_categories=())) == "FAIL"


def test_the_deadline_is_the_rounds() -> None:
    late = filing(at="2017-09-20T17:00:00.000+08:00")
    assert outcome("R19", replace(late, deadline=instant("2017-09-20T17:00:00.001+08:00"))) == "PASS"


def test_part_time_staff_count_nowhere() -> None:
    part_time = tuple(replace(person(number), fulltime=False) for number in range(10, 20))
    assert outcome("R6", filing(roster=(*staff(9, 9), *part_time))) == "FAIL"
    assert outcome("R7", filing(roster=(*staff(6, 10), *part_time))) == "FAIL"
    assert outcome("R7", filing(roster=(*staff(7, 10), *part_time))) == "PASS"
    assert outcome("R7", filing(roster=part_time)) == "FAIL"


@pytest.mark.parametrize(
    ("education", "title", "professional", "expected"),
    [
        ("college", "none", True, "PASS"),
        ("doctor", "none", True, "PASS"),
        ("secondary", "intermediate", True, "PASS"),
        ("none", "senior", True, "PASS"),
        ("secondary", "junior", True, "FAIL"),
        ("none", "none", True, "FAIL"),
        ("doctor", "senior", False, "FAIL"),
    ],
)
def test_what_qualifies_a_person(education: str, title: str, professional: bool, expected: str) -> None:  # noqa: FBT001
    seventh = person(6, professional=professional, education=education, title=title)
    assert outcome("R7", filing(roster=(*staff(6, 6), seventh, *staff(0, 10)[7:]))) == expected


@pytest.mark.parametrize(
    ("rule", "changes", "expected"),
    [
        ("R8", {"premises": (Premises(address="一", area="90", tenure="lease"),)}, "FAIL"),
        ("R8", {"premises": ()}, "FAIL"),
        ("R11", {"surveyed": 0, "satisfied": 1}, "FAIL"),
        ("R11", {"surveyed": 1, "satisfied": 1}, "PASS"),
        ("R11", {"surveyed": 10**15, "satisfied": 8 * 10**14 - 1}, "FAIL"),
        ("R11", {"surveyed": 10**15, "satisfied": 8 * 10**14}, "PASS"),
        ("R12", {"volume_total": "0.3", "volume_public": "0.01", "volume_lowfee": "0.02"}, "PASS"),
        ("R12", {"volume_total": "0.3", "volume_public": "0.01", "volume_lowfee": "0.0199999999999999999"}, "FAIL"),
        ("R12", {"volume_total": "0", "volume_public": "0", "volume_lowfee": "0"}, "FAIL"),
    ],
)
def test_exact_arithmetic_and_nothing_divided_by_zero(rule: str, changes: dict[str, Any], expected: str) -> None:
    assert outcome(rule, filing(**changes)) == expected


def test_gathered_organizations_are_counted_once_and_only_they() -> None:
    three = filing().t4
    assert three is not None
    twice = (*three.partners[:2], replace(three.partners[0], name="别名"))
    assert outcome("R17", filing(partners=twice)) == "FAIL"
    for kind in ("university", "institute", "association", "other"):
        assert outcome("R17", filing(partners=(*three.partners[:2], replace(three.partners[2], type=kind)))) == "FAIL"


@pytest.mark.parametrize("served", [0, 1, 99])
def test_a_shortfall_in_principle_is_for_a_person_whatever_its_kind(served: int) -> None:
    assert outcome("R10", filing(smes_served=served)) == "JUDGE"
    assert outcome("R10", filing(smes_served=served), kind="hard") == "JUDGE"
    assert outcome("R10", filing(smes_served=served), threshold=str(served)) == "PASS"


def test_a_result_names_rule_clause_observation_and_threshold() -> None:
    (result,) = evaluate(filing(surveyed=10, satisfied=7), [RULES["R11"]]).results
    assert (result.rule, result.clause, result.outcome) == ("R11", "C2.1.3", "FAIL")
    assert (result.observed, result.threshold) == ("7/10", "80/100")


@pytest.mark.parametrize(
    "rule", [rule for rule in ROUND.rules if rule.kind in {"waivable", "in_principle"}], ids=lambda rule: rule.id
)
def test_what_a_failure_does_is_the_rounds(rule: Rule) -> None:
    each: dict[str, dict[str, Any]] = {
        "R2": {"operating_since": "2017-01-01"},
        "R3": {"capital": "0"},
        "R6": {"roster": ()},
        "R7": {"roster": ()},
        "R8": {"premises": ()},
        "R10": {"smes_served": 0},
        "R11": {"surveyed": 0},
        "R12": {"volume_public": "0", "volume_lowfee": "0"},
        "R17": {"partners": ()},
    }
    waivable, hard = (evaluate(filing(**each[rule.id]), [one]) for one in (rule, replace(rule, kind="hard")))
    assert waivable.overall == CONDITIONAL
    assert waivable.blocking == ()
    assert hard.overall == (CONDITIONAL if rule.id == "R10" else INELIGIBLE)


def test_finances_are_judged_on_figures_and_not_without_them() -> None:
    assert said("R4", filing(finance_last_year=None)) == ("MISSING", "-")
    figures = "revenue 9000000.00, profit -1.00, assets 2, liabilities 1"
    assert said("R4", filing(finance_last_year=SOUND)) == ("JUDGE", figures)


def test_qualifications_count_while_they_hold() -> None:
    assert said("R5", filing(qualifications=(LICENCE,))) == ("JUDGE", "none")
    held = (replace(LICENCE, valid_to="2017-09-15"), replace(LICENCE, name="长期", valid_to=None))
    assert said("R5", filing(qualifications=held)) == ("JUDGE", "从业资质, 长期")


def test_what_a_person_is_to_judge_has_to_be_there() -> None:
    """Systems, process, fees, quality, plan (C2.1.4) and facilities (C2.1.2): there, or named as lacking."""
    present: dict[str, Any] = {"documents": SYSTEMS, "equipment": (Equipment(name="热线", count=1),)}
    assert said("R9", filing(**present)) == ("JUDGE", "6 of 6")
    for name in asdict(SYSTEMS):
        lacking = filing(documents=replace(SYSTEMS, **{name: None}))
        assert said("R9", lacking) == ("MISSING", f"lacking {name}")
    unplanned = filing(plan=Plan(smes=0, activities=0, public_share="0"))
    assert said("R9", unplanned) == ("MISSING", "lacking plan")
    assert said("R9", filing(equipment=())) == ("MISSING", "lacking equipment")


@pytest.mark.parametrize(("level", "expected"), [("district", "JUDGE"), ("national", "JUDGE"), ("industry", "FAIL")])
def test_recognition_is_a_ground_and_decides_nothing(level: str, expected: str) -> None:
    evaluation = evaluate(filing(honours=(replace(HONOUR, level=level),)), [JUDGED["R16"]])
    assert evaluation.results[0].outcome == expected
    assert (evaluation.overall, evaluation.failed, evaluation.to_judge) == (ELIGIBLE, (), ())


def test_materials_are_complete_with_those_that_one_holds() -> None:
    assert said("R18", replace(filing(), materials=MATERIALS)) == ("PASS", "6 materials")
    assert said("R18", replace(filing(), materials=MATERIALS - {5, 9})) == ("MISSING", "lacking material 5, material 9")
    holding = replace(filing(qualifications=(LICENCE,), honours=(HONOUR,)), materials=MATERIALS)
    assert said("R18", holding) == ("MISSING", "lacking material 4, material 8")
    assert said("R18", replace(holding, materials=MATERIALS | {4, 8})) == ("PASS", "8 materials")
    assert said("R18", replace(filing(commitment=""), materials=MATERIALS)) == ("MISSING", "lacking statement")
    assert said("R18", replace(filing(), t3=None, materials=MATERIALS)) == ("MISSING", "-")


def test_a_wrong_check_character_is_no_legal_person() -> None:
    assert outcome("R1", filing(uscc="91310000MA1K0000X1")) == "FAIL"


def test_every_rule_has_a_title() -> None:
    assert set(TITLES) == {f"R{number}" for number in range(1, 20)} == set(PREDICATES)
