"""Publication over HTTP."""

from fastapi import APIRouter

from services.publication.entrypoints import (
    agreements,
    appeals,
    corrections,
    decisions,
    documents,
    files,
    notices,
    objections,
    remits,
    standings,
)
from services.publication.entrypoints.parts import Parts
from shared.web import deposits


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of publication."""
    return [
        decisions.router(parts),
        notices.router(parts),
        objections.router(parts),
        appeals.router(parts),
        remits.router(parts),
        corrections.router(parts),
        agreements.router(parts),
        standings.router(parts),
        documents.router(parts),
        deposits.router(files.counter(parts)),
    ]
