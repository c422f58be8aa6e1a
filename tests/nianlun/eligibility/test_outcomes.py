"""`nianlun eligibility`: what each rule makes of a form, offline."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.nianlun.eligibility.desk import LEAST, ROUND, Desk

KEYS = ["rule", "clause", "outcome", "observed", "threshold", "message_zh", "message_en"]


def test_every_rule_of_the_round_is_told_in_its_order(form: dict[str, Any], desk: Desk) -> None:
    told = desk.told(form)
    rules = [rule["id"] for rule in json.loads(Path(ROUND).read_text())["rules"]]
    assert [one["rule"] for one in told["results"]] == rules
    assert told["overall"] == "CONDITIONAL"
    assert {one["rule"] for one in told["results"] if one["outcome"] == "JUDGE"} == {"R4", "R5", "R9"}
    share = next(one for one in told["results"] if one["rule"] == "R7")
    assert (share["threshold"], share["outcome"]) == ("7/10", "PASS")
    assert share["message_zh"].startswith("专业人员比例")


def test_the_instant_decides(form: dict[str, Any], desk: Desk) -> None:
    late = desk.told(form, "--as-of", "2017-09-20T17:00:00+08:00")
    assert late["overall"] == "INELIGIBLE"
    assert late["results"][-1]["outcome"] == "FAIL"


@pytest.mark.parametrize(
    ("honours", "overall"),
    [([], "INELIGIBLE"), ([{"level": "municipal", "issuer": "市经信委", "date": "2016-01-01"}], "CONDITIONAL")],
)
def test_what_only_a_waiver_helps_is_lost_without_its_ground(
    form: dict[str, Any], desk: Desk, honours: list[dict[str, str]], overall: str
) -> None:
    """Recognition is what a waiver rests on (C2.1.7)."""
    form["t1"]["honours"], form["t1"]["capital"] = honours, "50000.00"
    told = desk.told(form)
    outcomes = {one["rule"]: one["outcome"] for one in told["results"]}
    assert (told["overall"], outcomes["R3"]) == (overall, "FAIL")
    form["t1"]["capital"] = "100000.00"
    assert desk.told(form)["overall"] == "CONDITIONAL"


def test_a_table_that_is_not_there_is_missing(form: dict[str, Any], desk: Desk) -> None:
    told = desk.told({"t1": form["t1"]})
    assert {one["outcome"] for one in told["results"] if one["rule"] in {"R6", "R10", "R17"}} == {"MISSING"}


def test_rules_are_told_in_order_with_exactly_their_members(form: dict[str, Any], desk: Desk) -> None:
    told = desk.told(form)
    assert list(told) == ["overall", "results"]
    assert [one["rule"] for one in told["results"]] == [f"R{number}" for number in range(1, 20)]
    assert all(list(one) == KEYS for one in told["results"])


def test_what_no_rule_reads_may_be_left_out(desk: Desk) -> None:
    told = desk.told(LEAST)
    outcomes = {one["rule"]: one["outcome"] for one in told["results"]}
    assert {rule for rule, outcome in outcomes.items() if outcome == "JUDGE"} == {"R4", "R5", "R9"}
    assert {rule for rule, outcome in outcomes.items() if outcome not in {"JUDGE", "PASS"}} == {"R16"}
    share = next(one for one in told["results"] if one["rule"] == "R7")
    assert (share["observed"], share["threshold"]) == ("7/10", "7/10")
    assert "0/10" in share["message_zh"]
    assert "0/10" in share["message_en"]


@pytest.mark.parametrize(
    ("table", "member", "rule", "outcome"),
    [
        ("t1", "finance_last_year", "R4", "MISSING"),
        ("t4", "commitment", "R18", "MISSING"),
        ("t4", "documents", "R9", "MISSING"),
        ("t4", "partners", "R17", "FAIL"),
        ("t2", "premises", "R8", "FAIL"),
        ("t2", "roster", "R6", "FAIL"),
        ("t3", "micro_discount", "R12", "MISSING"),
    ],
)
def test_what_a_rule_reads_is_missed(desk: Desk, table: str, member: str, rule: str, outcome: str) -> None:
    without = {name: value for name, value in LEAST[table].items() if name != member}
    for given in (without, {**without, member: None}):
        told = desk.told({**LEAST, table: given})
        assert next(one["outcome"] for one in told["results"] if one["rule"] == rule) == outcome


@pytest.mark.parametrize(
    ("as_of", "outcome"),
    [
        ("2017-09-20T16:59:59.999+08:00", "PASS"),
        ("2017-09-20T08:59:59.999Z", "PASS"),
        ("2017-09-20T10:59:59+02:00", "PASS"),
        ("2017-09-20T09:00:00Z", "FAIL"),
        ("2017-09-20T11:00:00+02:00", "FAIL"),
    ],
)
def test_an_instant_in_any_offset(desk: Desk, as_of: str, outcome: str) -> None:
    told = desk.told(LEAST, "--as-of", as_of)
    assert told["results"][-1]["outcome"] == outcome


def test_own_or_lease_is_said_as_the_form_says_it(desk: Desk) -> None:
    for said, outcome in (("own", "PASS"), ("自有", "PASS"), ("lease", "FAIL"), ("租赁", "FAIL")):
        told = desk.told({**LEAST, "t2": {**LEAST["t2"], "premises": [{"area": "80", "own/lease": said}]}})
        assert next(one["outcome"] for one in told["results"] if one["rule"] == "R8") == outcome


def test_a_partner_that_does_not_count_is_named_with_its_reason(desk: Desk) -> None:
    """Who is gathered, and who is not (C2.1.5)."""
    first, second, third = LEAST["t4"]["partners"]
    partners = [
        {**first, "name": "甲", "type": "大专院校"},
        {**second, "name": "乙", "to": "2017-09-19"},
        {**third, "name": "丙", "uscc": "1"},
        {**first, "name": "丁"},
        {**first, "name": "戊"},
        {**first, "name": "己", "uscc": LEAST["t1"]["uscc"]},
    ]
    told = desk.told({**LEAST, "t4": {**LEAST["t4"], "partners": partners}})
    said = next(one for one in told["results"] if one["rule"] == "R17")
    assert said["observed"] == "1"
    for why in (
        "甲（不是集聚",
        "乙（申报日不在合作期内）",
        "丙（统一社会信用代码无效）",
        "戊（重复）",
        "己（即申报机构自身）",
    ):
        assert why in said["message_zh"]
    assert "丁" not in said["message_zh"]
    assert "戊 (named twice)" in said["message_en"]


@pytest.mark.parametrize("code", ["91310000MA1K0000X", "91310000ma1k0000x0", "91310000MA1K0000X1"])
def test_a_code_that_is_none_fails_its_rule(desk: Desk, code: str) -> None:
    """R1 says of the applicant's code, and R17 of a partner's, that it is no valid one (C2.1.1, C2.1.5)."""
    told = desk.told({**LEAST, "t1": {**LEAST["t1"], "uscc": code}})
    assert (told["overall"], told["results"][0]["outcome"]) == ("INELIGIBLE", "FAIL")
    first, *others = LEAST["t4"]["partners"]
    told = desk.told({**LEAST, "t4": {**LEAST["t4"], "partners": [{**first, "uscc": code}, *others]}})
    gathered = next(one for one in told["results"] if one["rule"] == "R17")
    assert (gathered["outcome"], gathered["observed"]) == ("FAIL", "2")


def test_missing_discount_rules_hide_no_ratio_that_fails(desk: Desk) -> None:
    """R12 goes on missing its document, and tells of the share that is not reached (C2.1.3)."""
    without = {name: value for name, value in LEAST["t3"].items() if name != "micro_discount"}
    for lowfee, hides in (("5", False), ("4", True)):
        told = desk.told({**LEAST, "t3": {**without, "volume_lowfee": lowfee}})
        share = next(one for one in told["results"] if one["rule"] == "R12")
        assert (share["outcome"], share["observed"]) == ("MISSING", f"5+{lowfee}/100, no discount rules")
        assert ("亦未达到要求" in share["message_zh"]) is hides
        assert ("not reached either" in share["message_en"]) is hides


@pytest.mark.parametrize("code", [" 91310000MA1K0000X0", "no code", "1, 2"])
def test_a_code_with_blanks_is_quoted(desk: Desk, code: str) -> None:
    told = desk.told({**LEAST, "t1": {**LEAST["t1"], "uscc": code}})["results"][0]
    assert f"律师事务所、“{code}”不是有效代码" in told["message_zh"]
    assert f"law firm, “{code}” is no valid code" in told["message_en"]


def test_what_is_told_in_chinese_is_chinese(desk: Desk) -> None:
    nobody = {"roster": [], "staff_total": 0}
    told = desk.told(
        {**LEAST, "t1": {**LEAST["t1"], "uscc": "12"}, "t2": nobody, "t4": {**LEAST["t4"], "documents": None}}
    )
    said = {one["rule"]: one["message_zh"] for one in told["results"]}
    assert "律师事务所、12不是有效代码" in said["R1"]
    assert "申报 0/0，" in said["R7"]
    assert "缺管理制度、服务流程" in said["R9"]
    assert "收入1元，利润-1元" in said["R4"]
