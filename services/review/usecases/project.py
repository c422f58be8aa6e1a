"""Review's read models: each event of its own and of others moves those that it concerns."""

from services.review.usecases.barring import BARRED, barring
from services.review.usecases.panels import DUE, EXPERTS, PANELS, SCORES, WORKLIST, project_panel
from services.review.usecases.reviews import BATCHES, REVIEWS, STORIES, change, project_review
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    DeadlineExtended,
    EligibilityEvaluated,
    PdfExported,
    PolicyAmended,
    RoundPlanned,
    WaiverRequested,
)
from shared.contracts.documents import typed
from shared.contracts.envelope import Recorded
from shared.eventstore.documents import Documents
from shared.eventstore.projection import Projection
from shared.runtime.finality import finality

ROUNDS = "rounds"
AMENDMENTS = "amendments"
EXTENSIONS = "extensions"
EVALUATIONS = "evaluations"
"""By application and version the last one: that which the version was filed with."""
WAIVER_REQUESTS = "waiver requests"
BEGUN = "begun"
"""Every application that was begun and not withdrawn, and whether it is filed."""
PDFS = "pdfs"
FILES = "files"
"""What is attached to an application now, by material; nothing changes while its district checks it."""
DECISIONS = "decisions"
"""Where publication's log approved or rejected an application last, and where it remitted one to its district."""


async def _rounds(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, typed(recorded))
        case PolicyAmended():
            await documents.put(AMENDMENTS, f"{event.round}.{recorded.position:012}", typed(recorded))
        case _:
            return


async def _extensions(documents: Documents, recorded: Recorded) -> None:
    if isinstance(event := recorded.event, DeadlineExtended):
        await documents.put(EXTENSIONS, f"{event.round}.{recorded.position:012}", recorded.data())


async def _files(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case AttachmentAdded():
            await documents.put(FILES, _file_key(event), recorded.data())
        case AttachmentRemoved():
            await documents.remove(FILES, _file_key(event))
        case _:
            return


def _file_key(event: AttachmentAdded | AttachmentRemoved) -> str:
    return f"{event.application}.{event.material}.{event.sha256}"


async def _filings(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case EligibilityEvaluated():
            await documents.put(EVALUATIONS, f"{event.application}.{event.version}", recorded.data())
        case WaiverRequested():
            await documents.put(WAIVER_REQUESTS, f"{event.application}.{recorded.position:012}", recorded.data())
        case PdfExported():
            await documents.put(PDFS, f"{event.application}.{event.version}", recorded.data())
        case _:
            return


async def _begun(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case ApplicationStarted():
            await _file(documents, event, filed=False)
        case ApplicationSubmitted() | ApplicationResubmitted():
            await _file(documents, event, filed=True)
        case ApplicationLapsed(what="return"):
            await change(documents, BEGUN, event.application, {"filed": False})
        case ApplicationWithdrawn():
            await documents.remove(BEGUN, event.application)
        case _:
            return


async def _file(
    documents: Documents, event: ApplicationStarted | ApplicationSubmitted | ApplicationResubmitted, *, filed: bool
) -> None:
    of = {"application": event.application, "round": event.round, "district": event.district}
    await documents.put(BEGUN, event.application, {**of, "organization_name": event.organization_name, "filed": filed})


PROJECTIONS = (
    Projection("rounds", frozenset({ROUNDS, AMENDMENTS}), _rounds),
    Projection("extensions", frozenset({EXTENSIONS}), _extensions),
    Projection("begun", frozenset({BEGUN}), _begun),
    Projection("files", frozenset({FILES}), _files),
    Projection("filings", frozenset({EVALUATIONS, WAIVER_REQUESTS, PDFS}), _filings),
    finality("decisions", DECISIONS),
    Projection("reviews", frozenset({REVIEWS, STORIES, BATCHES}), project_review),
    Projection("barring", frozenset({BARRED}), barring),
    Projection("panels", frozenset({EXPERTS, PANELS, WORKLIST, SCORES, DUE}), project_panel),
)
