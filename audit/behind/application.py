"""How application's commands were put."""

from audit.case import Behind, Case
from audit.record import Contradiction
from services.application.domain.amendment_approval import ApproveAmendment, DeclineAmendment, WithdrawAmendment
from services.application.domain.amendments import AmendPolicy
from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.attachments import AddAttachment, RemoveAttachment
from services.application.domain.closing import ArchiveRound, CloseRound
from services.application.domain.extensions import ExtendDeadline
from services.application.domain.lapse import LapseApplication
from services.application.domain.paper import ExportPdf, ReceivePaper
from services.application.domain.returns import TakeReturn
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.states import NotStarted, returned_until, waits_for_nothing
from services.application.domain.submission import SubmitApplication
from services.application.domain.terms import ONE_APPLICATION, Applicant
from services.application.domain.waivers import RequestWaiver
from services.application.domain.withdrawal import WithdrawApplication
from shared.auditlog.canonical import hash_of
from shared.contracts import application, publication, review
from shared.kernel.instants import Instant


def _plan(case: Case, event: application.RoundPlanned) -> PlanRound:
    return PlanRound(event.parameters, _written(case), case.by, case.at)


def _written(case: Case) -> str:
    """The hash of the parameters as they stand in the log, in whatever version."""
    return hash_of(case.recorded.stored()["parameters"])


def _open(case: Case, event: application.RoundOpened) -> OpenRound:
    return OpenRound(event.round, event.forms_hash, case.by, case.at)


def _extend(case: Case, event: application.DeadlineExtended) -> ExtendDeadline:
    one = event.scope == ONE_APPLICATION
    district = _district(case, str(event.target)) if one else None
    named = case.fold(APPLICATION_DECIDER, f"application-{event.target}") if one else NotStarted()
    return ExtendDeadline(
        round=event.round,
        scope=event.scope,
        target=event.target,
        new=Instant(event.new),
        reason=event.reason,
        authority_document=event.authority_document,
        by=case.by,
        at=case.at,
        district=district,
        filed=waits_for_nothing(named),
        returned_until=returned_until(named),
        final=one and case.final(str(event.target)),
    )


def _district(case: Case, application_id: str) -> str:
    """The district that an application was filed in, or that its organization was in while it was not."""
    filed = case.before(application.ApplicationSubmitted, application=application_id)
    return filed[-1].district if filed else _applicant(case, application_id).district


def _amend(case: Case, event: application.PolicyAmended) -> AmendPolicy | ApproveAmendment:
    if event.proposer is not None:
        return ApproveAmendment(event.round, event.new_hash, _noticed(case, event.round), case.by, case.at)
    return _propose(case, event)


def _propose(case: Case, event: application.PolicyAmended | application.PolicyAmendmentProposed) -> AmendPolicy:
    return AmendPolicy(
        round=event.round,
        parameters=event.parameters,
        parameters_hash=_written(case),
        effective_from=Instant(event.effective_from),
        reason=event.reason,
        authority_document=event.authority_document,
        by=case.by,
        at=case.at,
        noticed=_noticed(case, event.round),
    )


def _noticed(case: Case, round_id: str) -> bool:
    return bool(case.before(publication.NoticePublished, round=round_id))


def _decline(case: Case, event: application.PolicyAmendmentDeclined) -> DeclineAmendment:
    return DeclineAmendment(event.round, event.new_hash, event.reason, case.by, case.at)


def _take_back(case: Case, event: application.PolicyAmendmentWithdrawn) -> WithdrawAmendment:
    return WithdrawAmendment(event.round, event.new_hash, case.by, case.at)


def _close(case: Case, event: application.RoundClosed) -> CloseRound:
    return CloseRound(event.round, event.heads, case.by, case.at)


def _archive(case: Case, event: application.RoundArchived) -> ArchiveRound:
    return ArchiveRound(event.round, event.heads, case.by, case.at, undecided=())


def _start(case: Case, event: application.ApplicationStarted) -> StartApplication:
    applicant = _of(case, event.organization)
    return StartApplication(event.application, applicant, case.terms, event.kind, event.category, case.by, case.at)


def _save(case: Case, event: application.FormSaved) -> SaveForm:
    table = event.t1 or event.t2 or event.t3 or event.t4
    if table is None:
        raise Contradiction(case.recorded, "it saves no table")
    applicant, final = _applicant(case, event.application), case.final(event.application)
    return SaveForm(event.application, table, event.revision - 1, case.by, case.at, case.terms, applicant, final=final)


def _applicant(case: Case, application_id: str) -> Applicant:
    return _of(case, case.one(application.ApplicationStarted, application=application_id).organization)


def _of(case: Case, organization: str) -> Applicant:
    of = case.certified(organization)
    return Applicant(
        of.organization,
        of.uscc,
        of.name,
        of.legal_form,
        of.district,
        certified=True,
        barred=case.barred(of.organization),
        suspensions=case.suspensions(of.organization),
    )


def _attach(case: Case, event: application.AttachmentAdded) -> AddAttachment:
    return AddAttachment(
        event.application,
        event.material,
        event.sha256,
        event.size,
        event.media_type,
        event.name,
        event.scan,
        case.terms,
        case.by,
        case.at,
        _applicant(case, event.application),
        final=case.final(event.application),
    )


def _detach(case: Case, event: application.AttachmentRemoved) -> RemoveAttachment:
    applicant, final = _applicant(case, event.application), case.final(event.application)
    return RemoveAttachment(
        event.application, event.material, event.sha256, case.terms, case.by, case.at, applicant, final=final
    )


def _submit(
    case: Case,
    event: application.EligibilityEvaluated
    | application.ApplicationSubmitted
    | application.ApplicationResubmitted
    | application.LateSubmissionRefused
    | application.LateSubmissionAdmitted,
) -> SubmitApplication:
    terms, final = case.terms, case.final(event.application)
    applicant, noticed = _applicant(case, event.application), _noticed(case, terms.round)
    return SubmitApplication(event.application, terms, noticed, case.by, case.at, applicant, final=final)


def _return(case: Case, _: application.ApplicationReturned) -> TakeReturn:
    return TakeReturn(case.cause)


def _request(case: Case, event: application.WaiverRequested) -> RequestWaiver:
    applicant = _applicant(case, event.application)
    return RequestWaiver(
        event.application,
        event.rules,
        event.ground,
        event.evidence,
        case.terms,
        case.by,
        case.at,
        applicant,
        final=case.final(event.application),
    )


def _withdraw(case: Case, event: application.ApplicationWithdrawn) -> WithdrawApplication:
    return WithdrawApplication(event.application, event.reason, case.settled(event.application), case.by, case.at)


def _lapse(case: Case, event: application.ApplicationLapsed) -> LapseApplication:
    return LapseApplication(event.application, case.terms, case.by, case.at, _applicant(case, event.application))


def _export(case: Case, event: application.PdfExported) -> ExportPdf:
    return ExportPdf(event.application, event.version, event.pdf_sha256, event.template_hash, case.by, case.at)


def _receive(case: Case, event: application.PaperReceived) -> ReceivePaper:
    return ReceivePaper(
        event.application,
        event.version,
        event.snapshot_hash,
        event.copies,
        case.by,
        case.at,
        silent=_silent(case, event.application),
        final=case.final(event.application),
    )


def _silent(case: Case, application_id: str) -> bool:
    """Whether it was before the city, as far as was heard, because its district had let its time pass."""
    kinds = (review.EscalatedToCity, review.EscalationDecided, review.DistrictReviewReopened)
    heard = case.known(*kinds, application=application_id)
    last = heard[-1].event if heard else None
    return isinstance(last, review.EscalatedToCity) and last.silence is not None


BEHIND: Behind = {
    application.RoundPlanned: (ROUND_DECIDER, _plan),
    application.RoundOpened: (ROUND_DECIDER, _open),
    application.DeadlineExtended: (ROUND_DECIDER, _extend),
    application.PolicyAmendmentProposed: (ROUND_DECIDER, _propose),
    application.PolicyAmendmentDeclined: (ROUND_DECIDER, _decline),
    application.PolicyAmendmentWithdrawn: (ROUND_DECIDER, _take_back),
    application.PolicyAmended: (ROUND_DECIDER, _amend),
    application.RoundClosed: (ROUND_DECIDER, _close),
    application.RoundArchived: (ROUND_DECIDER, _archive),
    application.ApplicationStarted: (APPLICATION_DECIDER, _start),
    application.FormSaved: (APPLICATION_DECIDER, _save),
    application.AttachmentAdded: (APPLICATION_DECIDER, _attach),
    application.AttachmentRemoved: (APPLICATION_DECIDER, _detach),
    application.EligibilityEvaluated: (APPLICATION_DECIDER, _submit),
    application.ApplicationSubmitted: (APPLICATION_DECIDER, _submit),
    application.ApplicationResubmitted: (APPLICATION_DECIDER, _submit),
    application.LateSubmissionRefused: (APPLICATION_DECIDER, _submit),
    application.LateSubmissionAdmitted: (APPLICATION_DECIDER, _submit),
    application.ApplicationReturned: (APPLICATION_DECIDER, _return),
    application.WaiverRequested: (APPLICATION_DECIDER, _request),
    application.ApplicationWithdrawn: (APPLICATION_DECIDER, _withdraw),
    application.ApplicationLapsed: (APPLICATION_DECIDER, _lapse),
    application.PdfExported: (APPLICATION_DECIDER, _export),
    application.PaperReceived: (APPLICATION_DECIDER, _receive),
}
