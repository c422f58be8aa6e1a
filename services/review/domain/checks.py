"""What a district checks of a version: its paper, its compliance, and the rules that a person has to judge (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.review.domain.compliance import DEVIATES, Checklist, sound
from services.review.domain.district_states import (
    CONFORMS,
    Admitted,
    Declined,
    Dismissed,
    DistrictAct,
    DistrictReview,
    Ended,
    Escalated,
    NotOpened,
    Open,
    Recommended,
    Returned,
    ReviewAlreadyDecided,
    Underway,
    Upheld,
    VersionIsStale,
    before_the_city,
    checks_of,
    open_to,
)
from shared.contracts.application import ApplicationResubmitted, ApplicationSubmitted, PaperReceived
from shared.contracts.review import (
    ComplianceChecked,
    ComplianceItem,
    DistrictReviewOpened,
    JudgementRecorded,
    PaperMatched,
)
from shared.contracts.vocabulary import Outcome
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require

WITHDRAWN, LAPSED = "withdrawn", "lapsed"


@dataclass(frozen=True, slots=True)
class OpenDistrictReview:
    """A submission, or a corrected version of it, reached its district; commanded by the service itself (C5.3)."""

    submission: ApplicationSubmitted | ApplicationResubmitted


@dataclass(frozen=True, slots=True)
class MatchPaper:
    """The receipt clerk took the paper; commanded by the service itself (C5.1)."""

    paper: PaperReceived


@dataclass(frozen=True, slots=True)
class CheckCompliance(DistrictAct):
    """A clerk checked the paper materials of a version (C5.3 资料合规性审核)."""

    application: str
    version: int
    items: tuple[ComplianceItem, ...]
    by: Actor
    at: Instant
    listed: Checklist | None
    """What the round knows to check; None where it takes whatever a clerk names."""


@dataclass(frozen=True, slots=True)
class RecordJudgement(DistrictAct):
    """A clerk decides a rule that a person has to decide: R4, R5, R9, R10 (C2.1.1, C2.1.2, C2.1.3, C2.1.4)."""

    application: str
    rule: str
    outcome: Outcome
    rationale: str
    by: Actor
    at: Instant
    grounds: frozenset[str]
    """Rules that pass nothing by themselves and whose evaluation asks for a judgement; they make waivers possible."""


class NothingToJudge(Refusal):
    """The rules themselves decided this one."""

    title = "The rule is not one for a person to judge"
    field = "rule"


class OutcomeIsNoJudgement(Malformed):
    """A judgement passes or fails."""

    title = "A judgement is PASS or FAIL"
    field = "outcome"


def open_review(state: DistrictReview, command: OpenDistrictReview) -> Sequence[DistrictReviewOpened]:
    """Open the review of a first or a later version, once; what lapsed may have been corrected in time, see C5.3."""
    filed = command.submission
    if isinstance(state, NotOpened):
        return [_opened(filed)]
    if isinstance(state, Ended) and state.closing.reason == WITHDRAWN:
        return []
    opening = checks_of(state).opening
    later = isinstance(filed, ApplicationResubmitted) and filed.version > opening.version
    return [_opened(filed)] if later else []


def _opened(filed: ApplicationSubmitted | ApplicationResubmitted) -> DistrictReviewOpened:
    return DistrictReviewOpened(
        application=filed.application,
        organization=filed.organization,
        uscc=filed.uscc,
        organization_name=filed.organization_name,
        district=filed.district,
        round=filed.round,
        kind=filed.kind,
        category=filed.category,
        version=filed.version,
        snapshot_hash=filed.snapshot_hash,
        failed=filed.failed,
        to_judge=filed.to_judge,
    )


def match_paper(state: DistrictReview, command: MatchPaper) -> Sequence[PaperMatched]:
    """Compare the paper with the version under review, whatever the district has decided of it; see `evolve`."""
    if isinstance(state, NotOpened | Ended):
        return []
    checks, paper = checks_of(state), command.paper
    matched = PaperMatched(
        application=paper.application,
        version=paper.version,
        matches=paper.matches and paper.version == checks.opening.version,
        received_at=paper.received_at,
    )
    return [matched] if checks.paper != matched else []


def check(state: Underway, command: CheckCompliance) -> Sequence[ComplianceChecked]:
    """Record a compliance check; a later one stands beside it and counts, but a decision was taken on the last one."""
    checked, before = _checked(command), checks_of(state).compliance
    if before and before[-1] == checked:
        return []
    checks = _to_be_checked(state)
    if command.version != checks.opening.version:
        raise VersionIsStale(
            f"version {checks.opening.version} is under review", detail_zh=f"正在审核的是第{checks.opening.version}版"
        )
    return [checked]


def _checked(command: CheckCompliance) -> ComplianceChecked:
    sound(command.items, command.listed)
    return ComplianceChecked(
        application=command.application,
        version=command.version,
        items=command.items,
        result=CONFORMS if all(one.result == CONFORMS for one in command.items) else DEVIATES,
    )


def _to_be_checked(state: Underway) -> Open:
    """What is open, or was decided without a check, which the experts or the city may ask for."""
    match state:
        case Open():
            return state
        case Escalated(checks, escalation) if escalation.silence is not None:
            return checks
        case Recommended(checks) | Declined(checks) | Upheld(checks) | Escalated(checks):
            if checks.compliance:
                raise ReviewAlreadyDecided
            return checks
        case Returned() | Admitted() | Dismissed() | Ended():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


def may_act(state: Underway, by: Actor, district: Role, city: Role) -> None:
    """Refuse who has not this part in the district; what it let its time pass with is the city's to do too (C5.3)."""
    if by.role is not city:
        require(by, district, district=checks_of(state).opening.district)
    else:
        decides(state, by, district, city)


def decides(state: Underway, by: Actor, district: Role, city: Role) -> None:
    """Refuse who has not this part in the district, or in the city where the district let its time pass (C5.3)."""
    if before_the_city(state):
        require(by, city)
    else:
        require(by, district, district=checks_of(state).opening.district)


def judge(state: Underway, command: RecordJudgement) -> Sequence[JudgementRecorded]:
    """Record a judgement; the last one of a rule counts, and in a silent district's place the city judges grounds."""
    checks = open_to(state)
    if command.outcome not in (Outcome.PASS, Outcome.FAIL):
        raise OutcomeIsNoJudgement
    to_judge = checks.opening.to_judge if isinstance(state, Open) else ()
    if command.rule not in to_judge and command.rule not in command.grounds:
        raise NothingToJudge(
            f"{command.rule} is not open for judgement", detail_zh=f"规则{command.rule}无需判定", rule=command.rule
        )
    recorded = JudgementRecorded(
        application=command.application,
        rule=command.rule,
        outcome=command.outcome.value,
        rationale=command.rationale,
    )
    last = next((one for one in reversed(checks.judgements) if one.rule == command.rule), None)
    return [] if recorded == last else [recorded]
