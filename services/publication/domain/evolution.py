"""What each event makes of a round's list: while it waits for approval, and once it stands (C5.4)."""

from dataclasses import replace
from typing import assert_never

from services.publication.domain.listing import inserted, list_after_fall, without
from services.publication.domain.states import (
    RERANK,
    Approved,
    Decision,
    DecisionEvent,
    NotProposed,
    Objection,
    ObjectionDecided,
    Proposed,
    off_the_list,
)
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListCorrected,
    ListCorrectionProposed,
    ListRow,
    NextInLinePromoted,
    ObjectionDismissed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionUpheld,
    OrganizationApproved,
    RankCorrected,
    RemitClosed,
    RowWithdrawn,
)


def evolve(state: Decision, event: DecisionEvent) -> Decision:
    """The state after `event`; approvals of single applications have streams of their own."""
    match state:
        case NotProposed():
            if isinstance(event, ApprovalListProposed):
                return Proposed(event, event.rows, event.list_hash, frozenset({event.list_hash}))
            return state
        case Proposed():
            return _while_proposed(state, event)
        case Approved():
            return _once_approved(state, event)
        case _:
            assert_never(state)


def _while_proposed(state: Proposed, event: DecisionEvent) -> Decision:
    match event:
        case ApprovalListProposed():
            return _proposed_again(state, event)
        case ObjectionFiled() | ObjectionInadmissible() | ObjectionDismissed() | ObjectionUpheld():
            return _objected(state, event)
        case RowWithdrawn() | NextInLinePromoted():
            return _changed(state, event)
        case ListApproved():
            removed = frozenset(one.application for one in state.removed)
            falls = (*state.sunk, *state.falls)
            return Approved(
                state.proposal,
                event,
                state.rows,
                state.list_hash,
                state.objections,
                removed,
                falls,
                state.promotions,
            )
        case (
            OrganizationApproved()
            | ApplicationRejected()
            | ListCorrectionProposed()
            | ListCorrected()
            | RankCorrected()
            | RemitClosed()
        ):
            return state
        case _:
            assert_never(event)


def _once_approved(state: Approved, event: DecisionEvent) -> Approved:
    match event:
        case ListCorrectionProposed():
            return replace(state, pending=event)
        case ListCorrected():
            return _corrected(state, event)
        case RemitClosed():
            return replace(state, closed=(*state.closed, event))
        case ApprovalListProposed() | ListApproved() | OrganizationApproved() | ApplicationRejected() | RankCorrected():
            return state
        case ObjectionFiled() | ObjectionInadmissible() | ObjectionDismissed() | ObjectionUpheld():
            return _objected_to_joining(state, event)
        case RowWithdrawn() | NextInLinePromoted():
            return state
        case _:
            assert_never(event)


def _objected_to_joining(state: Approved, event: ObjectionFiled | ObjectionDecided) -> Approved:
    """Whoever an objection takes away joins by no correction that waits: it is proposed anew."""
    joining = {row.application: row for row in state.joining}
    if isinstance(event, ObjectionFiled):
        filed = Objection(event, joining=joining.get(event.application))
        return replace(state, objections=(*state.objections, filed))
    after = replace(state, objections=_decided(state.objections, event))
    if not isinstance(event, ObjectionUpheld):
        return after
    pending = None if event.application in joining else state.pending
    return replace(after, removed=state.removed | {event.application}, pending=pending)


def _corrected(state: Approved, event: ListCorrected) -> Approved:
    if state.pending is None:
        return state
    return replace(
        state,
        rows=state.pending.rows,
        list_hash=event.list_hash,
        pending=None,
        corrected=event,
        carried=state.pending,
    )


def rows_after(state: Proposed, change: ObjectionUpheld | RowWithdrawn | NextInLinePromoted) -> tuple[ListRow, ...]:
    """The list's rows after what changes them."""
    match change:
        case ObjectionUpheld(effect="rerank", rank=int(rank)):
            return list_after_fall(state.rows, change.application, rank)
        case ObjectionUpheld() | RowWithdrawn():
            return without(state.rows, change.application)
        case NextInLinePromoted(row=row):
            return inserted(state.rows, row)
        case _:
            assert_never(change)


def _proposed_again(state: Proposed, event: ApprovalListProposed) -> Proposed:
    return replace(
        state,
        proposal=event,
        rows=event.rows,
        list_hash=event.list_hash,
        hashes=frozenset({event.list_hash}),
        falls=(),
        promotions=(),
        sunk=(*state.sunk, *state.falls),
    )


def _objected(state: Proposed, event: ObjectionFiled | ObjectionDecided) -> Proposed:
    if isinstance(event, ObjectionFiled):
        return replace(state, objections=(*state.objections, Objection(event)))
    after = replace(state, objections=_decided(state.objections, event))
    return _upheld(after, event) if isinstance(event, ObjectionUpheld) else after


def _decided(before: tuple[Objection, ...], event: ObjectionDecided) -> tuple[Objection, ...]:
    return tuple(replace(one, decided=event) if one.filed.objection == event.objection else one for one in before)


def _upheld(state: Proposed, event: ObjectionUpheld) -> Proposed:
    after = _moved(state, event)
    row = next((one for one in state.rows if one.application == event.application), None)
    if event.effect == RERANK:
        if row is None or event.rank is None:
            return after
        return replace(after, falls=(*state.falls, (row.application, event.rank)))
    listed = () if row is None else (off_the_list(row),)
    below = (one for one in state.line if one.application == event.application)
    return replace(after, removed=(*state.removed, *listed, *below))


def _changed(state: Proposed, event: RowWithdrawn | NextInLinePromoted) -> Proposed:
    after = _moved(state, event)
    if isinstance(event, RowWithdrawn):
        return replace(after, withdrawn=state.withdrawn | {event.application})
    return replace(after, promotions=(*state.promotions, event))


def _moved(state: Proposed, event: ObjectionUpheld | RowWithdrawn | NextInLinePromoted) -> Proposed:
    rows = rows_after(state, event)
    return replace(state, rows=rows, list_hash=event.list_hash, hashes=state.hashes | {event.list_hash})
