"""Reporting's wiring; nothing imports this."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.reporting.entrypoints.http import Parts, routers
from services.reporting.settings import Settings
from services.reporting.usecases.project import project
from services.reporting.usecases.react import react
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    return routers(Parts(runtime.store))


SERVICE = Service("reporting", "报告: obligations, reports, statistics", _routers, project, react)

if __name__ == "__main__":
    run(SERVICE, Settings())
