"""What an appeal remits to the experts is ranked when all who scored it did so anew, where the round waits for that."""

from dataclasses import replace

import pytest

from services.review.domain.electorate import Electorate
from services.review.domain.panel import PANEL_DECIDER, PanelEvent, ScoresAnewMissing, TooFewScores
from services.review.domain.scores import ReviseScore, RevisionChangesNothing, VoidScore
from services.review.domain.scoring import SCORING_DECIDER, ScoringEvent
from services.review.domain.scoring_states import ScoringIsClosed, to_score_anew
from services.review.domain.votes import (
    LEAVE_UNRANKED,
    RANK_WITH_FEWER,
    DecisionNotNeeded,
    RecordPanelDecision,
)
from services.review.domain.voting import scored_anew, tie_share
from shared.contracts.review import ExpertScored, RankingComputed, ScoringReopened
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import AT, ORGANIZATION, SECRETARY
from tests.services.review.domain.test_panel import CLOSED, CONSTITUTED, ENTRIES, LIFE, RANK, RANKED, ROUND
from tests.services.review.domain.test_recusals import RECUSED
from tests.services.review.domain.test_scoring import ANSWERED, ASSIGNED, EXPERT, ITEMS, RUBRIC, SCORED, SUBJECT

REOPENED = ScoringReopened(
    application="app-1", organization=ORGANIZATION, round="2017", panel="panel-1", appeal="appeal-1"
)
OTHER = replace(SCORED, expert="e-2")
REMITTED: tuple[ScoringEvent, ...] = (ANSWERED, ASSIGNED, SCORED, OTHER, REOPENED)
OPENED = replace(SUBJECT, closed=True, reopened=True, ranked=True)
CONFIRM = ReviseScore(OPENED, 1, RUBRIC, "r" * 64, ITEMS, "复核后维持原评分", EXPERT, AT, employer_uscc="")
WAITING = (replace(ENTRIES[0], again=("e-1", "e-3"), decided_before=0), ENTRIES[1])
ANEW = replace(RANK, entries=WAITING, scored_after=1)
DECISION = RecordPanelDecision(
    panel=CONSTITUTED.panel,
    entry=WAITING[0],
    minimum=3,
    decision=RANK_WITH_FEWER,
    reason="两名专家未能重评，按现有评分排名",
    voters=CONSTITUTED.experts[:3],
    electorate=Electorate(frozenset(), frozenset(), free=frozenset(), away=frozenset()),
    by=SECRETARY,
    at=AT,
    share=tie_share(ROUND.panels),
    cast=False,
    answered=False,
    settled=False,
)


def waited_for(*history: ScoringEvent) -> tuple[str, ...]:
    return to_score_anew(SCORING_DECIDER.fold(history), 1)


def test_everybody_whose_score_counts_scores_anew() -> None:
    """Nobody else: a score that does not count and an expert who is out are not waited for (C5.4)."""
    assert waited_for(*REMITTED[:-1]) == ()
    assert waited_for(*REMITTED) == ("e-1", "e-2")
    (confirmed,) = given(SCORING_DECIDER, *REMITTED).when(CONFIRM).events()
    assert waited_for(*REMITTED, confirmed) == ("e-2",)
    assert waited_for(*REMITTED, replace(RECUSED, expert="e-2", voids_score=False)) == ("e-1",)
    (voided,) = given(SCORING_DECIDER, *REMITTED).when(VoidScore(OPENED, "e-2", "笔误", SECRETARY, AT)).events()
    assert waited_for(*REMITTED, voided) == ("e-1",)
    assert waited_for(*REMITTED, confirmed, replace(REOPENED, appeal="appeal-2")) == ("e-2", "e-1")
    later = SCORING_DECIDER.fold([*REMITTED, replace(SCORED, version=2)])
    assert isinstance(later.scores[-1], ExpertScored)
    assert to_score_anew(later, 2) == ()


def test_who_finds_the_same_again_confirms_its_score_once() -> None:
    (confirmed,) = given(SCORING_DECIDER, *REMITTED).when(CONFIRM).events()
    given(SCORING_DECIDER, *REMITTED, confirmed).when(CONFIRM).then_nothing()
    more = replace(CONFIRM, reason="再次说明")
    given(SCORING_DECIDER, *REMITTED, confirmed).when(more).then_refuses(RevisionChangesNothing)
    given(SCORING_DECIDER, *REMITTED, confirmed, replace(REOPENED, appeal="appeal-2")).when(CONFIRM).then(confirmed)
    given(SCORING_DECIDER, *REMITTED[:-1]).when(CONFIRM).then_refuses(RevisionChangesNothing)
    closed = replace(CONFIRM, subject=replace(OPENED, reopened=False))
    given(SCORING_DECIDER, *REMITTED).when(closed).then_refuses(ScoringIsClosed)


def test_a_panel_does_not_rank_before_all_have_scored_anew() -> None:
    """The refusal says how many are missing, of which application and who (C5.4)."""
    refusal = given(PANEL_DECIDER, *LIFE).when(ANEW).then_refuses(ScoresAnewMissing)
    assert (refusal.detail, refusal.field) == ("a公司 (a) waits for 2 of 3 scores: e-1, e-3", "entries")
    assert refusal.detail_zh == "a公司的3个评分中，尚有2个须重新评定"
    given(PANEL_DECIDER, *LIFE).when(replace(ANEW, entries=ENTRIES)).then(RANKED)
    short = (replace(WAITING[0], scores=WAITING[0].scores[:2]), ENTRIES[1])
    given(PANEL_DECIDER, *LIFE).when(replace(ANEW, entries=short)).then_refuses(TooFewScores)


@pytest.mark.parametrize(("decision", "ranked"), [(RANK_WITH_FEWER, ["a", "b"]), (LEAVE_UNRANKED, ["b"])])
def test_the_panel_decides_instead_of_waiting(decision: str, ranked: list[str]) -> None:
    asked = replace(DECISION, decision=decision)
    (decided,) = given(PANEL_DECIDER, *LIFE).when(asked).events()
    given(PANEL_DECIDER, *LIFE, decided).when(asked).then_nothing()
    (ranking,) = given(PANEL_DECIDER, *LIFE, decided).when(ANEW).events()
    assert isinstance(ranking, RankingComputed)
    assert [row.application for row in ranking.rows] == ranked
    given(PANEL_DECIDER, *LIFE).when(replace(asked, entry=ENTRIES[0])).then_refuses(DecisionNotNeeded)


def test_a_decision_before_the_appeal_does_not_decide_after_it() -> None:
    few = replace(DECISION, entry=replace(ENTRIES[0], scores=ENTRIES[0].scores[:2]))
    (decided,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(few).events()
    before: tuple[PanelEvent, ...] = (CONSTITUTED, CLOSED, decided, RANKED)
    remitted = (replace(WAITING[0], decided_before=1), ENTRIES[1])
    rank, asked = replace(ANEW, entries=remitted), replace(DECISION, entry=remitted[0])
    given(PANEL_DECIDER, *before).when(rank).then_refuses(ScoresAnewMissing)
    given(PANEL_DECIDER, *before).when(asked).then(decided)
    assert given(PANEL_DECIDER, *before, decided).when(rank).events()


def test_the_round_says_whether_scores_anew_are_waited_for() -> None:
    assert scored_anew(ROUND.panels)
    assert not scored_anew(UNASKED.panels)
