"""What every service records of itself: refusals, an auditor's reads, erasures, discards, dates that were wrong."""

from shared.contracts.event import Event, event_of_every_service
from shared.kernel.actor import Role


@event_of_every_service()
class AccessRefused(Event):
    """An authenticated actor asked for what its role, district or organization may not do.

    Recorded on the stream `access-<actor id>`; the envelope says who, in which role and when.
    """

    command: str
    """The command's name, for instance `RecommendApplication`."""
    stream: str
    """The stream on which it would have acted."""
    reason: str
    """The refusal's sentence; names no person. The last one kept of an account's day says that no more are recorded."""


@event_of_every_service(Role.DISCIPLINE_AUDITOR)
class RecordRead(Event):
    """The discipline auditor read something, which nobody does unseen.

    Recorded on the stream `access-<actor id>`, before the answer is given.
    """

    path: str
    """What was asked for, without its host."""
    query: str
    """The query as it was sent; empty where there was none."""


@event_of_every_service(Role.ADMINISTRATOR)
class PersonalDataErased(Event):
    """A subject's key in this service's vault was destroyed: its values are gone, every commitment and proof stays.

    Recorded on the stream `erasure-<subject>`.
    """

    subject: str
    """The account, organization or objector that the values were about."""
    authority: str
    """Who ordered it."""
    document_number: str
    scope: str
    """What the order covers, in words; names no person."""
    values: int
    """How many values the vault held of the subject."""


@event_of_every_service(Role.ADMINISTRATOR)
class ParkedRecordDiscarded(Event):
    """A record that this service could not handle was given up: it counts as heard, and changed nothing here.

    Recorded on the stream `access-<actor id>`; the record itself stays on its topic, byte for byte.
    """

    record: str
    """Where it is, `topic/partition@offset`."""
    sha256: str
    """SHA-256 of its bytes, 64 lower-case hex digits."""
    fault: str
    """Why it could not be handled."""
    reason: str
    """Why it may be given up, in words; names no person."""
    source: str | None = None
    """Whose event it was; like the next two absent where its envelope could not be trusted."""
    stream: str | None = None
    version: int | None = None


@event_of_every_service(Role.SYSTEM)
class ClockPassedOver(Event):
    """A service's log was dated ahead, and whoever runs it let it go by its clocks again.

    Recorded at its start, by the service itself, on the stream `access-system-<service>`. By its word what lies before
    it in the log, dated later and not after `dated`, had happened by then; what follows may be dated before that.
    """

    dated: str
    """The last date before it in the log (UTC, milliseconds): the one that was found to be wrong."""
    reason: str
    """How it came to be, in words; names no person."""
