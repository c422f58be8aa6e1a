"""What a panel votes on: ties that the criteria leave, and applications with too few scores (C5.4)."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.electorate import Electorate
from services.review.domain.panel import PANEL_DECIDER, Command, PanelEvent, SeatIsOpen, TooFewScores
from services.review.domain.panel_states import PanelNotConstituted, Ranked, ScoringNotClosed
from services.review.domain.ranking import inputs_hash, rank, settled, tied
from services.review.domain.scoring_states import ApplicationIsDecided
from services.review.domain.votes import (
    DecisionIsNone,
    DecisionNotNeeded,
    NoSuchTie,
    NothingToRankBy,
    NotRankedYet,
    RecordPanelDecision,
    ResolveTie,
    TieAlreadyResolved,
    TooFewVoters,
    VoterHasAConflict,
    VoterHasNotAnswered,
    VotersNotOfThePanel,
)
from services.review.domain.voting import missing_scores_share, tie_share
from shared.contracts.review import PanelDecisionRecorded, RankingComputed, RankingRow, TieResolved
from shared.contracts.round import Votes
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.rounds.unasked import UNASKED
from tests.services.people import AT, SECRETARY, all_but, role_of
from tests.services.review.domain.test_panel import CLOSE, CLOSED, CONSTITUTE, CONSTITUTED, PANEL, RANK, RANKED, ROUND
from tests.services.review.domain.test_ranking import TERMS, entry
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

HALF = Fraction(1, 2)
EXPERTS = CONSTITUTED.experts
EQUALS = (
    entry("a", 80, 80, 80),
    entry("b", 80, 80, 80),
    entry("c", 90, 90, 90),
    entry("d", (70, 10), (70, 10), (70, 10)),
)
TIED = replace(RANKED, inputs_hash=inputs_hash(EQUALS), rows=rank(EQUALS, TERMS))
ANSWERED = Electorate(free=frozenset(EXPERTS), replacements=frozenset(), barred=frozenset(), away=frozenset())
RESOLVE = ResolveTie(
    panel=PANEL,
    tie_group=1,
    order=("b", "a"),
    voters=EXPERTS[:3],
    electorate=ANSWERED,
    by=SECRETARY,
    at=AT,
    share=HALF,
    cast=False,
    answered=False,
    settled=False,
)
RESOLVED = TieResolved(
    panel=PANEL, round="2017", group="information", tie_group=1, order=("b", "a"), basis="vote", voters=EXPERTS[:3]
)
SHORT = entry("e", 70, 80)
DECIDE = RecordPanelDecision(
    panel=PANEL,
    entry=SHORT,
    minimum=3,
    decision="rank_with_fewer",
    reason="两份有效评分一致",
    voters=EXPERTS[:3],
    electorate=ANSWERED,
    by=SECRETARY,
    at=AT,
    share=HALF,
    cast=False,
    answered=False,
    settled=False,
)
DECIDED = PanelDecisionRecorded(
    panel=PANEL,
    round="2017",
    group="information",
    application="e",
    decision="rank_with_fewer",
    reason="两份有效评分一致",
    voters=EXPERTS[:3],
)
WITHOUT_THE_FIRST = replace(ANSWERED, barred=frozenset(EXPERTS[:1]))
LEFT_OUT = replace(DECIDED, decision="leave_unranked")
WITH_SHORT = replace(RANK, entries=(*EQUALS, SHORT))


def ranks(rows: Sequence[RankingRow]) -> list[tuple[str, int]]:
    return [(row.application, row.rank) for row in rows]


@pytest.mark.parametrize(("decision", "ranked"), [("rank_with_fewer", 1), ("leave_unranked", 0)])
def test_a_panel_decides_to_rank_while_a_replacement_is_waited_for(decision: str, ranked: int) -> None:
    """C5.4."""
    waiting = replace(entry("e", 70, 80, 90), open_seats=("e-9",))
    rank_it = replace(RANK, entries=(waiting,))
    asked = replace(DECIDE, entry=waiting, decision=decision)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(rank_it).then_refuses(SeatIsOpen)
    decided = given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(asked).events()
    (computed,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED, *decided).when(rank_it).events()
    assert isinstance(computed, RankingComputed)
    assert len(computed.rows) == ranked


def test_the_tie_is_what_the_criteria_leave() -> None:
    """Four of one aggregate, told apart by the tie order as far as it goes."""
    assert ranks(TIED.rows) == [("c", 1), ("a", 2), ("b", 2), ("d", 4)]
    assert [row.tie_group for row in TIED.rows] == [0, 1, 1, 1]
    assert tied(TIED.rows, 1) == [["a", "b"]]
    assert tied(TIED.rows, 0) == tied(TIED.rows, 2) == []


def test_a_vote_tells_a_tie_apart_once() -> None:
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED).when(RESOLVE).then(RESOLVED)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED, RESOLVED).when(RESOLVE).then_nothing()


def test_nobody_votes_on_what_a_list_decided() -> None:
    """Unless an appeal remitted it since; a vote that is put again stays one (C5.4)."""
    after = replace(RESOLVE, settled=True)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED).when(after).then_refuses(ApplicationIsDecided)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED, RESOLVED).when(after).then_nothing()
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(replace(DECIDE, settled=True)).then_refuses(ApplicationIsDecided)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED).when(replace(DECIDE, settled=True)).then_nothing()


def test_ranks_follow_the_recorded_vote_and_nothing_else() -> None:
    assert ranks(settled(TIED.rows, ())) == ranks(TIED.rows)
    assert ranks(settled(TIED.rows, (RESOLVED,))) == [("c", 1), ("b", 2), ("a", 3), ("d", 4)]


def test_a_new_ranking_takes_a_new_vote() -> None:
    changed = rank(EQUALS[:3], TERMS)
    again = replace(TIED, inputs_hash=inputs_hash(EQUALS[:3]), rows=changed)
    state = PANEL_DECIDER.fold([CONSTITUTED, CLOSED, TIED, RESOLVED, again])
    assert isinstance(state, Ranked)
    assert (state.ranking, state.ties) == (again, ())
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED, RESOLVED).when(replace(RANK, entries=EQUALS)).then_nothing()


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (RESOLVE, (), PanelNotConstituted),
        (RESOLVE, (CONSTITUTED,), NotRankedYet),
        (RESOLVE, (CONSTITUTED, CLOSED), NotRankedYet),
        (replace(RESOLVE, tie_group=2), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, tie_group=0), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, order=("a",)), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, order=("a", "b", "b")), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, order=("a", "d")), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, order=("a", "b", "d")), (CONSTITUTED, CLOSED, TIED), NoSuchTie),
        (replace(RESOLVE, order=("a", "b")), (CONSTITUTED, CLOSED, TIED, RESOLVED), TieAlreadyResolved),
        (replace(RESOLVE, voters=EXPERTS[:2]), (CONSTITUTED, CLOSED, TIED), TooFewVoters),
        (replace(RESOLVE, voters=()), (CONSTITUTED, CLOSED, TIED), TooFewVoters),
        (replace(RESOLVE, voters=(*EXPERTS[:2], "e-x")), (CONSTITUTED, CLOSED, TIED), VotersNotOfThePanel),
        (replace(RESOLVE, voters=(EXPERTS[0],) * 3), (CONSTITUTED, CLOSED, TIED), VotersNotOfThePanel),
        (replace(RESOLVE, electorate=WITHOUT_THE_FIRST), (CONSTITUTED, CLOSED, TIED), VoterHasAConflict),
        (DECIDE, (), PanelNotConstituted),
        (DECIDE, (CONSTITUTED,), ScoringNotClosed),
        (replace(DECIDE, decision="count as zero"), (CONSTITUTED, CLOSED), DecisionIsNone),
        (replace(DECIDE, entry=EQUALS[0]), (CONSTITUTED, CLOSED), DecisionNotNeeded),
        (replace(DECIDE, entry=entry("e")), (CONSTITUTED, CLOSED), NothingToRankBy),
        (replace(DECIDE, voters=EXPERTS[:2]), (CONSTITUTED, CLOSED), TooFewVoters),
        (replace(DECIDE, voters=("e-x", *EXPERTS[:2])), (CONSTITUTED, CLOSED), VotersNotOfThePanel),
        (replace(DECIDE, electorate=WITHOUT_THE_FIRST), (CONSTITUTED, CLOSED), VoterHasAConflict),
    ],
)
def test_wrong_votes_are_refused(
    command: ResolveTie | RecordPanelDecision, history: tuple[PanelEvent, ...], refusal: type[Refusal]
) -> None:
    given(PANEL_DECIDER, *history).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY), ids=role_of)
@pytest.mark.parametrize("command", [RESOLVE, DECIDE])
def test_only_the_secretary_records_votes(command: ResolveTie | RecordPanelDecision, by: Actor) -> None:
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED).when(replace(command, by=by)).then_refuses(NotPermitted)


def test_a_missing_score_waits_for_the_panels_decision() -> None:
    """It is never a zero: the mean is of the scores there are, or there is no rank (C5.4)."""
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(WITH_SHORT).then_refuses(TooFewScores)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(DECIDE).then(DECIDED)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED).when(DECIDE).then_nothing()
    (ranked,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED).when(WITH_SHORT).events()
    assert isinstance(ranked, RankingComputed)
    assert [(row.aggregate, row.scores) for row in ranked.rows if row.application == "e"] == [("75", (70, 80))]
    (without,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED, LEFT_OUT).when(WITH_SHORT).events()
    assert without == TIED


def test_the_round_says_how_many_carry_a_vote() -> None:
    """Not the notice and not the code: a round that says nothing takes half (C5.4)."""
    votes = Votes(tie="3/5", missing_scores="4/5", cast=False, source="design")
    strict = replace(ROUND.panels, votes=votes)
    assert (tie_share(strict), missing_scores_share(strict)) == (Fraction(3, 5), Fraction(4, 5))
    assert (tie_share(UNASKED.panels), missing_scores_share(UNASKED.panels)) == (HALF, HALF)
    tie, decision = replace(RESOLVE, share=tie_share(strict)), replace(DECIDE, share=missing_scores_share(strict))
    ranked, closed = (CONSTITUTED, CLOSED, TIED), (CONSTITUTED, CLOSED)
    given(PANEL_DECIDER, *ranked).when(tie).then_refuses(TooFewVoters)
    given(PANEL_DECIDER, *closed).when(decision).then_refuses(TooFewVoters)
    assert given(PANEL_DECIDER, *ranked).when(replace(tie, voters=EXPERTS[:4])).events()
    assert given(PANEL_DECIDER, *closed).when(replace(decision, voters=EXPERTS[:4])).events()


def test_replacements_vote_like_the_members_whose_place_they_have() -> None:
    """Where everybody was replaced there is still a panel (C5.4)."""
    new = ("n-1", "n-2", "n-3")
    voting = Electorate(frozenset(new), frozenset(EXPERTS), frozenset(new), away=frozenset())
    tie, decision = (replace(one, voters=new, electorate=voting) for one in (RESOLVE, DECIDE))
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, TIED).when(tie).then(replace(RESOLVED, voters=new))
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(decision).then(replace(DECIDED, voters=new))
    conflicted = replace(decision, electorate=replace(voting, barred=frozenset({*EXPERTS, "n-2"})))
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(conflicted).then_refuses(VoterHasAConflict)


def test_who_has_not_answered_about_conflicts_does_not_vote() -> None:
    """Silence is no answer: a vote is as good as a score (C5.4)."""
    silent = replace(ANSWERED, free=frozenset(EXPERTS[1:]))
    for command, history in ((RESOLVE, (CLOSED, TIED)), (DECIDE, (CLOSED,))):
        asked = replace(command, electorate=silent, answered=True)
        refusal = given(PANEL_DECIDER, CONSTITUTED, *history).when(asked).then_refuses(VoterHasNotAnswered)
        assert (refusal.clause, refusal.field, refusal.detail) == ("C5.4", "voters", EXPERTS[0])
        assert given(PANEL_DECIDER, CONSTITUTED, *history).when(replace(asked, electorate=ANSWERED)).events()
        assert given(PANEL_DECIDER, CONSTITUTED, *history).when(replace(asked, answered=False)).events()


def test_a_panel_of_which_too_few_may_vote_is_filled_first() -> None:
    """The share is of the whole panel: two of five decide nothing in its name (C5.4)."""
    three = replace(ANSWERED, barred=frozenset(EXPERTS[:3]))
    for command, history in ((RESOLVE, (CLOSED, TIED)), (DECIDE, (CLOSED,))):
        two = replace(command, electorate=three, voters=EXPERTS[3:])
        refusal = given(PANEL_DECIDER, CONSTITUTED, *history).when(two).then_refuses(TooFewVoters)
        assert "replace" in refusal.detail
        assert "请先更换" in refusal.detail_zh
        alone = replace(command, voters=EXPERTS[3:])
        refusal = given(PANEL_DECIDER, CONSTITUTED, *history).when(alone).then_refuses(TooFewVoters)
        assert "replace" not in refusal.detail


def test_half_of_the_panel_decides_and_the_last_decision_counts() -> None:
    leave = replace(DECIDE, decision="leave_unranked")
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED).when(leave).then(LEFT_OUT)
    (ranked,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED, LEFT_OUT).when(WITH_SHORT).events()
    assert ranked == TIED
    four = replace(CONSTITUTED, experts=EXPERTS[:4])
    assert given(PANEL_DECIDER, four, CLOSED).when(replace(DECIDE, voters=EXPERTS[:2])).events()
    given(PANEL_DECIDER, four, CLOSED, TIED).when(replace(RESOLVE, voters=EXPERTS[:2])).then_refuses(TooFewVoters)


def test_without_any_score_only_leaving_it_unranked_helps() -> None:
    nothing = replace(RANK, entries=(*EQUALS, entry("e")))
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, DECIDED).when(nothing).then_refuses(TooFewScores)
    given(PANEL_DECIDER, CONSTITUTED, CLOSED, LEFT_OUT).when(nothing).then(TIED)


def test_a_decision_is_moot_when_a_replacement_has_scored() -> None:
    whole = replace(RANK, entries=(*EQUALS, entry("e", 70, 80, 90)))
    (ranked,) = given(PANEL_DECIDER, CONSTITUTED, CLOSED, LEFT_OUT).when(whole).events()
    assert isinstance(ranked, RankingComputed)
    assert "e" in {row.application for row in ranked.rows}


COMMANDS: list[Command] = [
    CONSTITUTE,
    CLOSE,
    replace(RANK, entries=EQUALS),
    replace(RANK, entries=EQUALS[:3]),
    WITH_SHORT,
    RESOLVE,
    replace(RESOLVE, order=("a", "b")),
    replace(RESOLVE, voters=EXPERTS[:1]),
    DECIDE,
    replace(DECIDE, decision="leave_unranked"),
    replace(DECIDE, voters=()),
]


@settings(max_examples=120)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=24))
def test_any_script(script: list[Command]) -> None:
    """Votes are by members, follow what they vote on, and each tie of a ranking is told apart once."""
    ranking: RankingComputed | None = None
    resolved: list[set[str]] = []
    for event in live(PANEL_DECIDER, script):
        match event:
            case RankingComputed():
                ranking, resolved = event, []
            case TieResolved():
                assert ranking is not None
                assert sorted(event.order) in tied(ranking.rows, event.tie_group)
                assert set(event.order) not in resolved
                assert 2 * len(set(event.voters) & set(EXPERTS)) > len(EXPERTS)
                resolved.append(set(event.order))
            case PanelDecisionRecorded():
                assert 2 * len(set(event.voters) & set(EXPERTS)) >= len(EXPERTS)
            case _:
                assert ranking is None


@settings(max_examples=60)
@given_any(
    st.lists(st.one_of(*(made(type(event)) for event in (CONSTITUTED, CLOSED, RANKED, RESOLVED, DECIDED))), max_size=8)
)
def test_any_history(history: list[PanelEvent]) -> None:
    evolves_from_anything(PANEL_DECIDER, history)
