"""The calendar of what is owed: the round's amendments move, add and remove what is still open (C3.1, C3.5)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from services.reporting.domain.states import Due, Obligation, Overdue, Returned
from shared.contracts.application import PolicyAmended, RoundPlanned
from shared.contracts.policy import in_force
from shared.contracts.reporting import ObligationCreated, ObligationRescheduled
from shared.contracts.round import ObligationTerm
from shared.kernel.instants import Instant

AMENDED: Final = "amended"
"""Out of the calendar."""
Key: TypeAlias = tuple[str, int, str | None]
"""Kind, year and period."""
Calendar: TypeAlias = Mapping[Key, ObligationTerm]

# Commands


@dataclass(frozen=True, slots=True)
class RescheduleObligation:
    """An amendment moved `term` (C3.5), by a document; commanded by the service itself."""

    obligation: str
    term: ObligationTerm
    authority: str
    not_before: Instant
    """Nothing is brought forward to before it."""
    at: Instant


# Decide


def reschedule(state: Obligation, command: RescheduleObligation) -> Sequence[ObligationRescheduled]:
    """What is open moves; what is overdue becomes open again only where its new time lies ahead."""
    if not isinstance(state, Due | Overdue | Returned):
        return []
    creation, opens_at = state.course.creation, command.term.opens_at
    opens = None if opens_at is None else opens_at.value
    new = _due(creation, command)
    if (new, opens) == (creation.due, creation.opens_at) or (isinstance(state, Overdue) and new <= command.at):
        return []
    return [
        ObligationRescheduled(
            obligation=creation.obligation,
            organization=creation.organization,
            round=creation.round,
            old=creation.due,
            new=new,
            opens_at=opens,
            authority=command.authority,
        )
    ]


def _due(creation: ObligationCreated, command: RescheduleObligation) -> str:
    asked = command.term.due.value
    return asked if asked > creation.due else min(creation.due, max(asked, command.not_before))


# What the round asks for


@dataclass(frozen=True, slots=True)
class Changes:
    """What an amendment itself changes of what it takes the place of."""

    set: Calendar
    """Added, or moved."""
    removed: Calendar


def changes(plan: RoundPlanned, earlier: Sequence[PolicyAmended], amendment: PolicyAmended, kind: str) -> Changes:
    """What an amendment changes for a kind of organization; `earlier` are those made before it."""
    replaced = in_force(plan, earlier, Instant(amendment.effective_from)).parameters.obligations
    before, after = _asked(replaced, kind), _asked(amendment.parameters.obligations, kind)
    return Changes(
        {key: term for key, term in after.items() if term != before.get(key)},
        {key: term for key, term in before.items() if key not in after},
    )


def calendar(plan: RoundPlanned, amendments: Sequence[PolicyAmended], kind: str) -> tuple[ObligationTerm, ...]:
    """What the round asks of a kind of organization after everything that was made known, in effect already or not."""
    terms = dict(_asked(plan.parameters.obligations, kind))
    for number, amendment in enumerate(amendments):
        changed = changes(plan, amendments[:number], amendment, kind)
        terms = {key: term for key, term in terms.items() if key not in changed.removed} | dict(changed.set)
    return tuple(terms.values())


def _asked(terms: Iterable[ObligationTerm], kind: str) -> Calendar:
    return {(one.kind, one.year, one.period): one for one in terms if one.only in (None, kind)}
