"""Review over HTTP."""

from dataclasses import dataclass

from fastapi import APIRouter

from services.review.entrypoints import districts, panels, scorings
from services.review.usecases.ports import Facts
from shared.eventstore.port import EventStore
from shared.eventstore.projector import Projector


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes stand on."""

    store: EventStore
    facts: Facts
    projector: Projector


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of review."""
    return [
        districts.router(parts.store, parts.facts, parts.projector),
        panels.pool_router(parts.store),
        panels.router(parts.store, parts.facts, parts.projector),
        scorings.router(parts.store, parts.facts),
    ]
