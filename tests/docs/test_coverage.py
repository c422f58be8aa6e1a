"""Rules, commands, events and tests serve every clause of the notice, and the page that says so does not drift."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nianlun.annotations import CLAUSE, COLUMNS, Clause, clauses, of_tests
from nianlun.cli import app
from nianlun.coverage import CLAUSES, PAGE, Row, annotations, gaps, page, rows


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


def test_a_clause_that_nobody_knows_is_caught() -> None:
    assert len(gaps(rows([Clause("C9.1", "", "")], said()))) == len(COLUMNS)


def test_annotations_name_only_clauses_that_there_are() -> None:
    known = clauses(CLAUSES)
    names = {one.id for one in known} | {above for one in known for above in one.above}
    named = {clause for column in said().values() for clause in column}
    assert named <= names


def test_a_docstring_of_a_test_is_an_annotation(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_it.py").write_text('def test_it() -> None:\n    """The list is public (C5.4)."""\n')
    assert of_tests(folder) == {"C5.4": ["tests/test_it.py"]}


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
