"""What every service's door has besides the service's own routes."""

from collections.abc import Sequence

from fastapi import APIRouter

from shared.messaging.delivery import Delivery
from shared.runtime import orphans, parked, personal_data
from shared.runtime.personal_data import BeforeErasure
from shared.runtime.service import Runtime


def routers(runtime: Runtime, delivery: Delivery, before_erasure: BeforeErasure) -> Sequence[APIRouter]:
    """Parked events, files that no event names, and personal data."""
    return (
        parked.router(runtime.pool, delivery),
        orphans.router(runtime.store, runtime.depot),
        personal_data.erasure_router(runtime.store, runtime.vault, before_erasure),
        personal_data.keys_router(runtime.vault),
    )
