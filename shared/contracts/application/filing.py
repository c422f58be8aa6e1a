"""The events of a filing: online, late, returned, corrected, withdrawn or lapsed (C5.2, C5.3)."""

from shared.contracts.correction import ItemToCorrect
from shared.contracts.event import Event, event
from shared.contracts.topics import APPLICATION
from shared.kernel.actor import Role


@event(APPLICATION, Role.FILER)
class ApplicationSubmitted(Event):
    """The online filing was complete and in time; this version never changes again (C5.2)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    round: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    """SHA-256 of the canonical form; the paper carries it too."""
    received_at: str
    overall: str
    failed: tuple[str, ...]
    """Rules that failed and may be waived; the failure stays visible."""
    to_judge: tuple[str, ...]
    """Rules a person has to decide."""


@event(APPLICATION, Role.FILER)
class LateSubmissionRefused(Event):
    """A submission came at or after the deadline (C5.2, R19)."""

    application: str
    received_at: str
    deadline: str


@event(APPLICATION, Role.FILER)
class LateSubmissionAdmitted(Event):
    """Filed after the round's deadline and within an extension that covers it (C5.2, R19)."""

    application: str
    received_at: str
    deadline: str
    """The round's own."""
    extended_to: str
    authority_document: str


@event(APPLICATION, Role.SYSTEM)
class ApplicationReturned(Event):
    """The district returned a version: the items, and nothing else, may change until it is due (C5.3)."""

    application: str
    organization: str
    round: str
    version: int
    stage: str
    """`district`."""
    items: tuple[ItemToCorrect, ...]
    due: str
    """First instant that is too late."""


@event(APPLICATION, Role.FILER)
class ApplicationResubmitted(Event):
    """The returned items were corrected and filed as the next version, which never changes again (C5.3)."""

    application: str
    organization: str
    uscc: str
    organization_name: str
    district: str
    round: str
    kind: str
    category: str | None = None
    version: int
    snapshot_hash: str
    diff_hash: str
    """SHA-256 of the canonical list of changed paths with both values."""
    changed: tuple[str, ...]
    """The changed paths."""
    received_at: str
    overall: str
    failed: tuple[str, ...]
    to_judge: tuple[str, ...]


@event(APPLICATION, Role.FILER)
class ApplicationWithdrawn(Event):
    """The applicant withdrew before the decision."""

    application: str
    organization: str
    round: str
    reason: str


@event(APPLICATION, Role.SYSTEM)
class ApplicationLapsed(Event):
    """A draft or a return ran out."""

    application: str
    organization: str
    round: str
    what: str
    """`draft` or `return`."""
    deadline: str
