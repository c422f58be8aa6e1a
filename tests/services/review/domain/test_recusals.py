"""Experts leave and are replaced; nobody vanishes with what was said, and scores stay in the log (C5.4)."""

from dataclasses import replace

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.conflicts import NotInASentBatch
from services.review.domain.recusals import (
    NotTheExpertItself,
    PlaceAlreadyFilled,
    RankedWithoutTheExpert,
    RecuseExpert,
    ReopenScoring,
    ReplacedExpertHasScored,
    ReplaceExpert,
    ReplacementHasASeat,
    ReplacementOfAnotherGroup,
)
from services.review.domain.scores import (
    AlreadyScored,
    MarkOverdue,
    NoScore,
    NotTheAssignedExpert,
    ReviseScore,
    RevisionChangesNothing,
    ScoredVersionIsStale,
    ScoresDoNotFitTheRubric,
    ScoreWasVoided,
    VoidScore,
)
from services.review.domain.scoring import SCORING_DECIDER, Command, ScoringEvent
from services.review.domain.scoring_states import (
    ApplicationIsDecided,
    ExpertIsEmployedThere,
    ExpertIsOut,
    NotOnThePanel,
    Scoring,
    ScoringIsClosed,
    SecretaryNeverScores,
    Subject,
    open_seats,
    out,
    seats,
)
from shared.contracts.review import (
    ConflictDeclared,
    ExpertEnrolled,
    ExpertRecused,
    ExpertReplaced,
    ExpertScored,
    ReviewAssigned,
    ScoreOverdue,
    ScoreRevised,
    ScoreVoided,
    ScoringReopened,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import AT, LATER, ORGANIZATION, SECRETARY, actor, all_but, role_of
from tests.services.review.domain.test_scoring import (
    ANSWER,
    ANSWERED,
    ASSIGN,
    ASSIGNED,
    CLOSED,
    CONFLICTED,
    EXPERT,
    ITEMS,
    LIFE,
    OUTSIDER,
    RUBRIC,
    SCORE,
    SCORED,
    SECOND,
    SUBJECT,
)
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

DECIDED = replace(CLOSED, decided=True)
REMITTED = replace(DECIDED, reopened=True)
POOLED = ExpertEnrolled(expert="e-9", employer_uscc="E" * 18, specialties=("information",))
RECUSE = RecuseExpert(SUBJECT, "e-1", "曾任该机构顾问", voids_score=True, by=EXPERT, at=AT)
RECUSED = ExpertRecused(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    reason="曾任该机构顾问",
    voids_score=True,
)
KEPT = replace(RECUSED, voids_score=False)
REPLACE = ReplaceExpert(SUBJECT, "e-1", POOLED, "information", "回避", SECRETARY, AT)
REPLACED = ExpertReplaced(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    replacement="e-9",
    reason="回避",
)
BETTER = (replace(ITEMS[0], score=20), ITEMS[1])
REVISE = ReviseScore(SUBJECT, 1, RUBRIC, "r" * 64, BETTER, "误读报表", EXPERT, AT, employer_uscc="")
REVISED = ScoreRevised(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    version=1,
    rubric_hash="r" * 64,
    items=BETTER,
    total=20,
    reason="误读报表",
)
VOID = VoidScore(SUBJECT, "e-1", "评分时未回避", SECRETARY, AT)
VOIDED = ScoreVoided(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    panel="panel-1",
    expert="e-1",
    reason="评分时未回避",
)
OVERDUE = ScoreOverdue(
    application="app-1", organization=ORGANIZATION, round="2017", panel="panel-1", expert="e-1", due=LATER
)
REOPENED = ScoringReopened(
    application="app-1", organization=ORGANIZATION, round="2017", panel="panel-1", appeal="appeal-1"
)
NEW_ANSWER, NEW_ASSIGNED = replace(ANSWERED, expert="e-9"), replace(ASSIGNED, expert="e-9")


def totals(*history: ScoringEvent) -> list[int]:
    """What counts."""
    return [score.total for score in SCORING_DECIDER.fold(history).scores]


def test_a_recusal_takes_the_score_along_where_that_is_said() -> None:
    given(SCORING_DECIDER, *LIFE).when(RECUSE).then(RECUSED)
    given(SCORING_DECIDER, *LIFE, RECUSED).when(RECUSE).then_nothing()
    assert totals(*LIFE) == [25]
    assert totals(*LIFE, RECUSED) == []
    assert totals(*LIFE, KEPT) == [25]


@pytest.mark.parametrize("subject", [SUBJECT, CLOSED, REMITTED], ids=["scoring", "closed", "remitted"])
def test_an_expert_is_recused_also_after_closing(subject: Subject) -> None:
    by_itself = replace(RECUSE, subject=subject)
    given(SCORING_DECIDER, *LIFE).when(by_itself).then(RECUSED)
    given(SCORING_DECIDER, *LIFE).when(replace(by_itself, by=SECRETARY)).then(RECUSED)


def test_nothing_changes_after_the_decision_but_by_a_remitted_appeal() -> None:
    """Until the list is approved; afterwards only an appeal opens the stage again (C5.4)."""
    for command in (RECUSE, VOID):
        asked = given(SCORING_DECIDER, *LIFE).when(replace(command, subject=DECIDED))
        asked.then_refuses(ApplicationIsDecided)
        assert given(SCORING_DECIDER, *LIFE).when(replace(command, subject=REMITTED)).events()
    given(SCORING_DECIDER, *LIFE, RECUSED).when(replace(REPLACE, subject=DECIDED)).then_refuses(ApplicationIsDecided)


def test_what_was_said_before_a_recusal_stays() -> None:
    state = SCORING_DECIDER.fold([*LIFE, RECUSED])
    assert [*state.answers, *state.assignments] == [ANSWERED, ASSIGNED]
    assert out(state) == {"e-1"}


@pytest.mark.parametrize("command", [SCORE, REVISE, ANSWER, ASSIGN])
def test_who_is_out_does_nothing_any_more(command: Command) -> None:
    for end in (KEPT, REPLACED):
        given(SCORING_DECIDER, ANSWERED, ASSIGNED, end).when(command).then_refuses(ExpertIsOut)


def test_a_replacement_answers_is_assigned_and_scores_even_after_closing() -> None:
    history: tuple[ScoringEvent, ...] = (*LIFE, RECUSED)
    given(SCORING_DECIDER, *history).when(REPLACE).then(REPLACED)
    given(SCORING_DECIDER, *history).when(replace(REPLACE, subject=CLOSED)).then(REPLACED)
    given(SCORING_DECIDER, *history, REPLACED).when(REPLACE).then_nothing()
    history = (*history, REPLACED)
    given(SCORING_DECIDER, *history).when(replace(ANSWER, by=OUTSIDER, subject=CLOSED)).then(NEW_ANSWER)
    assign = replace(ASSIGN, expert="e-9", subject=CLOSED)
    given(SCORING_DECIDER, *history, NEW_ANSWER).when(assign).then(NEW_ASSIGNED)
    scored = replace(SCORED, expert="e-9")
    score = replace(SCORE, by=OUTSIDER, subject=CLOSED)
    given(SCORING_DECIDER, *history, NEW_ANSWER, NEW_ASSIGNED).when(score).then(scored)
    late = replace(SCORE, by=OUTSIDER, subject=DECIDED)
    given(SCORING_DECIDER, *history, NEW_ANSWER, NEW_ASSIGNED).when(late).then_refuses(ScoringIsClosed)


def test_a_ranking_that_was_made_without_a_replacement_stays_without_it() -> None:
    """No score reaches a ranking that was seen, but of a place that was given away since (C5.4)."""
    history: tuple[ScoringEvent, ...] = (*LIFE, RECUSED, REPLACED, NEW_ANSWER)
    ranked = replace(CLOSED, ranked=True)
    over = replace(ranked, passed_over=frozenset({"e-9"}))
    assign, score = replace(ASSIGN, expert="e-9"), replace(SCORE, by=OUTSIDER)
    scored = replace(SCORED, expert="e-9")
    given(SCORING_DECIDER, *history).when(replace(assign, subject=over)).then_refuses(ScoringIsClosed)
    given(SCORING_DECIDER, *history, NEW_ASSIGNED).when(replace(score, subject=over)).then_refuses(ScoringIsClosed)
    given(SCORING_DECIDER, *history, NEW_ASSIGNED).when(replace(score, subject=ranked)).then(scored)
    opened = replace(over, reopened=True)
    given(SCORING_DECIDER, *history, NEW_ASSIGNED).when(replace(score, subject=opened)).then(scored)


def test_after_the_ranking_only_the_place_of_the_recused_is_given_away() -> None:
    ranked = replace(CLOSED, ranked=True)
    absent: tuple[ScoringEvent, ...] = (ANSWERED, ASSIGNED)
    asked = given(SCORING_DECIDER, *absent).when(replace(REPLACE, subject=ranked))
    asked.then_refuses(RankedWithoutTheExpert)
    given(SCORING_DECIDER, *absent, RECUSED).when(replace(REPLACE, subject=ranked)).then(REPLACED)
    given(SCORING_DECIDER, *absent).when(replace(REPLACE, subject=replace(ranked, reopened=True))).then(REPLACED)


def test_a_seat_is_open_until_its_replacement_scores_or_may_not() -> None:
    """C5.4."""
    history: tuple[ScoringEvent, ...] = (*LIFE, RECUSED, REPLACED)
    third = replace(REPLACED, expert="e-9", replacement="e-8")
    endings: dict[tuple[ScoringEvent, ...], tuple[str, ...]] = {
        (): ("e-9",),
        (NEW_ANSWER, NEW_ASSIGNED): ("e-9",),
        (replace(SCORED, expert="e-9"),): (),
        (replace(SCORED, expert="e-9"), replace(VOIDED, expert="e-9")): (),
        (replace(NEW_ANSWER, answer="conflict"),): (),
        (third,): ("e-8",),
    }
    for more, waited_for in endings.items():
        assert open_seats(SCORING_DECIDER.fold([*history, *more])) == waited_for
    assert open_seats(SCORING_DECIDER.fold(LIFE)) == ()


def test_a_replacement_with_a_conflict_is_replaced_in_turn() -> None:
    history: tuple[ScoringEvent, ...] = (CONFLICTED, RECUSED, REPLACED, replace(NEW_ANSWER, answer="conflict"))
    third = replace(POOLED, expert="e-8")
    (again,) = given(SCORING_DECIDER, *history).when(replace(REPLACE, expert="e-9", replacement=third)).events()
    state = SCORING_DECIDER.fold([*history, again])
    assert seats(state, SUBJECT) == {"e-2", "e-8"}


def test_an_absent_expert_may_be_replaced_without_a_recusal() -> None:
    for history in ((), (ANSWERED,), (ANSWERED, ASSIGNED), (ANSWERED, ASSIGNED, OVERDUE)):
        given(SCORING_DECIDER, *history).when(REPLACE).then(REPLACED)


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (replace(RECUSE, by=SECOND), LIFE, NotTheExpertItself),
        (replace(RECUSE, expert="e-7", by=SECRETARY), LIFE, NotOnThePanel),
        (replace(RECUSE, reason="另一"), (*LIFE, RECUSED), ExpertIsOut),
        (replace(RECUSE, voids_score=False), (*LIFE, RECUSED), ExpertIsOut),
        (RECUSE, (REPLACED,), ExpertIsOut),
        (REPLACE, LIFE, ReplacedExpertHasScored),
        (REPLACE, (*LIFE, KEPT), ReplacedExpertHasScored),
        (replace(REPLACE, reason="另一"), (REPLACED,), PlaceAlreadyFilled),
        (replace(REPLACE, expert="e-7"), (), NotOnThePanel),
        (replace(REPLACE, group="legal"), (), ReplacementOfAnotherGroup),
        (replace(REPLACE, replacement=replace(POOLED, expert=SECRETARY.id)), (), SecretaryNeverScores),
        (replace(REPLACE, subject=replace(SUBJECT, run_by=frozenset({POOLED.expert}))), (), SecretaryNeverScores),
        (replace(REPLACE, replacement=replace(POOLED, expert="e-2")), (), ReplacementHasASeat),
        (replace(REPLACE, replacement=replace(POOLED, expert="e-1")), (RECUSED,), ReplacementHasASeat),
        (replace(REPLACE, replacement=replace(POOLED, employer_uscc=SUBJECT.uscc)), (), ExpertIsEmployedThere),
        (REVISE, LIFE[:2], NoScore),
        (REVISE, LIFE[:1], NotTheAssignedExpert),
        (replace(REVISE, by=SECOND), LIFE, NotTheAssignedExpert),
        (replace(REVISE, items=ITEMS), LIFE, RevisionChangesNothing),
        (replace(REVISE, items=BETTER[:1]), LIFE, ScoresDoNotFitTheRubric),
        (replace(REVISE, version=2), LIFE, ScoredVersionIsStale),
        (replace(REVISE, subject=CLOSED), LIFE, ScoringIsClosed),
        (VOID, LIFE[:2], NoScore),
        (VOID, (*LIFE, RECUSED), NoScore),
        (replace(VOID, reason="另一"), (*LIFE, VOIDED), NoScore),
        (replace(VOID, expert="e-2"), LIFE, NoScore),
        (replace(SCORE, items=BETTER), (*LIFE, VOIDED), ScoreWasVoided),
        (SCORE, (*LIFE, VOIDED), ScoreWasVoided),
        (SCORE, (*LIFE, REVISED), AlreadyScored),
        (replace(ASSIGN, listed=False), LIFE[:1], NotInASentBatch),
    ],
)
def test_wrong_commands_are_refused(
    command: Command, history: tuple[ScoringEvent, ...], refusal: type[Refusal]
) -> None:
    given(SCORING_DECIDER, *history).when(command).then_refuses(refusal)


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY), ids=role_of)
@pytest.mark.parametrize("command", [REPLACE, VOID])
def test_only_the_secretary_replaces_and_voids(command: ReplaceExpert | VoidScore, by: Actor) -> None:
    given(SCORING_DECIDER, *LIFE).when(replace(command, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.PANEL_SECRETARY, Role.EXPERT), ids=role_of)
def test_only_the_secretary_and_the_expert_recuse(by: Actor) -> None:
    given(SCORING_DECIDER, *LIFE).when(replace(RECUSE, by=by)).then_refuses(NotPermitted)


@pytest.mark.parametrize("by", all_but(Role.EXPERT), ids=role_of)
def test_only_experts_revise(by: Actor) -> None:
    given(SCORING_DECIDER, *LIFE).when(replace(REVISE, by=replace(by, id="e-1"))).then_refuses(NotPermitted)


def test_a_score_is_revised_and_the_earlier_one_stays_in_the_log() -> None:
    given(SCORING_DECIDER, *LIFE).when(REVISE).then(REVISED)
    given(SCORING_DECIDER, *LIFE, REVISED).when(REVISE).then_nothing()
    assert totals(*LIFE, REVISED) == [20]
    back = replace(REVISE, items=ITEMS, reason="第一次无误")
    assert len(given(SCORING_DECIDER, *LIFE, REVISED).when(back).events()) == 1


def test_a_voided_score_is_not_a_zero() -> None:
    given(SCORING_DECIDER, *LIFE).when(VOID).then(VOIDED)
    given(SCORING_DECIDER, *LIFE, VOIDED).when(VOID).then_nothing()
    assert totals(*LIFE, VOIDED) == []
    given(SCORING_DECIDER, *LIFE, VOIDED).when(replace(REPLACE)).then(REPLACED)


def test_an_assigned_expert_who_has_not_scored_is_overdue_once() -> None:
    mark = MarkOverdue(SUBJECT, "e-1")
    given(SCORING_DECIDER, *LIFE[:2]).when(mark).then(OVERDUE)
    given(SCORING_DECIDER, *LIFE[:2], OVERDUE).when(mark).then_nothing()
    for history in ((), LIFE[:1], LIFE, (*LIFE, VOIDED), (*LIFE[:2], RECUSED), (*LIFE[:2], REPLACED)):
        given(SCORING_DECIDER, *history).when(mark).then_nothing()
    given(SCORING_DECIDER, *LIFE[:2]).when(replace(mark, subject=CLOSED)).then_nothing()
    given(SCORING_DECIDER, *LIFE[:2], OVERDUE).when(SCORE).then(SCORED)


def test_a_remitted_appeal_opens_the_scores_of_one_application() -> None:
    remit = ReopenScoring("app-1", ORGANIZATION, "2017", "appeal-1", None)
    given(SCORING_DECIDER, *LIFE).when(remit).then(REOPENED)
    given(SCORING_DECIDER, *LIFE, REOPENED).when(remit).then_nothing()
    given(SCORING_DECIDER).when(remit).then_nothing()
    given(SCORING_DECIDER).when(replace(remit, panel="panel-1")).then(REOPENED)
    given(SCORING_DECIDER, REOPENED).when(replace(remit, panel="panel-1")).then_nothing()
    given(SCORING_DECIDER, ANSWERED, REOPENED).when(replace(ASSIGN, subject=REMITTED)).then(ASSIGNED)
    given(SCORING_DECIDER, *LIFE, REOPENED).when(replace(REVISE, subject=REMITTED)).then(REVISED)
    given(SCORING_DECIDER, *LIFE[:2], REOPENED).when(replace(SCORE, subject=REMITTED)).then(SCORED)
    given(SCORING_DECIDER, *LIFE, REOPENED).when(replace(REVISE, subject=CLOSED)).then_refuses(ScoringIsClosed)


COMMANDS: list[Command] = [
    *(replace(ANSWER, by=by) for by in (EXPERT, SECOND, OUTSIDER)),
    *(replace(ASSIGN, expert=expert, subject=one) for expert in ("e-1", "e-2", "e-9") for one in (SUBJECT, CLOSED)),
    *(replace(SCORE, by=by, subject=one) for by in (EXPERT, SECOND, OUTSIDER) for one in (SUBJECT, CLOSED)),
    *(replace(REVISE, subject=one) for one in (SUBJECT, CLOSED, DECIDED, REMITTED)),
    *(replace(VOID, subject=one) for one in (SUBJECT, CLOSED, DECIDED)),
    *(replace(RECUSE, subject=one, voids_score=voids) for one in (SUBJECT, CLOSED) for voids in (True, False)),
    *(replace(REPLACE, subject=one) for one in (SUBJECT, CLOSED, DECIDED)),
    *(MarkOverdue(SUBJECT, expert) for expert in ("e-1", "e-2", "e-9")),
    ReopenScoring("app-1", ORGANIZATION, "2017", "appeal-1", None),
    ReopenScoring("app-1", ORGANIZATION, "2017", "appeal-2", "panel-1"),
    replace(RECUSE, expert="e-2", by=actor(Role.EXPERT, "e-2")),
]


@settings(max_examples=120)
@given_any(st.lists(st.sampled_from(COMMANDS), max_size=30))
def test_any_script(script: list[Command]) -> None:
    """The invariants of a scoring, after every event of any script."""
    history = live(SCORING_DECIDER, script)
    state = SCORING_DECIDER.initial
    for event in history:
        before, state = state, SCORING_DECIDER.evolve(state, event)
        _in_turn(before, event)
    experts = [score.expert for score in state.scores]
    assert len(set(experts)) == len(experts), "one score of each expert counts"
    assert set(experts) <= {one.expert for one in state.assignments}, "only who was assigned has a score"
    scored = {one.expert for one in history if isinstance(one, ExpertScored)}
    gone = {one.expert for one in history if isinstance(one, ScoreVoided)}
    gone |= {one.expert for one in history if isinstance(one, ExpertRecused) and one.voids_score}
    assert scored - gone == set(experts), "no score vanishes but by what says so"


def _in_turn(before: Scoring, event: ScoringEvent) -> None:
    answered = {one.expert for one in before.answers if one.answer == "none"}
    match event:
        case ReviewAssigned():
            assert event.expert in answered - out(before), "a conflict answer comes before access"
        case ExpertScored() | ScoreRevised():
            assert event.expert in {one.expert for one in before.assignments} - out(before)
        case ConflictDeclared():
            assert event.expert in seats(before, SUBJECT)
        case ExpertReplaced():
            assert event.expert not in {one.expert for one in before.scores}
        case _:
            pass


EVERY = (*LIFE, RECUSED, REPLACED, REVISED, VOIDED, OVERDUE, REOPENED)


@settings(max_examples=60)
@given_any(st.lists(st.one_of(*(made(type(event)) for event in EVERY))))
def test_any_history(history: list[ScoringEvent]) -> None:
    evolves_from_anything(SCORING_DECIDER, history)
