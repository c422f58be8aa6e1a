"""The events of publication: proposal, notice, approval, list and agreement (C5.4)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import AGREEMENT, APPEAL, APPROVAL, DECISION, NOTICE, STANDING
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


@event(DECISION, Role.FILER)
class ObjectionFiled(Event):
    """Somebody objects, under a real name, to an application on notice (C5.4)."""

    round: str
    objection: str
    application: str
    """The one objected to."""
    objector: str
    """Commitment to the real name."""
    contact: str
    """Commitment."""
    grounds: str
    """Names no person."""
    evidence: tuple[str, ...]
    """SHA-256 of each file."""
    received_at: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionInadmissible(Event):
    """The objection is not looked into, and why."""

    round: str
    objection: str
    reason: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionDismissed(Event):
    """The objection was looked into and is unfounded."""

    round: str
    objection: str
    reason: str


@event(DECISION, Role.CITY_OFFICER)
class ObjectionUpheld(Event):
    """The objection is right: the application leaves the list, or falls to another rank."""

    round: str
    objection: str
    application: str
    reason: str
    effect: str
    """`remove` or `rerank`."""
    rank: int | None = None
    """The rank it falls to; with `rerank` only."""
    list_hash: str
    """SHA-256 of the canonical list that is left."""


@event(DECISION, Role.SYSTEM)
class RowWithdrawn(Event):
    """The applicant of a proposed row withdrew: the row leaves the list."""

    round: str
    application: str
    list_hash: str


@event(DECISION, Role.CITY_LEADER)
class NextInLinePromoted(Event):
    """The leader put the next in rank in a place that became free; it goes on notice before it is approved."""

    round: str
    row: ListRow
    reason: str
    list_hash: str
    promoter: str | None = None
    """The account that promoted, which may not approve the list; earlier releases name none."""
    passed_over: tuple[str, ...] | None = None
    """Applications that rank before it, best first, and whose organizations may not act; earlier releases say none."""


@event(DECISION, Role.CITY_OFFICER)
class ListCorrectionProposed(Event):
    """The officer proposes another list in the published one's place."""

    round: str
    supersedes: str
    """The hash of the list it replaces."""
    rows: tuple[ListRow, ...]
    list_hash: str
    reason: str
    document_number: str
    proposer: str
    grounds: tuple[str, ...] | None = None
    """Why each added application joins, in their order: `appeal_reversed`, `appeal_remitted`, `next_in_line`."""


@event(DECISION, Role.CITY_LEADER)
class ListCorrected(Event):
    """The leader, never the proposer, approved the correction; the earlier list stays in the log."""

    round: str
    supersedes: str
    list_hash: str
    approver: str
    added: tuple[str, ...]
    """Applications that the correction approves."""
    removed: tuple[str, ...]
    """Applications that it takes from the list."""


@event(APPEAL, Role.FILER)
class AppealFiled(Event):
    """The applicant appeals against a rejection."""

    application: str
    organization: str
    round: str
    grounds: str
    received_at: str
    evidence: tuple[str, ...] = ()
    """SHA-256 of each file."""


@event(APPEAL, Role.CITY_LEADER)
class AppealDecided(Event):
    """The office's leader decided on an appeal."""

    application: str
    organization: str
    round: str
    outcome: str
    """`uphold`: the rejection stands; `remit`: one stage is done again; `reverse`: the rejection falls."""
    stage: str | None = None
    """`district` or `experts`; with `remit` only."""
    reason: str


@event(DECISION, Role.CITY_LEADER)
class RemitClosed(Event):
    """What an appeal was remitted for led to no place on the list: the application ends anew (C5.4)."""

    round: str
    application: str
    organization: str
    appeal: str
    """The id of the event that remitted it."""
    stage: str
    """Where it ends now: `district` or `experts`."""
    codes: tuple[str, ...]
    reason: str


@event(AGREEMENT, Role.SYSTEM)
class AgreementExpired(Event):
    """The offer ran out unsigned."""

    application: str
    organization: str
    round: str
    due: str


@value
class RectificationItem:
    """Something that an approved organization has to put right."""

    what: str
    note: str


@event(STANDING, Role.CITY_OFFICER, Role.SYSTEM)
class RectificationOrdered(Event):
    """An approved organization has to put these items right in time (C3)."""

    application: str
    organization: str
    round: str
    items: tuple[RectificationItem, ...]
    due: str


@event(STANDING, Role.CITY_OFFICER)
class RectificationAccepted(Event):
    """What was ordered is put right."""

    application: str
    organization: str
    round: str
    note: str


@event(STANDING, Role.CITY_LEADER)
class ApprovalRevoked(Event):
    """The approval is taken back, by a person and under a document's number."""

    application: str
    organization: str
    round: str
    ground: str
    document_number: str


@event(STANDING, Role.CITY_LEADER)
class ApprovalRenewed(Event):
    """The approval holds for longer."""

    application: str
    organization: str
    round: str
    valid_to: str
    """ISO date of its new last day."""
    document_number: str


@event(STANDING, Role.SYSTEM)
class ApprovalExpired(Event):
    """The approval's last day is over."""

    application: str
    organization: str
    round: str
    valid_to: str
