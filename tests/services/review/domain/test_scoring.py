"""One application before the experts: conflicts, assignments, scores and recusals (C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.conflicts import (
    AnswerIsNoConflictAnswer,
    AssignReview,
    ConflictAnsweredOtherwise,
    ConflictNotAnswered,
    DeclareConflict,
    ExpertHasAConflict,
)
from services.review.domain.scores import (
    AlreadyScored,
    NotTheAssignedExpert,
    ScoreApplication,
    ScoredVersionIsStale,
    ScoresDoNotFitTheRubric,
)
from services.review.domain.scoring import SCORING_DECIDER, Command, ScoringEvent
from services.review.domain.scoring_states import (
    ExpertIsEmployedThere,
    NotOnThePanel,
    ScoringIsClosed,
    SecretaryNeverScores,
    Subject,
)
from shared.contracts.review import ConflictDeclared, ExpertScored, ItemScore, ReviewAssigned
from shared.contracts.round import Criterion
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted
from shared.testing.scenario import given
from tests.services.people import AT, LATER, ORGANIZATION, SECRETARY, actor, all_but, role_of
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

EXPERT, SECOND, OUTSIDER = (actor(Role.EXPERT, name) for name in ("e-1", "e-2", "e-9"))
SUBJECT = Subject("app-1", ORGANIZATION, "U" * 18, "2017", 1, "panel-1", ("e-1", "e-2"), closed=False)
CLOSED = replace(SUBJECT, closed=True)
RUBRIC = (
    Criterion(id="capacity", name_zh="服务能力", maximum=25, source="design"),
    Criterion(id="performance", name_zh="服务业绩", maximum=35, source="design"),
)
ITEMS = (ItemScore(criterion="capacity", score=25), ItemScore(criterion="performance", score=0, comment="空"))
ANSWER = DeclareConflict(SUBJECT, "none", None, EXPERT, AT, employer_uscc="")
ANSWERED = ConflictDeclared(application="app-1", organization=ORGANIZATION, round="2017", expert="e-1", answer="none")
CONFLICTED = replace(ANSWERED, answer="conflict", detail="曾任顾问")
ASSIGN = AssignReview(SUBJECT, "e-1", "E" * 18, LATER, SECRETARY, AT, listed=True)
ASSIGNED = ReviewAssigned(
    application="app-1", organization=ORGANIZATION, round="2017", panel="panel-1", expert="e-1", version=1, due=LATER
)
SCORE = ScoreApplication(SUBJECT, 1, RUBRIC, "r" * 64, ITEMS, EXPERT, AT, employer_uscc="")
SCORED = ExpertScored(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    version=1,
    rubric_hash="r" * 64,
    items=ITEMS,
    total=25,
)
LIFE: tuple[ScoringEvent, ...] = (ANSWERED, ASSIGNED, SCORED)


def test_an_expert_answers_once() -> None:
    given(SCORING_DECIDER).when(ANSWER).then(ANSWERED)
    given(SCORING_DECIDER, ANSWERED).when(ANSWER).then_nothing()
    given(SCORING_DECIDER).when(replace(ANSWER, answer="conflict", detail="曾任顾问")).then(CONFLICTED)
    given(SCORING_DECIDER, ANSWERED).when(replace(ANSWER, by=SECOND)).then(replace(ANSWERED, expert="e-2"))


@pytest.mark.parametrize("other", [ANSWER, replace(ANSWER, answer="conflict", detail="另有隐情")])
def test_a_conflict_stands(other: DeclareConflict) -> None:
    """Nobody takes back that it has one, also when it said before that it has none (C5.4)."""
    for history in ((CONFLICTED,), (ANSWERED, CONFLICTED)):
        given(SCORING_DECIDER, *history).when(other).then_refuses(ConflictAnsweredOtherwise)
    given(SCORING_DECIDER, ANSWERED).when(replace(ANSWER, detail="补充")).then_refuses(ConflictAnsweredOtherwise)


@pytest.mark.parametrize("answer", ["", "None", "no", "conflict "])
def test_silence_is_no_answer(answer: str) -> None:
    asked = given(SCORING_DECIDER).when(replace(ANSWER, answer=answer))
    assert asked.then_refuses(AnswerIsNoConflictAnswer).field == "answer"


def test_whoever_runs_the_panel_is_not_assigned_and_does_not_score() -> None:
    """A panel secretary never scores, also as an expert of the pool (C5.4)."""
    run = replace(SUBJECT, run_by=frozenset({"e-1"}))
    assigned = given(SCORING_DECIDER, ANSWERED).when(replace(ASSIGN, subject=run))
    assert assigned.then_refuses(SecretaryNeverScores).field == "expert"
    given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, subject=run)).then_refuses(SecretaryNeverScores)
    others = replace(SUBJECT, run_by=frozenset({"e-2", SECRETARY.id}))
    given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, subject=others)).then(SCORED)


def test_only_members_of_the_panel_answer_and_are_assigned() -> None:
    given(SCORING_DECIDER).when(replace(ANSWER, by=OUTSIDER)).then_refuses(NotOnThePanel)
    given(SCORING_DECIDER).when(replace(ASSIGN, expert=OUTSIDER.id)).then_refuses(NotOnThePanel)


@pytest.mark.parametrize("by", all_but(Role.EXPERT), ids=role_of)
def test_only_experts_answer_and_score(by: Actor) -> None:
    imposter = replace(by, id=EXPERT.id)
    assert given(SCORING_DECIDER).when(replace(ANSWER, by=imposter)).then_refuses(NotPermitted).field == "role"
    asked = given(SCORING_DECIDER, ANSWERED, ASSIGNED).when(replace(SCORE, by=imposter))
    assert asked.then_refuses(NotPermitted).field == "role"


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY), ids=role_of)
def test_only_the_secretary_assigns(by: Actor) -> None:
    asked = given(SCORING_DECIDER, ANSWERED).when(replace(ASSIGN, by=by))
    assert asked.then_refuses(NotPermitted).field == "role"


def test_the_secretary_assigns_whoever_has_no_conflict() -> None:
    given(SCORING_DECIDER, ANSWERED).when(ASSIGN).then(ASSIGNED)
    for history in (LIFE[:2], LIFE):
        given(SCORING_DECIDER, *history).when(ASSIGN).then_nothing()
        given(SCORING_DECIDER, *history).when(replace(ASSIGN, subject=CLOSED)).then_nothing()


def test_not_asked_is_not_the_same_as_no_conflict() -> None:
    assert given(SCORING_DECIDER).when(ASSIGN).then_refuses(ConflictNotAnswered).field == "expert"
    other = replace(ANSWERED, expert="e-2")
    given(SCORING_DECIDER, other).when(ASSIGN).then_refuses(ConflictNotAnswered)


def test_nobody_with_a_conflict_or_of_the_applicants_staff_scores() -> None:
    given(SCORING_DECIDER, CONFLICTED).when(ASSIGN).then_refuses(ExpertHasAConflict)
    for history in ((), (ANSWERED,)):
        asked = given(SCORING_DECIDER, *history).when(replace(ASSIGN, employer_uscc=SUBJECT.uscc))
        asked.then_refuses(ExpertIsEmployedThere)


def test_a_closed_panel_assigns_and_scores_no_more() -> None:
    given(SCORING_DECIDER, ANSWERED).when(replace(ASSIGN, subject=CLOSED)).then_refuses(ScoringIsClosed)
    given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, subject=CLOSED)).then_refuses(ScoringIsClosed)
    given(SCORING_DECIDER, *LIFE).when(replace(SCORE, subject=CLOSED)).then_nothing()


def test_the_assigned_expert_scores_once() -> None:
    given(SCORING_DECIDER, *LIFE[:2]).when(SCORE).then(SCORED)
    given(SCORING_DECIDER, *LIFE).when(SCORE).then_nothing()
    better = (replace(ITEMS[0], score=24), ITEMS[1])
    given(SCORING_DECIDER, *LIFE).when(replace(SCORE, items=better)).then_refuses(AlreadyScored)


@pytest.mark.parametrize("by", [SECOND, OUTSIDER], ids=["of the panel", "of no panel"])
def test_no_other_expert_scores(by: Actor) -> None:
    given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, by=by)).then_refuses(NotTheAssignedExpert)


def test_nobody_scores_without_an_assignment() -> None:
    for history in ((), (ANSWERED,)):
        given(SCORING_DECIDER, *history).when(SCORE).then_refuses(NotTheAssignedExpert)


def test_the_assigned_version_is_scored() -> None:
    stale = given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, version=2))
    assert stale.then_refuses(ScoredVersionIsStale).field == "version"


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ((), "items"),
        (ITEMS[:1], "items"),
        ((ITEMS[0], ITEMS[0]), "items"),
        ((*ITEMS, ITEMS[0]), "items"),
        ((*ITEMS, ItemScore(criterion="charm", score=1)), "items"),
        ((replace(ITEMS[0], score=26), ITEMS[1]), "items.0.score"),
        ((ITEMS[0], replace(ITEMS[1], score=-1)), "items.1.score"),
    ],
)
def test_every_criterion_is_scored_once_within_its_points(items: tuple[ItemScore, ...], field: str) -> None:
    asked = given(SCORING_DECIDER, *LIFE[:2]).when(replace(SCORE, items=items))
    assert asked.then_refuses(ScoresDoNotFitTheRubric).field == field


def test_the_maximum_is_the_rounds() -> None:
    wider = (replace(RUBRIC[0], maximum=26), RUBRIC[1])
    (scored,) = (
        given(SCORING_DECIDER, *LIFE[:2])
        .when(replace(SCORE, rubric=wider, items=(replace(ITEMS[0], score=26), ITEMS[1])))
        .events()
    )
    assert isinstance(scored, ExpertScored)
    assert scored.total == 26


COMMANDS: list[Command] = [
    *(replace(ANSWER, by=by, answer=answer) for by in (EXPERT, SECOND, OUTSIDER) for answer in ("none", "conflict")),
    *(replace(ASSIGN, expert=expert, subject=one) for expert in ("e-1", "e-2", "e-9") for one in (SUBJECT, CLOSED)),
    *(replace(SCORE, by=by, subject=one) for by in (EXPERT, SECOND, OUTSIDER) for one in (SUBJECT, CLOSED)),
    replace(SCORE, items=ITEMS[::-1]),
    replace(SCORE, items=()),
]


@settings(max_examples=80)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=24))
def test_any_script(script: list[Command]) -> None:
    history = live(SCORING_DECIDER, script)
    answers = [event for event in history if isinstance(event, ConflictDeclared)]
    assigned = [event for event in history if isinstance(event, ReviewAssigned)]
    scored = [event for event in history if isinstance(event, ExpertScored)]
    said = [(event.expert, event.answer) for event in answers]
    assert len(set(said)) == len(said)
    assert all((expert, "none") not in said[place:] for place, (expert, one) in enumerate(said) if one == "conflict")
    assert {event.expert for event in answers if event.answer == "conflict"} & {
        one.expert for one in SCORING_DECIDER.fold(history).scores
    } == set()
    assert {event.expert for event in assigned} <= {event.expert for event in answers if event.answer == "none"}
    assert {event.expert for event in scored} <= {event.expert for event in assigned}
    assert len({event.expert for event in scored}) == len(scored)


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in LIFE))))
def test_any_history(history: list[ScoringEvent]) -> None:
    evolves_from_anything(SCORING_DECIDER, history)
