"""Ballots: each expert votes itself, and a result is what they say (C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.ballots import BallotsNotAsked, CastBallot
from services.review.domain.counting import BallotsSayOtherwise, MoreBallotsToCome, VotersDidNotCast
from services.review.domain.panel import PANEL_DECIDER, Command, PanelEvent
from services.review.domain.panel_states import PanelNotConstituted, ScoringNotClosed
from services.review.domain.ranking import inputs_hash, rank
from services.review.domain.scoring_states import ApplicationIsDecided, NotOnThePanel
from services.review.domain.votes import (
    DecisionIsNone,
    DecisionNotNeeded,
    NoSuchTie,
    NothingToRankBy,
    NotRankedYet,
    TieAlreadyResolved,
    TooFewVoters,
    VoterHasAConflict,
    VoterHasNotAnswered,
)
from services.review.domain.voting import ballots_cast
from shared.contracts.review import BallotCast, PanelDecisionRecorded, TieResolved
from shared.contracts.round import Votes
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import AT, all_but, role_of
from tests.services.review.domain import test_votes
from tests.services.review.domain.test_panel import CLOSE, CLOSED, CONSTITUTE, CONSTITUTED, PANEL, RANK, RANKED, ROUND
from tests.services.review.domain.test_ranking import TERMS, entry
from tests.services.review.domain.test_votes import (
    ANSWERED,
    DECIDE,
    EQUALS,
    EXPERTS,
    RESOLVE,
    SHORT,
    TIED,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

THREE = tuple(sorted(EXPERTS[:3]))
RESOLVED, DECIDED = replace(test_votes.RESOLVED, voters=THREE), replace(test_votes.DECIDED, voters=THREE)
TO_TELL = (CONSTITUTED, CLOSED, TIED)
TO_DECIDE = (CONSTITUTED, CLOSED)
BY_BALLOT = replace(RESOLVE, cast=True, voters=())
DECIDE_SO = replace(DECIDE, cast=True, voters=())


def person(number: int) -> Actor:
    """A member of the panel."""
    return Actor(EXPERTS[number], Role.EXPERT)


def vote(number: int, *choice: str) -> CastBallot:
    """A member's vote on the tie of a and b, or on the application with too few scores."""
    return CastBallot(
        panel=PANEL,
        choice=choice,
        entry=None if len(choice) > 1 else SHORT,
        minimum=3,
        electorate=ANSWERED,
        asked=True,
        settled=False,
        by=person(number),
        at=AT,
    )


def ballot(number: int, *choice: str) -> BallotCast:
    """The same as it is recorded."""
    on = tuple(sorted(choice)) if len(choice) > 1 else ("e",)
    return BallotCast(
        panel=PANEL, round="2017", group="information", expert=EXPERTS[number], applications=on, choice=choice
    )


B_FIRST = tuple(ballot(number, "b", "a") for number in range(3))
FEWER = tuple(ballot(number, "rank_with_fewer") for number in range(3))


def test_an_expert_votes_and_may_change_its_vote() -> None:
    given(PANEL_DECIDER, *TO_TELL).when(vote(0, "a", "b")).then(ballot(0, "a", "b"))
    given(PANEL_DECIDER, *TO_TELL, ballot(0, "a", "b")).when(vote(0, "a", "b")).then_nothing()
    given(PANEL_DECIDER, *TO_TELL, ballot(0, "a", "b")).when(vote(0, "b", "a")).then(ballot(0, "b", "a"))
    given(PANEL_DECIDER, *TO_DECIDE).when(vote(0, "leave_unranked")).then(ballot(0, "leave_unranked"))


def test_the_result_is_what_most_ballots_say_and_its_voters_are_who_cast_them() -> None:
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(BY_BALLOT).then(RESOLVED)
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(replace(BY_BALLOT, voters=EXPERTS[:3])).then(RESOLVED)
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST, RESOLVED).when(BY_BALLOT).then_nothing()
    given(PANEL_DECIDER, *TO_DECIDE, *FEWER).when(DECIDE_SO).then(DECIDED)
    given(PANEL_DECIDER, *TO_DECIDE, *FEWER, DECIDED).when(DECIDE_SO).then_nothing()


def test_a_result_that_the_ballots_do_not_say_is_refused() -> None:
    """The secretary never decides (C5.4)."""
    for named in (EXPERTS[:2], EXPERTS[:4], EXPERTS):
        wrong = replace(BY_BALLOT, voters=named)
        given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(wrong).then_refuses(VotersDidNotCast)
    other = replace(BY_BALLOT, order=("a", "b"))
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(other).then_refuses(BallotsSayOtherwise)
    drawn = (*B_FIRST[:2], ballot(2, "a", "b"), ballot(3, "a", "b"))
    given(PANEL_DECIDER, *TO_TELL, *drawn).when(BY_BALLOT).then_refuses(BallotsSayOtherwise)
    changed = (*drawn, ballot(3, "b", "a"))
    given(PANEL_DECIDER, *TO_TELL, *changed).when(BY_BALLOT).then(replace(RESOLVED, voters=tuple(sorted(EXPERTS[:4]))))
    leave = replace(DECIDE_SO, decision="leave_unranked")
    given(PANEL_DECIDER, *TO_DECIDE, *FEWER).when(leave).then_refuses(BallotsSayOtherwise)


def test_an_order_that_too_few_cast_waits_for_every_ballot() -> None:
    """Nobody chooses among the orders by choosing the moment (C5.4)."""
    leading: tuple[PanelEvent, ...] = (*TO_TELL, *B_FIRST[:2], ballot(2, "a", "b"))
    given(PANEL_DECIDER, *leading).when(BY_BALLOT).then_refuses(MoreBallotsToCome)
    three = replace(BY_BALLOT, electorate=replace(ANSWERED, free=frozenset(EXPERTS[:3])))
    given(PANEL_DECIDER, *leading).when(three).then(RESOLVED)
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(BY_BALLOT).then(RESOLVED)


def test_too_few_ballots_decide_nothing() -> None:
    given(PANEL_DECIDER, *TO_TELL).when(BY_BALLOT).then_refuses(TooFewVoters)
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST[:2]).when(BY_BALLOT).then_refuses(TooFewVoters)
    given(PANEL_DECIDER, *TO_DECIDE, *FEWER[:2]).when(DECIDE_SO).then_refuses(TooFewVoters)


@pytest.mark.parametrize("member", ["away", "barred"])
def test_whose_account_is_closed_or_who_has_a_conflict_by_then_does_not_count(member: str) -> None:
    gone = replace(ANSWERED, **{member: frozenset(EXPERTS[:1])})
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST).when(replace(BY_BALLOT, electorate=gone)).then_refuses(TooFewVoters)
    four = (*B_FIRST, ballot(3, "b", "a"))
    without = replace(RESOLVED, voters=tuple(sorted(EXPERTS[1:4])))
    given(PANEL_DECIDER, *TO_TELL, *four).when(replace(BY_BALLOT, electorate=gone)).then(without)


def test_ballots_stay_while_a_new_ranking_leaves_their_tie_as_it_was() -> None:
    """An expert recused from another application undoes no vote; other scores of the tied ones do (C5.4)."""
    others = (*EQUALS[:2], entry("c", 60, 60, 60), EQUALS[3])
    again = replace(TIED, inputs_hash=inputs_hash(others), rows=rank(others, TERMS))
    assert again.rows != TIED.rows
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST, RESOLVED, again).when(BY_BALLOT).then(RESOLVED)
    rescored = (EQUALS[0], entry("b", 79, 80, 81), *EQUALS[2:])
    anew = replace(TIED, inputs_hash=inputs_hash(rescored), rows=rank(rescored, TERMS))
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST, RESOLVED, anew).when(BY_BALLOT).then_refuses(TooFewVoters)
    given(PANEL_DECIDER, *TO_TELL, *B_FIRST, RANKED, again).when(BY_BALLOT).then_refuses(TooFewVoters)


def test_another_decision_takes_new_ballots() -> None:
    leave = replace(DECIDE_SO, decision="leave_unranked")
    given(PANEL_DECIDER, *TO_DECIDE, *FEWER, DECIDED).when(leave).then_refuses(TooFewVoters)


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (vote(0, "a", "b"), (), PanelNotConstituted),
        (vote(0, "a", "b"), (CONSTITUTED,), ScoringNotClosed),
        (vote(0, "a", "b"), TO_DECIDE, NotRankedYet),
        (vote(0, "a", "d"), TO_TELL, NoSuchTie),
        (vote(0, "a", "b"), (*TO_TELL, RESOLVED), TieAlreadyResolved),
        (vote(0, "as zero"), TO_DECIDE, DecisionIsNone),
        (replace(vote(0, "rank_with_fewer"), entry=EQUALS[0]), TO_DECIDE, DecisionNotNeeded),
        (replace(vote(0, "rank_with_fewer"), entry=entry("e")), TO_DECIDE, NothingToRankBy),
        (replace(vote(0, "a", "b"), asked=False), TO_TELL, BallotsNotAsked),
        (replace(vote(0, "a", "b"), settled=True), TO_TELL, ApplicationIsDecided),
        (replace(vote(0, "a", "b"), by=Actor("e-x", Role.EXPERT)), TO_TELL, NotOnThePanel),
        (
            replace(vote(0, "a", "b"), electorate=replace(ANSWERED, barred=frozenset(EXPERTS))),
            TO_TELL,
            VoterHasAConflict,
        ),
        (replace(vote(0, "a", "b"), electorate=replace(ANSWERED, free=frozenset())), TO_TELL, VoterHasNotAnswered),
    ],
)
def test_wrong_ballots_are_refused(
    command: CastBallot, history: tuple[PanelEvent, ...], refusal: type[Refusal]
) -> None:
    given(PANEL_DECIDER, *history).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.EXPERT), ids=role_of)
def test_only_an_expert_casts_a_ballot(by: Actor) -> None:
    given(PANEL_DECIDER, *TO_TELL).when(replace(vote(0, "a", "b"), by=by)).then_refuses(NotPermitted)


def test_the_round_says_whether_ballots_are_cast() -> None:
    votes = Votes(tie="1/2", missing_scores="1/2", source="design", cast=True)
    assert ballots_cast(replace(ROUND.panels, votes=votes))
    assert not ballots_cast(replace(ROUND.panels, votes=replace(votes, cast=False)))


COMMANDS: list[Command] = [
    CONSTITUTE,
    CLOSE,
    replace(RANK, entries=EQUALS),
    replace(RANK, entries=EQUALS[:3]),
    BY_BALLOT,
    replace(BY_BALLOT, order=("a", "b")),
    DECIDE_SO,
    *(vote(number, *choice) for number in range(5) for choice in (("a", "b"), ("b", "a"), ("rank_with_fewer",))),
]


@settings(max_examples=120)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_any_script(script: list[Command]) -> None:
    """A result is never without the ballots of those whom it names."""
    cast: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
    for event in live(PANEL_DECIDER, script):
        match event:
            case BallotCast():
                cast[event.expert, event.applications] = event.choice
            case TieResolved():
                votes = [cast[expert, ("a", "b")] for expert in event.voters]
                assert 2 * votes.count(event.order) > len(votes)
            case PanelDecisionRecorded():
                assert {cast[expert, ("e",)] for expert in event.voters} == {(event.decision,)}
            case _:
                continue


@settings(max_examples=60)
@given_any(
    st.lists(
        st.one_of(*(made(type(event)) for event in (CONSTITUTED, CLOSED, RANKED, RESOLVED, DECIDED, B_FIRST[0]))),
        max_size=8,
    )
)
def test_any_history(history: list[PanelEvent]) -> None:
    evolves_from_anything(PANEL_DECIDER, history)
