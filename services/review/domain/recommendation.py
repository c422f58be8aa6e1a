"""The district's opinion: recommended in an order, or declined for reasons (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.review.domain.compliance import Checklist, covered
from services.review.domain.district_states import (
    CONFORMS,
    Admitted,
    Declined,
    Dismissed,
    DistrictAct,
    Ended,
    Escalated,
    Open,
    Recommended,
    Returned,
    ReviewAlreadyDecided,
    Underway,
    Upheld,
    VersionIsStale,
    checks_of,
    deviation,
    judged,
    list_is_sealed,
    may_revise,
    unresolved,
    was_checked,
)
from shared.contracts.fields import place
from shared.contracts.review import DistrictDeclined, DistrictRecommended, DistrictReviewReopened
from shared.contracts.rule_messages import in_chinese
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class RecommendApplication(DistrictAct):
    """The district recommends this version; `deadline` is the first instant that is too late, see `time_for` (C5.3)."""

    application: str
    version: int
    opinion: str
    order: int
    orders_taken: frozenset[int]
    deadline: Instant
    by: Actor
    at: Instant
    sealed: bool
    """Whether the district's batch is sealed or sent."""
    compliance_required: bool
    """Whether the round asks for a compliance check of the version."""
    listed: Checklist | None
    """What the last check has to name; None where the round takes whatever a clerk named."""
    revisable: bool
    """Whether what stands recommended may be given another order; see `may_revise`."""
    grounds: frozenset[str]
    """Grounds of waivers that are judged first, either way; see `grounds_asked`."""


@dataclass(frozen=True, slots=True)
class DeclineApplication(DistrictAct):
    """The district does not recommend this version, or no longer while its list is open (C5.3)."""

    application: str
    version: int
    reasons: tuple[str, ...]
    by: Actor
    at: Instant
    sealed: bool
    """Whether the district's batch is sealed or sent."""
    revisable: bool
    """Whether what stands recommended may be declined; see `may_revise`."""


class PaperNotMatched(Refusal):
    """The paper has not come, or is not the online version."""

    title = "The paper filing does not match the online record"
    clause = "C5.1"


class ChecksUnresolved(Refusal):
    """A judgement is open or a failed rule is not waived."""

    title = "Rules are unresolved"
    clause = "C5.3"


class GroundNotJudged(Refusal):
    """The table that goes to the city leaves open no ground that was for the district to judge."""

    title = "The ground of waivers is up for judgement, and the district has not judged it"
    clause = "C2.1.7"
    field = "judgements"


class MaterialsDeviate(Refusal):
    """The last compliance check found something that does not conform."""

    title = "The materials do not conform"
    clause = "C5.3"
    field = "compliance"


class OrderTaken(Refusal):
    """Each order is given once in a district and round."""

    title = "Another application of the district has this order"
    clause = "C5.3"
    field = "order"


class DistrictDeadlinePassed(Refusal):
    """The district's time is over."""

    title = "The district's deadline has passed"
    clause = "C5.3"


def recommend(state: Underway, command: RecommendApplication) -> Sequence[DistrictRecommended]:
    """Recommend what is settled, once."""
    opening = checks_of(state).opening
    recommended = DistrictRecommended(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=command.version,
        opinion=command.opinion,
        order=command.order,
    )
    match state:
        case Open():
            _in_time(state, command)
            _settled(state, command)
            _judged(state, command)
            _free(command)
            return [recommended]
        case Recommended(recommendation=before) if before == recommended:
            return []
        case Recommended(checks):
            may_revise(checks, revisable=command.revisable, sealed=command.sealed)
            _of_the_version(checks, command)
            _settled(checks, command)
            _free(command)
            return [recommended]
        case Returned() | Declined() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


def _free(command: RecommendApplication) -> None:
    if command.order in command.orders_taken:
        raise OrderTaken(f"order {command.order} is taken", detail_zh=f"推荐顺序{command.order}已被占用")


def _of_the_version(checks: Open, command: RecommendApplication | DeclineApplication) -> None:
    if command.version != checks.opening.version:
        version = checks.opening.version
        raise VersionIsStale(f"version {version} is under review", detail_zh=f"正在审核的是第{version}版")


def _in_time(checks: Open, command: RecommendApplication) -> None:
    _of_the_version(checks, command)
    if command.at >= command.deadline and _has_an_end(checks):
        detail_zh = f"推荐期限{command.deadline}已过"
        raise DistrictDeadlinePassed(f"it ended at {command.deadline}", detail_zh=detail_zh)
    if command.sealed:
        raise list_is_sealed(checks)


def _has_an_end(checks: Open) -> bool:
    """What was opened again has none, unless the round gives a remit its time (C5.4)."""
    again = checks.reopened
    return again is None or (isinstance(again, DistrictReviewReopened) and again.due is not None)


def _settled(checks: Open, command: RecommendApplication) -> None:
    if checks.paper is None or not checks.paper.matches:
        raise PaperNotMatched
    if rules := unresolved(checks):
        raise ChecksUnresolved(", ".join(rules), detail_zh=in_chinese(rules), rule=rules[0])
    if command.compliance_required:
        was_checked(checks)
    if found := deviation(checks):
        items = [one.item for one in found.items if one.result != CONFORMS]
        raise MaterialsDeviate(", ".join(items), detail_zh="、".join(map(place, items)))
    covered(checks, command.listed)


def _judged(checks: Open, command: RecommendApplication) -> None:
    if waiting := sorted(command.grounds - judged(checks).keys()):
        rules = ", ".join(waiting)
        raise GroundNotJudged(
            f"to be judged first: {rules}", detail_zh=f"请先判定{in_chinese(waiting)}", rule=waiting[0]
        )


def decline(state: Underway, command: DeclineApplication) -> Sequence[DistrictDeclined]:
    """Decline an open version, or one that stands recommended on an open list, once."""
    match state:
        case Open():
            return [_declined(state, command)]
        case Recommended(checks, recommendation):
            may_revise(checks, revisable=command.revisable, sealed=command.sealed)
            return [replace(_declined(checks, command), revokes=recommendation.order)]
        case Declined(decline=before) if (before.version, before.reasons) == (command.version, command.reasons):
            return []
        case Declined() | Returned() | Upheld() | Escalated() | Admitted() | Dismissed() | Ended():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


def _declined(checks: Open, command: DeclineApplication) -> DistrictDeclined:
    _of_the_version(checks, command)
    opening = checks.opening
    return DistrictDeclined(
        application=opening.application,
        organization=opening.organization,
        round=opening.round,
        district=opening.district,
        version=command.version,
        reasons=command.reasons,
    )
