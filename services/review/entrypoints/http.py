"""Review over HTTP."""

from fastapi import APIRouter

from services.review.entrypoints import (
    batches,
    boards,
    checks,
    documents,
    escalations,
    experts,
    panels,
    recommendations,
    reconsiderations,
    reviews,
    scorings,
    seats,
    votes,
    waivers,
    worklist,
)
from services.review.entrypoints.parts import Parts


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of review."""
    return [
        checks.router(parts),
        waivers.router(parts),
        recommendations.router(parts),
        recommendations.ordering(parts),
        reconsiderations.router(parts),
        escalations.router(parts),
        reviews.router(parts),
        batches.router(parts),
        batches.reading(parts),
        experts.router(parts),
        panels.router(parts),
        votes.router(parts),
        boards.router(parts),
        scorings.router(parts),
        seats.router(parts),
        worklist.router(parts),
        documents.router(parts),
    ]
