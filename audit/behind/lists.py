"""How the commands of a district's recommendation list were put: its sealing, opening and sending (C5.3)."""

from collections.abc import Iterator

from audit.case import Behind, Case
from services.review.domain.batch import (
    BATCH_DECIDER,
    ReopenBatch,
    SealBatch,
    SendBatch,
    opened_by_city,
)
from services.review.domain.completeness import Completeness, is_undecided, waited_for
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Recommended
from services.review.domain.returns import (
    district_deadline,
)
from services.review.domain.rows import row_of, unchecked
from shared.contracts import review
from shared.contracts.application import PdfExported


def recommended_in(case: Case, round_id: str, district: str) -> Iterator[Recommended]:
    """What a district recommended and still does."""
    events = case.before(review.DistrictRecommended, round=round_id, district=district)
    for application in dict.fromkeys(one.application for one in events):
        state = case.fold(DISTRICT_DECIDER, f"district-{application}")
        if isinstance(state, Recommended):
            yield state


def _seal(case: Case, event: review.BatchSealed) -> SealBatch:
    reviews = tuple(recommended_in(case, event.round, event.district))
    return SealBatch(
        round=event.round,
        district=event.district,
        document_number=event.document_number,
        rows=tuple(row_of(one, _pdf(case, one)) for one in reviews),
        xlsx_sha256=event.xlsx_sha256,
        by=case.by,
        at=case.at,
        unchecked=unchecked(reviews, case.plan.parameters),
        waits_for=_waits_for(case, event),
    )


def _waits_for(case: Case, event: review.BatchSealed | review.BatchSent | review.BatchLate) -> Completeness | None:
    """What the list waited for: everything opened in the district, as far as its service had heard."""
    openings = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    names = {one.application: one.organization_name for one in openings}
    waiting = (
        name
        for application, name in names.items()
        if is_undecided(case.fold(DISTRICT_DECIDER, f"district-{application}")) and not case.final(application)
    )
    return waited_for(case.plan.parameters, case.extensions, event.district, waiting)


def _pdf(case: Case, recommended: Recommended) -> str | None:
    opening = recommended.checks.opening
    exported = case.before(PdfExported, application=opening.application, version=opening.version)
    return exported[-1].pdf_sha256 if exported else None


def _reopen(case: Case, event: review.BatchReopened) -> ReopenBatch:
    opened = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    decided = [one for one in {opening.application for opening in opened} if case.decided(one)]
    closed = bool(decided) and all(case.final(one) for one in decided)
    by_city = opened_by_city(case.plan.parameters)
    return ReopenBatch(event.round, event.district, event.authority, case.by, case.at, closed, by_city)


def _send(case: Case, event: review.BatchSent | review.BatchLate) -> SendBatch:
    deadline, by_city = district_deadline(case.plan.parameters), opened_by_city(case.plan.parameters)
    return SendBatch(event.round, event.district, deadline, case.by, case.at, _waits_for(case, event), by_city)


BEHIND: Behind = {
    review.BatchSealed: (BATCH_DECIDER, _seal),
    review.BatchReopened: (BATCH_DECIDER, _reopen),
    review.BatchSent: (BATCH_DECIDER, _send),
    review.BatchLate: (BATCH_DECIDER, _send),
}
