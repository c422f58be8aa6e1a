"""Every decision of a round made again, by the services' own deciders, and compared with the one recorded."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from audit.commands import decide_again, decided_with
from audit.record import Contradiction, Incomplete, Record, same
from shared.contracts.application import EligibilityEvaluated
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListCorrected,
    ObjectionUpheld,
    OrganizationApproved,
    RankCorrected,
    RemitClosed,
)
from shared.contracts.review import PanelConstituted, RankingComputed

OF_A_LIST = (ListApproved, ListCorrected, RemitClosed, ObjectionUpheld)
"""What approves a list, ends a remit or takes somebody from a correction, and with it decides each application."""
OF_ONE = (OrganizationApproved, ApplicationRejected, RankCorrected)
"""What each application is told in a stream of its own."""
DECIDED = (*OF_A_LIST, *OF_ONE)
COUNTED: Mapping[str, tuple[type[Event], ...]] = {
    "evaluations": (EligibilityEvaluated,),
    "panels": (PanelConstituted,),
    "rankings": (RankingComputed,),
    "lists": (ApprovalListProposed,),
    "approvals and rejections": (OrganizationApproved, ApplicationRejected),
}


def made_again(record: Record, round_id: str) -> dict[str, int]:
    """How many decisions of each sort were made again, of this round and any other that the log holds.

    Raises `Contradiction` at the first that differs, `Incomplete` where the log does not hold what one rests on.
    """
    record.plan(round_id)
    again = Counter[type[Event]]()
    listed = False
    for recorded in record.by_id.values():
        again[type(recorded.event)] += decide_again(record, recorded)
        if isinstance(recorded.event, DECIDED) and not listed:
            listed = True
            again.update(type(one.event) for one in _decided(record))
    counts = {name: sum(again[kind] for kind in kinds) for name, kinds in COUNTED.items()}
    return {**counts, "other events": again.total() - sum(counts.values())}


def _decided(record: Record) -> Sequence[Recorded]:
    """What was decided on each application, each in a stream of its own; compare it with the approval of its list."""
    left = {one.envelope.id: one for kind in OF_ONE for one, _ in record.all(kind)}
    done: list[Recorded] = []
    missing: list[Event] = []
    approvals = [one for kind in OF_A_LIST for one, _ in record.all(kind)]
    for approved in sorted(approvals, key=lambda one: one.position):
        for again in decided_with(record, approved):
            recorded = _recorded(again, left.values())
            if recorded is None:
                missing.append(again)
                continue
            same(recorded, "decision", again, recorded.event)
            same(recorded, "time", approved.envelope.time, recorded.envelope.time)
            same(recorded, "actor", approved.envelope.actorid, recorded.envelope.actorid)
            done.append(left.pop(recorded.envelope.id))
    for recorded in left.values():
        raise Contradiction(recorded, "no approval of a list decides this")
    if missing:
        raise Incomplete(f"the log does not hold what became of application {_about(missing[0])}")
    return done


def _recorded(again: Event, left: Iterable[Recorded]) -> Recorded | None:
    """The earliest decision left that is this one, or else is about the same application."""
    about = sorted((one for one in left if _about(one.event) == _about(again)), key=lambda one: one.position)
    return next((one for one in about if one.event == again), about[0] if about else None)


def _about(event: Event) -> object:
    return getattr(event, "application", None)
