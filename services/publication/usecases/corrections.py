"""What a corrected list says of its correction: by which document and why, who joined, left or moved (C5.4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.publication.usecases.streams import decision_stream
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListCorrected, ListCorrectionProposed, ListRow
from shared.eventstore.port import EventStore


@dataclass(frozen=True, slots=True)
class Correction:
    """The last correction of a list, and who all of those are that it names."""

    proposed: ListCorrectionProposed
    approved: ListCorrected
    names: Mapping[str, str]
    """Of organizations by application."""

    @property
    def joined(self) -> tuple[tuple[str, str], ...]:
        """Who joined, and the ground; an empty one where an earlier release did not say."""
        added, grounds = sorted(self.approved.added), self.proposed.grounds or ("",) * len(self.approved.added)
        why = dict(zip(added, grounds, strict=True))
        return tuple((one, why[one]) for one in self.approved.added)


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
                last = Correction(proposed, one.event, names)
            case _:
                continue
    return last


def told(correction: Correction) -> dict[str, Any]:
    """The correction for everybody who reads the list."""
    proposed, approved, names = correction.proposed, correction.approved, correction.names
    return {
        "document_number": proposed.document_number,
        "reason": proposed.reason,
        "supersedes": proposed.supersedes,
        "joined": [_named(names, one, ground=ground or None) for one, ground in correction.joined],
        "left": [_named(names, one) for one in approved.removed],
        "moved": [
            _named(names, one.application, rank_before=one.rank_before, rank=one.rank) for one in proposed.moved or ()
        ],
        "places": [{"group": one.group, "places": one.places, "listed": one.listed} for one in proposed.places or ()],
        "beyond_quota": list(approved.beyond_quota or ()),
    }


def _named(names: Mapping[str, str], application: str, **more: Any) -> dict[str, Any]:
    return {"application": application, "organization_name": names.get(application, ""), **more}


def _rows(recorded: Recorded) -> tuple[ListRow, ...]:
    rows: tuple[ListRow, ...] = getattr(recorded.event, "rows", ())
    row: ListRow | None = getattr(recorded.event, "row", None)
    return rows if row is None else (*rows, row)
