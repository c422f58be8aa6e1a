"""Corrections of a list that was published, as the officer proposes them (C5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.publication.domain.appeal import (
    CLOSED,
    UPHOLD,
)
from services.publication.domain.effects import moved_by, places_after
from services.publication.domain.grounds import Grounds, grounds_of
from services.publication.domain.listing import group_of, inserted, list_hash, row_of, without
from services.publication.domain.states import (
    Approved,
    Decision,
    DecisionEvent,
    NotProposed,
    Proposed,
)
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import ListCorrectionProposed, ListRow
from shared.contracts.review import RankingComputed, RankingRow
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Malformed, Refusal, require

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
    recommended: frozenset[str]
    """Applications that a district, or the city after an escalation, recommends."""
    appeals: Mapping[str, str]
    """The outcomes of decided appeals by application."""
    grounds: Grounds | None
    """What says who may join, and why; None in corrections of earlier releases, which do not say it."""
    tells: bool
    """Whether the correction tells whose rank it moves and how many its groups have; earlier releases did not."""


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


# Decide


def propose_correction(state: Decision, command: ProposeCorrection) -> Sequence[DecisionEvent]:
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
                raise ListNotPublished("the list as it stands is not public yet", detail_zh="当前名单尚未公布")
            proposed = _proposed(state, command)
            return [] if pending == proposed else [proposed]
        case _:
            assert_never(state)


def _is_done(state: Approved, command: ProposeCorrection) -> bool:
    """Whether the last correction that was approved is this one, in every member."""
    done, proposed = state.corrected, state.carried
    if done is None or proposed is None or state.pending is not None:
        return False
    asked = (set(command.add), set(command.remove), command.reason, command.document_number, command.by.id)
    return asked == (
        set(done.added),
        set(done.removed),
        proposed.reason,
        proposed.document_number,
        proposed.proposer,
    )


def _proposed(state: Approved, command: ProposeCorrection) -> ListCorrectionProposed:
    listed = {row.application for row in state.rows}
    if there := sorted(listed & set(command.add)):
        raise AlreadyOnTheList(there[0])
    if missing := sorted(set(command.remove) - listed):
        raise NotOnThePublishedList(missing[0])
    ranked = {row.application: row for ranking in command.rankings for row in ranking.rows}
    may_join(command.add, command.withdrawn, command.recommended)
    _not_decided_against(state, command)
    added = [_row(ranked, application, command) for application in sorted(command.add)]
    rows = tuple(_passed_by(added, row, ranked) for row in without(state.rows, *command.remove))
    for row in added:
        rows = inserted(rows, row)
    quotas = command.grounds.quotas if command.grounds is not None and command.tells else None
    return ListCorrectionProposed(
        round=command.round,
        supersedes=state.list_hash,
        rows=rows,
        list_hash=list_hash(command.round, rows),
        reason=command.reason,
        document_number=command.document_number,
        proposer=command.by.id,
        grounds=None
        if command.grounds is None
        else grounds_of(state, command.add, command.remove, command.grounds, command.at),
        moved=None if quotas is None else moved_by(state.rows, rows),
        places=None if quotas is None else places_after(state.rows, rows, quotas),
    )


def _row(ranked: Mapping[str, RankingRow], application: str, command: ProposeCorrection) -> ListRow:
    if application not in ranked:
        raise ApplicationNotRanked(application)
    return row_of(ranked[application], command.submissions)


def may_join(add: Iterable[str], withdrawn: frozenset[str], recommended: frozenset[str]) -> None:
    """Refuse to add what is withdrawn or before its district again."""
    for application in sorted(add):
        if application in withdrawn:
            raise ApplicationNotRanked(application)
        if application not in recommended:
            raise DistrictDoesNotRecommend(application)


def _not_decided_against(state: Approved, command: ProposeCorrection) -> None:
    """An objection that was upheld holds until an appeal changes it; an appeal that was not, holds."""
    for application in command.add:
        outcome = command.appeals.get(application)
        if outcome in (UPHOLD, CLOSED) or (outcome is None and application in state.removed):
            raise RejectionStands(application)


def _passed_by(added: Sequence[ListRow], row: ListRow, ranked: Mapping[str, RankingRow]) -> ListRow:
    """A row with the rank that the last ranking gives it, where somebody who is added ranks before it now."""
    now = ranked[row.application].rank if row.application in ranked else row.rank
    passed = any(group_of(one) == group_of(row) and one.rank < now for one in added)
    return replace(row, rank=max(row.rank, now)) if passed else row
