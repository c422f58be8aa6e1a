"""Orphans over HTTP, for the administrator: files that no event of this service's log names, and their collection."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from shared.eventstore.port import EventStore
from shared.files.collection import Findings, collect, survey
from shared.files.depot import Depot
from shared.files.objects import Entry
from shared.kernel.actor import Role
from shared.kernel.instants import from_datetime
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor

GRACE_HOURS, GRACE_HOURS_MIN, GRACE_HOURS_MAX = 168, 24, 8760
PAGE_EVENTS = 1000
_HASH = re.compile(rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")

GraceHours = Annotated[
    int, Query(ge=GRACE_HOURS_MIN, le=GRACE_HOURS_MAX, description="Hours for which nothing is touched")
]


class Orphan(BaseModel):
    """One object of the file store."""

    name: str = Field(description="The object's name; its SHA-256 is a part of it")
    size: int
    modified: str = Field(description="UTC, by the store's clock")


class Collected(BaseModel):
    """What a collection does, or did."""

    condemned: list[Orphan] = Field(description="Named by no event: moved aside")
    deleted: list[Orphan] = Field(description="Moved aside by an earlier collection, still not named: deleted")
    restored: list[Orphan] = Field(description="Moved aside and named after all: copied back")
    abandoned: list[Orphan] = Field(description="Parts of uploads that nobody went on with: deleted")


class NamesOfTheLog:
    """Which hashes a log's events name, anywhere in their bytes."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def __call__(self, hashes: Collection[str]) -> Collection[str]:
        """See `collection.Named`; reads the whole log in pages and keeps no more than `hashes`."""
        wanted = {one.encode() for one in hashes}
        found, position = set[str](), 0
        while wanted and (page := await self._store.read(position, PAGE_EVENTS)):
            for recorded in page:
                named = wanted.intersection(_HASH.findall(recorded.body))
                wanted -= named
                found |= {one.decode() for one in named}
            position = page[-1].position
        return found


def router(store: EventStore, depot: Depot) -> APIRouter:
    """The two routes of a service that keeps files."""
    routes, named = APIRouter(tags=["operations"]), NamesOfTheLog(store)

    @routes.get("/files/orphans")
    async def orphans(actor: CurrentActor, grace_hours: GraceHours = GRACE_HOURS) -> Collected:
        """What a collection of files that no event names would do now."""
        require(actor, Role.ADMINISTRATOR, Role.DISCIPLINE_AUDITOR)
        return _told(await survey(depot.objects, named, timedelta(hours=grace_hours)))

    @routes.post("/files/collection")
    async def collection(actor: CurrentActor, grace_hours: GraceHours = GRACE_HOURS) -> Collected:
        """Collect the files that no event names."""
        require(actor, Role.ADMINISTRATOR)
        return _told(await collect(depot.objects, named, timedelta(hours=grace_hours)))

    return routes


def _told(found: Findings) -> Collected:
    return Collected(
        condemned=_orphans(found.condemned),
        deleted=_orphans(found.deleted),
        restored=_orphans(found.restored),
        abandoned=_orphans(found.abandoned),
    )


def _orphans(entries: Sequence[Entry]) -> list[Orphan]:
    return [Orphan(name=one.name, size=one.size, modified=from_datetime(one.modified)) for one in entries]
