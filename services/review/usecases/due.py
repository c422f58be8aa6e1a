"""What falls due in review: the score that an assigned expert has not given in time (C5.4)."""

from services.review.domain.scores import MarkOverdue
from services.review.usecases.handle import handle
from services.review.usecases.panels import DUE
from services.review.usecases.project import DECISIONS
from services.review.usecases.subjects import ApplicationNotRecommended, subject_of
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant
from shared.runtime.finality import is_decided
from shared.runtime.timekeeper import due_context

PAGE = 500


async def fall_due(store: EventStore, reads: Reads, now: Instant) -> None:
    """Note every score that has run out; what is due later is not looked at."""
    after = ""
    while page := await reads.find(DUE, after=after, limit=PAGE):
        for task in page:
            if str(task["due"]) > now:
                return
            await _note(store, reads, task)
        after = str(page[-1]["key"])


async def _note(store: EventStore, reads: Reads, task: Document) -> None:
    application, expert, due = str(task["application"]), str(task["expert"]), Instant(str(task["due"]))
    decided = await is_decided(reads, DECISIONS, application)
    try:
        _, subject, _ = await subject_of(store, application, decided=decided)
    except ApplicationNotRecommended:
        return
    context = due_context("review", due, subject.round, "overdue", application, expert)
    await handle(store, MarkOverdue(subject, expert), context, key=subject.organization)
