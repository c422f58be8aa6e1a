"""The same people with the same forms under two rule sets: one code, and everything comes out by the round's own."""

import asyncio
import json
from pathlib import Path

import pytest

from audit.decisions import made_again
from audit.record import Record
from services.application.domain.parameters import check
from services.application.entrypoints.round_body import RoundBody
from tests.docs.pages import ROOT
from tests.rounds.little import Little, parameters, play

NOTICE, STRICT = "2017", "rehearsal-strict"
PROPOSED = {NOTICE: "2017-10-01T10:00:00+08:00", STRICT: "2031-06-20T10:00:00+08:00"}
"""Before holidays, so that working days are those of each round's own table."""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Little]:
    """The little round under both files."""
    return {name: asyncio.run(play(name, at, tmp_path_factory.mktemp(name))) for name, at in PROPOSED.items()}


@pytest.fixture(scope="module")
def old(lived: dict[str, Little]) -> Little:
    return lived[NOTICE]


@pytest.fixture(scope="module")
def strict(lived: dict[str, Little]) -> Little:
    return lived[STRICT]


@pytest.mark.parametrize("path", sorted((ROOT / "rounds").glob("*.json")), ids=lambda path: path.stem)
def test_every_file_is_a_round_that_can_be_planned(path: Path) -> None:
    RoundBody.model_validate(json.loads(path.read_text()))
    check(parameters(path.stem))
    assert parameters(path.stem).round == path.stem


def test_the_second_round_differs_from_the_notice_s_in_everything_that_a_year_fixes() -> None:
    one, other = parameters(NOTICE), parameters(STRICT)
    thresholds = [{rule.id: rule.threshold for rule in each.rules if rule.threshold} for each in (one, other)]
    assert all(thresholds[0][rule] != thresholds[1][rule] for rule in thresholds[0])
    assert not {line.id for line in one.rubric} & {line.id for line in other.rubric}
    for member in ("experts", "minimum_scores", "trim_from", "scoring_days", "tie_order"):
        assert getattr(one.panels, member) != getattr(other.panels, member)
    for name in (
        "calendar",
        "levels",
        "materials",
        "corrections",
        "batches",
        "assessment",
        "decisions",
        "obligations",
        "quotas",
    ):
        assert getattr(one, name) != getattr(other, name)


def test_eligibility_goes_by_the_round_s_thresholds_categories_and_kinds(old: Little, strict: Little) -> None:
    """C2.1.1 to C2.2.2: the legal category is closed in one and open in the other; 100 m² are enough in one only."""
    assert {name: refusal.problem["rule"] for name, refusal in old.told.refused.items()} == {"law": "R15"}
    assert {name: refusal.problem["rule"] for name, refusal in strict.told.refused.items()} == {"modest": "R8"}
    assert old.told.failed == {"large": (), "other": (), "middling": (), "modest": ()}
    assert strict.told.failed == {"large": (), "other": (), "middling": ("R3", "R17"), "law": ()}
    assert (old.told.declined, strict.told.declined) == ({}, {"middling": "checks-unresolved"})


def test_panels_are_of_the_round_s_size_and_score_by_its_rubric(old: Little, strict: Little) -> None:
    assert old.told.panel == {"management_consulting": 5}
    assert strict.told.panel == {"management_consulting": 7, "legal": 7}
    assert old.told.ranking["management_consulting"] == [
        ("other", "85", 1),
        ("large", "80", 2),
        ("middling", "68", 3),
        ("modest", "48", 4),
    ]
    assert strict.told.ranking == {
        "legal": [("law", "108", 1)],
        "management_consulting": [("other", "102", 1), ("large", "96", 2)],
    }


def test_places_and_notice_are_the_round_s(old: Little, strict: Little) -> None:
    """C5.4: four places and five working days after a holiday week, or one place and seven with a worked Saturday."""
    assert (old.told.listed, old.told.notice_end) == (["other", "large", "middling", "modest"], "2017-10-13")
    assert (strict.told.listed, strict.told.notice_end) == (["law", "other"], "2031-07-01")


def test_what_is_owed_and_how_it_is_assessed_is_the_round_s(old: Little, strict: Little) -> None:
    """C3.1, C3.6: four quarters or two halves; the same four fifths of all points are 合格, or 乙 and preferred."""
    assert sorted(old.told.owed) == ["case", "plan", "report Q1", "report Q2", "report Q3", "report Q4"]
    assert strict.told.owed == {
        "plan": "2032-01-15T16:00:00.000Z",
        "report H1": "2032-07-10T04:00:00.000Z",
        "report H2": "2033-01-10T04:00:00.000Z",
        "case": "2032-09-01T04:00:00.000Z",
    }
    assert (old.told.grade, old.told.preferred) == ("合格", 0)
    assert (strict.told.grade, strict.told.preferred) == ("乙", 1)


@pytest.mark.parametrize("name", [NOTICE, STRICT])
def test_both_are_decided_again_to_the_same(lived: dict[str, Little], name: str) -> None:
    again = made_again(Record.of(asyncio.run(lived[name].town.events()), None), name)
    assert again["lists"] == 1
    assert again["evaluations"] > 0
