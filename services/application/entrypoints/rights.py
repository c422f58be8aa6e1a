"""Who may read an application: its people, its district, and the city's offices."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import require

CITY = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PUBLISHER, Role.PANEL_SECRETARY, Role.DISCIPLINE_AUDITOR)
DISTRICT = (Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK)


def may_read(actor: Actor, district: str, organization: str) -> None:
    """Refuse who has no business with an application of this district and organization."""
    if actor.role in CITY:
        return
    if actor.role in DISTRICT:
        require(actor, *DISTRICT, district=district)
    else:
        require(actor, Role.FILER, Role.LEGAL_REPRESENTATIVE, organization=organization)
