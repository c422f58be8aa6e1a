"""Who reads what of publication: its office everything, an applicant what is its own."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import require

OFFICE = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.DISCIPLINE_AUDITOR)
DECIDING = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)
"""Who reads real names and evidence."""
APPLICANT = (Role.FILER, Role.LEGAL_REPRESENTATIVE)


def seen_by(actor: Actor) -> dict[str, str | int | bool]:
    """What of all agreements, appeals and standings the actor sees, as the read models are asked."""
    if actor.role in OFFICE:
        return {}
    require(actor, *APPLICANT)
    return {"organization": actor.organization or ""}


def may_read(actor: Actor, organization: str | None) -> None:
    """Refuse who is neither of the office nor of this organization."""
    if actor.role not in OFFICE:
        require(actor, *APPLICANT, organization=organization)
