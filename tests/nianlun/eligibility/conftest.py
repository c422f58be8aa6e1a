"""A form of the rehearsal's first organization, and a desk for each test."""

from pathlib import Path
from typing import Any

import pytest

from rehearsal.cast import organizations
from rehearsal.forms import tables
from tests.nianlun.eligibility.desk import Desk


@pytest.fixture
def form() -> dict[str, Any]:
    return {**tables(next(organizations())), "materials": [1, 2, {"material": 3, "sha256": "a" * 64}, *range(4, 10)]}


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)
