"""Review over HTTP."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.review.entrypoints import batches, boards, disputes, districts, documents, inbox, panels, scorings
from services.review.usecases.documents import Archive
from services.review.usecases.ports import Facts
from shared.documents.cabinet import Cabinet
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector
    cabinet: Cabinet

    @property
    def archive(self) -> Archive:
        """What its documents stand on."""
        return Archive(self.store, self.facts, self.cabinet)


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of review."""
    store, facts, projector = parts.store, parts.facts, parts.projector
    return [
        districts.router(store, facts),
        districts.recommending(store, facts, projector),
        disputes.router(store, facts),
        inbox.router(facts),
        batches.router(store, facts, projector, parts.archive),
        panels.pool_router(store),
        panels.router(store, facts, projector),
        panels.votes_router(store, facts, projector),
        boards.router(store, facts),
        scorings.router(store, facts),
        scorings.seats_router(store, facts),
        documents.router(parts.archive),
    ]
