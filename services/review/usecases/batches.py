"""A district's list as its rows, from this house's own facts (C5.3)."""

from collections.abc import Iterable

from services.review.domain.district_review import DISTRICT_DECIDER
from services.review.domain.district_states import Recommended
from services.review.domain.rows import in_order, row_of
from services.review.usecases.ports import Facts
from services.review.usecases.streams import district_stream
from services.review.usecases.subjects import events
from shared.contracts.review import BatchRow
from shared.eventstore.port import EventStore


async def recommended_by(store: EventStore, facts: Facts, round_id: str, district: str) -> tuple[Recommended, ...]:
    """What the district recommends now, in any order."""
    applications = await facts.recommended_by(round_id, district)
    loaded = [await store.load(district_stream(application, "").name) for application in applications]
    states = [DISTRICT_DECIDER.fold(events(recorded)) for recorded in loaded]
    return tuple(state for state in states if isinstance(state, Recommended))


async def rows_of(facts: Facts, reviews: Iterable[Recommended]) -> tuple[BatchRow, ...]:
    """The reviews as rows, in the district's order."""
    openings = [(one, one.checks.opening) for one in reviews]
    return in_order(
        [row_of(one, await facts.pdf_sha256(opening.application, opening.version)) for one, opening in openings]
    )
