"""A panel: its draw by a seed, its closing and its rankings (C5.4)."""

import json
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.constitution import (
    ConstitutePanel,
    GroupUnknown,
    PanelAlreadyConstituted,
    SecretaryIsOnThePanel,
    TooFewExperts,
    draw,
    groups_of,
    panel_id,
)
from services.review.domain.panel import (
    PANEL_DECIDER,
    CloseScoring,
    Command,
    ComputeRanking,
    NobodyIsAssigned,
    PanelEvent,
    RankingIsSettled,
    SeatIsOpen,
    TooFewScores,
)
from services.review.domain.panel_states import PanelNotConstituted, ScoringNotClosed
from services.review.domain.ranking import METHOD, inputs_hash, rank
from shared.contracts.review import ExpertEnrolled, PanelConstituted, RankingComputed, ScoringClosed
from shared.contracts.round import RoundParameters
from shared.contracts.sourced import Number
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, SECRETARY, all_but, role_of
from tests.services.review.domain.test_ranking import TERMS, entry
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

ROUND = msgspec.convert(json.loads((Path(__file__).parents[4] / "rounds" / "2017.json").read_text()), RoundParameters)
POOL = tuple(
    ExpertEnrolled(expert=f"e-{n}", employer_uscc="E" * 18, specialties=("information",) if n < 7 else ("legal",))
    for n in range(9)
)
PANEL = panel_id("2017", "information")
GROUPS = frozenset({"information", "talent_training"})
CONSTITUTE = ConstitutePanel("2017", "information", GROUPS, POOL, TERMS, "2017-10-09", SECRETARY, AT)
CONSTITUTED = PanelConstituted(
    panel=PANEL,
    round="2017",
    group="information",
    experts=draw(POOL, "information", 5, "2017-10-09"),
    seed="2017-10-09",
    algorithm="sha256(seed/expert)/ascending/v1",
)
CLOSE = CloseScoring(PANEL, SECRETARY, AT, unassigned=())
CLOSED = ScoringClosed(panel=PANEL, round="2017", group="information", at=AT)
ENTRIES = (entry("a", 90, 80, 70), entry("b", 60, 60, 60, 60, 60))
RANK = ComputeRanking(PANEL, ENTRIES, TERMS, SECRETARY, AT, scored_after=0, settled=False)
RANKED = RankingComputed(
    panel=PANEL,
    round="2017",
    group="information",
    method=METHOD,
    inputs_hash=inputs_hash(ENTRIES),
    rows=rank(ENTRIES, TERMS),
)
LIFE: tuple[PanelEvent, ...] = (CONSTITUTED, CLOSED, RANKED)
ALL: list[ConstitutePanel | CloseScoring | ComputeRanking] = [CONSTITUTE, CLOSE, RANK]


def test_a_group_that_the_round_has_not_is_refused() -> None:
    refusal = given(PANEL_DECIDER).when(replace(CONSTITUTE, group="zzz")).then_refuses(GroupUnknown)
    assert refusal.field == "group"


def test_a_ranking_waits_for_a_replacement_that_was_named() -> None:
    """Whose score is still to come may not be left out by chance (C5.4)."""
    waiting = (replace(ENTRIES[0], open_seats=("e-9",)), ENTRIES[1])
    for history in ((CONSTITUTED, CLOSED), LIFE):
        refusal = given(PANEL_DECIDER, *history).when(replace(RANK, entries=waiting)).then_refuses(SeatIsOpen)
        assert refusal.detail == "a公司 (a) waits for e-9"


def test_a_panel_is_drawn_from_the_experts_of_its_specialty() -> None:
    given(PANEL_DECIDER).when(CONSTITUTE).then(CONSTITUTED)
    assert len(CONSTITUTED.experts) == 5
    assert not {"e-7", "e-8"} & set(CONSTITUTED.experts)


def test_comprehensive_organizations_have_a_panel_of_their_own() -> None:
    """What a comprehensive organization must show (C2.2.1) is judged by experts of its kind, whom the round draws."""
    groups = groups_of(ROUND)
    assert groups == {COMPREHENSIVE, *(one.code for one in ROUND.categories if one.open)}
    pool = tuple(replace(one, specialties=(*one.specialties, COMPREHENSIVE)) for one in POOL[2:])
    command = replace(CONSTITUTE, group=COMPREHENSIVE, groups=groups, pool=(*POOL[:2], *pool))
    (event,) = given(PANEL_DECIDER).when(command).events()
    assert isinstance(event, PanelConstituted)
    assert (event.group, event.panel) == (COMPREHENSIVE, panel_id("2017", COMPREHENSIVE))
    assert not {"e-0", "e-1"} & set(event.experts)


def test_a_member_of_the_panel_neither_constitutes_nor_runs_it() -> None:
    member = replace(SECRETARY, id=CONSTITUTED.experts[0])
    for length, command in enumerate(ALL):
        asked = given(PANEL_DECIDER, *LIFE[:length]).when(replace(command, by=member))
        asked.then_refuses(SecretaryIsOnThePanel)
    outside = replace(SECRETARY, id="e-8")
    given(PANEL_DECIDER).when(replace(CONSTITUTE, by=outside)).then(CONSTITUTED)


def test_a_panel_is_not_closed_before_anybody_is_assigned() -> None:
    """Closing is for good: where nobody was assigned and somebody may be, nothing could be scored any more (C5.4)."""
    idle = replace(CLOSE, unassigned=("a", "b"))
    refusal = given(PANEL_DECIDER, CONSTITUTED).when(idle).then_refuses(NobodyIsAssigned)
    assert refusal.detail == "a, b"
    given(PANEL_DECIDER, CONSTITUTED, CLOSED).when(idle).then_nothing()


def test_nothing_is_ranked_again_when_the_list_was_approved_on_it() -> None:
    """What a remitted appeal opens is ranked again; the same ranking is a retry (C5.4)."""
    fewer = replace(RANK, entries=ENTRIES[:1], settled=True)
    given(PANEL_DECIDER, *LIFE).when(fewer).then_refuses(RankingIsSettled)
    given(PANEL_DECIDER, *LIFE).when(replace(RANK, scored_after=1, settled=True)).then_refuses(RankingIsSettled)
    given(PANEL_DECIDER, *LIFE).when(replace(RANK, settled=True)).then_nothing()
    assert given(PANEL_DECIDER, *LIFE).when(replace(fewer, settled=False)).events()


def test_anyone_may_repeat_the_draw() -> None:
    by_hand = sorted((f"e-{n}" for n in range(7)), key=lambda one: sha256(f"2017-10-09/{one}".encode()).hexdigest())
    assert CONSTITUTED.experts == tuple(by_hand[:5])


@settings(max_examples=30)
@given_any(st.permutations(POOL), st.text(max_size=8))
def test_the_draw_is_independent_of_the_pools_order(pool: list[ExpertEnrolled], seed: str) -> None:
    assert draw(pool, "information", 5, seed) == draw(POOL, "information", 5, seed)


def test_a_panel_has_as_many_experts_as_the_round_asks_for() -> None:
    eight = replace(TERMS, experts=Number(value=8, source="design"))
    assert given(PANEL_DECIDER).when(replace(CONSTITUTE, terms=eight)).then_refuses(TooFewExperts).field == "group"
    three = replace(TERMS, experts=Number(value=3, source="design"))
    (event,) = given(PANEL_DECIDER).when(replace(CONSTITUTE, terms=three)).events()
    assert isinstance(event, PanelConstituted)
    assert event.experts == CONSTITUTED.experts[:3]
    given(PANEL_DECIDER).when(replace(CONSTITUTE, group="talent_training")).then_refuses(TooFewExperts)


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_panel_is_drawn_once(length: int) -> None:
    given(PANEL_DECIDER, *LIFE[:length]).when(CONSTITUTE).then_nothing()
    other = replace(CONSTITUTE, seed="another")
    given(PANEL_DECIDER, *LIFE[:length]).when(other).then_refuses(PanelAlreadyConstituted)


def test_scoring_closes_and_then_the_ranking_is_computed_once() -> None:
    given(PANEL_DECIDER, *LIFE[:1]).when(CLOSE).then(CLOSED)
    given(PANEL_DECIDER, *LIFE[:2]).when(RANK).then(RANKED)
    for length in (2, 3):
        given(PANEL_DECIDER, *LIFE[:length]).when(CLOSE).then_nothing()
    given(PANEL_DECIDER, *LIFE).when(RANK).then_nothing()


def test_a_ranking_is_computed_again_when_scores_changed() -> None:
    """The new one supersedes the old, which stays in the log (C5.4)."""
    changed = (entry("a", 90, 80, 75), ENTRIES[1])
    again = replace(RANKED, inputs_hash=inputs_hash(changed), rows=rank(changed, TERMS))
    given(PANEL_DECIDER, *LIFE).when(replace(RANK, entries=changed)).then(again)
    given(PANEL_DECIDER, *LIFE, again).when(replace(RANK, entries=changed)).then_nothing()


def test_what_an_appeal_opened_is_closed_by_ranking_it_again() -> None:
    """Also where no expert changed a score (C5.4)."""
    given(PANEL_DECIDER, *LIFE).when(replace(RANK, scored_after=1)).then(RANKED)
    given(PANEL_DECIDER, *LIFE, RANKED).when(replace(RANK, scored_after=1)).then_nothing()
    given(PANEL_DECIDER, *LIFE, RANKED).when(replace(RANK, scored_after=2)).then(RANKED)


def test_no_ranking_while_experts_score() -> None:
    given(PANEL_DECIDER, *LIFE[:1]).when(RANK).then_refuses(ScoringNotClosed)


@pytest.mark.parametrize("command", [CLOSE, RANK])
def test_what_was_not_constituted_is_unknown(command: Command) -> None:
    assert given(PANEL_DECIDER).when(command).then_refuses(PanelNotConstituted).field == "panel"


def test_a_missing_score_is_not_zero() -> None:
    short = replace(RANK, entries=(*ENTRIES, entry("c", 100, 100)))
    assert given(PANEL_DECIDER, *LIFE[:2]).when(short).then_refuses(TooFewScores).field == "entries"
    two = replace(TERMS, minimum_scores=Number(value=2, source="design"))
    assert len(given(PANEL_DECIDER, *LIFE[:2]).when(replace(short, terms=two)).events()) == 1


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY), ids=role_of)
@pytest.mark.parametrize("command", ALL, ids=lambda command: type(command).__name__)
def test_only_the_secretary_runs_the_panel(command: ConstitutePanel | CloseScoring | ComputeRanking, by: Actor) -> None:
    for length in range(4):
        asked = given(PANEL_DECIDER, *LIFE[:length]).when(replace(command, by=by))
        assert asked.then_refuses(NotPermitted).field == "role"


COMMANDS: list[Command] = [
    *ALL,
    replace(CONSTITUTE, seed="another"),
    replace(CONSTITUTE, pool=()),
    replace(RANK, entries=()),
    replace(RANK, entries=(entry("c", 1),)),
]


@settings(max_examples=60)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=12))
def test_any_script(script: list[Command]) -> None:
    history = live(PANEL_DECIDER, script)
    kinds = [type(event) for event in history]
    assert kinds[:2] == [PanelConstituted, ScoringClosed][: len(kinds)]
    assert set(kinds[2:]) <= {RankingComputed}
    assert all(before != after for before, after in pairwise(history)), "no ranking repeats the one before"


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in LIFE)), max_size=8))
def test_any_history(history: list[PanelEvent]) -> None:
    evolves_from_anything(PANEL_DECIDER, history)
