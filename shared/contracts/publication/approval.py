"""The events that decide on one application (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import APPROVAL
from shared.kernel.actor import Role


@event(APPROVAL, Role.CITY_LEADER)
class OrganizationApproved(Event):
    """The organization is an SME service organization of Shanghai for this round (C5.4)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    round: str
    kind: str
    category: str | None = None
    version: int
    rank: int
    valid_from: str
    valid_to: str
    list_hash: str


@event(APPROVAL, Role.CITY_LEADER, Role.CITY_OFFICER)
class ApplicationRejected(Event):
    """The application was not selected; by the officer where an objection takes it from a correction (C5.4)."""

    application: str
    organization: str
    round: str
    stage: str
    codes: tuple[str, ...]
    reason: str | None = None
    """Why places of its group were left free while it was next in line."""
