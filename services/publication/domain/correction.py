"""Corrections of a list that was published: proposed by one person, approved by another (C5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.publication.domain.appeal import UPHOLD
from services.publication.domain.grounds import Grounds, grounds_of
from services.publication.domain.listing import approved, group_of, inserted, list_hash, row_of, without
from services.publication.domain.states import (
    AnotherListWasSeen,
    Approved,
    Decision,
    DecisionEvent,
    NotProposed,
    Proposed,
)
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import (
    ApplicationRejected,
    ListCorrected,
    ListCorrectionProposed,
    ListRow,
)
from shared.contracts.review import RankingComputed, RankingRow
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, NotPermitted, Refusal, Unknown, require

CORRECTION, CORRECTED = "correction", "LIST_CORRECTED"
CLOSED = "closed"
"""The outcome of an appeal whose remit led to no place on the list."""

# Commands


@dataclass(frozen=True, slots=True)
class ProposeCorrection:
    """The officer proposes that applications join the published list, or leave it (C5.4)."""

    round: str
    add: tuple[str, ...]
    remove: tuple[str, ...]
    reason: str
    document_number: str
    published: str | None
    """The hash of the list that is public."""
    rankings: Sequence[RankingComputed]
    submissions: Mapping[str, ApplicationSubmitted]
    withdrawn: frozenset[str]
    by: Actor
    at: Instant
    recommended: frozenset[str] | None = None
    """Applications that a district, or the city after an escalation, recommends; None where nobody asks."""
    appeals: Mapping[str, str] | None = None
    """The outcomes of decided appeals by application; None where nobody asks."""
    grounds: Grounds | None = None
    """What says who may join, and why; None where nobody asks."""


@dataclass(frozen=True, slots=True)
class ApproveCorrection:
    """The leader approves the correction that was proposed (C5.4)."""

    round: str
    valid_from: str
    valid_to: str
    by: Actor
    at: Instant
    withdrawn: frozenset[str] = frozenset()
    recommended: frozenset[str] | None = None
    """As it is when the correction is approved; None where nobody asks."""
    list_hash: str | None = None
    """Of the corrected list that the leader saw; None where the leader does not say."""
    grounds: Grounds | None = None
    """As it is when the correction is approved; None where nobody asks."""


# Refusals


class ListNotPublished(Refusal):
    """What is not public yet is not corrected: it is proposed again, or published first."""

    title = "The list is not published"
    clause = "C5.4"
    field = "round"


class CorrectionChangesNothing(Malformed):
    """A correction adds or removes somebody, and nobody twice."""

    title = "The correction changes nothing, or names an application twice"
    clause = "C5.4"
    field = "add"


class AlreadyOnTheList(Refusal):
    """Who is on the list is not added."""

    title = "The application is on the list already"
    clause = "C5.4"
    field = "add"


class NotOnThePublishedList(Refusal):
    """Who is not on the list is not removed."""

    title = "The application is not on the published list"
    clause = "C5.4"
    field = "remove"


class ApplicationNotRanked(Refusal):
    """Only what experts ranked, and what was not withdrawn, joins a list."""

    title = "No ranking holds this application, or it was withdrawn"
    clause = "C5.4"
    field = "add"


class DistrictDoesNotRecommend(Refusal):
    """A review that was opened again, or that ended otherwise, recommends nobody until its district does."""

    title = "The district does not recommend the application as it stands"
    clause = "C5.4"
    field = "add"


class RejectionStands(Refusal):
    """What an objection took away, or an appeal did not change, is not given by a correction."""

    title = "An objection or an appeal decided against the application"
    clause = "C5.4"
    field = "add"


class CorrectionNotProposed(Unknown):
    """No correction waits for approval."""

    title = "No correction of this list was proposed"
    clause = "C5.4"
    field = "round"


class ProposerMayNotApproveTheCorrection(NotPermitted):
    """Two people decide."""

    title = "The proposer of a correction may not approve it"
    clause = "C5.4"


# Decide


def on_correction(state: Decision, command: ProposeCorrection | ApproveCorrection) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case ProposeCorrection():
            return _propose(state, command)
        case ApproveCorrection():
            return _approve(state, command)
        case _:
            assert_never(command)


def _propose(state: Decision, command: ProposeCorrection) -> Sequence[DecisionEvent]:
    """Propose another list in the published one's place; a proposal that waits is replaced."""
    require(command.by, Role.CITY_OFFICER)
    named = (*command.add, *command.remove)
    if not named or len(set(named)) < len(named):
        raise CorrectionChangesNothing
    match state:
        case NotProposed() | Proposed():
            raise ListNotPublished
        case Approved(pending=pending):
            if _is_done(state, command):
                return []
            if command.published != state.list_hash:
                raise ListNotPublished("the list as it stands is not public yet")
            proposed = _proposed(state, command)
            return [] if pending == proposed else [proposed]
        case _:
            assert_never(state)


def _approve(state: Decision, command: ApproveCorrection) -> Sequence[DecisionEvent]:
    """Approve the correction that waits; each application that it touches hears of it."""
    require(command.by, Role.CITY_LEADER)
    match state:
        case Approved(pending=ListCorrectionProposed() as pending):
            if pending.proposer == command.by.id:
                raise ProposerMayNotApproveTheCorrection
            if command.list_hash not in (None, pending.list_hash):
                raise AnotherListWasSeen(f"the corrected list is {pending.list_hash} now")
            return _corrected(state, pending, command)
        case Approved(corrected=ListCorrected()):
            return []
        case NotProposed() | Proposed() | Approved():
            raise CorrectionNotProposed
        case _:
            assert_never(state)


def _is_done(state: Approved, command: ProposeCorrection) -> bool:
    done = state.corrected
    return (
        done is not None
        and state.pending is None
        and (set(done.added), set(done.removed)) == (set(command.add), set(command.remove))
    )


def _proposed(state: Approved, command: ProposeCorrection) -> ListCorrectionProposed:
    listed = {row.application for row in state.rows}
    if there := sorted(listed & set(command.add)):
        raise AlreadyOnTheList(there[0])
    if missing := sorted(set(command.remove) - listed):
        raise NotOnThePublishedList(missing[0])
    ranked = {row.application: row for ranking in command.rankings for row in ranking.rows}
    _may_join(command.add, command)
    _not_decided_against(state, command)
    added = [_row(ranked, application, command) for application in sorted(command.add)]
    rows = tuple(_passed_by(added, row, ranked) for row in without(state.rows, *command.remove))
    for row in added:
        rows = inserted(rows, row)
    return ListCorrectionProposed(
        round=command.round,
        supersedes=state.list_hash,
        rows=rows,
        list_hash=list_hash(command.round, rows),
        reason=command.reason,
        document_number=command.document_number,
        proposer=command.by.id,
        grounds=_grounds(state, command.add, command.remove, command),
    )


def _grounds(
    state: Approved, add: Sequence[str], remove: Sequence[str], command: ProposeCorrection | ApproveCorrection
) -> tuple[str, ...] | None:
    return None if command.grounds is None else grounds_of(state, add, remove, command.grounds, command.at)


def _row(ranked: Mapping[str, RankingRow], application: str, command: ProposeCorrection) -> ListRow:
    if application not in ranked:
        raise ApplicationNotRanked(application)
    return row_of(ranked[application], command.submissions)


def _may_join(add: Iterable[str], command: ProposeCorrection | ApproveCorrection) -> None:
    """What joins the list is neither withdrawn nor before its district again."""
    for application in sorted(add):
        if application in command.withdrawn:
            raise ApplicationNotRanked(application)
        if command.recommended is not None and application not in command.recommended:
            raise DistrictDoesNotRecommend(application)


def _not_decided_against(state: Approved, command: ProposeCorrection) -> None:
    """An objection that was upheld holds until an appeal changes it; an appeal that was not, holds."""
    if command.appeals is None:
        return
    for application in command.add:
        outcome = command.appeals.get(application)
        if outcome in (UPHOLD, CLOSED) or (outcome is None and application in state.removed):
            raise RejectionStands(application)


def _still_ranked(added: Sequence[ListRow], command: ApproveCorrection) -> None:
    """What was proposed is still what the panels rank."""
    if command.grounds is None:
        return
    now = {(row.application, row.version) for ranking in command.grounds.rankings for row in ranking.rows}
    if gone := sorted(row.application for row in added if (row.application, row.version) not in now):
        raise ApplicationNotRanked(gone[0])


def _passed_by(added: Sequence[ListRow], row: ListRow, ranked: Mapping[str, RankingRow]) -> ListRow:
    """A row with the rank that the last ranking gives it, where somebody who is added ranks before it now."""
    now = ranked[row.application].rank if row.application in ranked else row.rank
    passed = any(group_of(one) == group_of(row) and one.rank < now for one in added)
    return replace(row, rank=max(row.rank, now)) if passed else row


def _corrected(state: Approved, pending: ListCorrectionProposed, command: ApproveCorrection) -> Sequence[DecisionEvent]:
    before = {row.application for row in state.rows}
    after = {row.application for row in pending.rows}
    added = [row for row in pending.rows if row.application not in before]
    removed = [row for row in state.rows if row.application not in after]
    _may_join((row.application for row in added), command)
    _still_ranked(added, command)
    _grounds(state, [row.application for row in added], [row.application for row in removed], command)
    return [
        ListCorrected(
            round=pending.round,
            supersedes=pending.supersedes,
            list_hash=pending.list_hash,
            approver=command.by.id,
            added=tuple(row.application for row in added),
            removed=tuple(row.application for row in removed),
        ),
        *(approved(row, pending.round, pending.list_hash, command.valid_from, command.valid_to) for row in added),
        *(
            ApplicationRejected(
                application=row.application,
                organization=row.organization,
                round=pending.round,
                stage=CORRECTION,
                codes=(CORRECTED,),
            )
            for row in removed
        ),
    ]
