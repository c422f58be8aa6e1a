"""Erasure: who may order that a subject's personal data are destroyed, and that each order is recorded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from shared.contracts.access import PersonalDataErased
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Unknown, require


@dataclass(frozen=True, slots=True)
class EraseSubject:
    """The administrator carries out an order to erase what the vault holds of a subject: `values` values."""

    subject: str
    authority: str
    document_number: str
    scope: str
    values: int
    by: Actor
    at: Instant


Erasures: TypeAlias = tuple[PersonalDataErased, ...]
"""What was erased of one subject; its data may be kept anew, and be erased again by another order."""


class SubjectUnknown(Unknown):
    """An order names somebody of whom this service keeps nothing and never erased anything: most likely mistyped."""

    title = "This service keeps no personal data of the subject"
    field = "subject"


def decide(state: Erasures, command: EraseSubject) -> Sequence[PersonalDataErased]:
    """Erase; the same order again is a retry."""
    require(command.by, Role.ADMINISTRATOR)
    order = (command.authority, command.document_number, command.scope)
    if any((one.authority, one.document_number, one.scope) == order for one in state):
        return []
    if not state and not command.values:
        raise SubjectUnknown(command.subject)
    return [
        PersonalDataErased(
            subject=command.subject,
            authority=command.authority,
            document_number=command.document_number,
            scope=command.scope,
            values=command.values,
        )
    ]


def evolve(state: Erasures, event: PersonalDataErased) -> Erasures:
    """The state after `event`."""
    return (*state, event)


ERASURE_DECIDER: Decider[Erasures, EraseSubject, PersonalDataErased] = Decider((), decide, evolve)
