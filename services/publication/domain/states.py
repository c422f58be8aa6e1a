"""The list's life: what was proposed, what became of its rows, its objections, its approval and corrections (C5.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from services.publication.domain.listing import amended, inserted, list_after_fall, without
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
    Unselected,
)
from shared.contracts.review import TieResolved
from shared.kernel.refusal import Malformed, Refusal, Unknown

ObjectionDecided: TypeAlias = ObjectionInadmissible | ObjectionDismissed | ObjectionUpheld
OnTheDraft: TypeAlias = ObjectionFiled | ObjectionDecided | RowWithdrawn | NextInLinePromoted
OnTheList: TypeAlias = ListCorrectionProposed | ListCorrected | RankCorrected | RemitClosed
DecisionEvent: TypeAlias = (
    ApprovalListProposed | OnTheDraft | ListApproved | OrganizationApproved | ApplicationRejected | OnTheList
)
REMOVE, RERANK = "remove", "rerank"
DISTRICT, EXPERTS = "district", "experts"
"""Stages at which an application ends, and which a remit does again."""


class ListNotProposed(Unknown):
    """No list was proposed for this round."""

    title = "No list was proposed for this round"
    clause = "C5.4"
    field = "round"


class OutcomeUnclear(Malformed):
    """The outcome of an objection or an appeal does not go with the effect, rank or stage that is named."""

    title = "The outcome does not go with what is named beside it"
    clause = "C5.4"
    field = "outcome"


class AnotherListWasSeen(Refusal):
    """What is approved is what was read."""

    title = "The list changed since it was read"
    clause = "C5.4"
    field = "list_hash"


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection, open until it is decided."""

    filed: ObjectionFiled
    decided: ObjectionDecided | None = None


@dataclass(frozen=True, slots=True)
class NotProposed:
    """No list yet."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A list waits for notice and approval."""

    proposal: ApprovalListProposed
    rows: tuple[ListRow, ...]
    """As they are now."""
    list_hash: str
    hashes: frozenset[str]
    """Of every form that the list had since it was proposed: notices of these count for it."""
    objections: tuple[Objection, ...] = ()
    falls: tuple[tuple[str, int], ...] = ()
    """Who fell to which rank since the proposal, by an objection that was upheld; in order."""
    sunk: tuple[tuple[str, int], ...] = ()
    """Who fell to which rank before the proposal replaced an earlier one."""
    removed: tuple[Unselected, ...] = ()
    """By objections; whatever is proposed later, they stay away."""
    withdrawn: frozenset[str] = frozenset()
    promotions: tuple[NextInLinePromoted, ...] = ()
    """Onto this proposal, in order."""

    @property
    def open_objections(self) -> tuple[ObjectionFiled, ...]:
        """Those that nobody decided yet."""
        return tuple(one.filed for one in self.objections if one.decided is None)

    @property
    def promoters(self) -> frozenset[str]:
        """Who promoted somebody onto this proposal."""
        return frozenset(one.promoter for one in self.promotions if one.promoter is not None)

    @property
    def gone(self) -> frozenset[str]:
        """Who cannot come back to this list."""
        return self.withdrawn | {row.application for row in self.removed}

    @property
    def ranked(self) -> frozenset[str]:
        """Everybody whom the proposal knows, and who left it."""
        listed = {row.application for row in self.proposal.rows}
        return self.gone | listed | {one.application for one in self.proposal.not_selected}

    @property
    def line(self) -> tuple[Unselected, ...]:
        """Who is below the cut, with the rank of the proposal: first those never taken, then those that fell."""
        away = self.gone | {row.application for row in self.rows}
        fell = (_off_the_list(row) for row in self.proposal.rows)
        return tuple(one for one in (*self.proposal.not_selected, *fell) if one.application not in away)

    def ranks_below(self, ranked: Collection[str], ties: Sequence[TieResolved] = ()) -> dict[str, int]:
        """The ranks of a group's `ranked` applications below the cut, after every vote and fall since the proposal."""
        proposed = (*(_off_the_list(row) for row in self.proposal.rows), *self.proposal.not_selected)
        mine = [one for one in proposed if one.application in ranked and one.application not in self.gone]
        now = amended(mine, (tie.order for tie in ties), self.falls)
        waiting = {one.application for one in self.line}
        return {one.application: one.rank for one in now if one.application in waiting}


@dataclass(frozen=True, slots=True)
class Approved:
    """The list stands; a correction may be proposed."""

    proposal: ApprovalListProposed
    approval: ListApproved
    rows: tuple[ListRow, ...]
    list_hash: str
    objections: tuple[Objection, ...] = ()
    removed: frozenset[str] = frozenset()
    """By objections that were upheld."""
    falls: tuple[tuple[str, int], ...] = ()
    """Who fell to which rank by an objection that was upheld; in order."""
    promotions: tuple[NextInLinePromoted, ...] = ()
    """Onto the proposal that was approved, in order."""
    pending: ListCorrectionProposed | None = None
    corrected: ListCorrected | None = None
    """The last correction that was approved."""
    carried: ListCorrectionProposed | None = None
    """As it was proposed."""
    closed: tuple[RemitClosed, ...] = ()


Decision: TypeAlias = NotProposed | Proposed | Approved


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
            return state
        case RowWithdrawn() | NextInLinePromoted():
            return state
        case _:
            assert_never(event)


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
    decided = tuple(
        replace(one, decided=event) if one.filed.objection == event.objection else one for one in state.objections
    )
    after = replace(state, objections=decided)
    return _upheld(after, event) if isinstance(event, ObjectionUpheld) else after


def _upheld(state: Proposed, event: ObjectionUpheld) -> Proposed:
    after = _moved(state, event)
    row = next((one for one in state.rows if one.application == event.application), None)
    if event.effect == RERANK:
        if row is None or event.rank is None:
            return after
        return replace(after, falls=(*state.falls, (row.application, event.rank)))
    listed = () if row is None else (_off_the_list(row),)
    below = (one for one in state.line if one.application == event.application)
    return replace(after, removed=(*state.removed, *listed, *below))


def _off_the_list(row: ListRow) -> Unselected:
    return Unselected(application=row.application, organization=row.organization, rank=row.rank)


def _changed(state: Proposed, event: RowWithdrawn | NextInLinePromoted) -> Proposed:
    after = _moved(state, event)
    if isinstance(event, RowWithdrawn):
        return replace(after, withdrawn=state.withdrawn | {event.application})
    return replace(after, promotions=(*state.promotions, event))


def _moved(state: Proposed, event: ObjectionUpheld | RowWithdrawn | NextInLinePromoted) -> Proposed:
    rows = rows_after(state, event)
    return replace(state, rows=rows, list_hash=event.list_hash, hashes=state.hashes | {event.list_hash})
