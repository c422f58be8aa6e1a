"""Who may read an application: its people, its district, the city's offices; form and papers also its experts."""

from services.application.usecases.assignments import is_assigned
from shared.eventstore.documents import Reads
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Circle, admit

CITY = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.PANEL_SECRETARY, Role.DISCIPLINE_AUDITOR)
DECIDING = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)
"""Who reads what people wrote to the office."""
DISTRICT = (Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK)
ITS_PEOPLE = (Role.FILER, Role.LEGAL_REPRESENTATIVE)
ASSIGNED = Circle((Role.EXPERT,), told=("被分配的评审专家", "an expert whom it is assigned to"))


def may_read(actor: Actor, district: str, organization: str) -> None:
    """Refuse who has no business with an application of this district and organization."""
    admit(actor, *_readers(district, organization))


async def may_read_papers(actor: Actor, reads: Reads, application: str, district: str, organization: str) -> None:
    """Refuse who may not read the application, unless an expert whom it was assigned to (C5.4)."""
    if actor.role is not Role.EXPERT or not await is_assigned(reads, application, actor.id):
        admit(actor, *_readers(district, organization), ASSIGNED)


def reads_names(actor: Actor) -> bool:
    """Whether who reads a form reads whom to telephone; an expert scores and calls nobody."""
    return actor.role is not Role.EXPERT


def _readers(district: str, organization: str) -> tuple[Circle, ...]:
    return Circle(CITY), Circle(DISTRICT, district=district), Circle(ITS_PEOPLE, organization=organization)


def reads_grounds(actor: Actor) -> bool:
    """Whether who reads an application reads what was objected or appealed: its people and who decides (C5.4)."""
    return actor.role in (*ITS_PEOPLE, *DECIDING)


def knows_drafts(actor: Actor) -> bool:
    """Whether who reads knows of a list before it is on public notice (C5.4)."""
    return actor.role in CITY
