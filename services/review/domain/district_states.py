"""The states of a district's review, from its opening to the experts or its end (C5.3)."""

from dataclasses import dataclass
from typing import TypeAlias, TypeGuard, assert_never

from shared.contracts.review import (
    ComplianceChecked,
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewOpened,
    DistrictReviewReopened,
    DistrictReviewReturned,
    EscalatedToCity,
    EscalationDecided,
    JudgementRecorded,
    PaperMatched,
    ReconsiderationRequested,
    WaiverGranted,
    WaiverProposed,
    WaiverRefused,
)
from shared.contracts.vocabulary import Outcome
from shared.kernel.refusal import Refusal, Unknown

CONFORMS = "conforms"


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictAct:
    """What a person does with a review."""

    final: bool
    """Whether the application was approved or rejected, and no appeal remitted it to its district since."""


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The application has not been submitted."""


@dataclass(frozen=True, slots=True)
class Open:
    """The district checks one version; of a new version everything is checked anew."""

    opening: DistrictReviewOpened
    paper: PaperMatched | None = None
    compliance: tuple[ComplianceChecked, ...] = ()
    judgements: tuple[JudgementRecorded, ...] = ()
    proposals: tuple[WaiverProposed, ...] = ()
    waivers: tuple[WaiverGranted | WaiverRefused, ...] = ()
    reopened: DistrictDecisionReconsidered | DistrictReviewReopened | DistrictReviewReturned | None = None
    """Why it is open once more, also in a later version; the district's deadline, which it met, does not end it."""


@dataclass(frozen=True, slots=True)
class Returned:
    """With the applicant, to be corrected."""

    checks: Open
    returned: DistrictReviewReturned


@dataclass(frozen=True, slots=True)
class Recommended:
    """On its way to the experts."""

    checks: Open
    recommendation: DistrictRecommended


@dataclass(frozen=True, slots=True)
class Declined:
    """Not recommended; the applicant may ask the district again."""

    checks: Open
    decline: DistrictDeclined
    request: ReconsiderationRequested | None = None


@dataclass(frozen=True, slots=True)
class Upheld:
    """The decline stands; the applicant may go to the city."""

    checks: Open
    decision: DistrictDecisionReconsidered


@dataclass(frozen=True, slots=True)
class Escalated:
    """The city is to decide."""

    checks: Open
    escalation: EscalatedToCity


@dataclass(frozen=True, slots=True)
class Admitted:
    """On its way to the experts by the city's decision."""

    checks: Open
    decision: EscalationDecided


@dataclass(frozen=True, slots=True)
class Dismissed:
    """The city let the decline stand."""

    checks: Open
    decision: EscalationDecided


@dataclass(frozen=True, slots=True)
class Ended:
    """Withdrawn or lapsed: nothing of it is reviewed any more."""

    checks: Open
    closing: DistrictReviewClosed


Decided: TypeAlias = Returned | Recommended | Declined | Upheld | Escalated | Admitted | Dismissed | Ended
Underway: TypeAlias = Open | Decided
DistrictReview: TypeAlias = NotOpened | Underway


class ReviewNotOpened(Unknown):
    """The application did not reach a district."""

    title = "There is no district review of this application"
    clause = "C5.3"
    field = "application"


class ReviewAlreadyDecided(Refusal):
    """The district has decided otherwise, or the review is over."""

    title = "The district has decided already"
    clause = "C5.3"


class VersionIsStale(Refusal):
    """Another version is under review."""

    title = "Another version is under review"
    clause = "C5.3"
    field = "version"


class ComplianceNotChecked(Refusal):
    """资料合规性审核 comes before the recommendation, for each version anew."""

    title = "The paper materials of this version were not checked for compliance"
    clause = "C5.3"
    field = "compliance"


class BatchAlreadySealed(Refusal):
    """The district's list is fixed under an official letter."""

    title = "The district's recommendation list is sealed"
    clause = "C5.3"


def list_is_sealed(checks: Open) -> BatchAlreadySealed:
    """Who opens the list again, for what an appeal remitted and for all else."""
    if isinstance(checks.reopened, DistrictReviewReopened):
        return BatchAlreadySealed(
            "an appeal remitted it: the district's leader opens the list again, on that decision's authority",
            detail_zh="申诉退回本区：请区级负责人以申诉决定为依据启封名单",
        )
    return BatchAlreadySealed(
        "the district's leader opens the list again; once it was sent the city does, where the round has it so",
        detail_zh="名单由区级负责人启封；已报送且本轮规定由市级启封的，请市级经办人或市级负责人启封",
    )


def checks_of(state: Underway) -> Open:
    """What the district has checked of the version under review."""
    return state if isinstance(state, Open) else state.checks


def with_experts(state: DistrictReview) -> Open | None:
    """What was checked of a version that is on its way to the experts; None of any other."""
    match state:
        case Recommended(checks) | Admitted(checks):
            return checks
        case NotOpened() | Open() | Returned() | Declined() | Upheld() | Escalated() | Dismissed() | Ended():
            return None
        case _:
            assert_never(state)


def before_the_city(state: DistrictReview) -> TypeGuard[Escalated]:
    """Whether it is before the city because its district let its time pass."""
    return isinstance(state, Escalated) and state.escalation.silence is not None


def open_to(state: Underway) -> Open:
    """The checks as they are open to whoever decides on them: before the city, or in the district while it reviews.

    Raises `ReviewAlreadyDecided` when they are open no more.
    """
    if before_the_city(state):
        return state.checks
    if not isinstance(state, Open):
        raise ReviewAlreadyDecided
    return state


def may_revise(checks: Open, *, revisable: bool, sealed: bool) -> None:
    """Raise unless the district may change what it recommended, which it may while its list is open (C5.3).

    `revisable` tells that the list was opened again, or that experts see sent lists only; `sealed` whether the list is
    sealed or sent.
    """
    if not revisable:
        raise ReviewAlreadyDecided
    if sealed:
        raise list_is_sealed(checks)


def judged(checks: Open) -> dict[str, str]:
    """By rule the outcome of its last judgement."""
    return {judgement.rule: judgement.outcome for judgement in checks.judgements}


def waived(checks: Open) -> tuple[str, ...]:
    """Failed rules that two officers waived; a waiver holds as long as its ground is judged to hold (C2.1.7)."""
    outcomes = judged(checks)
    grounds = {outcome for rule, outcome in outcomes.items() if rule not in checks.opening.to_judge}
    if Outcome.PASS.value not in grounds:
        return ()
    granted = {waiver.rule for waiver in checks.waivers if isinstance(waiver, WaiverGranted)}
    return tuple(rule for rule in checks.opening.failed if rule in granted)


def was_checked(checks: Open) -> None:
    """Raise `ComplianceNotChecked` when nobody checked the materials of the version under review."""
    if not checks.compliance:
        raise ComplianceNotChecked(
            f"version {checks.opening.version} has no compliance check",
            detail_zh=f"第{checks.opening.version}版尚未进行合规性审核",
        )


def deviation(checks: Open) -> ComplianceChecked | None:
    """The last compliance check of the version, where something does not conform."""
    last = checks.compliance[-1] if checks.compliance else None
    return None if last is None or last.result == CONFORMS else last


def unresolved(checks: Open) -> tuple[str, ...]:
    """Failed rules that are not waived, and rules to judge whose last judgement is not PASS."""
    outcomes, granted = judged(checks), waived(checks)
    failed = tuple(rule for rule in checks.opening.failed if rule not in granted)
    waiting = tuple(rule for rule in checks.opening.to_judge if outcomes.get(rule) != Outcome.PASS)
    return (*failed, *waiting)
