"""A decision is one page, and names a test that fails when it is broken."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, defined_in, name

RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
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
