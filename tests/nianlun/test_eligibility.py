"""`nianlun eligibility`: a form evaluated offline."""

import json
from pathlib import Path
from typing import Any

import pytest

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
    assert set(schema["properties"]) == {"t1", "t2", "t3", "t4", "materials"}
    assert {"from", "to"} <= set(schema["$defs"]["PartnerBody"]["properties"])
