"""Application's wiring; nothing imports this."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.application.adapters.facts import DocumentFacts
from services.application.entrypoints.http import routers
from services.application.entrypoints.parts import Parts
from services.application.settings import Settings
from services.application.usecases.due import fall_due
from services.application.usecases.project import PROJECTIONS
from services.application.usecases.react import react
from shared.documents.press import Press
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import read


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    facts = DocumentFacts(runtime.reads, runtime.store)
    return routers(Parts(runtime.store, runtime.reads, runtime.vault, facts, runtime.depot, Press()))


SERVICE = Service(
    "application", "申报: rounds, forms, evaluation, submission, paper", _routers, PROJECTIONS, react, fall_due=fall_due
)

if __name__ == "__main__":
    run(SERVICE, read(Settings))
