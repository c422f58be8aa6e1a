"""A district's list as its rows, from this house's own facts (C5.3)."""

from services.review.domain.batch import row_of
from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Recommended
from services.review.usecases.ports import Facts
from services.review.usecases.streams import district_stream
from services.review.usecases.subjects import events
from shared.contracts.review import BatchRow
from shared.eventstore.port import EventStore


async def rows_of(store: EventStore, facts: Facts, round_id: str, district: str) -> tuple[BatchRow, ...]:
    """What the district recommends now, in any order."""
    rows = []
    for application in await facts.recommended_by(round_id, district):
        state = DISTRICT_DECIDER.fold(events(await store.load(district_stream(application, "").name)))
        if isinstance(state, Recommended):
            opening = state.checks.opening
            rows.append(row_of(state, await facts.pdf_sha256(application, opening.version)))
    return tuple(rows)
