"""Review's read models: each event of its own and of others moves those that it concerns."""

from services.review.usecases.panels_view import project_panel
from services.review.usecases.reviews_view import project_review
from shared.contracts.application import EligibilityEvaluated, PdfExported, PolicyAmended, RoundPlanned, WaiverRequested
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ApplicationRejected, OrganizationApproved
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
AMENDMENTS = "amendments"
EVALUATIONS = "evaluations"
"""By application and version the last one: that which the version was filed with."""
WAIVER_REQUESTS = "waiver requests"
PDFS = "pdfs"
DECISIONS = "decisions"
"""Applications that were approved or rejected."""


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, data)
        case PolicyAmended():
            await documents.put(AMENDMENTS, f"{event.round}.{recorded.position:012}", data)
        case EligibilityEvaluated():
            await documents.put(EVALUATIONS, f"{event.application}.{event.version}", data)
        case WaiverRequested():
            await documents.put(WAIVER_REQUESTS, f"{event.application}.{recorded.position:012}", data)
        case PdfExported():
            await documents.put(PDFS, f"{event.application}.{event.version}", data)
        case OrganizationApproved() | ApplicationRejected():
            await documents.put(DECISIONS, event.application, {"decided": True})
        case _:
            await project_review(documents, recorded)
            await project_panel(documents, recorded)
