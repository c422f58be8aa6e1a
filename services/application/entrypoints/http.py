"""Application over HTTP."""

from fastapi import APIRouter

from services.application.entrypoints.amendments import amendments
from services.application.entrypoints.applications import applications
from services.application.entrypoints.attachments import attachments
from services.application.entrypoints.documents import documents
from services.application.entrypoints.files import counter
from services.application.entrypoints.filing import filing
from services.application.entrypoints.forms import forms
from services.application.entrypoints.paper import paper
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.rounds import rounds
from services.application.entrypoints.timeline import timeline
from services.application.entrypoints.worklist import worklist
from shared.web import deposits


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of application."""
    return [
        rounds(parts),
        amendments(parts),
        filing(parts),
        forms(parts),
        attachments(parts),
        deposits.router(counter(parts), in_parts=False),
        documents(parts),
        paper(parts),
        applications(parts),
        timeline(parts),
        worklist(parts),
    ]
