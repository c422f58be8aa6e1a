"""What happens on the made-up street: six organizations, two groups, one late, one declined, one short of places."""

from typing import Any

from rehearsal.cast import Organization, Part, organizations, points
from rehearsal.forms import profile, tables
from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.paper import ReceivePaper
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.submission import SubmissionTooLate, SubmitApplication
from services.application.domain.terms import Applicant, RoundTerms, terms_of
from services.application.usecases.handle import application_stream, round_stream
from services.publication.domain.agreement import AGREEMENT_DECIDER, OfferAgreement, SignAgreement
from services.publication.domain.decision import DECISION_DECIDER, ApproveList, ProposeList
from services.publication.domain.notice import NOTICE_DECIDER, PublishList, PublishNotice
from services.publication.usecases.streams import agreement_stream, decided_stream, decision_stream, notice_stream
from services.registration.domain.certification import RequestCertification
from services.registration.domain.organization import ORGANIZATION_DECIDER, RegisterOrganization
from services.registration.domain.profile import Profile
from services.registration.domain.verdict import CertifyOrganization
from services.reporting.domain.obligation import OBLIGATION_DECIDER, CreateObligation, obligation_id
from services.review.domain.district_review import (
    DISTRICT_DECIDER,
    DeclineApplication,
    MatchPaper,
    OpenDistrictReview,
    RecommendApplication,
)
from services.review.domain.panel import PANEL_DECIDER, CloseScoring, ComputeRanking, ConstitutePanel, panel_id
from services.review.domain.ranking import Entry
from services.review.domain.scoring import (
    SCORING_DECIDER,
    AssignReview,
    DeclareConflict,
    ScoreApplication,
    Subject,
)
from services.review.usecases.streams import district_stream, expert_stream, panel_stream, scoring_stream
from shared.contracts.access import AccessRefused
from shared.contracts.application import ApplicationSubmitted, PaperReceived
from shared.contracts.category import Stream
from shared.contracts.form import T1, T2, T3, T4
from shared.contracts.publication import AgreementSigned, NoticePublished
from shared.contracts.review import ExpertEnrolled, ExpertScored, ItemScore, PanelConstituted, RankingComputed
from shared.contracts.topics import ACCESS, OBLIGATION, ORGANIZATION
from shared.contracts.vocabulary import LegalForm
from shared.kernel.actor import Role
from shared.kernel.ids import application_id, organization_id
from shared.kernel.instants import Instant, plus_seconds
from tests.audit.street import ROUND, Street, converted, parameters, person

GROUPS = ("comprehensive", "information")
OFFICER = person("officer", Role.CITY_OFFICER)
LEADER = person("leader", Role.CITY_LEADER)
PUBLISHER = person("publisher", Role.PUBLISHER)
SECRETARY = person("secretary", Role.PANEL_SECRETARY)
VERIFIER = person("verifier", Role.PLATFORM_VERIFIER)
EXPERTS = tuple(person(f"expert-{number}", Role.EXPERT) for number in range(5))
TABLES = {"t1": T1, "t2": T2, "t3": T3, "t4": T4}


def lived() -> Street:
    """The whole round."""
    street = Street()
    street.write("registration", Stream(ACCESS["registration"], OFFICER.id, OFFICER.id), [refused()], OFFICER)
    plan(street)
    cast = [one for one in organizations() if one.group in GROUPS and one.part is Part.ORDINARY][:8]
    for organization in cast:
        register(street, organization)
    for number, organization in enumerate(cast):
        apply(street, organization, late=number == 0)
    review(street, cast)
    for group in GROUPS:
        rank(street, group, cast)
    publish(street)
    sign(street)
    return street


def refused() -> AccessRefused:
    """A refusal whose reason needs every kind of escape."""
    return AccessRefused(command="OpenRound", stream="round-2017", reason='He said "no"\n\t\\ \x01 年轮')


def plan(street: Street) -> None:
    """The round is planned and opened."""
    street.at = Instant("2017-08-21T01:00:00.000Z")
    stream = round_stream(ROUND)
    street.decide("application", ROUND_DECIDER, stream, PlanRound(parameters(), OFFICER, street.at))
    street.decide("application", ROUND_DECIDER, stream, OpenRound(ROUND, "f" * 64, OFFICER, street.at))


def terms(street: Street) -> RoundTerms:
    """What the application service reads of the round."""
    planned: Any = next(one.event for one in street.logs["application"])
    return terms_of(planned.parameters)


def register(street: Street, organization: Organization) -> None:
    """An organization registers and is certified."""
    identity = organization_id(organization.uscc)
    filer = person(organization.username, Role.FILER, organization=identity)
    asked = Profile(
        legal_form=LegalForm(profile(organization)["legal_form"]),
        district=organization.district,
        established_on="2012-05-18",
        reg_address="a" * 64,
        legal_representative="a" * 64,
        contact="a" * 64,
        documents=(),
    )
    stream = Stream(ORGANIZATION, identity, identity)
    registration = RegisterOrganization(identity, organization.uscc, organization.name, filer, street.at)
    street.decide("registration", ORGANIZATION_DECIDER, stream, registration)
    request = RequestCertification(identity, asked, filer, street.at)
    requested: Any = street.decide("registration", ORGANIZATION_DECIDER, stream, request)[0].event
    certification = CertifyOrganization(identity, requested.profile_hash, VERIFIER, street.at)
    street.decide("registration", ORGANIZATION_DECIDER, stream, certification)


def apply(street: Street, organization: Organization, *, late: bool) -> None:
    """Four tables, the submission, the paper."""
    street.at = Instant("2017-09-01T01:00:00.000Z")
    identity = organization_id(organization.uscc)
    application = application_id(ROUND, identity)
    filer = person(organization.username, Role.FILER, organization=identity)
    stream = application_stream(application, identity)
    names = (organization.uscc, organization.name, profile(organization)["legal_form"], organization.district)
    applicant = Applicant(identity, *names, certified=True)
    start = StartApplication(
        application, applicant, terms(street), organization.kind, tuple(organization.category), filer, street.at
    )
    street.decide("application", APPLICATION_DECIDER, stream, start)
    for table in converted(tables(organization), TABLES).values():
        street.decide("application", APPLICATION_DECIDER, stream, SaveForm(application, table, 0, filer, street.at))
    street.at = Instant("2017-09-20T09:00:00.000Z" if late else "2017-09-20T08:59:59.999Z")
    submission = SubmitApplication(application, terms(street), filer, street.at)
    try:
        written = street.decide("application", APPLICATION_DECIDER, stream, submission)
    except SubmissionTooLate as refusal:
        street.write("application", stream, refusal.record, filer)  # type: ignore[arg-type]  # its own events
        return
    submitted = written[-1]
    assert isinstance(submitted.event, ApplicationSubmitted)
    district = district_stream(application, identity)
    street.decide("review", DISTRICT_DECIDER, district, OpenDistrictReview(submitted.event), submitted)
    clerk = person("receipt", Role.RECEIPT_CLERK, organization.district)
    street.at = Instant("2017-09-21T01:00:00.000Z")
    paper = ReceivePaper(application, 1, submitted.event.snapshot_hash, 3, clerk, street.at)
    received = street.decide("application", APPLICATION_DECIDER, stream, paper)[-1]
    assert isinstance(received.event, PaperReceived)
    street.decide("review", DISTRICT_DECIDER, district, MatchPaper(received.event), received)


def submissions(street: Street) -> list[ApplicationSubmitted]:
    """What was submitted in time."""
    return [one.event for one in street.logs["application"] if isinstance(one.event, ApplicationSubmitted)]


def review(street: Street, cast: list[Organization]) -> None:
    """The second submission is declined, the others recommended; experts answer, are assigned and score."""
    street.at = Instant("2017-09-25T01:00:00.000Z")
    deadline = Instant("2017-09-30T16:00:00.000Z")
    for number, submitted in enumerate(submissions(street)):
        clerk = person("clerk", Role.DISTRICT_CLERK, submitted.district)
        stream = district_stream(submitted.application, submitted.organization)
        if number == 0:
            decline = DeclineApplication(submitted.application, 1, ("实地核查与申报材料不一致",), clerk, street.at)
            street.decide("review", DISTRICT_DECIDER, stream, decline)
            continue
        command = RecommendApplication(
            submitted.application, 1, "同意推荐", number, frozenset(), deadline, clerk, street.at
        )
        street.decide("review", DISTRICT_DECIDER, stream, command)
    enrolled = tuple(ExpertEnrolled(expert=one.id, employer_uscc="E" * 18, specialties=GROUPS) for one in EXPERTS)
    for one in enrolled:
        street.write("review", expert_stream(one.expert), [one], SECRETARY)
    for group in GROUPS:
        command_ = ConstitutePanel(
            ROUND, group, frozenset(GROUPS), enrolled, parameters().panels, "2017-10-09", SECRETARY, street.at
        )
        street.decide("review", PANEL_DECIDER, panel_stream(panel_id(ROUND, group), ROUND), command_)
    for submitted in submissions(street)[1:]:
        score(street, submitted, next(one for one in cast if one.uscc == submitted.uscc))


def score(street: Street, submitted: ApplicationSubmitted, organization: Organization) -> None:
    """Five experts score one application."""
    street.at = Instant("2017-10-10T01:00:00.000Z")
    members = tuple(one.id for one in EXPERTS)
    panel = panel_id(ROUND, submitted.category or "comprehensive")
    due = plus_seconds(street.at, parameters().panels.scoring_days.value * 86_400)
    planned: Any = street.logs["application"][0].event
    subject = Subject(
        submitted.application, submitted.organization, submitted.uscc, ROUND, 1, panel, members, closed=False
    )
    stream = scoring_stream(submitted.application, submitted.organization)
    for number, expert in enumerate(EXPERTS):
        items = tuple(ItemScore(criterion=name, score=given) for name, given in points(organization, number).items())
        commands = (
            DeclareConflict(subject, "none", None, expert, street.at),
            AssignReview(subject, expert.id, "E" * 18, due, SECRETARY, street.at),
            ScoreApplication(subject, 1, parameters().rubric, planned.rubric_hash, items, expert, street.at),
        )
        for command in commands:
            street.decide("review", SCORING_DECIDER, stream, command)


def rank(street: Street, group: str, cast: list[Organization]) -> None:
    """Scoring of a group is closed and the ranking computed."""
    del cast
    street.at = Instant("2017-10-16T01:00:00.000Z")
    panel = panel_id(ROUND, group)
    stream = panel_stream(panel, ROUND)
    street.decide("review", PANEL_DECIDER, stream, CloseScoring(panel, SECRETARY, street.at))
    scores = [one.event for one in street.logs["review"] if isinstance(one.event, ExpertScored)]
    mine = [one for one in submissions(street)[1:] if (one.category or "comprehensive") == group]
    entries = tuple(
        Entry(one.application, one.organization, 1, tuple(s for s in scores if s.application == one.application))
        for one in mine
    )
    command = ComputeRanking(panel, entries, parameters().panels, SECRETARY, street.at)
    street.decide("review", PANEL_DECIDER, stream, command)


def publish(street: Street) -> None:
    """Proposal, notice, approval, list."""
    street.at = Instant("2017-10-20T01:00:00.000Z")
    rankings = {one.envelope.id: one.event for one in street.logs["review"] if isinstance(one.event, RankingComputed)}
    by_application = {one.application: one for one in submissions(street)}
    stream = decision_stream(ROUND)
    panels = [one.event for one in street.logs["review"] if isinstance(one.event, PanelConstituted)]
    proposal = ProposeList(ROUND, panels, rankings, by_application, parameters().quotas, OFFICER, street.at)
    street.decide("publication", DECISION_DECIDER, stream, proposal)

    def decision() -> Any:
        own: list[Any] = [one.event for one in street.logs["publication"] if one.envelope.stream == stream.name]
        return DECISION_DECIDER.fold(own)

    notice = notice_stream(ROUND)
    put = PublishNotice(ROUND, decision(), parameters().calendar, PUBLISHER, street.at)
    noticed = street.decide("publication", NOTICE_DECIDER, notice, put)[0].event
    assert isinstance(noticed, NoticePublished)
    street.at = Instant("2017-10-31T01:00:00.000Z")
    calendar = parameters().calendar
    validity = (calendar.valid_from.value, calendar.valid_to.value)
    approval = ApproveList(ROUND, noticed, *validity, LEADER, street.at)
    for event in DECISION_DECIDER.decide(decision(), approval):
        street.write("publication", decided_stream(event, ROUND), [event], LEADER)
    listed = PublishList(ROUND, decision(), "/rounds/2017/list", PUBLISHER, street.at)
    street.decide("publication", NOTICE_DECIDER, notice, listed)


def sign(street: Street) -> None:
    """The first organization of the list signs, and owes a report."""
    street.at = Instant("2017-11-06T02:00:00.000Z")
    row = next(one.event for one in street.logs["publication"] if isinstance(one.event, NoticePublished)).rows[0]
    stream = agreement_stream(row.application, row.organization)
    due = plus_seconds(street.at, parameters().calendar.agreement_due_days.value * 86_400)
    offer = OfferAgreement(row.application, row.organization, ROUND, True, "a9" * 32, due, OFFICER, street.at)
    street.decide("publication", AGREEMENT_DECIDER, stream, offer)
    signs = person("signs", Role.LEGAL_REPRESENTATIVE, organization=row.organization)
    signature = SignAgreement(row.application, "a9" * 32, signs, street.at)
    signed = street.decide("publication", AGREEMENT_DECIDER, stream, signature)[0]
    assert isinstance(signed.event, AgreementSigned)
    term = parameters().obligations[0]
    obligation = obligation_id(row.application, term.kind, term.year)
    owed = Stream(OBLIGATION, obligation, row.organization)
    street.decide("reporting", OBLIGATION_DECIDER, owed, CreateObligation(signed.event, term), signed)
