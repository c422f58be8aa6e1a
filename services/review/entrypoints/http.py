"""Review over HTTP."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.review.entrypoints import batches, disputes, districts, inbox, panels, scorings
from services.review.usecases.ports import Facts, Press
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector
    press: Press


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of review."""
    store, facts, projector = parts.store, parts.facts, parts.projector
    return [
        districts.router(store, facts),
        districts.recommending(store, facts, projector),
        disputes.router(store, facts),
        inbox.router(facts),
        batches.router(store, facts, projector, parts.press),
        panels.pool_router(store),
        panels.router(store, facts, projector),
        panels.votes_router(store, facts, projector),
        panels.reads_router(),
        scorings.router(store, facts),
        scorings.seats_router(store, facts),
    ]
