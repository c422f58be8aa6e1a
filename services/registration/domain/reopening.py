"""A closure by mistake put right by another verifier: the organization is again what it was before it (C5.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.registration.domain.standing import certified_of
from services.registration.domain.states import Certified, Closed, Organization, Suspended
from shared.contracts.registration import OrganizationReopened
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, require


@dataclass(frozen=True, slots=True)
class ReopenOrganization:
    """Another verifier takes back a closure that was a mistake (C5.2)."""

    organization: str
    closed_by: str | None
    """The account that closed it last; None where nobody did."""
    erased: bool
    """Whether its personal data were erased."""
    ground: str
    document_number: str
    by: Actor
    at: Instant


class OrganizationNotClosed(Refusal):
    """Only a closure is taken back."""

    title = "The organization is not closed"
    clause = "C5.2"


class CloserMayNotReopen(NotPermitted):
    """Two people: nobody judges what they closed themselves."""

    title = "Whoever closed an organization may not reopen it"
    clause = "C5.2"


class OrganizationIsErased(Refusal):
    """Without its people's data nobody acts for it any more."""

    title = "The organization's personal data were erased"
    clause = "C5.2"


def reopen(state: Organization, command: ReopenOrganization) -> Sequence[OrganizationReopened]:
    """What was closed is certified again, or suspended where it was; the same once more is a retry."""
    require(command.by, Role.PLATFORM_VERIFIER)
    if not isinstance(state, Closed):
        if _reopened(certified_of(state).reopened, command):
            return []
        raise OrganizationNotClosed
    if command.by.id == command.closed_by:
        raise CloserMayNotReopen
    if command.erased:
        raise OrganizationIsErased
    before = state.before
    return [
        OrganizationReopened(
            organization=command.organization,
            ground=command.ground,
            document_number=command.document_number,
            suspended=before.suspension.ground if isinstance(before, Suspended) else None,
        )
    ]


def _reopened(done: OrganizationReopened | None, command: ReopenOrganization) -> bool:
    return done is not None and (done.ground, done.document_number) == (command.ground, command.document_number)


def again(state: Closed, event: OrganizationReopened) -> Certified | Suspended:
    """What it was before it was closed."""
    match state.before:
        case Certified() as certified:
            return replace(certified, reopened=event)
        case Suspended(certified=certified) as suspended:
            return replace(suspended, certified=replace(certified, reopened=event))
        case _:
            assert_never(state.before)
