"""Reporting over HTTP."""

from fastapi import APIRouter

from services.reporting.entrypoints import assessments, files, lists, obligations, priorities
from services.reporting.entrypoints.parts import Parts
from services.reporting.entrypoints.statistics import statistics
from services.reporting.entrypoints.worklist import worklist
from shared.web import deposits


def routers(parts: Parts) -> list[APIRouter]:
    """Every route of reporting."""
    return [
        obligations.filing_router(parts),
        obligations.office_router(parts),
        lists.router(),
        worklist(),
        assessments.router(parts),
        assessments.reading_router(),
        priorities.router(parts),
        deposits.router(files.counter(parts)),
        statistics(),
    ]
