"""Corrections approved by the leader, who says so where one goes beyond a quota (C5.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from services.publication.domain.correction import (
    ApplicationNotRanked,
    ProposeCorrection,
    may_join,
    propose_correction,
)
from services.publication.domain.correction_notice import was_on_notice
from services.publication.domain.effects import beyond_quota
from services.publication.domain.grounds import Grounds, grounds_of
from services.publication.domain.listing import approved
from services.publication.domain.states import (
    AnotherListWasSeen,
    Approved,
    Decision,
    DecisionEvent,
    NotProposed,
    Proposed,
)
from shared.contracts.publication import (
    ApplicationRejected,
    ListCorrected,
    ListCorrectionProposed,
    ListRow,
    NoticePublished,
    RankCorrected,
    RankMoved,
)
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted, Refusal, Unknown, require

CORRECTION, CORRECTED = "correction", "LIST_CORRECTED"

# Commands


@dataclass(frozen=True, slots=True)
class ApproveCorrection:
    """The leader approves the correction that was proposed (C5.4)."""

    round: str
    valid_from: str
    valid_to: str
    by: Actor
    at: Instant
    withdrawn: frozenset[str]
    recommended: frozenset[str]
    """As it is when the correction is approved."""
    list_hash: str | None
    """Of the corrected list that the leader saw; None where the leader does not say."""
    grounds: Grounds | None
    """As it is when the correction is approved; None where the correction does not say its grounds."""
    beyond_quota: bool
    """Whether the leader lets a group have more on the list than places."""
    promoters_aside: bool
    """Whether who promoted another in the place of somebody that it adds may not approve it."""
    notices: Sequence[NoticePublished] | None
    """Since the published list; None where the round puts no correction on notice."""


# Refusals


class CorrectionNotProposed(Unknown):
    """No correction waits for approval."""

    title = "No correction of this list was proposed"
    clause = "C5.4"
    field = "round"


class ProposerMayNotApproveTheCorrection(NotPermitted):
    """Two people decide."""

    title = "The proposer of a correction may not approve it"
    clause = "C5.4"


class PromoterMayNotApproveTheCorrection(NotPermitted):
    """Nobody decides on the return of whom they put another in the place of."""

    title = "Whoever promoted another in the place of somebody that it adds may not approve the correction"
    clause = "C5.4"


class CorrectionBeyondTheQuota(Refusal):
    """More than a group has places for is the leader's own decision, and never comes in silence."""

    title = "The corrected list has more of a group than its quota, and the leader has not said so"
    clause = "C5.4"
    field = "beyond_quota"


# Decide


def on_correction(state: Decision, command: ProposeCorrection | ApproveCorrection) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case ProposeCorrection():
            return propose_correction(state, command)
        case ApproveCorrection():
            return _approve(state, command)
        case _:
            assert_never(command)


def _approve(state: Decision, command: ApproveCorrection) -> Sequence[DecisionEvent]:
    """Approve the correction that waits; each application that it touches hears of it."""
    require(command.by, Role.CITY_LEADER)
    match state:
        case Approved(pending=ListCorrectionProposed() as pending):
            if pending.proposer == command.by.id:
                raise ProposerMayNotApproveTheCorrection
            _impartial(state, command)
            _was_seen(pending.list_hash, command)
            if command.notices is not None:
                was_on_notice(state, command.notices, command.at)
            return _corrected(state, pending, command)
        case Approved(corrected=ListCorrected(list_hash=list_hash)):
            _was_seen(list_hash, command)
            return []
        case NotProposed() | Proposed() | Approved():
            raise CorrectionNotProposed
        case _:
            assert_never(state)


def _impartial(state: Approved, command: ApproveCorrection) -> None:
    if command.promoters_aside and any(command.by.id in state.displacers(row.application) for row in state.joining):
        raise PromoterMayNotApproveTheCorrection


def _was_seen(list_hash: str, command: ApproveCorrection) -> None:
    if command.list_hash not in (None, list_hash):
        raise AnotherListWasSeen(f"the corrected list is {list_hash} now", detail_zh=f"更正后的名单现为{list_hash}")


def _corrected(state: Approved, pending: ListCorrectionProposed, command: ApproveCorrection) -> Sequence[DecisionEvent]:
    rows, added = {row.application: row for row in pending.rows}, state.joining
    removed = [row for row in state.rows if row.application not in rows]
    _still_stands(state, added, removed, command)
    beyond = None if pending.places is None else beyond_quota(pending.places)
    if beyond and not command.beyond_quota:
        counts = {one.group: one for one in pending.places or ()}
        said = (f"{group}: {counts[group].listed} for {counts[group].places} places" for group in beyond)
        zh = (f"{group}名额{counts[group].places}个，更正后{counts[group].listed}家" for group in beyond)
        raise CorrectionBeyondTheQuota("; ".join(said), detail_zh="；".join(zh))
    return [
        ListCorrected(
            round=pending.round,
            supersedes=pending.supersedes,
            list_hash=pending.list_hash,
            approver=command.by.id,
            added=tuple(row.application for row in added),
            removed=tuple(row.application for row in removed),
            beyond_quota=beyond,
        ),
        *(approved(row, pending.round, pending.list_hash, command.valid_from, command.valid_to) for row in added),
        *(_rejected(row, pending) for row in removed),
        *(_moved(one, rows[one.application], pending) for one in pending.moved or ()),
    ]


def _still_stands(
    state: Approved, added: Sequence[ListRow], removed: Sequence[ListRow], command: ApproveCorrection
) -> None:
    """Who was to join may join still, and is still what the panels rank."""
    joining = [row.application for row in added]
    may_join(joining, command.withdrawn, command.recommended)
    if command.grounds is None:
        return
    now = {(row.application, row.version) for ranking in command.grounds.rankings for row in ranking.rows}
    if gone := sorted(row.application for row in added if (row.application, row.version) not in now):
        raise ApplicationNotRanked(gone[0])
    grounds_of(state, joining, [row.application for row in removed], command.grounds, command.at)


def _rejected(row: ListRow, pending: ListCorrectionProposed) -> ApplicationRejected:
    return ApplicationRejected(
        application=row.application,
        organization=row.organization,
        round=pending.round,
        stage=CORRECTION,
        codes=(CORRECTED,),
    )


def _moved(one: RankMoved, row: ListRow, pending: ListCorrectionProposed) -> RankCorrected:
    return RankCorrected(
        application=row.application,
        organization=row.organization,
        organization_name=row.organization_name,
        round=pending.round,
        kind=row.kind,
        category=row.category,
        rank_before=one.rank_before,
        rank=one.rank,
        list_hash=pending.list_hash,
        reason=pending.reason,
        document_number=pending.document_number,
    )
