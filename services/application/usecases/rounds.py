"""A round as its log has it: what an application's decisions rest on, and the version that guards them."""

from dataclasses import replace
from typing import cast

from services.application.domain.round import ROUND_DECIDER
from services.application.domain.round_states import RoundEvent, Unplanned, terms_at
from services.application.domain.terms import RoundTerms
from services.application.usecases.streams import round_stream
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant


async def terms_in_force(store: EventStore, round_id: str, at: Instant) -> RoundTerms | None:
    """The round's terms at an instant, read from the log itself; None when no such round is planned.

    No read model says it: an extension that was granted a moment ago holds.
    """
    recorded = await store.load(round_stream(round_id).name)
    state = ROUND_DECIDER.fold(cast("RoundEvent", one.event) for one in recorded)
    return None if isinstance(state, Unplanned) else replace(terms_at(state, at), version=len(recorded))
