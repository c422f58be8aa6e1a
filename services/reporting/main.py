"""Reporting's wiring; nothing imports this."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.reporting.adapters.facts import DocumentFacts
from services.reporting.entrypoints.http import routers
from services.reporting.entrypoints.parts import Parts
from services.reporting.settings import Settings
from services.reporting.usecases.due import fall_due
from services.reporting.usecases.project import PROJECTIONS
from services.reporting.usecases.react import react
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import read


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    return routers(Parts(runtime.store, DocumentFacts(runtime.reads), runtime.projector, runtime.depot))


SERVICE = Service(
    "reporting", "报告: obligations, assessments, statistics", _routers, PROJECTIONS, react, fall_due=fall_due
)

if __name__ == "__main__":
    run(SERVICE, read(Settings))
