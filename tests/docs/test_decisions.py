"""A decision is one page, names a test that fails when it is broken, and says for ever what it said first."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, defined_in, name

RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
SEALS = Path(__file__).with_name("decisions.sha256")
"""A line for each record. What enforces it may get another name, so that its last paragraph is not in the sum."""
LINES_MAX = 40
_TOKEN = re.compile(r"`(tests/[\w/]+\.py|test_\w+)`")


def faults(text: str) -> list[str]:
    """What is wrong with the tests that a record names after `Enforced by`."""
    _, said, enforcement = text.partition("\nEnforced by ")
    tokens = _TOKEN.findall(enforcement)
    if not said or not any(token.startswith("test_") for token in tokens):
        return ["it names no test"]
    found, known = [], set[str]()
    for token in tokens:
        if not token.startswith("test_"):
            path = ROOT / token
            known = defined_in(path) if path.exists() else set()
            found += [] if path.exists() else [f"there is no {token}"]
        elif token not in known:
            found.append(f"there is no {token}")
    return found


@pytest.mark.parametrize("record", RECORDS, ids=name)
def test_a_record_is_one_page_and_names_its_test(record: Path) -> None:
    text = record.read_text()
    assert faults(text) == []
    assert len(text.splitlines()) <= LINES_MAX
    assert text.startswith(f"# {int(record.name[:4])}. ")


def test_records_are_numbered_without_a_gap() -> None:
    assert [int(record.name[:4]) for record in RECORDS] == list(range(1, len(RECORDS) + 1))


@pytest.mark.parametrize(
    ("enforcement", "fault"),
    [
        ("", "it names no test"),
        ("\nEnforced by `make lock`.", "it names no test"),
        ("\nEnforced by `tests/docs/test_decisions.py`.", "it names no test"),
        ("\nEnforced by `tests/docs/test_gone.py`: `test_x`.", "there is no tests/docs/test_gone.py"),
        ("\nEnforced by `tests/docs/test_decisions.py`: `test_gone`.", "there is no test_gone"),
    ],
)
def test_a_record_without_its_test_is_caught(enforcement: str, fault: str) -> None:
    assert fault in faults(f"# 9. Planted\n\nText.\n{enforcement}\n")


def seal(name: str, text: str) -> str:
    """The line of a record."""
    decided, _, _ = text.partition("\nEnforced by ")
    return f"{sha256(decided.encode()).hexdigest()}  {name}"


def test_what_was_decided_is_not_written_again() -> None:
    """Another decision takes its place, and a line of its own below."""
    assert [seal(one.name, one.read_text()) for one in RECORDS] == SEALS.read_text().splitlines()


def test_a_record_that_is_written_again_is_caught() -> None:
    text = RECORDS[0].read_text()
    again = text.replace("Enforced by ", "Enforced by `tests/x.py` and ", 1)
    assert seal(RECORDS[0].name, again) == seal(RECORDS[0].name, text)
    assert seal(RECORDS[0].name, text.replace(". ", ".", 1)) not in SEALS.read_text()
