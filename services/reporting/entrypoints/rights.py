"""Who sees what of reporting."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import require

OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)


def seen_by(actor: Actor) -> dict[str, str | int | bool]:
    """The office sees everything; an organization's people see what is theirs, and nobody else anything."""
    if actor.role in OFFICE:
        return {}
    require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE)
    return {"organization": actor.organization or ""}
