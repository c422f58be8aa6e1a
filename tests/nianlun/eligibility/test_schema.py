"""`nianlun eligibility --schema`: it says what the command takes, in the words of the printed form."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from nianlun.cli import main
from tests.nianlun.eligibility.desk import LEAST, Desk

SAYABLE: list[tuple[str, dict[str, Any], bool]] = [
    ("t1", {}, True),
    ("t1", {"category": None, "kind": "综合"}, True),
    ("t1", {"operating_since": "2017-02-30"}, False),
    ("t1", {"district": "310119"}, False),
    ("t1", {"district": "浦东新区"}, True),
    ("t1", {"uscc": "12"}, True),
    ("t1", {"honours": [{"level": "国家", "date": "2016-01-01", "issuer": None}]}, True),
    ("t1", {"honours": [{"level": "乡镇", "date": "2016-01-01"}]}, False),
    ("t2", {"premises": [{"area": "80"}]}, False),
    ("t2", {"premises": None, "staff_total": None}, True),
    ("t2", {"roster": [{**LEAST["t2"]["roster"][0], "person_key": "3101-01900101-123"}]}, False),
    ("t2", {"roster": [{**LEAST["t2"]["roster"][0], "person_key": "31010190010112"}]}, True),
    ("t3", {"volume_unit": "家次", "micro_discount": False}, True),
    ("t3", {"micro_discount": "yes"}, False),
    ("t4", {"documents": {"fee_standard": False}, "commitment": False, "plan": None}, True),
    ("t4", {"documents": None}, True),
]


def test_its_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    schema = json.loads(capsys.readouterr().out)
    said_by_the_platform = {"revisions", "commitments"}
    assert set(schema["properties"]) - said_by_the_platform == {"t1", "t2", "t3", "t4", "materials"}
    assert {"from", "to"} <= set(schema["$defs"]["PartnerBody"]["properties"])


def test_the_printed_form_s_names_units_and_rules_are_in_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    shapes = json.loads(capsys.readouterr().out)["$defs"]
    capital, category = (shapes["T1Body"]["properties"][one] for one in ("capital", "category"))
    assert (capital["title"], capital["x-unit"], capital["x-rules"]) == ("注册资本（开办资金）", "元", ["R3"])
    assert {"information", "信息服务类", "legal"} <= set(category["anyOf"][0]["items"]["enum"])
    untitled = {
        f"{shape}.{name}"
        for shape, told in shapes.items()
        if shape != "MaterialBody"
        for name, member in told["properties"].items()
        if "title" not in member
    }
    assert untitled == set()


def test_the_schema_asks_for_no_more_than_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    schema = json.loads(capsys.readouterr().out)
    assert "legal_representative" not in schema["$defs"]["T1Body"]["required"]
    assert "capital" in schema["$defs"]["T1Body"]["required"]


def test_the_words_of_the_printed_form_are_taken(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Categories by their Chinese names, districts by theirs, and all words stand in the schema (C4.1)."""
    words = {"kind": "专业服务机构", "category": "管理咨询服务类", "district": "黄浦区"}
    honour = {"level": "区", "date": "2016-05-01"}
    told = desk.told({**LEAST, "t1": {**LEAST["t1"], **words, "honours": [honour]}})
    assert [told["results"][at]["outcome"] for at in (13, 14, 15)] == ["PASS", "PASS", "JUDGE"]
    assert told["results"][14]["observed"] == "management_consulting"
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    shapes = json.loads(capsys.readouterr().out)["$defs"]
    assert "企业" in shapes["T1Body"]["properties"]["legal_form"]["enum"]
    assert {"黄浦区", "310101"} <= set(shapes["T1Body"]["properties"]["district"]["anyOf"][0]["enum"])
    assert "tenure" not in shapes["PremisesBody"]["required"]


@pytest.mark.parametrize(("table", "change", "holds"), SAYABLE)
def test_the_schema_takes_what_the_command_takes(
    desk: Desk, capsys: pytest.CaptureFixture[str], table: str, change: dict[str, Any], *, holds: bool
) -> None:
    """What is published and what is read are the same (C4.1)."""
    form = {**LEAST, table: {**LEAST[table], **change}, "materials": None}
    code, _, err = desk.ask(form)
    assert (code == 0) is holds, err
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    checker = Draft202012Validator(json.loads(capsys.readouterr().out), format_checker=FormatChecker())
    assert checker.is_valid(form) is holds, [one.message for one in checker.iter_errors(form)]


def test_a_form_may_say_things_as_people_write_them(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What loses nothing is read: counts without quotes, the printed form's words, what follows from the roster."""
    roster, partners = LEAST["t2"]["roster"], LEAST["t4"]["partners"]
    form = {
        **LEAST,
        "t2": {**LEAST["t2"], "roster": [*roster, roster[0]], "n_fulltime": len(roster)},
        "t3": {**LEAST["t3"], "volume_unit": "次", "volume_total": 100, "volume_public": 5, "volume_lowfee": 5},
        "t4": {
            **LEAST["t4"],
            "documents": {"管理制度": True, "服务流程": True, "收费标准": True, "质量保证": True},
            "partners": [{**one, "type": "专业服务机构"} for one in partners],
        },
        "materials": ["1", {"number": 2}, {"material": 3, "name": "3.pdf"}, *range(4, 10)],
    }
    told = {one["rule"]: one for one in desk.told(form)["results"]}
    assert {rule: told[rule]["outcome"] for rule in ("R6", "R9", "R12", "R17", "R18")} == {
        "R6": "PASS",
        "R9": "JUDGE",
        "R12": "PASS",
        "R17": "PASS",
        "R18": "PASS",
    }
    assert told["R6"]["observed"] == str(len(roster))
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    assert list(Draft202012Validator(json.loads(capsys.readouterr().out)).iter_errors(form)) == []
