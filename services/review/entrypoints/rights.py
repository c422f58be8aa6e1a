"""Who may read what of review: districts their own, the city everything, applicants their own review (C5.3, C5.4)."""

from shared.kernel.actor import Actor, Role
from shared.kernel.refusal import Circle, admit

DISTRICT = (Role.DISTRICT_CLERK, Role.DISTRICT_LEADER, Role.RECEIPT_CLERK)
CITY = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.PANEL_SECRETARY, Role.DISCIPLINE_AUDITOR)
APPLICANT = (Role.FILER, Role.LEGAL_REPRESENTATIVE)
SCORERS = (Role.EXPERT, Role.DISCIPLINE_AUDITOR)


def may_read_district(actor: Actor, district: str) -> None:
    """Refuse unless `actor` is of the district, or of the city."""
    admit(actor, Circle(CITY), Circle(DISTRICT, district=district))


def may_read_review(actor: Actor, district: str, organization: str) -> None:
    """Refuse who has no business with a review of this district and organization."""
    admit(actor, Circle(CITY), Circle(DISTRICT, district=district), Circle(APPLICANT, organization=organization))


def may_read_boards(actor: Actor) -> None:
    """Refuse who is not of the city."""
    admit(actor, Circle(CITY))


def may_read_scorings(actor: Actor) -> None:
    """Refuse who neither scores nor audits."""
    admit(actor, Circle(SCORERS))


def district_seen_by(actor: Actor, asked: str | None) -> str | None:
    """Whose reviews the actor is shown: a district's people their own, the city the one it asks for or all."""
    if actor.role in DISTRICT:
        return actor.district
    admit(actor, Circle(CITY), Circle(DISTRICT))
    return asked
