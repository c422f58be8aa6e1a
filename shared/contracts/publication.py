"""The events of publication: proposal, notice, approval, list and agreement (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import AGREEMENT, APPROVAL, DECISION, NOTICE
from shared.kernel.actor import Role


@value
class ListRow:
    """One organization of the list."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    kind: str
    category: str | None = None
    version: int
    rank: int


@value
class Unselected:
    """A ranked application below the cut."""

    application: str
    organization: str
    rank: int


@event(DECISION, Role.CITY_OFFICER)
class ApprovalListProposed(Event):
    """The office's officer proposes the best of each ranking (C5.4 择优)."""

    round: str
    rankings: tuple[str, ...]
    """Event ids of the rankings it rests on."""
    rows: tuple[ListRow, ...]
    """In order of group, then rank."""
    not_selected: tuple[Unselected, ...]
    list_hash: str
    """SHA-256 of the canonical list."""
    proposer: str


@event(NOTICE, Role.PUBLISHER)
class NoticePublished(Event):
    """The proposed list is on public notice (公示)."""

    round: str
    list_hash: str
    rows: tuple[ListRow, ...]
    start: str
    """ISO date, first day."""
    end: str
    """ISO date, last day; approval waits until it is over."""
    working_days: int


@event(DECISION, Role.CITY_LEADER)
class ListApproved(Event):
    """The office's leader, never the proposer, approved the list after the notice."""

    round: str
    list_hash: str
    approver: str
    applications: tuple[str, ...]


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


@event(APPROVAL, Role.CITY_LEADER)
class ApplicationRejected(Event):
    """The application was not selected."""

    application: str
    organization: str
    round: str
    stage: str
    codes: tuple[str, ...]


@event(NOTICE, Role.PUBLISHER)
class ListPublished(Event):
    """The approved list is public (C5.4)."""

    round: str
    list_hash: str
    url: str
    rows: tuple[ListRow, ...]


@event(AGREEMENT, Role.CITY_OFFICER)
class AgreementOffered(Event):
    """The office offered the cooperation agreement (C5.4)."""

    application: str
    organization: str
    round: str
    terms_sha256: str
    due: str


@event(AGREEMENT, Role.LEGAL_REPRESENTATIVE)
class AgreementSigned(Event):
    """The organization's legal representative signed (C5.4)."""

    application: str
    organization: str
    round: str
    terms_sha256: str
    signed_on: str
    """ISO date."""
    signatory: str
    """The signing account."""
