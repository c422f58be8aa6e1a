"""Who reads what of publication: its office everything, an applicant what is its own."""

from typing import Any

from shared.eventstore.documents import Document
from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Circle, admit

OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)
DECIDING = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)
"""Who reads real names and evidence."""
APPLICANT = (Role.FILER, Role.LEGAL_REPRESENTATIVE)
OF_ONESELF = (
    "objection",
    "round",
    "application",
    "grounds",
    "received_at",
    "state",
    "reason",
    "effect",
    "rank",
    "decided_at",
)
"""What the applicant concerned reads of an objection: nothing of who objects, nor of what that person brought."""


def seen_by(actor: Actor) -> dict[str, str | int | bool]:
    """What of all agreements, appeals and standings the actor sees, as the read models are asked."""
    admit(actor, Circle(OFFICE), Circle(APPLICANT))
    if actor.role in OFFICE:
        return {}
    return {"organization": actor.organization or ""}


def may_read(actor: Actor, organization: str | None) -> None:
    """Refuse who is neither of the office nor of this organization."""
    admit(actor, Circle(OFFICE), Circle(APPLICANT, organization=organization))


def may_read_decisions(actor: Actor) -> None:
    """Refuse who is not of the office."""
    admit(actor, Circle(OFFICE))


def may_read_objection(actor: Actor, organization: str | None) -> None:
    """Refuse who neither decides on objections nor is the applicant that one concerns."""
    admit(actor, Circle(DECIDING), Circle(APPLICANT, organization=organization))


def of_oneself(objection: Document) -> dict[str, Any]:
    """An objection as the applicant reads it whom it concerns."""
    return {member: objection[member] for member in OF_ONESELF if member in objection}
