"""Ids beyond what is held in memory: none is lost, and equal ones meet in the same part of every bag."""

import pytest

from audit.verify import ids
from audit.verify.ids import HELD_MAX, Ids
from shared.kernel.ids import named


@pytest.mark.parametrize("count", [0, 1, HELD_MAX - 1, HELD_MAX, HELD_MAX + 1, 3 * HELD_MAX])
def test_what_went_in_comes_out(count: int) -> None:
    bag = Ids()
    made = [named("id", str(number)).encode() for number in range(count)]
    for identity in made:
        bag.add(identity)
    assert sorted(one for part in bag.parts() for one in part) == sorted(made)
    bag.close()


def test_equal_ids_are_in_the_same_part_of_every_bag() -> None:
    few, many = Ids(), Ids()
    for number in range(2 * HELD_MAX):
        many.add(named("id", str(number)).encode())
    for number in range(0, 2 * HELD_MAX, 99):
        few.add(named("id", str(number)).encode())
    for some, all_ in zip(few.parts(), many.parts(), strict=True):
        assert set(some) <= set(all_)
    few.close()
    many.close()


def test_a_bag_is_read_as_often_as_one_likes_and_added_to_again() -> None:
    bag = Ids()
    for number in range(10):
        bag.add(named("id", str(number)).encode())
        assert sum(map(len, bag.parts())) == number + 1
    assert len(list(bag.parts())) == ids.PARTS
    bag.close()
