"""What a corrected list says of its correction: by which document and why, who joined, left or moved (C5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.publication.domain.decision import DECISION_DECIDER
from services.publication.domain.states import Approved
from services.publication.usecases.streams import decision_stream
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListCorrected, ListCorrectionProposed, ListRow
from shared.eventstore.port import EventStore


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction of a list, and who all of those are that it names."""

    proposed: ListCorrectionProposed
    added: tuple[str, ...]
    removed: tuple[str, ...]
    beyond_quota: tuple[str, ...]
    """Groups that were approved beyond their quota; none before the approval."""
    names: Mapping[str, str]
    """Of organizations by application."""

    @property
    def joined(self) -> tuple[tuple[str, str], ...]:
        """Who joined, and the ground; an empty one where an earlier release did not say."""
        added, grounds = sorted(self.added), self.proposed.grounds or ("",) * len(self.added)
        why = dict(zip(added, grounds, strict=True))
        return tuple((one, why[one]) for one in self.added)


async def correction_of(store: EventStore, round_id: str, listed: Recorded) -> Correction | None:
    """What brought about a list that was published; None of the list that was approved first."""
    proposed: ListCorrectionProposed | None = None
    last: Correction | None = None
    names = dict[str, str]()
    for one in await store.load(decision_stream(round_id).name):
        if one.position > listed.position:
            break
        names |= {row.application: row.organization_name for row in _rows(one)}
        match one.event:
            case ListCorrectionProposed():
                proposed = one.event
            case ListCorrected() if proposed is not None:
                done = one.event
                last = Correction(proposed, done.added, done.removed, done.beyond_quota or (), names)
            case _:
                continue
    return last


async def correction_on(store: EventStore, round_id: str, notice: Recorded) -> Correction | None:
    """The correction that a notice shows, as it was proposed; None of a notice of the proposal."""
    before = [one for one in await store.load(decision_stream(round_id).name) if one.position < notice.position]
    events: Any = [one.event for one in before]
    state = DECISION_DECIDER.fold(events)
    if not isinstance(state, Approved) or state.pending is None:
        return None
    named = [row for one in before for row in _rows(one)]
    stays = {row.application for row in state.pending.rows}
    return Correction(
        proposed=state.pending,
        added=tuple(row.application for row in state.joining),
        removed=tuple(row.application for row in state.rows if row.application not in stays),
        beyond_quota=(),
        names={row.application: row.organization_name for row in named},
    )


def told(correction: Correction) -> dict[str, Any]:
    """The correction for everybody who reads the list."""
    proposed, names = correction.proposed, correction.names
    return {
        "document_number": proposed.document_number,
        "reason": proposed.reason,
        "supersedes": proposed.supersedes,
        "joined": [_named(names, one, ground=ground or None) for one, ground in correction.joined],
        "left": [_named(names, one) for one in correction.removed],
        "moved": [
            _named(names, one.application, rank_before=one.rank_before, rank=one.rank) for one in proposed.moved or ()
        ],
        "places": [{"group": one.group, "places": one.places, "listed": one.listed} for one in proposed.places or ()],
        "beyond_quota": list(correction.beyond_quota),
    }


def _named(names: Mapping[str, str], application: str, **more: Any) -> dict[str, Any]:
    return {"application": application, "organization_name": names.get(application, ""), **more}


def _rows(recorded: Recorded) -> tuple[ListRow, ...]:
    rows: tuple[ListRow, ...] = getattr(recorded.event, "rows", ())
    row: ListRow | None = getattr(recorded.event, "row", None)
    return rows if row is None else (*rows, row)
