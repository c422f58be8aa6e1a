"""After a decline: the district is asked again, and then the city (C5.3)."""

from dataclasses import replace

import pytest

from services.review.domain.district_evolution import DistrictEvent
from services.review.domain.district_review import DISTRICT_DECIDER, Command
from services.review.domain.district_states import (
    BatchAlreadySealed,
    ComplianceNotChecked,
    ReviewAlreadyDecided,
    ReviewNotOpened,
)
from services.review.domain.escalations import (
    DecideEscalation,
    DeclineNotUpheld,
    EscalateToCity,
    NotEscalated,
    OutcomeIsNoEscalationDecision,
)
from services.review.domain.recommendation import ChecksUnresolved, PaperNotMatched
from services.review.domain.reconsideration import (
    Against,
    DecliningOfficerReconsiders,
    DisputedAlready,
    NotDeclined,
    OutcomeIsNoReconsideration,
    ReconsiderationNotRequested,
    ReconsiderDecline,
    RequestReconsideration,
    TimeToDisputeIsOver,
)
from services.review.domain.returns import RoundKnowsNoCorrections
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    EscalatedToCity,
    EscalationDecided,
    ReconsiderationRequested,
)
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_seconds
from shared.kernel.refusal import NotPermitted, Refusal
from shared.testing.scenario import given
from tests.services.people import (
    AT,
    CLERK,
    FILER,
    FOREIGN_FILER,
    FOREIGN_HEAD,
    HEAD,
    HERE,
    LEADER,
    ORGANIZATION,
    all_but,
)
from tests.services.review.domain.test_checks import CHECKED, CONFORMING
from tests.services.review.domain.test_district_review import (
    DEADLINE,
    DECLINED,
    JUDGE,
    MATCHED,
    OPENED,
    READY,
    RECOMMEND,
    RECOMMENDED,
)

END = Instant("2017-09-06T16:00:00.000Z")
AGAINST = Against(AT, 5)
REQUEST = RequestReconsideration("app-1", "材料属实，请复核", AGAINST, FILER, AT, final=False)
REQUESTED = ReconsiderationRequested(application="app-1", grounds="材料属实，请复核")
UPHOLD = ReconsiderDecline("app-1", "upheld", ("维持原意见",), CLERK.id, HEAD, AT, sealed=False, final=False)
UPHELD = DistrictDecisionReconsidered(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    district=HERE,
    version=1,
    outcome="upheld",
    reasons=("维持原意见",),
)
REOPEN = replace(UPHOLD, outcome="reopened")
REOPENED = replace(UPHELD, outcome="reopened")
ESCALATE = EscalateToCity(
    "app-1", "区意见有误", AGAINST, FILER, AT, unanswered=None, silence=None, declined=None, final=False
)
ESCALATED = EscalatedToCity(application="app-1", organization=ORGANIZATION, round="2017", grounds="区意见有误")
ADMIT = DecideEscalation(
    "app-1",
    "admitted",
    "条件符合",
    LEADER,
    AT,
    compliance_required=False,
    listed=None,
    overruled=(),
    reasons_asked=False,
    final=False,
)
ADMITTED = EscalationDecided(
    application="app-1",
    organization=ORGANIZATION,
    round="2017",
    district=HERE,
    version=1,
    outcome="admitted",
    reason="条件符合",
)
DISMISSED = replace(ADMITTED, outcome="dismissed")
DECLINE: tuple[DistrictEvent, ...] = (*READY, DECLINED)
WHOLE: tuple[DistrictEvent, ...] = (*DECLINE, REQUESTED, UPHELD, ESCALATED, ADMITTED)


def test_from_the_decline_to_the_city_and_on_to_the_experts() -> None:
    commands: tuple[Command, ...] = (REQUEST, UPHOLD, ESCALATE, ADMIT)
    for length, command in enumerate(commands, len(DECLINE)):
        given(DISTRICT_DECIDER, *WHOLE[:length]).when(command).then(WHOLE[length])
        given(DISTRICT_DECIDER, *WHOLE[: length + 1]).when(command).then_nothing()


def test_the_city_may_let_the_decline_stand() -> None:
    dismiss = replace(ADMIT, outcome="dismissed")
    given(DISTRICT_DECIDER, *WHOLE[:-1]).when(dismiss).then(DISMISSED)
    given(DISTRICT_DECIDER, *WHOLE[:-1], DISMISSED).when(dismiss).then_nothing()
    given(DISTRICT_DECIDER, *WHOLE[:-1], DISMISSED).when(ADMIT).then_refuses(NotEscalated)
    given(DISTRICT_DECIDER, *WHOLE[:-1], DISMISSED).when(ESCALATE).then_refuses(DeclineNotUpheld)


def test_a_review_that_the_leader_opens_again_is_decided_anew() -> None:
    """The district met its deadline when it declined; it does not end what is decided again (C5.3)."""
    history = (*DECLINE, REQUESTED)
    given(DISTRICT_DECIDER, *history).when(REOPEN).then(REOPENED)
    given(DISTRICT_DECIDER, *history, REOPENED).when(REOPEN).then_nothing()
    given(DISTRICT_DECIDER, *history, REOPENED).when(replace(RECOMMEND, at=DEADLINE)).then(RECOMMENDED)
    given(DISTRICT_DECIDER, *history, REOPENED).when(UPHOLD).then_refuses(NotDeclined)


def test_the_applicant_has_the_days_that_the_round_gives_to_their_end() -> None:
    last = Instant("2017-09-06T15:59:59.999Z")
    for history, command in ((DECLINE, REQUEST), (WHOLE[:-2], ESCALATE)):
        assert given(DISTRICT_DECIDER, *history).when(replace(command, at=last)).events()
        given(DISTRICT_DECIDER, *history).when(replace(command, at=END)).then_refuses(TimeToDisputeIsOver)
        silent = replace(command, against=Against(AT, None))
        given(DISTRICT_DECIDER, *history).when(silent).then_refuses(RoundKnowsNoCorrections)


@pytest.mark.parametrize(
    ("command", "history", "refusal"),
    [
        (REQUEST, READY, NotDeclined),
        (REQUEST, (*READY, RECOMMENDED), NotDeclined),
        (REQUEST, WHOLE[:-2], NotDeclined),
        (replace(REQUEST, grounds="再申"), WHOLE[:-3], DisputedAlready),
        (replace(REQUEST, by=FOREIGN_FILER), DECLINE, NotPermitted),
        (UPHOLD, DECLINE, ReconsiderationNotRequested),
        (UPHOLD, READY, NotDeclined),
        (replace(UPHOLD, outcome="maybe"), WHOLE[:-3], OutcomeIsNoReconsideration),
        (replace(UPHOLD, by=replace(HEAD, id=CLERK.id)), WHOLE[:-3], DecliningOfficerReconsiders),
        (replace(REOPEN, sealed=True), WHOLE[:-3], BatchAlreadySealed),
        (replace(UPHOLD, by=FOREIGN_HEAD), WHOLE[:-3], NotPermitted),
        (replace(UPHOLD, reasons=("另一",)), WHOLE[:-2], NotDeclined),
        (ESCALATE, DECLINE, DeclineNotUpheld),
        (ESCALATE, WHOLE[:-3], DeclineNotUpheld),
        (ESCALATE, (*READY, RECOMMENDED), DeclineNotUpheld),
        (replace(ESCALATE, grounds="再申"), WHOLE[:-1], DisputedAlready),
        (replace(ESCALATE, by=FOREIGN_FILER), WHOLE[:-2], NotPermitted),
        (ADMIT, WHOLE[:-2], NotEscalated),
        (replace(ADMIT, outcome="reversed"), WHOLE[:-1], OutcomeIsNoEscalationDecision),
        (replace(ADMIT, reason="另一"), WHOLE, NotEscalated),
        (RECOMMEND, WHOLE, ReviewAlreadyDecided),
        (JUDGE, WHOLE[:-1], ReviewAlreadyDecided),
        (REQUEST, (), ReviewNotOpened),
        (UPHOLD, (), ReviewNotOpened),
        (ADMIT, (), ReviewNotOpened),
    ],
)
def test_what_is_out_of_turn_is_refused(
    command: RequestReconsideration, history: tuple[DistrictEvent, ...], refusal: type[Refusal]
) -> None:
    given(DISTRICT_DECIDER, *history).when(command).then_refuses(refusal)


PARTS = [
    (REQUEST, DECLINE, Role.FILER),
    (UPHOLD, WHOLE[:-3], Role.DISTRICT_LEADER),
    (ESCALATE, WHOLE[:-2], Role.FILER),
    (ADMIT, WHOLE[:-1], Role.CITY_LEADER),
]


@pytest.mark.parametrize(("command", "history", "role"), PARTS)
def test_everybody_has_a_part(command: RequestReconsideration, history: tuple[DistrictEvent, ...], role: Role) -> None:
    for by in all_but(role):
        given(DISTRICT_DECIDER, *history).when(replace(command, by=by)).then_refuses(NotPermitted)


def test_a_decline_is_upheld_whatever_became_of_the_list() -> None:
    """Upholding puts nothing on a sealed list, and without it nobody could go to the city (C5.3)."""
    given(DISTRICT_DECIDER, *WHOLE[:-3]).when(replace(UPHOLD, sealed=True)).then(UPHELD)
    given(DISTRICT_DECIDER, *WHOLE[:-3]).when(replace(REOPEN, sealed=True)).then_refuses(BatchAlreadySealed)


def test_a_leader_who_does_not_answer_keeps_nobody_from_the_city() -> None:
    """The leader has as many days as the applicant; then the applicant has as many again (C5.3)."""
    asked = replace(ESCALATE, against=None, unanswered=AGAINST)
    history = (*DECLINE, REQUESTED)
    given(DISTRICT_DECIDER, *history).when(replace(asked, at=before(END))).then_refuses(DeclineNotUpheld)
    given(DISTRICT_DECIDER, *history).when(replace(asked, at=END)).then(ESCALATED)
    given(DISTRICT_DECIDER, *history, ESCALATED).when(ADMIT).then(ADMITTED)
    given(DISTRICT_DECIDER, *history, ESCALATED).when(UPHOLD).then_refuses(NotDeclined)
    over = Instant("2017-09-11T16:00:00.000Z")
    assert given(DISTRICT_DECIDER, *history).when(replace(asked, at=before(over))).events()
    given(DISTRICT_DECIDER, *history).when(replace(asked, at=over)).then_refuses(TimeToDisputeIsOver)
    given(DISTRICT_DECIDER, *DECLINE).when(replace(asked, at=END)).then_refuses(DeclineNotUpheld)


def before(instant: Instant) -> Instant:
    return plus_seconds(instant, -1)


def test_the_city_waives_nothing_and_admits_nothing_without_paper() -> None:
    """A failed rule takes two officers' waiver, also on the way over the city (C2.1.7, C5.1)."""
    ways = (REQUESTED, UPHELD, ESCALATED)
    failing = (replace(OPENED, failed=("R7",)), MATCHED, DECLINED, *ways)
    assert given(DISTRICT_DECIDER, *failing).when(ADMIT).then_refuses(ChecksUnresolved).rule == "R7"
    given(DISTRICT_DECIDER, OPENED, DECLINED, *ways).when(ADMIT).then_refuses(PaperNotMatched)
    dismiss = replace(ADMIT, outcome="dismissed")
    for history in (failing, (OPENED, DECLINED, *ways)):
        given(DISTRICT_DECIDER, *history).when(dismiss).then(DISMISSED)
    given(DISTRICT_DECIDER, OPENED, MATCHED, DECLINED, *ways).when(ADMIT).then(ADMITTED)


def test_the_city_admits_what_was_checked_where_the_round_asks_for_it() -> None:
    """A check that is missing is made up for by the district; what it found does not bind the city (C5.3)."""
    asked = replace(ADMIT, compliance_required=True)
    refusal = given(DISTRICT_DECIDER, *WHOLE[:-1]).when(asked).then_refuses(ComplianceNotChecked)
    assert (refusal.clause, refusal.field) == ("C5.3", "compliance")
    dismiss = replace(asked, outcome="dismissed")
    given(DISTRICT_DECIDER, *WHOLE[:-1]).when(dismiss).then(DISMISSED)
    for checked in (CONFORMING, CHECKED):
        given(DISTRICT_DECIDER, *WHOLE[:-1], checked).when(asked).then(ADMITTED)


def test_a_sealed_list_takes_no_recommendation() -> None:
    given(DISTRICT_DECIDER, *READY).when(replace(RECOMMEND, sealed=True)).then_refuses(BatchAlreadySealed)
    given(DISTRICT_DECIDER, *READY, RECOMMENDED).when(replace(RECOMMEND, sealed=True)).then_nothing()
