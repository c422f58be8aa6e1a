"""Review over HTTP."""

from fastapi import APIRouter

from services.review.entrypoints import (
    batches,
    boards,
    checks,
    conflicts,
    decisions,
    documents,
    escalations,
    experts,
    lists,
    panels,
    rankings,
    recommendations,
    reconsiderations,
    reviews,
    scorings,
    seats,
    sendings,
    ties,
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
        sendings.router(parts),
        lists.router(parts),
        experts.router(parts),
        panels.router(parts),
        rankings.router(parts),
        ties.router(parts),
        decisions.router(parts),
        boards.router(parts),
        conflicts.router(parts),
        scorings.router(parts),
        seats.router(parts),
        worklist.router(parts),
        documents.router(parts),
    ]
