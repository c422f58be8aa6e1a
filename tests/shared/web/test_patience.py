"""Wrong guesses in a row cost a pause that grows, for one address and what it guesses at alone."""

import pytest

from shared.web import patience
from shared.web.patience import FREE, PAUSE_SECONDS_MAX, Patience, TooManyWrong
from tests.shared.web.test_allowance import Hand


def pause(patient: Patience, address: str = "here", at: str = "account") -> int:
    """How long the next guess from there has to wait."""
    with pytest.raises(TooManyWrong) as caught:
        patient.guess(address, at)
    return caught.value.retry_after_seconds


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def patient(hand: Hand) -> Patience:
    found = Patience(hand)
    for _ in range(FREE):
        found.guess("here", "account")
    return found


def test_the_pause_grows_with_each_wrong_guess_up_to_its_longest(patient: Patience, hand: Hand) -> None:
    found = [pause(patient)]
    for _ in range(12):
        hand.seconds += found[-1]
        patient.guess("here", "account")
        found.append(pause(patient))
    assert found == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, *[int(PAUSE_SECONDS_MAX)] * 3]


def test_what_is_not_looked_at_makes_no_pause_longer(patient: Patience, hand: Hand) -> None:
    assert [pause(patient) for _ in range(5)] == [1] * 5
    hand.seconds += 1
    patient.guess("here", "account")


def test_nobody_keeps_another_address_or_another_account_waiting(patient: Patience) -> None:
    patient.guess("there", "account")
    patient.guess("here", "another")
    assert pause(patient) == 1


def test_the_right_one_ends_it(patient: Patience, hand: Hand) -> None:
    hand.seconds += 1
    patient.guess("here", "account")
    patient.right("here", "account")
    for _ in range(FREE):
        patient.guess("here", "account")
    assert pause(patient) == 1


def test_time_ends_it(patient: Patience, hand: Hand) -> None:
    hand.seconds += 1 + PAUSE_SECONDS_MAX
    for _ in range(FREE):
        patient.guess("here", "account")
    assert pause(patient) == 1


def test_it_is_remembered_of_so_many_at_most(patient: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "CALLERS_MAX", 3)
    for one in "abcd":
        patient.guess("here", one)
    assert len(patient._guesses) == 3
    patient.guess("here", "account")
