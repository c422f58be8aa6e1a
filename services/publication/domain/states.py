"""The list's life: what was proposed, what became of its rows, its objections, its approval and corrections (C5.4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from services.publication.domain.listing import amended, group_of
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
OBJECTION, OBJECTION_UPHELD = "objection", "OBJECTION_UPHELD"
"""The stage at which an objection ends an application, and why."""


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
    joining: ListRow | None = None
    """Of an objection to whom a correction adds, as the correction had it."""


def undecided(objections: Sequence[Objection]) -> tuple[ObjectionFiled, ...]:
    """Those that nobody decided yet."""
    return tuple(one.filed for one in objections if one.decided is None)


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
        return undecided(self.objections)

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
        fell = (off_the_list(row) for row in self.proposal.rows)
        return tuple(one for one in (*self.proposal.not_selected, *fell) if one.application not in away)

    def ranks_below(self, ranked: Collection[str], ties: Sequence[TieResolved] = ()) -> dict[str, int]:
        """The ranks of a group's `ranked` applications below the cut, after every vote and fall since the proposal."""
        proposed = (*(off_the_list(row) for row in self.proposal.rows), *self.proposal.not_selected)
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

    @property
    def open_objections(self) -> tuple[ObjectionFiled, ...]:
        """Those that nobody decided yet, to whom a correction adds."""
        return undecided(self.objections)

    @property
    def joining(self) -> tuple[ListRow, ...]:
        """Whom the correction that waits adds."""
        listed = {row.application for row in self.rows}
        waiting = () if self.pending is None else self.pending.rows
        return tuple(row for row in waiting if row.application not in listed)

    def displacers(self, application: str) -> frozenset[str]:
        """Who promoted others past it, or in its group after it lost the place that the proposal gave it."""
        lost = {group_of(row) for row in self.proposal.rows if row.application == application}
        return frozenset(
            one.promoter
            for one in self.promotions
            if one.promoter is not None and (group_of(one.row) in lost or application in (one.passed_over or ()))
        )


Decision: TypeAlias = NotProposed | Proposed | Approved


def objection_of(state: Proposed | Approved, objection: str) -> Objection | None:
    """The objection of that id, as far as somebody filed it."""
    return next((one for one in state.objections if one.filed.objection == objection), None)


def off_the_list(row: ListRow) -> Unselected:
    """A row of the list as one below the cut."""
    return Unselected(application=row.application, organization=row.organization, rank=row.rank)
