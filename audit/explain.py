"""Explain: the chain of events, rule results and people, by role and pseudonym, that made one outcome."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.application import (
    ApplicationStarted,
    ApplicationSubmitted,
    EligibilityEvaluated,
    LateSubmissionRefused,
    RuleResult,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.contracts.review import (
    DistrictDeclined,
    DistrictRecommended,
    ExpertScored,
    JudgementRecorded,
    RankingComputed,
    RankingRow,
)
from shared.contracts.vocabulary import Outcome
from shared.kernel.instants import Instant, local_text

OUTCOMES = (
    EligibilityEvaluated,
    ApplicationSubmitted,
    LateSubmissionRefused,
    DistrictRecommended,
    DistrictDeclined,
    OrganizationApproved,
    ApplicationRejected,
)
"""What decides of an application."""


UNMET = (Outcome.FAIL, Outcome.MISSING)


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an application's way; `at` is Asia/Shanghai, `actor` a pseudonymous account."""

    at: str
    service: str
    position: int
    event: str
    role: str
    actor: str
    district: str
    because: str
    """The event id that caused it, when no person commanded."""
    said: str
    """What it decided, in a few words."""


@dataclass(frozen=True, slots=True)
class Score:
    """One expert's score."""

    expert: str
    total: int
    items: dict[str, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one application; `outcome` is the last thing that was decided of it."""

    application: str
    organization_name: str
    uscc: str
    steps: tuple[Step, ...]
    rules: tuple[RuleResult, ...]
    scores: tuple[Score, ...]
    ranked: RankingRow | None
    outcome: str


def explain(log: Iterable[Recorded], application: str) -> Explanation | None:
    """The explanation, or None when the log does not know the application."""
    about = sorted((one for one in log if _concerns(one.event, application)), key=_in_time)
    events = [one.event for one in about]
    started = next((one for one in events if isinstance(one, ApplicationStarted)), None)
    if started is None:
        return None
    evaluated = [one for one in events if isinstance(one, EligibilityEvaluated)]
    rankings = [one for one in events if isinstance(one, RankingComputed)]
    rows = [row for one in rankings for row in one.rows if row.application == application]
    scored = [one for one in events if isinstance(one, ExpertScored)]
    said = [_said(one) for one in events if isinstance(one, OUTCOMES)]
    return Explanation(
        application=application,
        organization_name=started.organization_name,
        uscc=started.uscc,
        steps=tuple(_step(one) for one in about),
        rules=evaluated[-1].results if evaluated else (),
        scores=tuple(
            Score(one.expert, one.total, {item.criterion: item.score for item in one.items}) for one in scored
        ),
        ranked=rows[-1] if rows else None,
        outcome=said[-1] if said else "in preparation",
    )


def _concerns(event: Event, application: str) -> bool:
    rows = (*getattr(event, "rows", ()), *getattr(event, "not_selected", ()))
    return getattr(event, "application", None) == application or any(
        getattr(row, "application", None) == application for row in rows
    )


def _in_time(recorded: Recorded) -> tuple[str, int, str, int]:
    """A reaction has the time of its cause: what people did comes before what followed from it."""
    envelope = recorded.envelope
    return envelope.time, 0 if envelope.causationid is None else 1, recorded.service, recorded.position


def _step(recorded: Recorded) -> Step:
    envelope = recorded.envelope
    return Step(
        at=local_text(Instant(envelope.time)),
        service=recorded.service,
        position=recorded.position,
        event=type(recorded.event).__name__,
        role=envelope.actorrole,
        actor=envelope.actorid,
        district=envelope.actordistrict or "",
        because=envelope.causationid or "",
        said=_said(recorded.event),
    )


def _said(event: Event) -> str:
    match event:
        case EligibilityEvaluated() | ApplicationSubmitted():
            return _of_the_filing(event)
        case LateSubmissionRefused():
            return f"late: received {event.received_at}, deadline {event.deadline}"
        case ExpertScored():
            return f"{event.total} points"
        case OrganizationApproved():
            return f"approved, rank {event.rank}"
        case ApplicationRejected():
            return f"rejected: {', '.join(event.codes)}"
        case _:
            return _of_the_district(event)


def _of_the_filing(event: EligibilityEvaluated | ApplicationSubmitted) -> str:
    if isinstance(event, ApplicationSubmitted):
        return f"submitted, {event.overall}"
    wrong = ", ".join(f"{one.rule} {one.outcome}" for one in event.results if one.outcome in UNMET)
    return f"{event.overall}: {wrong}" if wrong else event.overall


def _of_the_district(event: Event) -> str:
    match event:
        case JudgementRecorded():
            return f"{event.rule} {event.outcome}: {event.rationale}"
        case DistrictRecommended():
            return f"recommended, order {event.order}: {event.opinion}"
        case DistrictDeclined():
            return f"declined: {'; '.join(event.reasons)}"
        case _:
            return ""
