"""How the commands of review's second stage were put: experts, panels, scores and votes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audit.case import Behind, Case
from audit.record import Contradiction, Incomplete
from services.review.domain.batch import BATCH_DECIDER, holds
from services.review.domain.conflicts import AssignReview, DeclareConflict, listed_only, posts_followed
from services.review.domain.constitution import ConstitutePanel, groups_of, panel_id
from services.review.domain.district_evolution import arrival
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Admitted, Recommended
from services.review.domain.electorate import Electorate, VotedOn, electorate
from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert
from services.review.domain.panel import PANEL_DECIDER, CloseScoring, ComputeRanking
from services.review.domain.panel_states import Constituted, Ranked
from services.review.domain.ranking import Entry
from services.review.domain.reactions import reaction
from services.review.domain.recusals import RecuseExpert, ReplaceExpert
from services.review.domain.scores import MarkOverdue, ReviseScore, ScoreApplication, VoidScore
from services.review.domain.scoring import SCORING_DECIDER
from services.review.domain.scoring_states import Scoring, Subject, conflicted, open_seats, scores_of, to_score_anew
from services.review.domain.votes import (
    RecordPanelDecision,
    ResolveTie,
    answers_asked,
    missing_scores_share,
    scored_anew,
    tie_share,
)
from shared.contracts import review
from shared.contracts.application import RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.actor import Role
from shared.kernel.instants import Instant, plus_days


def _enrol(case: Case, event: review.ExpertEnrolled) -> EnrolExpert:
    return EnrolExpert(event.expert, event.employer_uscc, event.specialties, case.by, case.at)


def _constitute(case: Case, event: review.PanelConstituted) -> ConstitutePanel:
    known = {one.expert: one for one in case.before(review.ExpertEnrolled)}
    pool, parameters = tuple(known.values()), case.plan.parameters
    groups, panels = groups_of(parameters), parameters.panels
    return ConstitutePanel(event.round, event.group, groups, pool, panels, event.seed, case.by, case.at)


def _reviewed(case: Case, application: str) -> Recommended | Admitted | None:
    state = case.fold(DISTRICT_DECIDER, f"district-{application}")
    return state if isinstance(state, Recommended | Admitted) else None


def _scoring(case: Case, application: str) -> Scoring:
    scoring: Scoring = case.fold(SCORING_DECIDER, f"scoring-{application}")
    return scoring


def _subject(case: Case, application: str) -> Subject:
    reviewed = _reviewed(case, application)
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
    ranked = _position(case, review.RankingComputed, panel=panel)
    replaced = case.record.where(review.ExpertReplaced, application=application)
    return frozenset(one.replacement for recorded, one in replaced if recorded.position < ranked)


def _secretaries(case: Case, *streams: str) -> frozenset[str]:
    """Who did something as the panel's secretary."""
    envelopes = [one.envelope for stream in streams for one in case.stream(stream)]
    return frozenset(envelope.actorid for envelope in envelopes if envelope.actorrole == Role.PANEL_SECRETARY)


def _reopened(case: Case, application: str, panel: str) -> bool:
    ranked = _position(case, review.RankingComputed, panel=panel)
    closed = max(ranked, _position(case, review.ScoringClosed, panel=panel))
    district = case.stream(f"district-{application}")
    events: list[Any] = [one.event for one in district]
    last = arrival(events)
    arrived = 0 if last is None else district[last].position
    return 0 < closed < arrived or _position(case, review.ScoringReopened, application=application) > ranked


def _position(case: Case, kind: type[Event], **members: object) -> int:
    """Where the last earlier event of a kind lies; 0 without one."""
    before = case.recorded.position
    return max((one.position for one, _ in case.record.where(kind, **members) if one.position < before), default=0)


def _since(case: Case, panel: str) -> RoundPlanned:
    """The policy in force when the panel was constituted, under which it scores and ranks."""
    recorded: list[tuple[Recorded, Any]] = case.record.where(review.PanelConstituted, panel=panel)
    if not recorded:
        raise Incomplete(f"{case.recorded.envelope.type} rests on panel {panel}, which the log does not hold")
    return case.plan_at(Instant(recorded[0][0].envelope.time))


def _declare(case: Case, event: review.ConflictDeclared) -> DeclareConflict:
    return DeclareConflict(_subject(case, event.application), event.answer, event.detail, case.by, case.at)


def _assign(case: Case, event: review.ReviewAssigned) -> AssignReview:
    subject = _subject(case, event.application)
    parameters = _since(case, event.panel).parameters
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
    reviewed = _reviewed(case, subject.application)
    if not isinstance(reviewed, Recommended):
        return isinstance(reviewed, Admitted)
    batch = case.fold(BATCH_DECIDER, f"batch-{subject.round}.{reviewed.checks.opening.district}")
    return holds(batch, subject.application, subject.version)


def _score(case: Case, event: review.ExpertScored) -> ScoreApplication:
    subject, plan = _subject(case, event.application), _since(case, event.panel)
    rubric, rubric_hash, employer = plan.parameters.rubric, plan.rubric_hash, _employer(case, event)
    return ScoreApplication(subject, event.version, rubric, rubric_hash, event.items, case.by, case.at, employer)


def _employer(case: Case, event: review.ExpertScored | review.ScoreRevised) -> str:
    """Where the expert worked then, if the panel's round follows that."""
    enrolled = case.before(review.ExpertEnrolled, expert=event.expert)
    followed = posts_followed(_since(case, event.panel).parameters.panels)
    return enrolled[-1].employer_uscc if enrolled and followed else ""


def _revise(case: Case, event: review.ScoreRevised) -> ReviseScore:
    plan = _since(case, event.panel)
    return ReviseScore(
        subject=_subject(case, event.application),
        version=event.version,
        rubric=plan.parameters.rubric,
        rubric_hash=plan.rubric_hash,
        items=event.items,
        reason=event.reason,
        by=case.by,
        at=case.at,
        employer_uscc=_employer(case, event),
    )


def _void(case: Case, event: review.ScoreVoided) -> VoidScore:
    return VoidScore(_subject(case, event.application), event.expert, event.reason, case.by, case.at)


def _overdue(case: Case, event: review.ScoreOverdue) -> MarkOverdue:
    return MarkOverdue(_subject(case, event.application), event.expert)


def _recuse(case: Case, event: review.ExpertRecused) -> RecuseExpert:
    subject = _subject(case, event.application)
    return RecuseExpert(subject, event.expert, event.reason, event.voids_score, case.by, case.at)


def _replace(case: Case, event: review.ExpertReplaced) -> ReplaceExpert:
    subject = _subject(case, event.application)
    other, group = case.one(review.ExpertEnrolled, expert=event.replacement), _group(case, event.panel)
    return ReplaceExpert(subject, event.expert, other, group, event.reason, case.by, case.at)


def _group(case: Case, panel: str) -> str:
    return str(case.one(review.PanelConstituted, panel=panel).group)


def _reopen(case: Case, _event: review.ScoringReopened) -> Any:
    return reaction(case.cause, case.recorded.envelope.causationid or "")


def _close(case: Case, event: review.ScoringClosed) -> CloseScoring:
    return CloseScoring(event.panel, case.by, case.at)


def _rank(case: Case, event: review.RankingComputed) -> ComputeRanking:
    openings = case.before(review.DistrictReviewOpened, round=event.round)
    applications = dict.fromkeys(one.application for one in openings if (one.category or COMPREHENSIVE) == event.group)
    entries = tuple(_entry(case, one) for one in applications if _reviewed(case, one) is not None)
    terms, after = _since(case, event.panel).parameters.panels, _scored_after(case, event.panel)
    return ComputeRanking(event.panel, entries, terms, case.by, case.at, after)


def _scored_after(case: Case, panel: str) -> int:
    """All rankings of the panel before, where a score was given or taken or opened again since the last; else 0."""
    ranked = _position(case, review.RankingComputed, panel=panel)
    scored = (review.ExpertScored, review.ScoreRevised, review.ScoreVoided, review.ScoringReopened)
    since = [_position(case, kind, panel=panel) for kind in scored]
    last = max(*since, _position(case, review.ExpertRecused, panel=panel, voids_score=True))
    return len(case.before(review.RankingComputed, panel=panel)) if last > ranked else 0


def _entry(case: Case, application: str) -> Entry:
    reviewed = _reviewed(case, application)
    if reviewed is None:
        raise Contradiction(case.recorded, "its application was not recommended")
    opening = reviewed.checks.opening
    scoring = _scoring(case, application)
    subject = _subject(case, application)
    terms = _since(case, subject.panel).parameters.panels
    entry = Entry(
        application=application,
        organization=opening.organization,
        version=opening.version,
        scores=scores_of(scoring, opening.version),
        open_seats=open_seats(scoring),
    )
    if scored_anew(terms) and (again := to_score_anew(scoring, subject.version)):
        entry = replace(entry, again=again, decided_before=_decided_before(case, application))
    if not posts_followed(terms) or (subject.decided and not subject.reopened):
        return entry
    pool = {one.expert: one.employer_uscc for one in case.before(review.ExpertEnrolled)}
    employed = {expert for expert, employer in pool.items() if employer == opening.uscc}
    return replace(entry, conflicted=conflicted(scoring, opening.version, employed))


def _decided_before(case: Case, application: str) -> int:
    """How many of the panel's decisions on an application came before an appeal opened its scores last."""
    opened = _position(case, review.ScoringReopened, application=application)
    taken = case.record.where(review.PanelDecisionRecorded, application=application)
    return sum(1 for recorded, _ in taken if recorded.position < opened)


def _resolve(case: Case, event: review.TieResolved) -> ResolveTie:
    voting = _electorate(case, event.order)
    terms = _since(case, event.panel).parameters.panels
    return ResolveTie(
        panel=event.panel,
        tie_group=event.tie_group,
        order=event.order,
        voters=event.voters,
        electorate=voting,
        by=case.by,
        at=case.at,
        share=tie_share(terms),
        answered=answers_asked(terms),
        settled=all(case.settled(one) for one in event.order),
    )


def _electorate(case: Case, applications: Sequence[str]) -> Electorate:
    pool = {one.expert: one for one in case.before(review.ExpertEnrolled)}
    return electorate([_voted_on(case, one) for one in applications], pool.values())


def _voted_on(case: Case, application: str) -> VotedOn:
    opening = case.one(review.DistrictReviewOpened, application=application)
    return VotedOn(opening.uscc, _scoring(case, application))


def _decide(case: Case, event: review.PanelDecisionRecorded) -> RecordPanelDecision:
    terms = _since(case, event.panel).parameters.panels
    return RecordPanelDecision(
        panel=event.panel,
        entry=_entry(case, event.application),
        minimum=terms.minimum_scores.value,
        decision=event.decision,
        reason=event.reason,
        voters=event.voters,
        electorate=_electorate(case, (event.application,)),
        by=case.by,
        at=case.at,
        share=missing_scores_share(terms),
        answered=answers_asked(terms),
        settled=case.settled(event.application),
    )


BEHIND: Behind = {
    review.ExpertEnrolled: (EXPERT_DECIDER, _enrol),
    review.PanelConstituted: (PANEL_DECIDER, _constitute),
    review.ConflictDeclared: (SCORING_DECIDER, _declare),
    review.ReviewAssigned: (SCORING_DECIDER, _assign),
    review.ExpertScored: (SCORING_DECIDER, _score),
    review.ScoreRevised: (SCORING_DECIDER, _revise),
    review.ScoreVoided: (SCORING_DECIDER, _void),
    review.ScoreOverdue: (SCORING_DECIDER, _overdue),
    review.ExpertRecused: (SCORING_DECIDER, _recuse),
    review.ExpertReplaced: (SCORING_DECIDER, _replace),
    review.ScoringReopened: (SCORING_DECIDER, _reopen),
    review.ScoringClosed: (PANEL_DECIDER, _close),
    review.RankingComputed: (PANEL_DECIDER, _rank),
    review.TieResolved: (PANEL_DECIDER, _resolve),
    review.PanelDecisionRecorded: (PANEL_DECIDER, _decide),
}
