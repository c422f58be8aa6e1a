"""DistrictReview: OPEN → RECOMMENDED | DECLINED, by the district of registration (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from shared.contracts.application import ApplicationSubmitted, PaperReceived
from shared.contracts.review import (
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewOpened,
    JudgementRecorded,
    PaperMatched,
)
from shared.contracts.vocabulary import Outcome
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, Unknown, require

# Commands


@dataclass(frozen=True, slots=True)
class OpenDistrictReview:
    """A submission reached its district; commanded by the service itself."""

    submission: ApplicationSubmitted


@dataclass(frozen=True, slots=True)
class MatchPaper:
    """The receipt clerk took the paper; commanded by the service itself."""

    paper: PaperReceived


@dataclass(frozen=True, slots=True)
class RecordJudgement:
    """A clerk decides a rule that a person has to decide."""

    application: str
    rule: str
    outcome: Outcome
    rationale: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RecommendApplication:
    """The district recommends this version; `deadline` is the first instant that is too late."""

    application: str
    version: int
    opinion: str
    order: int
    orders_taken: frozenset[int]
    deadline: Instant
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class DeclineApplication:
    """The district does not recommend this version."""

    application: str
    version: int
    reasons: tuple[str, ...]
    by: Actor
    at: Instant


Command: TypeAlias = OpenDistrictReview | MatchPaper | RecordJudgement | RecommendApplication | DeclineApplication
DistrictEvent: TypeAlias = (
    DistrictReviewOpened | PaperMatched | JudgementRecorded | DistrictRecommended | DistrictDeclined
)

# States


@dataclass(frozen=True, slots=True)
class NotOpened:
    """The application has not been submitted."""


@dataclass(frozen=True, slots=True)
class Open:
    """The district checks."""

    opening: DistrictReviewOpened
    paper: PaperMatched | None = None
    judgements: tuple[JudgementRecorded, ...] = ()


@dataclass(frozen=True, slots=True)
class Recommended:
    """On its way to the experts."""

    opening: DistrictReviewOpened
    recommendation: DistrictRecommended


@dataclass(frozen=True, slots=True)
class Declined:
    """Not recommended."""

    opening: DistrictReviewOpened
    decline: DistrictDeclined


DistrictReview: TypeAlias = NotOpened | Open | Recommended | Declined

# Refusals


class ReviewNotOpened(Unknown):
    """The application did not reach a district."""

    title = "There is no district review of this application"
    clause = "C5.3"
    field = "application"


class ReviewAlreadyDecided(Refusal):
    """The district has decided otherwise."""

    title = "The district has decided already"
    clause = "C5.3"


class VersionIsStale(Refusal):
    """Another version is under review."""

    title = "Another version is under review"
    clause = "C5.3"
    field = "version"


class PaperNotMatched(Refusal):
    """The paper has not come, or is not the online version."""

    title = "The paper filing does not match the online record"
    clause = "C5.1"


class ChecksUnresolved(Refusal):
    """A judgement is open or a failed rule is not waived."""

    title = "Rules are unresolved"
    clause = "C5.3"


class NothingToJudge(Refusal):
    """The rules themselves decided this one."""

    title = "The rule is not one for a person to judge"
    field = "rule"


class OutcomeIsNoJudgement(Malformed):
    """A judgement passes or fails."""

    title = "A judgement is PASS or FAIL"
    field = "outcome"


class OrderTaken(Refusal):
    """Each order is given once in a district and round."""

    title = "Another application of the district has this order"
    clause = "C5.3"
    field = "order"


class DistrictDeadlinePassed(Refusal):
    """The district's time is over."""

    title = "The district's deadline has passed"
    clause = "C5.3"


# Evolve


def evolve(state: DistrictReview, event: DistrictEvent) -> DistrictReview:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state, event:
        case _, DistrictReviewOpened():
            return Open(event)
        case Open(), PaperMatched():
            return replace(state, paper=event)
        case Open(judgements=judgements), JudgementRecorded():
            return replace(state, judgements=(*judgements, event))
        case Open(opening), DistrictRecommended():
            return Recommended(opening, event)
        case Open(opening), DistrictDeclined():
            return Declined(opening, event)
        case _:
            return state


# Decide


def decide(state: DistrictReview, command: Command) -> Sequence[DistrictEvent]:
    """What happens, or a refusal."""
    match command:
        case OpenDistrictReview(submission):
            return [_opened(submission)] if isinstance(state, NotOpened) else []
        case MatchPaper(paper):
            return _match(state, paper)
        case RecordJudgement() | RecommendApplication() | DeclineApplication():
            if isinstance(state, NotOpened):
                raise ReviewNotOpened
            require(command.by, Role.DISTRICT_CLERK, district=state.opening.district)
            return _official(state, command)
        case _:
            assert_never(command)


def _official(
    state: Open | Recommended | Declined, command: RecordJudgement | RecommendApplication | DeclineApplication
) -> Sequence[DistrictEvent]:
    match command:
        case RecordJudgement():
            return _judge(state, command)
        case RecommendApplication():
            return _recommend(state, command)
        case DeclineApplication():
            return _decline(state, command)
        case _:
            assert_never(command)


def _opened(submission: ApplicationSubmitted) -> DistrictReviewOpened:
    return DistrictReviewOpened(
        application=submission.application,
        organization=submission.organization,
        uscc=submission.uscc,
        organization_name=submission.organization_name,
        district=submission.district,
        round=submission.round,
        kind=submission.kind,
        category=submission.category,
        version=submission.version,
        snapshot_hash=submission.snapshot_hash,
        failed=submission.failed,
        to_judge=submission.to_judge,
    )


def _match(state: DistrictReview, paper: PaperReceived) -> Sequence[DistrictEvent]:
    matched = PaperMatched(
        application=paper.application, version=paper.version, matches=paper.matches, received_at=paper.received_at
    )
    return [matched] if isinstance(state, Open) and state.paper != matched else []


def _judge(state: Open | Recommended | Declined, command: RecordJudgement) -> Sequence[DistrictEvent]:
    if not isinstance(state, Open):
        raise ReviewAlreadyDecided
    if command.outcome not in (Outcome.PASS, Outcome.FAIL):
        raise OutcomeIsNoJudgement
    if command.rule not in state.opening.to_judge:
        raise NothingToJudge(f"{command.rule} is not open for judgement", rule=command.rule)
    recorded = JudgementRecorded(
        application=command.application,
        rule=command.rule,
        outcome=command.outcome.value,
        rationale=command.rationale,
    )
    last = next((one for one in reversed(state.judgements) if one.rule == command.rule), None)
    return [] if recorded == last else [recorded]


def unresolved(state: Open) -> tuple[str, ...]:
    """Failed rules, and rules to judge whose last judgement is not PASS."""
    judged = {judgement.rule: judgement.outcome for judgement in state.judgements}
    waiting = tuple(rule for rule in state.opening.to_judge if judged.get(rule) != Outcome.PASS)
    return (*state.opening.failed, *waiting)


def _recommend(state: Open | Recommended | Declined, command: RecommendApplication) -> Sequence[DistrictEvent]:
    opening = state.opening
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
            _check(state, command)
            return [recommended]
        case Recommended(recommendation=before) if before == recommended:
            return []
        case Recommended() | Declined():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


def _check(state: Open, command: RecommendApplication) -> None:
    if command.version != state.opening.version:
        raise VersionIsStale(f"version {state.opening.version} is under review")
    if command.at >= command.deadline:
        raise DistrictDeadlinePassed(f"it ended at {command.deadline}")
    if state.paper is None or not state.paper.matches:
        raise PaperNotMatched
    if rules := unresolved(state):
        raise ChecksUnresolved(", ".join(rules), rule=rules[0])
    if command.order in command.orders_taken:
        raise OrderTaken(f"order {command.order} is taken")


def _decline(state: Open | Recommended | Declined, command: DeclineApplication) -> Sequence[DistrictEvent]:
    match state:
        case Open(opening):
            if command.version != opening.version:
                raise VersionIsStale(f"version {opening.version} is under review")
            return [
                DistrictDeclined(
                    application=opening.application,
                    organization=opening.organization,
                    round=opening.round,
                    district=opening.district,
                    version=command.version,
                    reasons=command.reasons,
                )
            ]
        case Declined(decline=before) if (before.version, before.reasons) == (command.version, command.reasons):
            return []
        case Recommended() | Declined():
            raise ReviewAlreadyDecided
        case _:
            assert_never(state)


DISTRICT_DECIDER: Decider[DistrictReview, Command, DistrictEvent] = Decider(NotOpened(), decide, evolve)
