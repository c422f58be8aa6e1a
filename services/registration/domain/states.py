"""The states of an organization, and the refusals that a state alone gives."""

from dataclasses import dataclass
from typing import TypeAlias

from services.registration.domain.profile import VerifiedProfile
from shared.contracts.registration import (
    CertificationRejected,
    CertificationRequested,
    CertificationReturned,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationRegistered,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.kernel.refusal import Refusal, Unknown


@dataclass(frozen=True, slots=True)
class Unregistered:
    """Nobody registered this code."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Registered, nothing verified."""

    registration: OrganizationRegistered


@dataclass(frozen=True, slots=True)
class CertificationPending:
    """A verifier has to look."""

    registration: OrganizationRegistered
    request: CertificationRequested


@dataclass(frozen=True, slots=True)
class Returned:
    """The filer has to correct the profile and to ask again."""

    registration: OrganizationRegistered
    request: CertificationRequested
    returned: CertificationReturned


@dataclass(frozen=True, slots=True)
class Rejected:
    """Not certified; what this filer began is over."""

    registration: OrganizationRegistered
    rejection: CertificationRejected


@dataclass(frozen=True, slots=True)
class Certified:
    """May apply in a round."""

    registration: OrganizationRegistered
    request: CertificationRequested
    certificate: OrganizationCertified
    profile: VerifiedProfile
    reinstated: OrganizationReinstated | None = None
    reopened: OrganizationReopened | None = None


@dataclass(frozen=True, slots=True)
class Suspended:
    """May neither begin nor submit anything until it is reinstated."""

    certified: Certified
    suspension: OrganizationSuspended

    @property
    def registration(self) -> OrganizationRegistered:
        """How it was registered."""
        return self.certified.registration


@dataclass(frozen=True, slots=True)
class Closed:
    """Gone; another verifier alone says that this was a mistake."""

    before: Certified | Suspended
    closure: OrganizationClosed

    @property
    def registration(self) -> OrganizationRegistered:
        """How it was registered."""
        return self.before.registration


Organization: TypeAlias = (
    Unregistered | Registered | CertificationPending | Returned | Rejected | Certified | Suspended | Closed
)


class OrganizationNotRegistered(Unknown):
    """No such organization."""

    title = "The organization is not registered"
    clause = "C5.2"


class OrganizationNotCertified(Refusal):
    """Only what was certified can be amended, suspended or closed."""

    title = "The organization is not certified"
    clause = "C5.2"


class CertificationWasRejected(Refusal):
    """A rejection is final for the filer that it was told."""

    title = "The certification was rejected, which is final"
    clause = "C5.2"


class AlreadyCertified(Refusal):
    """Certification is done."""

    title = "The organization is certified already"
    clause = "C5.2"


class OrganizationIsSuspended(Refusal):
    """It is suspended already, on another ground."""

    title = "The organization is suspended"
    clause = "C5.2"


class OrganizationIsClosed(Refusal):
    """What is closed stays so, unless another verifier reopens it."""

    title = "The organization is closed"
    clause = "C5.2"
