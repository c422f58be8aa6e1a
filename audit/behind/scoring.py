"""How the commands of review's experts' stage were put: the pool, seats and scores."""

from typing import Any

from audit.case import Behind, Case
from audit.record import Contradiction, Incomplete
from services.review.domain.batch import BATCH_DECIDER
from services.review.domain.batch_states import holds
from services.review.domain.conflicts import AssignReview, DeclareConflict, listed_only, posts_followed
from services.review.domain.constitution import panel_id
from services.review.domain.district_evolution import arrival
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Admitted, Recommended
from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert
from services.review.domain.panel import PANEL_DECIDER
from services.review.domain.panel_states import Constituted, Ranked
from services.review.domain.reactions import reaction
from services.review.domain.recusals import RecuseExpert, ReplaceExpert
from services.review.domain.scores import MarkOverdue, ReviseScore, ScoreApplication, VoidScore
from services.review.domain.scoring import SCORING_DECIDER
from services.review.domain.scoring_states import Scoring, Subject
from shared.contracts import review
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, just_before, plus_days


def _enrol(case: Case, event: review.ExpertEnrolled) -> EnrolExpert:
    return EnrolExpert(event.expert, event.employer_uscc, event.specialties, case.by, case.at)


def recommended(case: Case, application: str) -> Recommended | Admitted | None:
    """The review of an application that is with the experts; None of any other."""
    state = case.fold(DISTRICT_DECIDER, f"district-{application}")
    return state if isinstance(state, Recommended | Admitted) else None


def scoring_of(case: Case, application: str) -> Scoring:
    """What the experts of an application had said."""
    scoring: Scoring = case.fold(SCORING_DECIDER, f"scoring-{application}")
    return scoring


def subject_of(case: Case, application: str) -> Subject:
    """What was scored, as its panel stood then."""
    reviewed = recommended(case, application)
    if reviewed is None:
        raise Contradiction(case.recorded, "its application was not recommended")
    opening = reviewed.checks.opening
    panel = panel_id(opening.round, opening.category or COMPREHENSIVE)
    state = case.fold(PANEL_DECIDER, f"panel-{panel}")
    kinds = (OrganizationApproved, ApplicationRejected)
    return Subject(
        application=application,
        organization=opening.organization,
        uscc=opening.uscc,
        round=opening.round,
        version=opening.version,
        panel=panel,
        members=case.one(review.PanelConstituted, panel=panel).experts,
        closed=not isinstance(state, Constituted),
        reopened=_reopened(case, application, panel),
        decided=any(case.before(kind, application=application) for kind in kinds),
        run_by=_secretaries(case, f"panel-{panel}", f"scoring-{application}"),
        ranked=isinstance(state, Ranked),
        passed_over=_passed_over(case, application, panel),
    )


def _passed_over(case: Case, application: str, panel: str) -> frozenset[str]:
    """Whose place was given to them before the panel's last ranking."""
    ranked = position_of(case, review.RankingComputed, panel=panel)
    replaced = case.record.where(review.ExpertReplaced, application=application)
    return frozenset(one.replacement for recorded, one in replaced if recorded.position < ranked)


def _secretaries(case: Case, *streams: str) -> frozenset[str]:
    """Who did something as the panel's secretary."""
    envelopes = [one.envelope for stream in streams for one in case.stream(stream)]
    return frozenset(envelope.actorid for envelope in envelopes if envelope.actorrole == Role.PANEL_SECRETARY)


def _reopened(case: Case, application: str, panel: str) -> bool:
    ranked = position_of(case, review.RankingComputed, panel=panel)
    closed = max(ranked, position_of(case, review.ScoringClosed, panel=panel))
    district = case.stream(f"district-{application}")
    events: list[Any] = [one.event for one in district]
    last = arrival(events)
    arrived = 0 if last is None else district[last].position
    return 0 < closed < arrived or position_of(case, review.ScoringReopened, application=application) > ranked


def position_of(case: Case, kind: type[Event], **members: object) -> int:
    """Where the last earlier event of a kind lies; 0 without one."""
    before = case.recorded.position
    return max((one.position for one, _ in case.record.where(kind, **members) if one.position < before), default=0)


def since(case: Case, panel: str) -> RoundPlanned:
    """The policy in force before the panel was constituted, under which it scores and ranks."""
    recorded: list[tuple[Recorded, Any]] = case.record.where(review.PanelConstituted, panel=panel)
    if not recorded:
        raise Incomplete(f"{case.recorded.envelope.type} rests on panel {panel}, which the log does not hold")
    return case.plan_at(just_before(Instant(recorded[0][0].envelope.time)))


def _declare(case: Case, event: review.ConflictDeclared) -> DeclareConflict:
    subject = subject_of(case, event.application)
    return DeclareConflict(subject, event.answer, event.detail, case.by, case.at, _employer(case, event, subject.panel))


def _assign(case: Case, event: review.ReviewAssigned) -> AssignReview:
    subject = subject_of(case, event.application)
    parameters = since(case, event.panel).parameters
    return AssignReview(
        subject=subject,
        expert=event.expert,
        employer_uscc=case.one(review.ExpertEnrolled, expert=event.expert).employer_uscc,
        due=plus_days(case.at, parameters.panels.scoring_days.value),
        by=case.by,
        at=case.at,
        listed=not listed_only(parameters) or _listed(case, subject),
    )


def _listed(case: Case, subject: Subject) -> bool:
    reviewed = recommended(case, subject.application)
    if not isinstance(reviewed, Recommended):
        return isinstance(reviewed, Admitted)
    batch = case.fold(BATCH_DECIDER, f"batch-{subject.round}.{reviewed.checks.opening.district}")
    return holds(batch, subject.application, subject.version)


def _score(case: Case, event: review.ExpertScored) -> ScoreApplication:
    subject, plan = subject_of(case, event.application), since(case, event.panel)
    rubric, rubric_hash, employer = plan.parameters.rubric, plan.rubric_hash, _employer(case, event, event.panel)
    return ScoreApplication(subject, event.version, rubric, rubric_hash, event.items, case.by, case.at, employer)


def _employer(
    case: Case, event: review.ConflictDeclared | review.ExpertScored | review.ScoreRevised, panel: str
) -> str:
    """Where the expert worked then, if the panel's round follows that."""
    enrolled = case.before(review.ExpertEnrolled, expert=event.expert)
    followed = posts_followed(since(case, panel).parameters.panels)
    return enrolled[-1].employer_uscc if enrolled and followed else ""


def _revise(case: Case, event: review.ScoreRevised) -> ReviseScore:
    plan = since(case, event.panel)
    return ReviseScore(
        subject=subject_of(case, event.application),
        version=event.version,
        rubric=plan.parameters.rubric,
        rubric_hash=plan.rubric_hash,
        items=event.items,
        reason=event.reason,
        by=case.by,
        at=case.at,
        employer_uscc=_employer(case, event, event.panel),
    )


def _void(case: Case, event: review.ScoreVoided) -> VoidScore:
    return VoidScore(subject_of(case, event.application), event.expert, event.reason, case.by, case.at)


def _overdue(case: Case, event: review.ScoreOverdue) -> MarkOverdue:
    return MarkOverdue(subject_of(case, event.application), event.expert)


def _recuse(case: Case, event: review.ExpertRecused) -> RecuseExpert:
    subject = subject_of(case, event.application)
    return RecuseExpert(subject, event.expert, event.reason, event.voids_score, case.by, case.at)


def _replace(case: Case, event: review.ExpertReplaced) -> ReplaceExpert:
    subject = subject_of(case, event.application)
    other, group = case.one(review.ExpertEnrolled, expert=event.replacement), _group(case, event.panel)
    return ReplaceExpert(subject, event.expert, other, group, event.reason, case.by, case.at)


def _group(case: Case, panel: str) -> str:
    return str(case.one(review.PanelConstituted, panel=panel).group)


def _reopen(case: Case, event: review.ScoringReopened) -> Any:
    return reaction(case.cause, case.recorded.envelope.causationid or "", None, _panel_of(case, event.application))


def _panel_of(case: Case, application: str) -> str | None:
    reviewed = recommended(case, application)
    if reviewed is None:
        return None
    opening = reviewed.checks.opening
    panel = panel_id(opening.round, opening.category or COMPREHENSIVE)
    return panel if case.before(review.PanelConstituted, panel=panel) else None


BEHIND: Behind = {
    review.ExpertEnrolled: (EXPERT_DECIDER, _enrol),
    review.ConflictDeclared: (SCORING_DECIDER, _declare),
    review.ReviewAssigned: (SCORING_DECIDER, _assign),
    review.ExpertScored: (SCORING_DECIDER, _score),
    review.ScoreRevised: (SCORING_DECIDER, _revise),
    review.ScoreVoided: (SCORING_DECIDER, _void),
    review.ScoreOverdue: (SCORING_DECIDER, _overdue),
    review.ExpertRecused: (SCORING_DECIDER, _recuse),
    review.ExpertReplaced: (SCORING_DECIDER, _replace),
    review.ScoringReopened: (SCORING_DECIDER, _reopen),
}
