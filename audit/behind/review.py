"""How review's commands were put."""

from audit.case import Behind, Case
from audit.record import Contradiction
from services.review.domain.district_review import (
    DISTRICT_DECIDER,
    DeclineApplication,
    MatchPaper,
    OpenDistrictReview,
    RecommendApplication,
    RecordJudgement,
)
from services.review.domain.expert import EXPERT_DECIDER, EnrolExpert
from services.review.domain.panel import (
    PANEL_DECIDER,
    CloseScoring,
    ComputeRanking,
    ConstitutePanel,
    groups_of,
    panel_id,
)
from services.review.domain.ranking import Entry
from services.review.domain.scoring import SCORING_DECIDER, AssignReview, DeclareConflict, ScoreApplication, Subject
from shared.contracts import review
from shared.contracts.category import Stream
from shared.contracts.topics import SCORING
from shared.contracts.vocabulary import COMPREHENSIVE, Outcome
from shared.kernel.instants import LocalDate, end_of_day, plus_seconds

DAY_SECONDS = 86_400


def _open_review(case: Case, _event: review.DistrictReviewOpened) -> OpenDistrictReview:
    return OpenDistrictReview(case.cause)


def _match(case: Case, _event: review.PaperMatched) -> MatchPaper:
    return MatchPaper(case.cause)


def _judge(case: Case, event: review.JudgementRecorded) -> RecordJudgement:
    return RecordJudgement(event.application, event.rule, Outcome(event.outcome), event.rationale, case.by, case.at)


def _recommend(case: Case, event: review.DistrictRecommended) -> RecommendApplication:
    taken = case.before(review.DistrictRecommended, round=event.round, district=event.district)
    return RecommendApplication(
        application=event.application,
        version=event.version,
        opinion=event.opinion,
        order=event.order,
        orders_taken=frozenset(one.order for one in taken if one.application != event.application),
        deadline=end_of_day(LocalDate(case.plan.parameters.calendar.district_deadline.value)),
        by=case.by,
        at=case.at,
    )


def _decline(case: Case, event: review.DistrictDeclined) -> DeclineApplication:
    return DeclineApplication(event.application, event.version, event.reasons, case.by, case.at)


def _enrol(case: Case, event: review.ExpertEnrolled) -> EnrolExpert:
    return EnrolExpert(event.expert, event.employer_uscc, event.specialties, case.by, case.at)


def _constitute(case: Case, event: review.PanelConstituted) -> ConstitutePanel:
    pool, parameters = tuple(case.before(review.ExpertEnrolled)), case.plan.parameters
    groups, panels = groups_of(parameters), parameters.panels
    return ConstitutePanel(event.round, event.group, groups, pool, panels, event.seed, case.by, case.at)


def _subject(case: Case, application_id: str) -> Subject:
    opening = case.one(review.DistrictReviewOpened, application=application_id)
    if not case.before(review.DistrictRecommended, application=application_id):
        raise Contradiction(case.recorded, "its application was not recommended")
    panel = panel_id(opening.round, opening.category or COMPREHENSIVE)
    return Subject(
        application=application_id,
        organization=opening.organization,
        uscc=opening.uscc,
        round=opening.round,
        version=opening.version,
        panel=panel,
        members=case.one(review.PanelConstituted, panel=panel).experts,
        closed=bool(case.before(review.ScoringClosed, panel=panel)),
    )


def _declare(case: Case, event: review.ConflictDeclared) -> DeclareConflict:
    return DeclareConflict(_subject(case, event.application), event.answer, event.detail, case.by, case.at)


def _assign(case: Case, event: review.ReviewAssigned) -> AssignReview:
    due = plus_seconds(case.at, case.plan.parameters.panels.scoring_days.value * DAY_SECONDS)
    employer = case.one(review.ExpertEnrolled, expert=event.expert).employer_uscc
    return AssignReview(_subject(case, event.application), event.expert, employer, due, case.by, case.at)


def _score(case: Case, event: review.ExpertScored) -> ScoreApplication:
    plan = case.plan
    return ScoreApplication(
        subject=_subject(case, event.application),
        version=event.version,
        rubric=plan.parameters.rubric,
        rubric_hash=plan.rubric_hash,
        items=event.items,
        by=case.by,
        at=case.at,
    )


def _close(case: Case, event: review.ScoringClosed) -> CloseScoring:
    return CloseScoring(event.panel, case.by, case.at)


def _rank(case: Case, event: review.RankingComputed) -> ComputeRanking:
    openings = {one.application: one for one in case.before(review.DistrictReviewOpened, round=event.round)}
    recommended = case.before(review.DistrictRecommended, round=event.round)
    entries = [
        Entry(one.application, one.organization, one.version, _scores(case, one))
        for one in recommended
        if (openings[one.application].category or COMPREHENSIVE) == event.group
    ]
    return ComputeRanking(event.panel, tuple(entries), case.plan.parameters.panels, case.by, case.at)


def _scores(case: Case, recommended: review.DistrictRecommended) -> tuple[review.ExpertScored, ...]:
    stream = Stream(SCORING, recommended.application, recommended.organization)
    scores: tuple[review.ExpertScored, ...] = case.fold(SCORING_DECIDER, stream.name).scores
    return scores


BEHIND: Behind = {
    review.DistrictReviewOpened: (DISTRICT_DECIDER, _open_review),
    review.PaperMatched: (DISTRICT_DECIDER, _match),
    review.JudgementRecorded: (DISTRICT_DECIDER, _judge),
    review.DistrictRecommended: (DISTRICT_DECIDER, _recommend),
    review.DistrictDeclined: (DISTRICT_DECIDER, _decline),
    review.ExpertEnrolled: (EXPERT_DECIDER, _enrol),
    review.PanelConstituted: (PANEL_DECIDER, _constitute),
    review.ConflictDeclared: (SCORING_DECIDER, _declare),
    review.ReviewAssigned: (SCORING_DECIDER, _assign),
    review.ExpertScored: (SCORING_DECIDER, _score),
    review.ScoringClosed: (PANEL_DECIDER, _close),
    review.RankingComputed: (PANEL_DECIDER, _rank),
}
