"""What changes a ranking before the cut, and a list after it (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.listing import (
    Amends,
    TieAcrossTheCut,
    inserted,
    list_after_fall,
    select,
    without,
)
from shared.contracts.publication import ListRow
from shared.contracts.review import TieResolved
from tests.services.publication.domain.proposed import QUOTAS, RANKINGS, SUBMISSIONS, quota, ranking

ROWS = select(tuple(RANKINGS.values()), QUOTAS, SUBMISSIONS).rows
FIVE = ranking("information", 1, 2, 3, 3, 5)
SIX_PLACES = {f"information-{place}": SUBMISSIONS["information-1"] for place in range(1, 7)}
ALL_SUBMITTED = {name: replace(one, application=name) for name, one in SIX_PLACES.items()}


def resolved(*order: str, group: str = "information") -> TieResolved:
    return TieResolved(
        panel=f"p-{group}", round="2017", group=group, tie_group=1, order=order, basis="vote", voters=("e",)
    )


def ranks(rows: tuple[ListRow, ...]) -> list[tuple[str, int]]:
    return [(row.application.removeprefix("information-"), row.rank) for row in rows if row.category == "information"]


def taken(places: int, amends: Amends, *, admitted: int = 0) -> list[tuple[str, int]]:
    quotas = (replace(quota("information", places), ties_admitted=admitted),)
    return ranks(select((FIVE,), quotas, ALL_SUBMITTED, amends).rows)


def test_a_tie_across_the_cut_goes_by_the_panels_vote() -> None:
    with pytest.raises(TieAcrossTheCut):
        taken(3, Amends(ties=(), left_out=frozenset(), falls=()))
    voted = Amends((resolved("information-4", "information-3"),), left_out=frozenset(), falls=())
    assert taken(3, voted) == [("1", 1), ("2", 2), ("4", 3)]
    assert taken(4, voted) == [("1", 1), ("2", 2), ("4", 3), ("3", 4)]


@pytest.mark.parametrize(
    "vote",
    [
        resolved("information-4"),
        resolved("information-4", "information-5"),
        resolved("information-4", "information-3", group="comprehensive"),
    ],
    ids=["names one", "names another", "another panel"],
)
def test_a_vote_on_something_else_tells_no_tie_apart(vote: TieResolved) -> None:
    with pytest.raises(TieAcrossTheCut):
        taken(3, Amends((vote,), left_out=frozenset(), falls=()))


@pytest.mark.parametrize(("places", "admitted", "all_in"), [(3, 1, True), (3, 0, False)])
def test_a_tie_is_admitted_whole_where_the_quota_allows_it(places: int, admitted: int, all_in: bool) -> None:  # noqa: FBT001 - a table's column
    if all_in:
        assert [
            rank for _, rank in taken(places, Amends(ties=(), left_out=frozenset(), falls=()), admitted=admitted)
        ] == [1, 2, 3, 3]
        return
    with pytest.raises(TieAcrossTheCut):
        taken(places, Amends(ties=(), left_out=frozenset(), falls=()), admitted=admitted)


def test_a_tie_larger_than_the_quota_allows_is_not_admitted_in_part() -> None:
    three = ranking("information", 1, 2, 2, 2)
    with pytest.raises(TieAcrossTheCut):
        select((three,), (replace(quota("information", 2), ties_admitted=1),), ALL_SUBMITTED)


def test_whoever_withdrew_is_passed_over_and_ranks_stay() -> None:
    with pytest.raises(TieAcrossTheCut):
        taken(2, Amends(left_out=frozenset({"information-1"}), ties=(), falls=()))
    assert taken(2, Amends(left_out=frozenset({"information-3"}), ties=(), falls=())) == [("1", 1), ("2", 2)]
    assert taken(3, Amends(left_out=frozenset({"information-3"}), ties=(), falls=())) == [("1", 1), ("2", 2), ("4", 3)]


def test_a_fall_moves_those_it_passed_up() -> None:
    assert taken(4, Amends(falls=(("information-2", 5),), ties=(), left_out=frozenset()), admitted=0) == [
        ("1", 1),
        ("3", 2),
        ("4", 2),
        ("5", 4),
    ]
    assert taken(4, Amends(falls=(("information-2", 99),), ties=(), left_out=frozenset()))[-1] == ("5", 4)
    assert taken(2, Amends(falls=(("information-2", 1),), ties=(), left_out=frozenset())) == [("1", 1), ("2", 2)]


def test_a_row_falls_within_its_group_or_off_the_list() -> None:
    assert ranks(list_after_fall(ROWS, "information-1", 2)) == [("2", 1), ("1", 2)]
    assert ranks(list_after_fall(ROWS, "information-1", 3)) == [("2", 1)]
    assert list_after_fall(ROWS, "information-1", 3)[:2] == ROWS[:2]
    assert list_after_fall(ROWS, "nobody", 3) == ROWS


def test_a_row_joins_its_group_by_rank() -> None:
    first, second = (row for row in ROWS if row.category == "information")
    assert inserted(without(ROWS, "information-1"), first) == ROWS
    assert inserted(without(ROWS, "information-2"), second) == ROWS
    assert inserted(without(ROWS, "information-1", "information-2"), first)[-1] == first
    equal = replace(second, application="information-9")
    assert [row.application for row in inserted(ROWS, equal)][-2:] == ["information-2", "information-9"]
    alone = replace(first, category="legal")
    assert inserted(ROWS, alone)[-1] == alone
