"""`nianlun eligibility`: a form, an instant or a round that is none is told so in one line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.nianlun.eligibility.desk import LEAST, ROUND, Desk

ROSTER_KEY = "t2.roster.0.person_key"


@pytest.mark.parametrize(
    ("change", "place"),
    [({"t5": {}}, "t5: "), ({"t2": {"staff_total": 1.5}}, "t2.staff_total: "), ({"materials": [10]}, "materials.0")],
)
def test_a_form_that_is_none_is_one_line(form: dict[str, Any], desk: Desk, change: dict[str, Any], place: str) -> None:
    code, _, err = desk.ask({**form, **change})
    assert code == 1
    assert place in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("table", "change", "place"),
    [
        ("t1", {"capital": 100000}, "t1.capital"),
        ("t1", {"capital": None}, "t1.capital"),
        ("t1", {"operating_since": "2016-9-20"}, "t1.operating_since"),
        ("t1", {"operating_since": "2017-02-29"}, "t1.operating_since"),
        ("t1", {"legal_form": "company"}, "t1.legal_form"),
        ("t1", {"uscc": ""}, "t1.uscc"),
        (
            "t2",
            {"roster": [LEAST["t2"]["roster"][0], {**LEAST["t2"]["roster"][0], "title_level": "高级"}]},
            "t2.roster.1.person_key",
        ),
        ("t2", {"n_edu": 0}, "t2.n_edu"),
        ("t2", {"staff_total": 9}, "t2.staff_total"),
        ("t3", {"satisfied": 6}, "t3.satisfied"),
        ("t3", {"volume_public": "96"}, "t3.volume_total"),
        ("t1", {"penalties": [{"date": "soon"}]}, "t1.penalties.0.date"),
        ("t2", {"premises": [{"area": 80, "tenure": "own"}]}, "t2.premises.0.area"),
        ("t2", {"roster": [{"person_key": "P1", "professional": True}]}, "t2.roster.0.fulltime"),
        ("t1", {"category": "consulting"}, "t1.category"),
        ("t3", {"surveyed": 1.5}, "t3.surveyed"),
        ("t3", {"satisfied": -1}, "t3.satisfied"),
        ("t4", {"partners": [{"type": "other"}]}, "t4.partners.0.uscc"),
        ("t4", {"nonsense": 1}, "t4.nonsense"),
        ("t2", {"roster": [{**LEAST["t2"]["roster"][0], "person_key": "310101-19900101-1234"}]}, ROSTER_KEY),
        ("t2", {"roster": [{**LEAST["t2"]["roster"][0], "person_key": "31010119900101123X"}]}, ROSTER_KEY),
        ("t2", {"roster": [{**LEAST["t2"]["roster"][0], "person_key": "310101900101123"}]}, ROSTER_KEY),
    ],
)
def test_the_wrong_member_is_named_in_one_line(desk: Desk, table: str, change: dict[str, Any], place: str) -> None:
    code, out, err = desk.ask({**LEAST, table: {**LEAST[table], **change}})
    assert (code, out, len(err.splitlines())) == (1, "", 1)
    assert f": {place}: " in err


def test_every_fault_is_told_at_once_with_what_may_be_said(desk: Desk) -> None:
    form = {
        "t1": {**LEAST["t1"], "capital": 100000, "district": "310100", "category": "consulting", "legal_form": "公司"},
        "t2": {**LEAST["t2"], "roster": [{"person_key": "P1"}]},
        "t4": {**LEAST["t4"], "plan": {"public_share": "15%"}, "nonsense": 1},
        "materials": [11],
    }
    code, out, err = desk.ask(form)
    assert (code, out) == (1, "")
    head, *lines = err.splitlines()
    assert head.endswith("9 faults")
    told = {place: said for place, _, said in (line.strip().partition(": ") for line in lines)}
    assert "注册资本（开办资金）（元）" in told["t1.capital"]
    assert '"100000.00"' in told["t1.capital"]
    assert "310101 黄浦区" in told["t1.district"]
    assert "信息服务类" in told["t1.category"]
    assert "企业" in told["t1.legal_form"]
    assert "is missing: true or false" in told["t2.roster.0.fulltime"]
    assert told["t2.roster.0.professional"].startswith("专业人员")
    assert '"15/100"' in told["t4.plan.public_share"]
    assert "no such member" in told["t4.nonsense"]
    assert told["materials.0"] == "a whole number from 1 to 9"


@pytest.mark.parametrize("as_of", ["2017-09-20", "2017-09-20T16:00:00", "soon"])
def test_an_instant_without_an_offset_is_none(desk: Desk, as_of: str) -> None:
    code, _, err = desk.ask(LEAST, "--as-of", as_of)
    assert (code, len(err.splitlines())) == (1, 1)


def test_a_round_that_cannot_be_read_is_one_line(desk: Desk, tmp_path: Path) -> None:
    for text in ("{", "{}", "[]", json.dumps({**json.loads(Path(ROUND).read_text()), "levels": {"education": "x"}})):
        (tmp_path / "round.json").write_text(text)
        code, _, err = desk.ask(LEAST, "--round", str(tmp_path / "round.json"))
        assert (code, len(err.splitlines())) == (1, 1), text
    code, _, err = desk.ask(LEAST, "--round", str(tmp_path))
    assert (code, len(err.splitlines())) == (1, 1)


def test_a_round_has_every_rule_and_thresholds_that_can_be_read(desk: Desk, tmp_path: Path) -> None:
    """A round that lacks a rule or asks for an amount beyond all reading is none (C2.1)."""
    planned = json.loads(Path(ROUND).read_text())
    fewer = [rule for rule in planned["rules"] if rule["id"] != "R7"]
    endless = [{**rule, "threshold": "1e400"} if rule["id"] == "R3" else rule for rule in planned["rules"]]
    for rules, named in ((fewer, "lacking R7"), (endless, "rules.R3.threshold")):
        (tmp_path / "round.json").write_text(json.dumps({**planned, "rules": rules}))
        code, _, err = desk.ask(LEAST, "--round", str(tmp_path / "round.json"))
        assert (code, len(err.splitlines())) == (1, 1)
        assert named in err


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("t2", {"roster": [LEAST["t2"]["roster"][0]] * 301}, "t2.roster: 人员名册: a list of at most 300 entries"),
        ("t3", {"surveyed": 10**10}, "a whole number from 0 to 1000000000"),
        ("t1", {"org_name": "甲" * 201}, "t1.org_name: 机构名称: a text of at most 200 characters"),
    ],
)
def test_what_is_too_much_is_told_with_its_bound(desk: Desk, table: str, change: dict[str, Any], said: str) -> None:
    code, _, err = desk.ask({**LEAST, table: {**LEAST[table], **change}})
    assert (code, said in err) == (1, True), err
