"""How scores become ranks: the highest and lowest dropped, exact fractions, ties by the round's order (C5.4)."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.review.domain.ranking import Entry, inputs_hash, rank
from shared.contracts.review import ExpertScored, ItemScore
from shared.contracts.round import Panels
from shared.contracts.sourced import Number
from tests.rounds.unasked import UNASKED

TERMS = Panels(
    experts=Number(value=5, source="design"),
    minimum_scores=Number(value=3, source="design"),
    trim_from=Number(value=5, source="design"),
    scoring_days=Number(value=10, source="design"),
    tie_order=("performance", "capacity"),
    source="design",
    votes=UNASKED.panels.votes,
    conflicts=UNASKED.panels.conflicts,
    scored_anew=False,
)


def scored(application: str, number: int, performance: int, capacity: int = 0) -> ExpertScored:
    return ExpertScored(
        application=application,
        organization=f"org-{application}",
        round="2017",
        panel="panel-1",
        expert=f"e-{number}",
        version=1,
        rubric_hash="r" * 64,
        items=(
            ItemScore(criterion="performance", score=performance),
            ItemScore(criterion="capacity", score=capacity),
        ),
        total=performance + capacity,
    )


def entry(application: str, *points: int | tuple[int, int]) -> Entry:
    """One application scored by as many experts as there are points: performance, or performance and capacity."""
    pairs = [one if isinstance(one, tuple) else (one, 0) for one in points]
    scores = tuple(scored(application, number, *pair) for number, pair in enumerate(pairs))
    return Entry(
        application,
        f"org-{application}",
        f"{application}公司",
        1,
        scores,
        open_seats=(),
        again=(),
        decided_before=0,
        conflicted=(),
    )


def test_five_scores_lose_their_highest_and_lowest() -> None:
    (row,) = rank([entry("a", 100, 80, 81, 82, 0)], TERMS)
    assert (row.aggregate, row.scores) == ("81", (0, 80, 81, 82, 100))


def test_four_scores_are_all_kept() -> None:
    (row,) = rank([entry("a", 100, 80, 81, 0)], TERMS)
    assert row.aggregate == "261/4"


def test_only_one_of_two_equal_highest_scores_is_dropped() -> None:
    (row,) = rank([entry("a", 90, 90, 90, 60, 60)], TERMS)
    assert row.aggregate == "80"


def test_when_scores_are_trimmed_is_the_rounds() -> None:
    terms = replace(TERMS, trim_from=Number(value=4, source="design"))
    (row,) = rank([entry("a", 100, 80, 81, 0)], terms)
    assert row.aggregate == "161/2"


def test_thirds_are_exact() -> None:
    rows = rank([entry("a", 83, 84, 84), entry("b", 84, 84, 83), entry("c", 84, 84, 84)], TERMS)
    assert [(row.application, row.aggregate, row.rank, row.tie_group) for row in rows] == [
        ("c", "84", 1, 0),
        ("a", "251/3", 2, 1),
        ("b", "251/3", 2, 1),
    ]


def test_equals_are_told_apart_by_the_rounds_criteria() -> None:
    left, right = entry("a", (30, 50), (30, 50), (30, 50)), entry("b", (35, 45), (35, 45), (35, 45))
    assert [row.application for row in rank([left, right], TERMS)] == ["b", "a"]
    other = replace(TERMS, tie_order=("capacity",))
    rows = rank([left, right], other)
    assert [(row.application, row.rank, row.tie_group) for row in rows] == [("a", 1, 1), ("b", 2, 1)]


def test_full_equals_share_a_rank_and_the_next_is_behind_both() -> None:
    rows = rank([entry(name, *points) for name, points in {"a": (9,) * 3, "b": (9,) * 3, "c": (8,) * 3}.items()], TERMS)
    assert [(row.rank, row.tie_group) for row in rows] == [(1, 1), (1, 1), (3, 0)]


def test_nobody_is_ranked_in_an_empty_group() -> None:
    assert rank([], TERMS) == ()


POINTS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=3, max_size=6)
ENTRIES = st.lists(POINTS, min_size=1, max_size=6).map(
    lambda rows: [entry(f"app-{number}", *row) for number, row in enumerate(rows)]
)


@settings(max_examples=80)
@given(ENTRIES, st.randoms(use_true_random=False))
def test_a_ranking_is_independent_of_the_order_of_its_inputs(entries: list[Entry], dice: Random) -> None:
    shuffled = [replace(one, scores=tuple(dice.sample(one.scores, len(one.scores)))) for one in entries]
    dice.shuffle(shuffled)
    assert rank(shuffled, TERMS) == rank(entries, TERMS)
    assert inputs_hash(shuffled) == inputs_hash(entries)


@settings(max_examples=80)
@given(ENTRIES)
def test_a_ranking_is_exact_and_its_ranks_count_the_better(entries: list[Entry]) -> None:
    rows = rank(entries, TERMS)
    standings = [(Fraction(row.aggregate), *map(Fraction, row.tie_break)) for row in rows]
    for row, standing in zip(rows, standings, strict=True):
        kept = row.scores[1:-1] if len(row.scores) >= 5 else row.scores
        assert Fraction(row.aggregate) == Fraction(sum(kept), len(kept))
        assert row.rank == 1 + sum(other > standing for other in standings)
        assert (row.tie_group > 0) == ([one.aggregate for one in rows].count(row.aggregate) > 1)
    assert all(before >= after for before, after in pairwise(standings))


@settings(max_examples=40)
@given(ENTRIES, st.integers(0, 3))
def test_a_changed_score_changes_the_inputs_hash(entries: list[Entry], more: int) -> None:
    first = entries[0]
    score = replace(first.scores[0], total=first.scores[0].total + more)
    changed = [replace(first, scores=(score, *first.scores[1:])), *entries[1:]]
    assert (inputs_hash(changed) == inputs_hash(entries)) == (more == 0)
