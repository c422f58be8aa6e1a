"""The command behind an event, put together again from the facts before it, and decided again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from audit.record import NONSENSE, Contradiction, Incomplete, Record
from services.application.domain.application import (
    APPLICATION_DECIDER,
    ReceivePaper,
    SaveForm,
    StartApplication,
    SubmitApplication,
)
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.terms import Applicant, RoundTerms, terms_of
from services.publication.domain.agreement import AGREEMENT_DECIDER, OfferAgreement, SignAgreement
from services.publication.domain.decision import DECISION_DECIDER, ApproveList, ProposeList
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from services.registration.domain.organization import (
    ORGANIZATION_DECIDER,
    CertifyOrganization,
    Profile,
    RegisterOrganization,
    RequestCertification,
)
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation, FileServiceReport
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
from shared.contracts import application, publication, registration, reporting, review
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.topics import DECISION, SCORING
from shared.contracts.vocabulary import COMPREHENSIVE, District, LegalForm, Outcome
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, LocalDate, end_of_day, plus_seconds
from shared.kernel.refusal import Refusal

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Case:
    """One event, and what was known when it was decided."""

    record: Record
    recorded: Recorded

    @property
    def at(self) -> Instant:
        """When it was commanded (UTC)."""
        return Instant(self.recorded.envelope.time)

    @property
    def by(self) -> Actor:
        """Who commanded it; an organization's people act for the organization that is theirs."""
        envelope = self.recorded.envelope
        organization = self._of_its_application("organization")
        theirs = self.record.organizations[envelope.actorid]
        return Actor(
            envelope.actorid,
            Role(envelope.actorrole),
            envelope.actordistrict,
            str(organization) if organization in theirs else None,
        )

    @property
    def plan(self) -> application.RoundPlanned:
        """The plan of the event's round; raise `Incomplete` when it is not there."""
        return self.record.plan(str(self._of_its_application("round")))[1]

    @property
    def terms(self) -> RoundTerms:
        """What of the plan an application's decisions need."""
        plan = self.plan
        return terms_of(plan.parameters, opened=bool(self.before(application.RoundOpened, round=plan.round)))

    @property
    def cause(self) -> Any:
        """The foreign event that this one reacts to; raise `Incomplete` when it is not there."""
        return self.record.event(self.recorded, self.recorded.envelope.causationid or "")

    def before(self, kind: type[Event], **members: object) -> list[Any]:
        """The events of a kind that the same service recorded earlier, with these members."""
        return [event for at, event in self.record.where(kind, **members) if at.position < self.recorded.position]

    def one(self, kind: type[Event], **members: object) -> Any:
        """The last of an earlier or foreign kind with these members; raise `Incomplete` when there is none."""
        found = self.record.where(kind, **members)
        if not found:
            named = ", ".join(f"{name} {value}" for name, value in members.items())
            raise Incomplete(
                f"{self.recorded.envelope.type} rests on {kind.TYPE} of {named}, which the log does not hold"
            )
        return found[-1][1]

    def fold(self, decider: Decider[Any, Any, Any], stream: str) -> Any:
        """The state of one of the same service's aggregates just before the event."""
        log = self.record.streams.get(f"{self.recorded.service}/{stream}", ())
        return decider.fold(one.event for one in log if one.position < self.recorded.position)

    def _of_its_application(self, member: str) -> object:
        """What the event says of it, or else what the beginning of its application says; None when it has none."""
        event = self.recorded.event
        if hasattr(event, member) or not hasattr(event, "application"):
            return getattr(event, member, None)
        return getattr(self.one(application.ApplicationStarted, application=event.application), member)


def decide_again(record: Record, recorded: Recorded) -> bool:
    """Whether the event could be decided again; raise `Contradiction` where that comes out otherwise."""
    if type(recorded.event) not in BEHIND:
        return False
    again = _again(record, recorded)
    if recorded.event not in again:
        raise Contradiction(recorded, _difference(recorded.event, again))
    return True


def decided_with(record: Record, recorded: Recorded) -> Sequence[Event]:
    """The other events that the command behind this one decides."""
    return [one for one in _again(record, recorded) if one != recorded.event]


def _again(record: Record, recorded: Recorded) -> Sequence[Event]:
    decider, command_of = BEHIND[type(recorded.event)]
    case = Case(record, recorded)
    try:
        again: Sequence[Event] = decider.decide(
            case.fold(decider, recorded.envelope.stream), command_of(case, recorded.event)
        )
    except Refusal as refusal:
        if not refusal.record:
            raise Contradiction(recorded, f"it had to be refused: {refusal.detail}") from refusal
        return [one for one in refusal.record if isinstance(one, Event)]
    except NONSENSE as error:
        raise Contradiction(recorded, f"nothing can be decided on it: {type(error).__name__} {error}") from error
    return again


def _difference(event: Event, again: Sequence[object]) -> str:
    same = next((one for one in again if isinstance(one, type(event))), None)
    if same is None:
        return "the log's own facts do not lead to it"
    names = [one.name for one in fields(event)]  # type: ignore[arg-type]  # every event is a dataclass
    differing = [name for name in names if getattr(event, name) != getattr(same, name)]
    return f"its {', '.join(differing)}: not what the log's own facts lead to"


# Registration


def _register(case: Case, event: registration.OrganizationRegistered) -> RegisterOrganization:
    return RegisterOrganization(event.organization, event.uscc, event.name, case.by, case.at)


def _request(case: Case, event: registration.CertificationRequested) -> RequestCertification:
    profile = Profile(
        legal_form=LegalForm(event.legal_form),
        district=District(event.district),
        established_on=event.established_on,
        reg_address=event.reg_address,
        legal_representative=event.legal_representative,
        contact=event.contact,
        documents=event.documents,
    )
    return RequestCertification(event.organization, profile, case.by, case.at)


def _certify(case: Case, event: registration.OrganizationCertified) -> CertifyOrganization:
    return CertifyOrganization(event.organization, event.profile_hash, case.by, case.at)


# Application


def _plan(case: Case, event: application.RoundPlanned) -> PlanRound:
    return PlanRound(event.parameters, case.by, case.at)


def _open(case: Case, event: application.RoundOpened) -> OpenRound:
    return OpenRound(event.round, event.forms_hash, case.by, case.at)


def _start(case: Case, event: application.ApplicationStarted) -> StartApplication:
    of = case.one(registration.OrganizationCertified, organization=event.organization)
    applicant = Applicant(of.organization, of.uscc, of.name, of.legal_form, of.district, certified=True)
    return StartApplication(event.application, applicant, case.terms, event.kind, event.category, case.by, case.at)


def _save(case: Case, event: application.FormSaved) -> SaveForm:
    table = event.t1 or event.t2 or event.t3 or event.t4
    if table is None:
        raise Contradiction(case.recorded, "it saves no table")
    return SaveForm(event.application, table, event.revision - 1, case.by, case.at)


def _submit(
    case: Case,
    event: application.EligibilityEvaluated | application.ApplicationSubmitted | application.LateSubmissionRefused,
) -> SubmitApplication:
    return SubmitApplication(event.application, case.terms, case.by, case.at)


def _receive(case: Case, event: application.PaperReceived) -> ReceivePaper:
    return ReceivePaper(event.application, event.version, event.snapshot_hash, event.copies, case.by, case.at)


# Review


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


# Publication


def _propose(case: Case, event: publication.ApprovalListProposed) -> ProposeList:
    """Which panels publication knew of is not in the log, only which rankings: panels are not asked for again."""
    rankings: Any = {event_id: case.record.event(case.recorded, event_id) for event_id in event.rankings}
    return ProposeList(
        round=event.round,
        panels=(),
        rankings=rankings,
        submissions={one.application: one for _, one in case.record.all(application.ApplicationSubmitted, event.round)},
        quotas=case.plan.parameters.quotas,
        by=case.by,
        at=case.at,
    )


def _approve(case: Case, event: publication.ListApproved) -> ApproveList:
    notices, calendar = case.before(publication.NoticePublished, round=event.round), case.plan.parameters.calendar
    return ApproveList(
        round=event.round,
        notice=notices[-1] if notices else None,
        valid_from=calendar.valid_from.value,
        valid_to=calendar.valid_to.value,
        by=case.by,
        at=case.at,
    )


def _put_on_notice(case: Case, event: publication.NoticePublished) -> PublishNotice:
    decision = case.fold(DECISION_DECIDER, Stream(DECISION, event.round, event.round).name)
    return PublishNotice(event.round, decision, case.plan.parameters.calendar, case.by, case.at)


def _publish(case: Case, event: publication.ListPublished) -> PublishList:
    decision = case.fold(DECISION_DECIDER, Stream(DECISION, event.round, event.round).name)
    return PublishList(event.round, decision, event.url, case.by, case.at)


def _offer(case: Case, event: publication.AgreementOffered) -> OfferAgreement:
    days = case.plan.parameters.calendar.agreement_due_days.value
    return OfferAgreement(
        application=event.application,
        organization=event.organization,
        round=event.round,
        approved=bool(case.before(publication.OrganizationApproved, application=event.application)),
        terms_sha256=event.terms_sha256,
        due=plus_seconds(case.at, days * DAY_SECONDS),
        by=case.by,
        at=case.at,
    )


def _sign(case: Case, event: publication.AgreementSigned) -> SignAgreement:
    return SignAgreement(event.application, event.terms_sha256, case.by, case.at)


# Reporting


def _owe(case: Case, event: reporting.ObligationCreated) -> CreateObligation:
    terms = case.plan.parameters.obligations
    term = next((one for one in terms if (one.kind, one.year) == (event.kind, event.year)), None)
    if term is None:
        raise Contradiction(case.recorded, "the round asks for no such report")
    return CreateObligation(case.cause, term)


def _file(case: Case, event: reporting.ServiceReportFiled) -> FileServiceReport:
    return FileServiceReport(event.obligation, event.version, event.metrics, event.evidence, case.by, case.at)


Behind: TypeAlias = tuple[Decider[Any, Any, Any], Callable[[Case, Any], Any]]

BEHIND: Mapping[type[Event], Behind] = {
    registration.OrganizationRegistered: (ORGANIZATION_DECIDER, _register),
    registration.CertificationRequested: (ORGANIZATION_DECIDER, _request),
    registration.OrganizationCertified: (ORGANIZATION_DECIDER, _certify),
    application.RoundPlanned: (ROUND_DECIDER, _plan),
    application.RoundOpened: (ROUND_DECIDER, _open),
    application.ApplicationStarted: (APPLICATION_DECIDER, _start),
    application.FormSaved: (APPLICATION_DECIDER, _save),
    application.EligibilityEvaluated: (APPLICATION_DECIDER, _submit),
    application.ApplicationSubmitted: (APPLICATION_DECIDER, _submit),
    application.LateSubmissionRefused: (APPLICATION_DECIDER, _submit),
    application.PaperReceived: (APPLICATION_DECIDER, _receive),
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
    publication.ApprovalListProposed: (DECISION_DECIDER, _propose),
    publication.ListApproved: (DECISION_DECIDER, _approve),
    publication.NoticePublished: (NOTICE_DECIDER, _put_on_notice),
    publication.ListPublished: (NOTICE_DECIDER, _publish),
    publication.AgreementOffered: (AGREEMENT_DECIDER, _offer),
    publication.AgreementSigned: (AGREEMENT_DECIDER, _sign),
    reporting.ObligationCreated: (OBLIGATION_DECIDER, _owe),
    reporting.ServiceReportFiled: (OBLIGATION_DECIDER, _file),
}
"""For each event the decider that made it, and how its command was put; accounts and keys rest on the vault."""
