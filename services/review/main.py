"""Review's wiring; nothing imports this."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.review.adapters.facts import DocumentFacts
from services.review.entrypoints.http import routers
from services.review.entrypoints.parts import Parts
from services.review.settings import Settings
from services.review.usecases.due import fall_due
from services.review.usecases.project import PROJECTIONS
from services.review.usecases.react import react
from shared.documents.cabinet import Cabinet
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import read


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    cabinet = Cabinet(runtime.depot.files)
    return routers(Parts(runtime.store, DocumentFacts(runtime.reads), runtime.projector, cabinet))


SERVICE = Service(
    "review", "评审: districts, experts, panels, scores, ranking", _routers, PROJECTIONS, react, fall_due=fall_due
)

if __name__ == "__main__":
    run(SERVICE, read(Settings))
