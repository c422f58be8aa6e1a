"""An allowance: so many in so many seconds, for each and for all, and it says when there is room again."""

import pytest

from shared.web import allowance
from shared.web.allowance import Allowance, TooOften


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


def room_in(allowed: Allowance, caller: str) -> int:
    with pytest.raises(TooOften) as caught:
        allowed.take(caller)
    return caught.value.retry_after_seconds


def test_one_too_many_is_refused_until_the_first_is_an_hour_old(hand: Hand) -> None:
    allowed = Allowance(2, 100, 3600.0, hand)
    allowed.take("a")
    hand.seconds += 60
    allowed.take("a")
    assert room_in(allowed, "a") == 3540
    hand.seconds += 3539
    assert room_in(allowed, "a") == 1
    hand.seconds += 1
    allowed.take("a")
    assert room_in(allowed, "a") == 60


def test_another_is_counted_apart_and_all_of_them_together(hand: Hand) -> None:
    allowed = Allowance(2, 3, 3600.0, hand)
    for one in ("a", "a", "b"):
        allowed.take(one)
    assert room_in(allowed, "b") == 3600
    hand.seconds += 3600
    allowed.take("b")


def test_what_is_refused_is_not_counted(hand: Hand) -> None:
    allowed = Allowance(1, 100, 10.0, hand)
    allowed.take("a")
    for _ in range(5):
        assert room_in(allowed, "a") == 10
    hand.seconds += 10
    allowed.take("a")


def test_callers_are_forgotten_rather_than_remembered_without_end(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "CALLERS_MAX", 3)
    allowed = Allowance(1, 4, 10.0, hand)
    for one in "abcd":
        allowed.take(one)
    assert room_in(allowed, "a") == 10
    for one in "efgh":
        assert room_in(allowed, one) == 10
    assert len(allowed._callers) == 3
