"""The age of what waits: of the oldest, by the process's own clock, and of nothing it is 0."""

from shared.runtime.age import LOOKS_MAX, Age


class Hands:
    """A clock that the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_waits_ages_until_it_has_gone() -> None:
    hands = Hands()
    age = Age(hands)
    assert age.seconds(position=5, head=5) == 0
    assert age.seconds(position=5, head=7) == 0
    hands.now += 10
    assert age.seconds(position=5, head=9) == 10
    hands.now += 5
    assert age.seconds(position=7, head=9) == 5
    assert age.seconds(position=9, head=9) == 0


def test_the_oldest_counts_however_much_came_after() -> None:
    hands = Hands()
    age = Age(hands)
    for head in range(1, 10 * LOOKS_MAX):
        assert age.seconds(position=0, head=head) == hands.now - 100.0
        hands.now += 1
    assert len(age._looks) <= LOOKS_MAX
