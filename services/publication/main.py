"""Publication's wiring; nothing imports this."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.publication.adapters.facts import DocumentFacts
from services.publication.entrypoints.http import routers
from services.publication.entrypoints.parts import Parts
from services.publication.settings import Settings
from services.publication.usecases.due import fall_due
from services.publication.usecases.project import PROJECTIONS
from services.publication.usecases.react import react
from shared.documents.cabinet import Cabinet
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import read


def _routers(runtime: Runtime) -> Sequence[APIRouter]:
    cabinet = Cabinet(runtime.depot.files)
    return routers(Parts(runtime.store, DocumentFacts(runtime.reads), runtime.vault, cabinet, runtime.depot))


SERVICE = Service(
    "publication",
    "公布: proposal, notice, objections, approval, list, appeals, agreements, standings",
    _routers,
    PROJECTIONS,
    react,
    fall_due=fall_due,
)

if __name__ == "__main__":
    run(SERVICE, read(Settings))
