"""How application's commands were put."""

from audit.case import Behind, Case
from audit.record import Contradiction
from services.application.domain.application import APPLICATION_DECIDER, SaveForm, StartApplication
from services.application.domain.attachments import AddAttachment, RemoveAttachment
from services.application.domain.paper import ExportPdf, ReceivePaper
from services.application.domain.round import ROUND_DECIDER, OpenRound, PlanRound
from services.application.domain.submission import SubmitApplication
from services.application.domain.terms import Applicant
from shared.contracts import application


def _plan(case: Case, event: application.RoundPlanned) -> PlanRound:
    return PlanRound(event.parameters, case.by, case.at)


def _open(case: Case, event: application.RoundOpened) -> OpenRound:
    return OpenRound(event.round, event.forms_hash, case.by, case.at)


def _start(case: Case, event: application.ApplicationStarted) -> StartApplication:
    of = case.certified(event.organization)
    applicant = Applicant(of.organization, of.uscc, of.name, of.legal_form, of.district, certified=True)
    return StartApplication(event.application, applicant, case.terms, event.kind, event.category, case.by, case.at)


def _save(case: Case, event: application.FormSaved) -> SaveForm:
    table = event.t1 or event.t2 or event.t3 or event.t4
    if table is None:
        raise Contradiction(case.recorded, "it saves no table")
    return SaveForm(event.application, table, event.revision - 1, case.by, case.at, case.terms)


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
    )


def _detach(case: Case, event: application.AttachmentRemoved) -> RemoveAttachment:
    return RemoveAttachment(event.application, event.material, event.sha256, case.terms, case.by, case.at)


def _submit(
    case: Case,
    event: application.EligibilityEvaluated | application.ApplicationSubmitted | application.LateSubmissionRefused,
) -> SubmitApplication:
    return SubmitApplication(event.application, case.terms, case.by, case.at)


def _export(case: Case, event: application.PdfExported) -> ExportPdf:
    return ExportPdf(event.application, event.version, event.pdf_sha256, event.template_hash, case.by, case.at)


def _receive(case: Case, event: application.PaperReceived) -> ReceivePaper:
    return ReceivePaper(event.application, event.version, event.snapshot_hash, event.copies, case.by, case.at)


BEHIND: Behind = {
    application.RoundPlanned: (ROUND_DECIDER, _plan),
    application.RoundOpened: (ROUND_DECIDER, _open),
    application.ApplicationStarted: (APPLICATION_DECIDER, _start),
    application.FormSaved: (APPLICATION_DECIDER, _save),
    application.AttachmentAdded: (APPLICATION_DECIDER, _attach),
    application.AttachmentRemoved: (APPLICATION_DECIDER, _detach),
    application.EligibilityEvaluated: (APPLICATION_DECIDER, _submit),
    application.ApplicationSubmitted: (APPLICATION_DECIDER, _submit),
    application.LateSubmissionRefused: (APPLICATION_DECIDER, _submit),
    application.PdfExported: (APPLICATION_DECIDER, _export),
    application.PaperReceived: (APPLICATION_DECIDER, _receive),
}
