"""Rules, commands, events and tests serve every clause of the notice, and the page that says so does not drift."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nianlun.annotations import CLAUSE, COLUMNS, Clause, Counted, clauses, of_tests
from nianlun.cli import app
from nianlun.coverage import CLAUSES, PAGE, Row, annotations, gaps, page, rows, spared

A_FILE = '''"""What a file is about (C4.2).

Its first line alone (C4.3).
"""

class TestIt:
    """A class of tests (C5.1)."""

    def test_it(self) -> None:
        """The list is public (C5.4)."""

def filed() -> None:
    """A helper (C5.2)."""
'''


@cache
def said() -> Mapping[str, Mapping[str, list[str]]]:
    return annotations()


def found() -> list[Row]:
    return rows(clauses(CLAUSES), said())


def test_no_clause_has_an_empty_cell() -> None:
    assert gaps(found()) == []


def test_the_page_is_the_codes() -> None:
    assert PAGE.read_text() == page(found()), "make catalogue"


@pytest.mark.parametrize("column", COLUMNS)
def test_a_clause_that_nothing_serves_any_more_is_caught(column: str) -> None:
    (known,) = (replace(one, served={}) for one in clauses(CLAUSES) if one.id == "C5.3")
    without = {**said(), column: {}}
    assert gaps(rows([known], without)) == [f"clause C5.3 has no {column}"]


@pytest.mark.parametrize("invented", ["C4.12", "C2.1.8", "C2.2.2.i", "C1.c", "C3.7", "C5.5", "C9.1"])
def test_a_clause_that_was_invented_is_empty_in_every_column(invented: str) -> None:
    """Whatever stands at the clauses above it."""
    expected = [f"clause {invented} has no {column}" for column in COLUMNS]
    assert gaps(rows([Clause(invented, "", "")], said())) == expected


def test_a_clause_has_tests_of_its_own() -> None:
    """One whose last test goes away is caught, though its commands are counted from above and its parent is tested."""
    (known,) = (one for one in clauses(CLAUSES) if one.id == "C4.2")
    tests = {clause: names for clause, names in said()["tests"].items() if clause != "C4.2"}
    assert "C4" in tests
    assert gaps(rows([known], {**said(), "tests": tests})) == ["clause C4.2 has no tests"]


def test_a_clause_counts_what_is_above_only_where_it_says_why() -> None:
    above: dict[str, dict[str, list[str]]] = {
        **{column: {} for column in COLUMNS},
        "commands": {"C4": ["AddAttachment"]},
    }
    counting = Clause("C4.2", "", "", counts={"commands": Counted("C4", "by its number")})
    (row,) = rows([counting], above)
    assert (row.commands, row.cell("commands")) == (["AddAttachment"], "AddAttachment – C4: by its number")
    assert "clause C4.2 has no commands" in gaps(rows([replace(counting, counts={})], above))


@pytest.mark.parametrize(
    "said_of_it",
    [
        {"served": {"tests": "somebody looked"}},
        {"served": {"rules": ""}},
        {"counts": {"tests": Counted("C4", "by its number")}},
        {"counts": {"commands": Counted("C4", "")}},
        {"counts": {"commands": Counted("C5", "by its number")}},
    ],
)
def test_what_a_clause_may_not_say_is_caught(said_of_it: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"C4\.2"):
        Clause("C4.2", "", "", **said_of_it)


def test_words_that_nothing_needs_any_more_are_caught() -> None:
    assert spared(clauses(CLAUSES), said()) == []
    excused = Clause("C5.3", "", "", served={"rules": "none"}, counts={"events": Counted("C5", "as above")})
    nothing = {**said(), "events": {}}
    assert spared([excused], nothing) == [
        "clause C5.3 has rules of its own",
        "clause C5.3 counts events of C5, which has none",
    ]


def test_annotations_name_only_clauses_that_there_are() -> None:
    known = clauses(CLAUSES)
    names = {one.id for one in known} | {above for one in known for above in one.above}
    named = {clause for column in said().values() for clause in column}
    assert named <= names


def test_the_docstring_of_a_test_is_an_annotation_and_a_helpers_is_none(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_it.py").write_text(A_FILE)
    assert of_tests(folder) == {clause: ["tests/test_it.py"] for clause in ("C4.2", "C5.1", "C5.4")}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("(C5.3)", ["C5.3"]),
        ("C2.1.1, C2.2.2.h and C1.a.", ["C2.1.1", "C2.2.2.h", "C1.a"]),
        ("ABC5.3 C6.1 C5.3x", []),
        ("of C4.", ["C4"]),
    ],
)
def test_what_reads_as_a_clause(text: str, named: list[str]) -> None:
    assert CLAUSE.findall(text) == named


def test_the_command_prints_the_table_for_people_and_for_machines() -> None:
    people = CliRunner().invoke(app, ["coverage"])
    assert "C5.3" in people.stdout
    machines = json.loads(CliRunner().invoke(app, ["coverage", "--json"]).stdout)
    assert [one["clause"] for one in machines] == [one.id for one in clauses(CLAUSES)]
    assert {*COLUMNS} <= machines[0].keys()
