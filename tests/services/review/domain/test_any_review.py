"""A district's review under any script of commands: its invariants hold after every event (C2.1.7, C5.1, C5.3)."""

from dataclasses import replace

from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st

from services.review.domain.checks import MatchPaper, OpenDistrictReview
from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER, Command
from services.review.domain.district_states import (
    DistrictReview,
    Ended,
    NotOpened,
    Open,
    Recommended,
    checks_of,
    unresolved,
)
from services.review.domain.returns import CloseReview, ReopenReview
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewOpened,
    DistrictReviewReopened,
    EscalatedToCity,
    EscalationDecided,
    JudgementRecorded,
    WaiverGranted,
    WaiverProposed,
)
from shared.contracts.vocabulary import Outcome
from tests.services.people import FOREIGN_CLERK, HEAD, ORGANIZATION
from tests.services.review.domain.test_checks import BAD, CHECK, GOOD, RESUBMISSION
from tests.services.review.domain.test_district_review import (
    DEADLINE,
    DECLINE,
    JUDGE,
    RECEIVED,
    RECOMMEND,
    SUBMISSION,
)
from tests.services.review.domain.test_reconsideration import ADMIT, ESCALATE, REOPEN, REQUEST, UPHOLD
from tests.services.review.domain.test_returns import REMIT, RETURN
from tests.services.review.domain.test_waivers import GRANT, PROPOSE, REFUSE
from tests.services.scripts import evolves_from_anything, live
from tests.shared.contracts.made import made

FAILING = replace(SUBMISSION, failed=("R6",))
CORRECTED = replace(RESUBMISSION, failed=("R6",))
GROUND = replace(JUDGE, rule="R16", grounds=frozenset({"R16"}))
COMMANDS: list[Command] = [
    OpenDistrictReview(FAILING),
    OpenDistrictReview(CORRECTED),
    *(MatchPaper(replace(RECEIVED, version=version)) for version in (1, 2)),
    MatchPaper(replace(RECEIVED, matches=False)),
    replace(CHECK, items=(GOOD,)),
    replace(CHECK, items=(GOOD, BAD)),
    JUDGE,
    replace(JUDGE, outcome=Outcome.FAIL),
    GROUND,
    replace(GROUND, outcome=Outcome.FAIL),
    PROPOSE,
    replace(PROPOSE, ground="另一理由"),
    GRANT,
    REFUSE,
    replace(GRANT, by=replace(HEAD, id=PROPOSE.by.id)),
    RETURN,
    *(replace(RECOMMEND, version=version) for version in (1, 2)),
    replace(RECOMMEND, at=DEADLINE),
    replace(RECOMMEND, sealed=True),
    replace(RECOMMEND, order=3, revisable=True),
    replace(DECLINE, revisable=True),
    replace(RETURN, revisable=True),
    *(replace(DECLINE, version=version) for version in (1, 2)),
    replace(DECLINE, by=FOREIGN_CLERK),
    REQUEST,
    UPHOLD,
    REOPEN,
    ESCALATE,
    ADMIT,
    replace(ADMIT, outcome="dismissed"),
    REMIT,
    ReopenReview("app-1", "appeal-2", due=None),
    CloseReview("app-1", ORGANIZATION, "2017", "withdrawn"),
    CloseReview("app-1", ORGANIZATION, "2017", "lapsed"),
]
STRAIGHT: list[Command] = [OpenDistrictReview(FAILING), MatchPaper(RECEIVED), JUDGE, GROUND, PROPOSE, GRANT]


@settings(max_examples=200)
@given_any(st.sampled_from([STRAIGHT, STRAIGHT[:1]]), st.lists(st.sampled_from(COMMANDS), max_size=40))
def test_any_script(beginning: list[Command], script: list[Command]) -> None:
    """Half of the scripts begin where a recommendation is near, so that what follows one is lived through too."""
    state: DistrictReview = DISTRICT_DECIDER.initial
    for event in live(DISTRICT_DECIDER, [*beginning, *script]):
        _in_turn(state, event)
        state = DISTRICT_DECIDER.evolve(state, event)


def _in_turn(before: DistrictReview, event: DistrictEvent) -> None:
    if isinstance(before, Ended):
        assert before.closing.reason == "lapsed", "nothing follows a withdrawal"
        assert isinstance(event, DistrictReviewOpened), "only a version corrected in time follows a lapse"
    match event:
        case DistrictReviewOpened():
            assert isinstance(before, NotOpened) or event.version > checks_of(before).opening.version
        case DistrictRecommended():
            _may_be_recommended(before, event)
        case WaiverGranted():
            _two_officers(before, event)
        case EscalationDecided() | EscalatedToCity() | DistrictDecisionReconsidered():
            assert not isinstance(before, Open | NotOpened), "only a decline is disputed"
        case DistrictReviewClosed():
            assert not isinstance(before, NotOpened)
        case DistrictReviewReopened():
            assert not isinstance(before, NotOpened | Ended)
        case _:
            assert isinstance(before, Open) or not isinstance(event, JudgementRecorded | WaiverProposed)


def _may_be_recommended(before: DistrictReview, event: DistrictRecommended) -> None:
    assert isinstance(before, Open | Recommended)
    checks = checks_of(before)
    assert event.version == checks.opening.version
    assert checks.paper is not None
    assert (checks.paper.matches, checks.paper.version) == (True, event.version)
    assert unresolved(checks) == (), "no failed rule without a waiver, no open judgement"
    assert not checks.compliance or checks.compliance[-1].result == "conforms"


def _two_officers(before: DistrictReview, event: WaiverGranted) -> None:
    assert isinstance(before, Open)
    first, second = event.officers
    assert first != second
    assert event.rule in before.opening.failed
    assert event.version == before.opening.version


@settings(max_examples=40)
@given_any(st.lists(st.one_of(*(made(kind) for kind in DistrictEvent.__args__)), max_size=10))
def test_any_history(history: list[DistrictEvent]) -> None:
    evolves_from_anything(DISTRICT_DECIDER, history)


def test_a_script_can_end_in_a_recommendation_and_in_a_decline() -> None:
    """The scripts above reach what their invariants speak of."""
    kinds = {type(event) for event in live(DISTRICT_DECIDER, [*STRAIGHT, RECOMMEND, REMIT, DECLINE, REQUEST, REOPEN])}
    assert {DistrictRecommended, DistrictDeclined, DistrictDecisionReconsidered, WaiverGranted} <= kinds
