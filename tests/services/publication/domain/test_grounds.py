"""Why a correction may add somebody: an appeal, or the next in line for a free place (C5.4 择优, C5.2)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.publication.domain.correction import ApplicationNotRanked, RejectionStands
from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.grounds import Grounds, RevokedJoinsNoList, ValidityIsOver
from services.publication.domain.promotion import BarredIsNotPromoted, NoPlaceIsFree, NotTheNextInLine
from services.publication.domain.proposal import AnotherVersionRanked
from services.publication.domain.states import DecisionEvent
from shared.contracts.publication import ListCorrected, ListCorrectionProposed
from shared.contracts.review import TieResolved
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal
from shared.testing.scenario import given
from tests.services.publication.domain.drafted import (
    APPROVE,
    APPROVE_CORRECTION,
    CORRECT,
    FILED,
    FIRST,
    FOURTH,
    LISTED,
    PROPOSED,
    QUOTAS,
    RANKINGS,
    REMOVED,
    SECOND,
    SUBMISSIONS,
    SUNK,
    THIRD,
    approved_of,
)
from tests.services.publication.domain.proposed import ranking

NOBODY = frozenset[str]()
GROUNDS = Grounds(
    rankings=tuple(RANKINGS.values()),
    ties=(),
    quotas=QUOTAS,
    versions=dict.fromkeys(SUBMISSIONS, 1),
    withdrawn=NOBODY,
    barred=NOBODY,
    revoked=NOBODY,
    appeals={},
    ranked_again=NOBODY,
    valid_to="2018-11-30",
)
FINAL: tuple[DecisionEvent, ...] = (PROPOSED, *LISTED)
EXCHANGE = replace(CORRECT, grounds=GROUNDS)
"""The second leaves, and the third takes its place."""
ADD_FOURTH = replace(EXCHANGE, add=(FOURTH,), remove=())
TIED = tuple(replace(one, rows=ranking("information", 1, 2, 3, 3).rows) for one in RANKINGS.values())[1:]
VOTED = TieResolved(
    panel="p-information",
    round="2017",
    group="information",
    tie_group=1,
    order=(FOURTH, THIRD),
    basis="vote",
    voters=(),
)


def why(history: Sequence[DecisionEvent] = FINAL, **change: Any) -> tuple[str, ...] | None:
    (proposed,) = given(DECISION_DECIDER, *history).when(replace(EXCHANGE, **change)).events()
    assert isinstance(proposed, ListCorrectionProposed)
    return proposed.grounds


def refused(refusal: type[Refusal], history: Sequence[DecisionEvent] = FINAL, **change: Any) -> None:
    asked = given(DECISION_DECIDER, *history).when(replace(EXCHANGE, **change))
    assert asked.then_refuses(refusal).field == ("round" if refusal is AnotherVersionRanked else "add")


def with_facts(**change: Any) -> Grounds:
    return replace(GROUNDS, **change)


def test_the_next_in_line_takes_a_free_place_and_the_log_says_why() -> None:
    assert why() == ("next_in_line",)
    assert why(add=()) == ()
    assert why(grounds=None) is None


def test_nobody_joins_beyond_the_quota_or_before_who_is_next() -> None:
    refused(NoPlaceIsFree, remove=())
    refused(NoPlaceIsFree, add=(THIRD, FOURTH))
    refused(NotTheNextInLine, add=(FOURTH,))
    assert why(add=(THIRD, FOURTH), remove=(FIRST, SECOND)) == ("next_in_line", "next_in_line")


def test_equals_join_when_there_are_places_for_all_of_them_or_after_a_vote() -> None:
    tied = with_facts(rankings=TIED)
    refused(NotTheNextInLine, rankings=TIED, grounds=tied)
    both: dict[str, Any] = {"add": (THIRD, FOURTH), "remove": (FIRST, SECOND), "rankings": TIED}
    assert why(**both, grounds=tied) == ("next_in_line", "next_in_line")
    voted = replace(tied, ties=(VOTED,))
    refused(NotTheNextInLine, rankings=TIED, grounds=voted)
    assert why(add=(FOURTH,), rankings=TIED, grounds=voted) == ("next_in_line",)


@pytest.mark.parametrize(
    "away",
    [
        {"barred": frozenset({f"org-{THIRD}"})},
        {"withdrawn": frozenset({THIRD})},
        {"revoked": frozenset({THIRD})},
        {"appeals": {THIRD: "uphold"}},
        {"versions": dict.fromkeys(set(SUBMISSIONS) - {THIRD}, 1)},
    ],
    ids=lambda away: next(iter(away)),
)
def test_who_may_not_join_is_passed_over(away: dict[str, Any]) -> None:
    assert why(add=(FOURTH,), grounds=with_facts(**away)) == ("next_in_line",)


def test_whom_an_objection_removed_or_sank_is_not_before_the_others() -> None:
    removed = (PROPOSED, FILED, REMOVED)
    final = (*removed, *given(DECISION_DECIDER, *removed).when(APPROVE).events())
    published = approved_of(*final).list_hash
    assert why(final, published=published, remove=()) == ("next_in_line",)
    refused(RejectionStands, final, published=published, remove=(), add=(SECOND,), appeals={})
    sunk = (PROPOSED, FILED, SUNK)
    final = (*sunk, *given(DECISION_DECIDER, *sunk).when(APPROVE).events())
    published = approved_of(*final).list_hash
    assert why(final, published=published, remove=()) == ("next_in_line",)
    refused(NotTheNextInLine, final, published=published, remove=(), add=(SECOND,))


def test_an_appeal_is_a_ground_that_was_reversed_or_remitted_and_ranked_again() -> None:
    reversed_ = with_facts(appeals={FOURTH: "reverse"})
    assert why(add=(FOURTH,), remove=(), grounds=reversed_) == ("appeal_reversed",)
    remitted = with_facts(appeals={FOURTH: "remit"})
    refused(NoPlaceIsFree, add=(FOURTH,), remove=(), grounds=remitted)
    again = replace(remitted, ranked_again=frozenset({FOURTH}))
    assert why(add=(FOURTH,), remove=(), grounds=again) == ("appeal_remitted",)
    both: dict[str, Any] = {"add": (THIRD, FOURTH), "grounds": reversed_}
    refused(NoPlaceIsFree, **both)
    assert why(**both, remove=(FIRST, SECOND)) == ("next_in_line", "appeal_reversed")


BARRED = (
    (with_facts(barred=frozenset({f"org-{THIRD}"}), appeals={THIRD: "reverse"}), BarredIsNotPromoted),
    (with_facts(revoked=frozenset({THIRD}), appeals={THIRD: "reverse"}), RevokedJoinsNoList),
    (with_facts(valid_to="2017-11-08"), ValidityIsOver),
    (with_facts(versions={**GROUNDS.versions, FIRST: 2}), AnotherVersionRanked),
)


@pytest.mark.parametrize(("facts", "refusal"), BARRED)
def test_no_ground_helps_who_may_not_be_approved_at_the_proposal_or_at_the_approval(
    facts: Grounds, refusal: type[Refusal]
) -> None:
    late = Instant("2017-11-09T02:00:00.000Z")
    refused(refusal, grounds=facts, at=late)
    (proposed,) = given(DECISION_DECIDER, *FINAL).when(EXCHANGE).events()
    approve = replace(APPROVE_CORRECTION, grounds=facts, at=late)
    given(DECISION_DECIDER, *FINAL, proposed).when(approve).then_refuses(refusal)
    corrected, *_ = given(DECISION_DECIDER, *FINAL, proposed).when(replace(approve, grounds=GROUNDS)).events()
    assert isinstance(corrected, ListCorrected)


def test_who_only_leaves_needs_no_ground() -> None:
    facts = with_facts(valid_to="2017-11-08", versions={**GROUNDS.versions, FIRST: 2}, revoked=frozenset({SECOND}))
    assert why(add=(), grounds=facts, at=Instant("2017-11-09T02:00:00.000Z")) == ()


def test_what_gave_the_ground_is_asked_again_at_the_approval() -> None:
    (proposed,) = given(DECISION_DECIDER, *FINAL).when(EXCHANGE).events()
    moved = given(DECISION_DECIDER, *FINAL, proposed)
    moved.when(replace(APPROVE_CORRECTION, grounds=with_facts(rankings=TIED))).then_refuses(NotTheNextInLine)
    unranked = with_facts(rankings=(RANKINGS["r-1"],))
    moved.when(replace(APPROVE_CORRECTION, grounds=unranked)).then_refuses(ApplicationNotRanked)
