"""A post that an expert takes up with the applicant after the assignment is a conflict, where the round follows it."""

from dataclasses import replace

from services.review.domain.conflicts import posts_followed
from services.review.domain.panel import PANEL_DECIDER, SeatHasAConflict
from services.review.domain.scores import ReviseScore
from services.review.domain.scoring import SCORING_DECIDER
from services.review.domain.scoring_states import ExpertIsEmployedThere, conflicted
from services.review.domain.voting import answers_asked
from shared.contracts.round import Conflicts
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import AT
from tests.services.review.domain.test_panel import CLOSED, CONSTITUTED, ENTRIES, RANK, RANKED, ROUND
from tests.services.review.domain.test_recusals import RECUSED
from tests.services.review.domain.test_scoring import (
    ANSWERED,
    ASSIGNED,
    EXPERT,
    ITEMS,
    LIFE,
    RUBRIC,
    SCORE,
    SCORED,
    SUBJECT,
)

REVISE = ReviseScore(
    SUBJECT, 1, RUBRIC, "r" * 64, (replace(ITEMS[0], score=20), ITEMS[1]), "再议", EXPERT, AT, employer_uscc="E" * 18
)
FOLLOWED = Conflicts(voters_answer=True, posts_followed=True, source="design")


def test_who_works_for_the_applicant_now_neither_scores_nor_revises() -> None:
    """What was said before stays said (C5.4)."""
    there = replace(SCORE, employer_uscc=SUBJECT.uscc)
    given(SCORING_DECIDER, ANSWERED, ASSIGNED).when(there).then_refuses(ExpertIsEmployedThere)
    given(SCORING_DECIDER, *LIFE).when(there).then_nothing()
    given(SCORING_DECIDER, *LIFE).when(replace(REVISE, employer_uscc=SUBJECT.uscc)).then_refuses(ExpertIsEmployedThere)
    (revised,) = given(SCORING_DECIDER, *LIFE).when(REVISE).events()
    given(SCORING_DECIDER, *LIFE, revised).when(replace(REVISE, employer_uscc=SUBJECT.uscc)).then_nothing()


def test_a_panel_does_not_rank_by_a_score_of_who_works_for_the_applicant_now() -> None:
    """The secretary recuses it first, with its score or without (C5.4)."""
    entries = (replace(ENTRIES[0], conflicted=("e-1",)), ENTRIES[1])
    refusal = (
        given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(replace(RANK, entries=entries)).then_refuses(SeatHasAConflict)
    )
    assert (refusal.clause, refusal.detail) == ("C5.4", "a: e-1")
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(RANK).then(RANKED)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, RANKED).when(replace(RANK, entries=entries)).then_nothing()
    again = replace(RANK, entries=entries, scored_after=1)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, RANKED).when(again).then_refuses(SeatHasAConflict)


def test_only_a_score_that_counts_is_a_conflict_until_its_expert_is_recused() -> None:
    scored = SCORING_DECIDER.fold(LIFE)
    assert conflicted(scored, 1, {SCORED.expert}) == (SCORED.expert,)
    assert conflicted(scored, 1, {"e-2"}) == ()
    assert conflicted(scored, 2, {SCORED.expert}) == ()
    assert conflicted(SCORING_DECIDER.fold([ANSWERED, ASSIGNED]), 1, {SCORED.expert}) == ()
    assert conflicted(SCORING_DECIDER.fold([*LIFE, replace(RECUSED, voids_score=False)]), 1, {SCORED.expert}) == ()


def test_the_round_says_whether_conflicts_are_followed() -> None:
    panels = replace(ROUND.panels, conflicts=FOLLOWED)
    assert posts_followed(panels)
    assert answers_asked(panels)
    silent = replace(FOLLOWED, voters_answer=False, posts_followed=False)
    for none in (UNASKED.panels.conflicts, silent):
        assert not posts_followed(replace(panels, conflicts=none))
        assert not answers_asked(replace(panels, conflicts=none))
