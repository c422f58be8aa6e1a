"""Parked events over HTTP, for the administrator: what waits and why, redrive once the fault is mended, discard."""

from collections.abc import Sequence
from typing import Annotated, Self, TypeAlias

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints, model_validator

from shared.eventstore.connections import Pool
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.messaging.dead_letters import ALLOWED_MAX
from shared.messaging.delivery import Delivery
from shared.messaging.discard import Alike, discard
from shared.messaging.parked import (
    FIRST,
    RECORD,
    TOPIC,
    ParkedPage,
    ParkedStream,
    Spot,
    Streamless,
    parked_page,
    parked_streamless,
    parked_streams,
)
from shared.messaging.redrive import redrive_all
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import Body, Receipt, ShortText

RecordName: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{RECORD}$")]
Topic: TypeAlias = Annotated[str, StringConstraints(pattern=f"^{TOPIC}$")]


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


class ParkedRecords(BaseModel):
    """Records by topic, partition and offset."""

    records: list[ParkedOne]
    more: int = Field(description="How many follow; ask for those `after` the last one")


class ParkedStreamless(BaseModel):
    """Parked records of which no stream is known, of one topic and for the same kind of reason."""

    topic: str
    records: int
    reason: str = Field(description="Of one of them")


class DiscardBody(Body):
    """Which records are given up, and why; no name of a person."""

    record: RecordName | None = Field(default=None, description="One, as the list of records names it")
    topic: Topic | None = Field(default=None, description="With `fault`: all of this topic, up to 200 at a time")
    fault: ShortText | None = Field(default=None, description="How their reasons begin, as the list tells them")
    reason: ShortText

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.record is None) == (self.topic is None) or (self.topic is None) != (self.fault is None):
            raise ValueError("either a record, or a topic and a fault")
        return self

    @property
    def which(self) -> Spot | Alike:
        """What the body names."""
        if self.record is not None:
            return Spot.of(self.record)
        assert self.topic is not None, "one of both is there"
        assert self.fault is not None, "it comes with a topic"
        return Alike(self.topic, self.fault)


class Discarded(BaseModel):
    """One record that was given up, as the log has it."""

    record: str
    sha256: str
    stream: str | None = None
    version: int | None = None


class DiscardReceipt(Receipt):
    """What was given up; each is an event."""

    records: list[Discarded]
    left: int = Field(description="How many of this topic and fault are parked still")


class AllowanceBody(Body):
    """How many more events may fail before the inbox stops."""

    records: Annotated[int, Field(ge=0, le=ALLOWED_MAX)]


class Redriven(BaseModel):
    """What a redrive did; a stream's events are handled all or none."""

    handled: int
    failed: dict[str, str] = Field(description="Why which stream stays parked")


def router(pool: Pool, delivery: Delivery) -> APIRouter:
    """The routes of a service that hears others."""
    routes = shown(pool, delivery)
    routes.include_router(mended(pool, delivery))
    return routes


def shown(pool: Pool, delivery: Delivery) -> APIRouter:
    """What waits, and why."""
    routes = APIRouter(tags=["operations"])

    @routes.get("/parked", response_model=list[Parked])
    async def parked(actor: CurrentActor) -> Sequence[ParkedStream]:
        """List the streams that wait behind a parked event."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_streams(pool, delivery)

    @routes.get("/parked/streamless", response_model=list[ParkedStreamless])
    async def streamless(actor: CurrentActor) -> Sequence[Streamless]:
        """List what is parked beyond the streams, by topic and kind of reason."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_streamless(pool, delivery)

    @routes.get("/parked/records", response_model=ParkedRecords)
    async def records(
        actor: CurrentActor,
        topic: Annotated[str, Query(max_length=249, description="How their topics begin")] = "",
        fault: Annotated[str, Query(max_length=500, description="How their reasons begin")] = "",
        after: Annotated[RecordName | None, Query(description="The last record of the page before")] = None,
    ) -> ParkedPage:
        """List the records that are parked, each with its reason, up to 1,000 at a time."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return await parked_page(pool, delivery, topic, fault, FIRST if after is None else Spot.of(after))

    return routes


def mended(pool: Pool, delivery: Delivery) -> APIRouter:
    """What is done about it."""
    routes = APIRouter()

    @routes.post("/parked/discard", response_model=DiscardReceipt)
    async def give_up(body: DiscardBody, arrival: Arriving) -> JSONResponse:
        """Give up a record, the first of its stream alone, or all alike; on record."""
        require(arrival.actor, Role.ADMINISTRATOR)
        return await arrival.answer(lambda key: discard(pool, delivery, body.which, body.reason, arrival.context, key))

    @routes.post("/parked/allowance")
    async def allow(body: AllowanceBody, actor: CurrentActor) -> AllowanceBody:
        """Let that many more be set aside before the inbox stops; it goes on if it has."""
        require(actor, Role.ADMINISTRATOR)
        await delivery.dead_letters.allow(pool, delivery.consumer, body.records)
        return body

    @routes.post("/parked/redrive")
    async def redrive(actor: CurrentActor) -> Redriven:
        """Handle every parked stream again, in its order."""
        require(actor, Role.ADMINISTRATOR)
        handled, failed = await redrive_all(pool, delivery)
        return Redriven(handled=handled, failed=failed)

    return routes
