"""The events of the cooperation agreement (C5.4)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import AGREEMENT
from shared.kernel.actor import Role


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


@event(AGREEMENT, Role.SYSTEM)
class AgreementExpired(Event):
    """The offer ran out unsigned."""

    application: str
    organization: str
    round: str
    due: str
