"""Parked events over HTTP, for the administrator: what waits and why, redrive once the fault is mended, discard."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field, StringConstraints

from shared.eventstore.connections import Pool
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.messaging.delivery import Delivery
from shared.messaging.discard import Spot, discard
from shared.messaging.redrive import ParkedRecord, ParkedStream, parked_records, parked_streams, redrive_all
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import Body, ShortText

RECORD = r"^[a-z0-9.]{1,249}/[0-9]{1,5}@-?[0-9]{1,18}$"


class Parked(BaseModel):
    """A stream with parked events."""

    source: str = Field(description="The service that recorded it, as events name it")
    stream: str
    events: int
    first: int = Field(description="Version of the first parked event")
    reason: str = Field(description="Why that one is parked")


class ParkedOne(BaseModel):
    """One parked record, without what it says."""

    record: str = Field(description="`topic/partition@offset`; the offset is negative where the log it was in is gone")
    source: str | None = Field(description="Absent, like stream and version, where its envelope cannot be trusted")
    stream: str | None
    version: int | None
    bytes: int
    sha256: str
    reason: str


class DiscardBody(Body):
    """Which record is given up, and why; no name of a person."""

    record: Annotated[str, StringConstraints(pattern=RECORD)] = Field(description="As the list of records names it")
    reason: ShortText


class Discarded(BaseModel):
    """What was given up, as the log has it."""

    record: str
    sha256: str
    stream: str | None
    version: int | None


class Redriven(BaseModel):
    """What a redrive did; a stream's events are handled all or none."""

    handled: int
    failed: dict[str, str] = Field(description="Why which stream stays parked")


def router(pool: Pool, delivery: Delivery) -> APIRouter:
    """The routes of a service that hears others."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/parked", response_model=list[Parked])
    async def parked(actor: CurrentActor) -> Sequence[ParkedStream]:
        """List the streams that wait behind a parked event."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_streams(pool, delivery)

    @routes.get("/parked/records", response_model=list[ParkedOne])
    async def records(actor: CurrentActor) -> Sequence[ParkedRecord]:
        """List the records that are parked, each with its reason."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_records(pool, delivery)

    @routes.post("/parked/discard")
    async def give_up(body: DiscardBody, arrival: Arriving) -> Discarded:
        """Give up a record, on record; the first of its stream alone."""
        require(arrival.actor, Role.ADMINISTRATOR)
        made = await discard(pool, delivery, Spot.of(body.record), body.reason, arrival.context)
        return Discarded(record=made.record, sha256=made.sha256, stream=made.stream, version=made.version)

    @routes.post("/parked/redrive")
    async def redrive(actor: CurrentActor) -> Redriven:
        """Handle every parked stream again, in its order."""
        require(actor, Role.ADMINISTRATOR)
        handled, failed = await redrive_all(pool, delivery)
        return Redriven(handled=handled, failed=failed)

    return routes
