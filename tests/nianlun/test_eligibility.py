"""`nianlun eligibility`: a form evaluated offline."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from nianlun.cli import main
from rehearsal.cast import organizations
from rehearsal.forms import tables

ROUND = str(Path(__file__).parents[2] / "rounds" / "2017.json")
AS_OF = "2017-09-20T16:00:00+08:00"


@pytest.fixture
def form() -> dict[str, Any]:
    return {**tables(next(organizations())), "materials": [1, 2, {"material": 3, "sha256": "a" * 64}, *range(4, 10)]}


class Desk:
    """Asks the command about a form, and has its answer."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._path, self._capsys = folder / "form.json", capsys

    def ask(self, form: object, *more: str) -> tuple[object, str, str]:
        self._path.write_text(json.dumps(form, ensure_ascii=False))
        with pytest.raises(SystemExit) as ended:
            main(["eligibility", str(self._path), "--round", ROUND, "--as-of", AS_OF, *more])
        said = self._capsys.readouterr()
        return ended.value.code, said.out, said.err

    def told(self, form: object, *more: str) -> Any:
        code, out, err = self.ask(form, *more)
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


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


@pytest.mark.parametrize(
    ("change", "place"),
    [({"t5": {}}, "t5: "), ({"t2": {"staff_total": 1.5}}, "t2.staff_total: "), ({"materials": [10]}, "materials.0")],
)
def test_a_form_that_is_none_is_one_line(form: dict[str, Any], desk: Desk, change: dict[str, Any], place: str) -> None:
    code, _, err = desk.ask({**form, **change})
    assert code == 1
    assert place in err
    assert len(err.splitlines()) == 1


def test_its_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    schema = json.loads(capsys.readouterr().out)
    said_by_the_platform = {"revisions", "commitments"}
    assert set(schema["properties"]) - said_by_the_platform == {"t1", "t2", "t3", "t4", "materials"}
    assert {"from", "to"} <= set(schema["$defs"]["PartnerBody"]["properties"])


KEYS = ["rule", "clause", "outcome", "observed", "threshold", "message_zh", "message_en"]
LEAST: dict[str, Any] = {
    "t1": {
        "uscc": "91310000MA1K0000X0",
        "legal_form": "律师事务所",
        "operating_since": "2016-09-20",
        "capital": "100000",
        "kind": "专业",
        "category": "management_consulting",
        "finance_last_year": {"revenue": "1", "profit": "-1", "assets": "1", "liabilities": "1"},
    },
    "t2": {
        "roster": [
            {
                "person_key": f"P{number}",
                "fulltime": True,
                "professional": True,
                "education": "大专" if number < 7 else "无",
            }
            for number in range(10)
        ],
        "premises": [{"area": "69.999", "tenure": "own"}, {"area": "10.001", "lease_to": "2017-09-20"}],
        "equipment": [{"name": "热线"}],
    },
    "t3": {
        "smes_served": 100,
        "surveyed": 5,
        "satisfied": 4,
        "volume_total": "100",
        "volume_public": "5",
        "volume_lowfee": "5",
        "micro_discount": True,
    },
    "t4": {
        "partners": [
            {"uscc": f"91310000MA1K000{number}X{number}", "type": "服务机构", "from": "2017-01-01", "to": "2017-09-20"}
            for number in range(1, 4)
        ],
        "documents": dict.fromkeys(("management_system", "service_process", "fee_standard", "quality_assurance"), True),
        "plan": {"smes": 5},
        "commitment": True,
    },
    "materials": [1, 2, 3, 5, 6, {"material": 7, "sha256": "a" * 64}, 9],
}
"""As little as a form can say."""
ROSTER_KEY = "t2.roster.0.person_key"


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


def test_the_schema_asks_for_no_more_than_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["eligibility", "--schema"])
    schema = json.loads(capsys.readouterr().out)
    assert "legal_representative" not in schema["$defs"]["T1Body"]["required"]
    assert "capital" in schema["$defs"]["T1Body"]["required"]


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


@pytest.mark.parametrize("code", [" 91310000MA1K0000X0", "no code", "1, 2"])
def test_a_code_with_blanks_is_quoted(desk: Desk, code: str) -> None:
    told = desk.told({**LEAST, "t1": {**LEAST["t1"], "uscc": code}})["results"][0]
    assert f"律师事务所、“{code}”不是有效代码" in told["message_zh"]
    assert f"law firm, “{code}” is no valid code" in told["message_en"]


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
