"""What every service records of access: refusals of authority, an auditor's reads, erasures."""

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
    """The refusal's sentence; names no person."""


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
