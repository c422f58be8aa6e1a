"""How the commands of a district's list were put: sealed, opened again, sent (C5.3)."""

from collections.abc import Iterator

from audit.case import Behind, Case
from services.review.domain.batch import (
    BATCH_DECIDER,
    ReopenBatch,
    SealBatch,
    SendBatch,
    opened_by_city,
)
from services.review.domain.batch_states import Sealed
from services.review.domain.completeness import Completeness, is_undecided, rows_stand, still_running, waited_for
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Recommended
from services.review.domain.returns import district_deadline
from services.review.domain.rows import gone, row_of, unchecked
from shared.contracts import review
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PdfExported,
)

OF_A_FILING = (
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationResubmitted,
    ApplicationLapsed,
    ApplicationWithdrawn,
)


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
    running = still_running(_unfiled(case, event.round, event.district), case.extensions, case.at)
    return waited_for(case.plan.parameters, case.extensions, event.district, waiting, running)


def _unfiled(case: Case, round_id: str, district: str) -> dict[str, str]:
    """Who of a district began an application and has not filed it, or let a return lapse, as far as was heard."""
    begun: dict[str, tuple[str, str]] = {}
    filed: set[str] = set()
    for one in case.known(*OF_A_FILING, round=round_id):
        match one.event:
            case ApplicationLapsed() as event:
                filed -= {event.application} if event.what == "return" else set()
            case ApplicationWithdrawn() as event:
                begun.pop(event.application, None)
            case ApplicationStarted() | ApplicationSubmitted() | ApplicationResubmitted() as event:
                begun[event.application] = event.district, event.organization_name
                filed |= set() if isinstance(event, ApplicationStarted) else {event.application}
            case _:
                continue
    return {one: name for one, (of, name) in begun.items() if of == district and one not in filed}


def _pdf(case: Case, recommended: Recommended) -> str | None:
    opening = recommended.checks.opening
    exported = case.before(PdfExported, application=opening.application, version=opening.version)
    return exported[-1].pdf_sha256 if exported else None


def _reopen(case: Case, event: review.BatchReopened) -> ReopenBatch:
    opened = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    decided = [one for one in {opening.application for opening in opened} if case.decided(one)]
    closed = bool(decided) and all(case.final(one) for one in decided)
    by_city = opened_by_city(case.plan.parameters)
    remitted = _remitted(case, event)
    return ReopenBatch(event.round, event.district, event.authority, case.by, case.at, closed, by_city, remitted)


def _remitted(case: Case, event: review.BatchReopened | review.BatchSent | review.BatchLate) -> bool:
    """Whether an appeal had remitted something to the district that it had still to decide."""
    opened = case.before(review.DistrictReviewOpened, round=event.round, district=event.district)
    remitted = {one.application for one in opened if case.decided(one.application) and not case.final(one.application)}
    return any(is_undecided(case.fold(DISTRICT_DECIDER, f"district-{one}")) for one in remitted)


def _send(case: Case, event: review.BatchSent | review.BatchLate) -> SendBatch:
    deadline, by_city = district_deadline(case.plan.parameters), opened_by_city(case.plan.parameters)
    waits, away, remitted = _waits_for(case, event), _gone(case, event), _remitted(case, event)
    return SendBatch(event.round, event.district, deadline, case.by, case.at, away, waits, by_city, remitted)


def _gone(case: Case, event: review.BatchSent | review.BatchLate) -> tuple[str, ...]:
    """Whose sealed rows no longer stood recommended."""
    state = case.fold(BATCH_DECIDER, f"batch-{event.round}.{event.district}")
    if not isinstance(state, Sealed) or not rows_stand(case.plan.parameters):
        return ()
    standing = recommended_in(case, event.round, event.district)
    return gone(state.sealing.rows, {one.checks.opening.application: one for one in standing})


BEHIND: Behind = {
    review.BatchSealed: (BATCH_DECIDER, _seal),
    review.BatchReopened: (BATCH_DECIDER, _reopen),
    review.BatchSent: (BATCH_DECIDER, _send),
    review.BatchLate: (BATCH_DECIDER, _send),
}
