"""DistrictReview: OPEN ⇄ RETURNED, then RECOMMENDED or DECLINED, reconsidered, and before the city (C5.3)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeAlias, assert_never

from services.review.domain.checks import (
    CheckCompliance,
    MatchPaper,
    OpenDistrictReview,
    RecordJudgement,
    check,
    decides,
    judge,
    match_paper,
    may_act,
    open_review,
)
from services.review.domain.district_evolution import DistrictEvent, evolve
from services.review.domain.district_states import (
    DistrictReview,
    NotOpened,
    ReviewNotOpened,
    Underway,
    checks_of,
)
from services.review.domain.escalations import (
    DecideEscalation,
    EscalateToCity,
    decide_escalation,
    escalate,
)
from services.review.domain.recommendation import DeclineApplication, RecommendApplication, decline, recommend
from services.review.domain.reconsideration import (
    ReconsiderDecline,
    RequestReconsideration,
    reconsider,
    request,
)
from services.review.domain.returns import CloseReview, ReopenReview, ReturnForCorrection, close, reopen, send_back
from services.review.domain.scoring_states import ApplicationIsDecided
from services.review.domain.waivers import DecideWaiver, ProposeWaiver, decide_waiver, propose
from shared.kernel.actor import Role
from shared.kernel.decider import Decider
from shared.kernel.refusal import Refusal, require

Reaction: TypeAlias = OpenDistrictReview | MatchPaper | CloseReview | ReopenReview
ClerksCommand: TypeAlias = (
    CheckCompliance | RecordJudgement | ProposeWaiver | ReturnForCorrection | RecommendApplication | DeclineApplication
)
LeadersCommand: TypeAlias = DecideWaiver | ReconsiderDecline
FilersCommand: TypeAlias = RequestReconsideration | EscalateToCity
PersonsCommand: TypeAlias = ClerksCommand | LeadersCommand | FilersCommand | DecideEscalation
Command: TypeAlias = Reaction | PersonsCommand

# Decide


def decide(state: DistrictReview, command: Command) -> Sequence[DistrictEvent]:
    """What happens, or a refusal."""
    if isinstance(command, Reaction):
        return _react(state, command)
    if isinstance(state, NotOpened):
        raise ReviewNotOpened
    _permitted(state, command)
    return _unless_decided(state, command)


def _permitted(state: Underway, command: PersonsCommand) -> None:
    opening = checks_of(state).opening
    match command:
        case DecideWaiver():
            decides(state, command.by, Role.DISTRICT_LEADER, Role.CITY_LEADER)
        case ReconsiderDecline():
            require(command.by, Role.DISTRICT_LEADER, district=opening.district)
        case RequestReconsideration() | EscalateToCity():
            require(command.by, Role.FILER, organization=opening.organization)
        case DecideEscalation():
            require(command.by, Role.CITY_LEADER)
        case CheckCompliance():
            may_act(state, command.by, Role.DISTRICT_CLERK, Role.CITY_OFFICER)
        case RecordJudgement() | ProposeWaiver():
            decides(state, command.by, Role.DISTRICT_CLERK, Role.CITY_OFFICER)
        case ReturnForCorrection() | RecommendApplication() | DeclineApplication():
            require(command.by, Role.DISTRICT_CLERK, district=opening.district)
        case _:
            assert_never(command)


def _unless_decided(state: Underway, command: PersonsCommand) -> Sequence[DistrictEvent]:
    """What happens; nothing moves what is decided, and a retry of what happened before is none the less one."""
    if not command.final:
        return _act(state, command)
    with suppress(Refusal):
        if not _act(state, command):
            return []
    raise ApplicationIsDecided


def _act(state: Underway, command: PersonsCommand) -> Sequence[DistrictEvent]:
    match command:
        case DecideWaiver():
            return decide_waiver(state, command)
        case ReconsiderDecline():
            return reconsider(state, command)
        case RequestReconsideration():
            return request(state, command)
        case EscalateToCity():
            return escalate(state, command)
        case DecideEscalation():
            return decide_escalation(state, command)
        case (
            CheckCompliance()
            | RecordJudgement()
            | ProposeWaiver()
            | ReturnForCorrection()
            | RecommendApplication()
            | DeclineApplication()
        ):
            return _clerk(state, command)
        case _:
            assert_never(command)


def _react(state: DistrictReview, command: Reaction) -> Sequence[DistrictEvent]:
    match command:
        case OpenDistrictReview():
            return open_review(state, command)
        case MatchPaper():
            return match_paper(state, command)
        case CloseReview():
            return close(state, command)
        case ReopenReview():
            return reopen(state, command)
        case _:
            assert_never(command)


def _clerk(state: Underway, command: ClerksCommand) -> Sequence[DistrictEvent]:
    match command:
        case CheckCompliance():
            return check(state, command)
        case RecordJudgement():
            return judge(state, command)
        case ProposeWaiver():
            return propose(state, command)
        case ReturnForCorrection():
            return send_back(state, command)
        case RecommendApplication():
            return recommend(state, command)
        case DeclineApplication():
            return decline(state, command)
        case _:
            assert_never(command)


DISTRICT_DECIDER: Decider[DistrictReview, Command, DistrictEvent] = Decider(NotOpened(), decide, evolve)
