"""Parked events over HTTP, for the administrator: what waits and why, and redrive once the fault is mended."""

from collections.abc import Sequence

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.eventstore.connections import Pool
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.messaging.delivery import Delivery
from shared.messaging.redrive import ParkedStream, parked_streams, redrive_all
from shared.web.authentication import CurrentActor


class Parked(BaseModel):
    """A stream with parked events."""

    source: str = Field(description="The service that recorded it, as events name it")
    stream: str
    events: int
    first: int = Field(description="Version of the first parked event")
    reason: str = Field(description="Why that one is parked")


class Redriven(BaseModel):
    """What a redrive did; a stream's events are handled all or none."""

    handled: int
    failed: dict[str, str] = Field(description="Why which stream stays parked")


def router(pool: Pool, delivery: Delivery) -> APIRouter:
    """The two routes of a service that hears others."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/parked", response_model=list[Parked])
    async def parked(actor: CurrentActor) -> Sequence[ParkedStream]:
        """List the streams that wait behind a parked event."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_streams(pool, delivery)

    @routes.post("/parked/redrive")
    async def redrive(actor: CurrentActor) -> Redriven:
        """Handle every parked stream again, in its order."""
        require(actor, Role.ADMINISTRATOR)
        handled, failed = await redrive_all(pool, delivery)
        return Redriven(handled=handled, failed=failed)

    return routes
