"""Who is on the list: the best of each group within its places, and a tie across the cut (C5.4)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publication.domain.listing import (
    Selection,
    SubmissionUnknown,
    TieAcrossTheCut,
    list_bytes,
    list_hash,
    select,
)
from shared.contracts.review import RankingComputed
from tests.services.publication.domain.proposed import QUOTAS, RANKINGS, SUBMISSIONS, quota, ranking, submission


def names(selection: Selection) -> tuple[list[str], list[str]]:
    return [one.application for one in selection.rows], [one.application for one in selection.not_selected]


def test_the_best_of_each_group_in_the_order_of_the_quotas() -> None:
    taken, below = names(select(tuple(RANKINGS.values()), QUOTAS, SUBMISSIONS))
    assert taken == ["comprehensive-1", "comprehensive-2", "information-1", "information-2"]
    assert below == ["information-3"]


def test_a_row_says_what_the_submission_and_the_ranking_say() -> None:
    first = select((RANKINGS["r-2"],), QUOTAS, SUBMISSIONS).rows[0]
    assert (first.uscc, first.organization_name, first.category) == (
        "U-information-1",
        "机构 information-1",
        "information",
    )
    assert (first.version, first.rank) == (1, 1)


@pytest.mark.parametrize(("places", "taken"), [(0, 0), (1, 1), (2, 2), (3, 3), (9, 3)])
def test_places_are_the_rounds(places: int, taken: int) -> None:
    selection = select((RANKINGS["r-2"],), (quota("information", places),), SUBMISSIONS)
    assert (len(selection.rows), len(selection.not_selected)) == (taken, 3 - taken)


def test_a_group_without_a_quota_has_no_places() -> None:
    assert names(select((RANKINGS["r-2"],), (), SUBMISSIONS))[0] == []


@pytest.mark.parametrize(("ranks", "places"), [((1, 1), 1), ((1, 2, 2), 2), ((1, 1, 1), 2)])
def test_a_tie_across_the_cut_is_for_a_person(ranks: tuple[int, ...], places: int) -> None:
    with pytest.raises(TieAcrossTheCut) as caught:
        select((ranking("information", *ranks),), (quota("information", places),), SUBMISSIONS)
    assert caught.value.field == "quotas"


@pytest.mark.parametrize(("ranks", "places"), [((1, 1), 2), ((1, 1, 3), 2), ((1, 2, 2), 1), ((1, 2, 2), 3)])
def test_a_tie_on_one_side_of_the_cut_is_none(ranks: tuple[int, ...], places: int) -> None:
    assert len(select((ranking("information", *ranks),), (quota("information", places),), SUBMISSIONS).rows) == places


def test_a_submission_that_did_not_arrive_is_waited_for() -> None:
    with pytest.raises(SubmissionUnknown):
        select((RANKINGS["r-2"],), QUOTAS, {"information-1": submission("information-1")})


@settings(max_examples=30)
@given(st.permutations(list(RANKINGS.values())))
def test_the_list_is_independent_of_the_order_of_the_rankings(rankings: list[RankingComputed]) -> None:
    rows = select(rankings, QUOTAS, SUBMISSIONS).rows
    assert list_hash("2017", rows) == list_hash("2017", select(tuple(RANKINGS.values()), QUOTAS, SUBMISSIONS).rows)


def test_the_lists_hash_covers_round_and_rows() -> None:
    rows = select(tuple(RANKINGS.values()), QUOTAS, SUBMISSIONS).rows
    assert list_bytes("2017", rows).startswith(b'{"round":"2017","rows":[{"application":"comprehensive-1",')
    assert len({list_hash("2017", rows), list_hash("2018", rows), list_hash("2017", rows[1:])}) == 3
