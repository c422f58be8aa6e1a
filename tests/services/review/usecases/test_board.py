"""z-scores are shown, never decided on (C5.4)."""

import pytest

from services.review.usecases.board import z_score


@pytest.mark.parametrize(
    ("total", "totals", "z"),
    [(80, [80, 70, 90], "0.00"), (90, [80, 70, 90], "1.22"), (70, [80, 70, 90], "-1.22"), (80, [80], None)],
)
def test_a_z_score_is_rounded_for_people(total: int, totals: list[int], z: str | None) -> None:
    assert z_score(total, totals) == z


def test_without_spread_there_is_none() -> None:
    assert z_score(80, [80, 80, 80]) is None
