"""Explain: the chain of events, rule results and people, by role and pseudonym, that made one outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from audit.record import Record
from audit.touching import subject_of, touches
from audit.words import Names, Said, said
from audit.words.terms import local, names_of
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EligibilityEvaluated,
    LateSubmissionRefused,
    PolicyAmended,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import (
    AppealDecided,
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    ObjectionUpheld,
    OrganizationApproved,
    RowWithdrawn,
)
from shared.contracts.review import (
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewReturned,
    EscalationDecided,
    ExpertRecused,
    ExpertScored,
    JudgementRecorded,
    RankingComputed,
    RankingRow,
    ScoreRevised,
    ScoreVoided,
    WaiverGranted,
)
from shared.contracts.vocabulary import Outcome

OUTCOMES = (
    EligibilityEvaluated,
    ApplicationSubmitted,
    ApplicationResubmitted,
    LateSubmissionRefused,
    ApplicationReturned,
    ApplicationWithdrawn,
    ApplicationLapsed,
    DistrictReviewReturned,
    DistrictRecommended,
    DistrictDeclined,
    DistrictDecisionReconsidered,
    EscalationDecided,
    ObjectionUpheld,
    RowWithdrawn,
    OrganizationApproved,
    ApplicationRejected,
    AppealDecided,
    ApprovalRevoked,
    ApprovalRenewed,
    ApprovalExpired,
)
"""What decides of an application."""


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
    zh: str
    """What it decided, in words."""
    en: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule said of the last version, and what people made of it: the failure stays beside its waiver."""

    rule: str
    clause: str
    outcome: str
    observed: str
    threshold: str
    decided: str = ""
    """PASS or FAIL as a clerk judged, WAIVED by two officers; empty where nobody had to decide."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One expert's score, as it was last revised; `void` is empty, or why it does not count."""

    expert: str
    total: int
    items: dict[str, int]
    void: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything about one application; the outcome is the last thing that was decided of it."""

    application: str
    organization_name: str
    uscc: str
    steps: tuple[Step, ...]
    rules: tuple[Ruling, ...]
    scores: tuple[Score, ...]
    ranked: RankingRow | None
    outcome_zh: str
    outcome_en: str


def explain(log: Iterable[Recorded], application: str) -> Explanation | None:
    """The last application of this id, of this code's organization or of this name; None when the log knows none."""
    record = Record.of(log, None)
    begun = [event for _, event in record.all(ApplicationStarted)]
    named = [one for one in begun if application in (one.application, one.uscc, one.organization_name)]
    started = named[-1] if named else None
    if started is None:
        return None
    application = started.application
    subject = subject_of(record, started)
    about = [one for one in record.in_time() if touches(subject, one)]
    events = [one.event for one in about]
    names = _names(record, started.round)
    rankings = [one for one in events if isinstance(one, RankingComputed)]
    rows = [row for one in rankings for row in one.rows if row.application == application]
    decided = [said(one, names) for one in events if isinstance(one, OUTCOMES)]
    zh, en = decided[-1] if decided else ("尚在填报", "in preparation")
    return Explanation(
        application=application,
        organization_name=started.organization_name,
        uscc=started.uscc,
        steps=tuple(_step(one, said(one.event, names)) for one in about),
        rules=_rulings(events),
        scores=_scores(events),
        ranked=rows[-1] if rows else None,
        outcome_zh=zh,
        outcome_en=en,
    )


def _names(record: Record, round_id: str) -> Names:
    plans = [event.parameters for _, event in record.all(RoundPlanned, round_id)]
    return names_of([*plans, *(event.parameters for _, event in record.all(PolicyAmended, round_id))])


def _step(recorded: Recorded, words: Said) -> Step:
    envelope = recorded.envelope
    return Step(
        at=local(envelope.time),
        service=recorded.service,
        position=recorded.position,
        event=type(recorded.event).__name__,
        role=envelope.actorrole,
        actor=envelope.actorid,
        district=envelope.actordistrict or "",
        because=envelope.causationid or "",
        zh=words[0],
        en=words[1],
    )


def _rulings(events: Sequence[Event]) -> tuple[Ruling, ...]:
    """The last evaluation's results, with what was judged and waived since."""
    rulings: dict[str, Ruling] = {}
    for event in events:
        match event:
            case EligibilityEvaluated(results=results):
                rulings = {
                    one.rule: Ruling(one.rule, one.clause, one.outcome, one.observed, one.threshold) for one in results
                }
            case JudgementRecorded(rule=rule, outcome=outcome, rationale=why) if rule in rulings:
                rulings[rule] = replace(rulings[rule], decided=outcome, why=why)
            case WaiverGranted(rule=rule, ground=why) if rule in rulings:
                rulings[rule] = replace(rulings[rule], decided=Outcome.WAIVED.value, why=why)
            case _:
                pass
    return tuple(rulings.values())


def _scores(events: Sequence[Event]) -> tuple[Score, ...]:
    scores: dict[str, Score] = {}
    for event in events:
        match event:
            case ExpertScored() | ScoreRevised():
                items = {item.criterion: item.score for item in event.items}
                scores[event.expert] = Score(event.expert, event.total, items)
            case ScoreVoided(expert=expert, reason=why) if expert in scores:
                scores[expert] = replace(scores[expert], void=why)
            case ExpertRecused(expert=expert, reason=why, voids_score=True) if expert in scores:
                scores[expert] = replace(scores[expert], void=why)
            case _:
                pass
    return tuple(scores.values())
