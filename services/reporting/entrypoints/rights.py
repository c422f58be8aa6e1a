"""Who sees what of reporting."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Circle, admit

OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)


def seen_by(actor: Actor) -> dict[str, str | int | bool]:
    """The office sees everything; an organization's people see what is theirs, and nobody else anything."""
    admit(actor, Circle(OFFICE), Circle((Role.FILER, Role.LEGAL_REPRESENTATIVE)))
    if actor.role in OFFICE:
        return {}
    return {"organization": actor.organization or ""}
