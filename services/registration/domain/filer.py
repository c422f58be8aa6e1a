"""Who files for an organization when whoever did is gone: a successor, on the organization's letter (C5.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.registration.domain.states import (
    CertificationPending,
    CertificationWasRejected,
    Certified,
    Closed,
    Organization,
    OrganizationIsClosed,
    OrganizationNotRegistered,
    Registered,
    Rejected,
    Returned,
    Suspended,
    Unregistered,
)
from shared.contracts.event import Event
from shared.contracts.registration import FilerAppointed, OrganizationRegistered
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require


@dataclass(frozen=True, slots=True)
class AppointFiler:
    """The verifier hands an organization over to another filer's account, on the organization's letter (C5.2)."""

    organization: str
    account: str
    document_number: str
    open_filer: bool
    """Whether the account is a filer's, and open."""
    files_for: str | None
    """The organization that the account has registered or taken over, if any."""
    by: Actor
    at: Instant


class NotAFilersAccount(Refusal):
    """Whoever files signs in as a filer."""

    title = "The account is not an open filer's"
    clause = "C5.2"
    field = "account"


class FilesForAnother(Refusal):
    """An account files for one organization."""

    title = "The account files for another organization"
    clause = "C5.2"
    field = "account"


def appoint(state: Organization, command: AppointFiler) -> Sequence[FilerAppointed]:
    """Whatever the organization has begun goes on with the successor; who files already is not appointed again."""
    require(command.by, Role.PLATFORM_VERIFIER)
    match state:
        case Unregistered():
            raise OrganizationNotRegistered
        case Rejected():
            raise CertificationWasRejected
        case Closed():
            raise OrganizationIsClosed
        case Registered() | CertificationPending() | Returned() | Certified() | Suspended():
            return _successor(state.registration, command)
        case _:
            assert_never(state)


def _successor(registration: OrganizationRegistered, command: AppointFiler) -> Sequence[FilerAppointed]:
    if registration.account == command.account:
        return []
    if not command.open_filer:
        raise NotAFilersAccount
    if command.files_for not in (None, command.organization):
        raise FilesForAnother
    return [
        FilerAppointed(
            organization=command.organization,
            account=command.account,
            replaced=registration.account,
            document_number=command.document_number,
        )
    ]


def handed_over(state: Organization, event: FilerAppointed) -> Organization:
    """The organization as it was, but for who files."""
    match state:
        case Suspended(certified=certified):
            return replace(state, certified=replace(certified, registration=_of(certified.registration, event)))
        case Registered() | CertificationPending() | Returned() | Certified():
            return replace(state, registration=_of(state.registration, event))
        case Unregistered() | Rejected() | Closed():
            return state
        case _:
            assert_never(state)


def _of(registration: OrganizationRegistered, event: FilerAppointed) -> OrganizationRegistered:
    return replace(registration, account=event.account)


def filers_of(history: Iterable[Event]) -> tuple[str, ...]:
    """Who filed one after the other since the code was registered last; whom each let sign still signs."""
    filers: tuple[str, ...] = ()
    for event in history:
        if isinstance(event, OrganizationRegistered):
            filers = (event.account,)
        elif isinstance(event, FilerAppointed):
            filers = (*filers, event.account)
    return filers
