"""The events of a district's recommendation list (C5.3)."""

from shared.contracts.event import Event, event, value
from shared.contracts.topics import BATCH
from shared.kernel.actor import Role


@value
class BatchRow:
    """A row of the district's summary table (附件3)."""

    order: int
    application: str
    organization: str
    uscc: str
    organization_name: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    pdf_sha256: str | None = None
    opinion: str
    waived: tuple[str, ...] = ()
    """Rules that two officers waived."""


@event(BATCH, Role.DISTRICT_LEADER)
class BatchSealed(Event):
    """The district fixed its recommendation list under an official letter's number (C5.3)."""

    round: str
    district: str
    document_number: str
    rows: tuple[BatchRow, ...]
    rows_hash: str
    """SHA-256 of the canonical rows."""
    xlsx_sha256: str
    """SHA-256 of the summary table (附件3)."""


@event(BATCH, Role.DISTRICT_LEADER, Role.CITY_OFFICER, Role.CITY_LEADER)
class BatchReopened(Event):
    """A sealed batch was opened again, on somebody's authority; one that was sent by the city, where the round asks."""

    round: str
    district: str
    authority: str


@event(BATCH, Role.DISTRICT_LEADER)
class BatchSent(Event):
    """The sealed batch went to the city (C5.3)."""

    round: str
    district: str
    document_number: str
    rows_hash: str
    sent_at: str


@event(BATCH, Role.DISTRICT_LEADER)
class BatchLate(Event):
    """The batch was sent after the district's deadline; it counts, and the delay stays visible (C5.3)."""

    round: str
    district: str
    minutes: int
    """Whole minutes after the deadline, rounded up."""
