"""The rejection that an applicant appeals against, and until when (C5.4)."""

from dataclasses import dataclass

from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Rejection:
    """What an applicant may appeal against: its application's rejection, as long as it stands."""

    application: str
    organization: str
    round: str
    at: Instant
    until: Instant | None
    """First instant that is too late; None where the round fixes no time for appeals."""
