"""The clauses that the code knows are those of the notice (C4)."""

import json

from shared.contracts.clauses import CLAUSES
from tests.docs.pages import ROOT


def test_the_clauses_are_the_notice_s() -> None:
    """None more, and none left out; C4 is all its materials together."""
    told = json.loads((ROOT / "shared" / "contracts" / "clauses.json").read_text())
    assert {"C4", *(clause["id"] for clause in told)} == CLAUSES
