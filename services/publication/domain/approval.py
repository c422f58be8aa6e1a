"""The approval: by the leader, after the notice, with an end for everybody whom it leaves out (C5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.publication.domain.free_places import FreePlaces, free_places, left_free
from services.publication.domain.listing import approved, submission_of
from services.publication.domain.objections import ObjectionsOpen
from services.publication.domain.promotion import RankingSuperseded
from services.publication.domain.proposal import no_list_open, nobody_forgotten, versions_stand
from services.publication.domain.states import (
    DISTRICT,
    EXPERTS,
    OBJECTION,
    OBJECTION_UPHELD,
    AnotherListWasSeen,
    Approved,
    Decision,
    DecisionEvent,
    ListNotProposed,
    NotProposed,
    Proposed,
)
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import ApplicationRejected, ListApproved, ListRow, NoticePublished, Unselected
from shared.contracts.review import RankingComputed, TieResolved
from shared.contracts.round import Quota
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import NotPermitted, Refusal, require

NOT_SELECTED, LEFT_UNRANKED = "NOT_SELECTED", "LEFT_UNRANKED"
PLACES_LEFT_FREE = "PLACES_LEFT_FREE"
"""It was next in line for a place that the leader left free, for the reason that the rejection gives."""
ORGANIZATION_BARRED = "ORGANIZATION_BARRED"
"""It was suspended or closed when the list was proposed."""
DISTRICT_DECLINED, DISTRICT_UNDECIDED = "DISTRICT_DECLINED", "DISTRICT_UNDECIDED"
"""The district declined it and the city did not admit it; it never decided."""
RANKING = "ranking"
"""A further stage at which an application ends."""

# Commands


@dataclass(frozen=True, slots=True)
class ApproveList:
    """The leader approves the list that was on notice (C5.4)."""

    round: str
    notices: Sequence[NoticePublished]
    valid_from: str
    valid_to: str
    by: Actor
    at: Instant
    quotas: Sequence[Quota]
    ties: Sequence[TieResolved]
    """What panels told apart, also since the list was proposed."""
    free_places_reasoned: bool
    """Whether the round lets a place be free while somebody is in line for a reason alone."""
    left_free: Mapping[str, str]
    """By group why its free places are left free."""
    rankings: frozenset[str]
    """The ids of each panel's last ranking."""
    withdrawn: frozenset[str]
    unranked: Sequence[ApplicationSubmitted]
    """The submissions of those that a panel decided to leave out of its ranking."""
    recommended: frozenset[str]
    """As it is when the list is approved."""
    list_hash: str | None
    """Of the list that the leader saw; None where the leader does not say."""
    submissions: Mapping[str, ApplicationSubmitted]
    ranked: Sequence[RankingComputed]
    """The rankings that the proposal rests on: whom it leaves out hears of it."""
    barred: frozenset[str]
    """Organizations that are suspended or closed."""
    open_lists: frozenset[str]
    """Districts whose recommendation list was opened again and not sent since."""
    taken_back: frozenset[str]
    """Among the withdrawn those that their district took back: they end at the district."""
    ends_all: bool
    """Whether what never reached the experts ends too, as the round has it."""
    declined: frozenset[str]
    """Applications that a district declined and nobody opened again or admitted."""
    versions: Mapping[str, int]
    """The version of each application that is recommended now."""


# Refusals


class NoticeNotOver(Refusal):
    """Approval waits for the end of the public notice."""

    title = "The public notice is not over"
    clause = "C5.4"


class WithdrawnRowOnTheList(Refusal):
    """An application of the list was withdrawn in the meantime: the list is proposed again."""

    title = "An application of the list was withdrawn, or its district took it back"
    clause = "C5.4"


class BarredRowOnTheList(Refusal):
    """Nobody is approved who may not act: the organization is reinstated, or the list is proposed without it."""

    title = "An organization of the list is suspended or closed"
    clause = "C5.2"
    field = "round"


class ProposerMayNotApprove(NotPermitted):
    """Two people decide."""

    title = "The proposer of a list may not approve it"
    clause = "C5.4"


class PromoterMayNotApprove(NotPermitted):
    """Two people decide, also on who takes a free place."""

    title = "Whoever promoted somebody onto a list may not approve it"
    clause = "C5.4"


# Decide


def on_approval(state: Decision, command: ApproveList) -> Sequence[DecisionEvent]:
    """Approve, once, the list that was on notice."""
    require(command.by, Role.CITY_LEADER)
    match state:
        case NotProposed():
            raise ListNotProposed
        case Proposed():
            _may_approve(state, command)
            return _decided(state, command)
        case Approved():
            return []
        case _:
            assert_never(state)


def _may_approve(state: Proposed, command: ApproveList) -> None:
    if state.proposal.proposer == command.by.id:
        raise ProposerMayNotApprove
    if command.by.id in state.promoters:
        raise PromoterMayNotApprove
    if command.list_hash not in (None, state.list_hash):
        raise AnotherListWasSeen(f"the list is {state.list_hash} now", detail_zh=f"名单现为{state.list_hash}")
    if command.rankings != frozenset(state.proposal.rankings):
        raise RankingSuperseded
    versions_stand(command.ranked, command.versions)
    if waiting := state.open_objections:
        raise ObjectionsOpen.of(waiting)
    if withdrawn := sorted(row.application for row in state.rows if row.application in command.withdrawn):
        raise WithdrawnRowOnTheList(f"withdrawn: {', '.join(withdrawn)}", detail_zh=f"已撤回：{'、'.join(withdrawn)}")
    no_list_open(command.open_lists)
    nobody_forgotten(command.recommended - command.withdrawn, command.unranked, state.ranked | _ranked(command))
    if barred := sorted(row.organization_name for row in state.rows if row.organization in command.barred):
        raise BarredRowOnTheList(
            f"suspended or closed: {', '.join(barred)}",
            detail_zh=f"已暂停或注销：{'、'.join(barred)}；待恢复资格后批准，或重新拟定不含该单位的名单并重新公示",
        )
    _was_on_notice(state, command)


def _was_on_notice(state: Proposed, command: ApproveList) -> None:
    """Every row was shown for a whole notice of this list, whatever other rows the list had then (C5.4)."""
    notices = [one for one in command.notices if one.list_hash in state.hashes]
    if not notices:
        raise NoticeNotOver("the list has not been on notice", detail_zh="名单尚未公示")
    if (last := notices[-1].end) >= local_date(command.at):
        raise NoticeNotOver(f"the notice runs to the end of {last}", detail_zh=f"公示至{last}止")
    for row in state.rows:
        if not _shown_throughout(_version(row), notices):
            name = row.organization_name
            raise NoticeNotOver(
                f"{name} has not been on notice for a whole notice", detail_zh=f"{name}尚未完整公示一个公示期"
            )


def _shown_throughout(version: tuple[str, int], notices: Sequence[NoticePublished]) -> bool:
    """Whether a notice that showed it ran to its end with no later one taking its place that did not."""
    shows = [version in {_version(row) for row in one.rows} for one in notices]
    return any(
        shows[index]
        and all(shown or later.start > one.end for shown, later in zip(shows[index:], notices[index:], strict=True))
        for index, one in enumerate(notices)
    )


def _version(row: ListRow) -> tuple[str, int]:
    return row.application, row.version


def _decided(state: Proposed, command: ApproveList) -> Sequence[DecisionEvent]:
    """The list stands, and everybody whom a panel judged hears what became of the application."""
    removed = tuple(one for one in state.removed if one.application not in state.withdrawn)
    free = _free(state, command)
    left = left_free(free, command.left_free)
    stage = EXPERTS if command.ends_all else RANKING
    return [
        ListApproved(
            round=state.proposal.round,
            list_hash=state.list_hash,
            approver=command.by.id,
            applications=tuple(row.application for row in state.rows),
            left_free=left,
        ),
        *(
            approved(row, state.proposal.round, state.list_hash, command.valid_from, command.valid_to)
            for row in state.rows
        ),
        *_below(state, {one: of.reason for places, of in zip(free, left, strict=True) for one in places.line}),
        *(_rejected(one, state, OBJECTION, OBJECTION_UPHELD) for one in removed),
        *(_rejected(one, state, stage, LEFT_UNRANKED) for one in _left_unranked(state, command)),
        *(_rejected(one, state, RANKING, ORGANIZATION_BARRED) for one in _left_out(state, command)),
        *_at_the_district(state, command),
    ]


def _free(state: Proposed, command: ApproveList) -> Sequence[FreePlaces]:
    """Free places with somebody in line, where the round asks why."""
    if not command.free_places_reasoned:
        return ()
    return free_places(state, command.ranked, command.quotas, command.ties, command.withdrawn, command.barred)


def _below(state: Proposed, next_in_line: Mapping[str, str]) -> Sequence[ApplicationRejected]:
    """Who waits below the cut; whoever was next in line hears why the place was left free."""
    return [
        replace(_rejected(one, state, RANKING, PLACES_LEFT_FREE), reason=next_in_line[one.application])
        if one.application in next_in_line
        else _rejected(one, state, RANKING, NOT_SELECTED)
        for one in state.line
    ]


def _left_unranked(state: Proposed, command: ApproveList) -> Sequence[ApplicationSubmitted]:
    """Whom no ranking holds by a panel's decision, as long as they have not withdrawn."""
    elsewhere = state.ranked | command.withdrawn | command.taken_back
    return [one for one in command.unranked if one.application not in elsewhere]


def _left_out(state: Proposed, command: ApproveList) -> Sequence[ApplicationSubmitted]:
    """Who was ranked and is not in the proposal, though not withdrawn: its organization could not act then."""
    known = state.ranked | command.withdrawn | command.taken_back | {one.application for one in command.unranked}
    return [submission_of(one, command.submissions) for one in sorted(_ranked(command) - known)]


def _at_the_district(state: Proposed, command: ApproveList) -> Sequence[ApplicationRejected]:
    """Who was submitted, has not withdrawn and never reached the experts, where the round ends them too (C5.3)."""
    if not command.ends_all:
        return []
    others = _ranked(command) | command.withdrawn | {one.application for one in command.unranked}
    elsewhere = state.ranked | (others - command.taken_back)
    left = [one for application, one in sorted(command.submissions.items()) if application not in elsewhere]
    return [
        _rejected(
            one, state, DISTRICT, DISTRICT_DECLINED if one.application in command.declined else DISTRICT_UNDECIDED
        )
        for one in left
    ]


def _ranked(command: ApproveList) -> set[str]:
    return {row.application for ranking in command.ranked for row in ranking.rows}


def _rejected(one: Unselected | ApplicationSubmitted, state: Proposed, stage: str, code: str) -> ApplicationRejected:
    return ApplicationRejected(
        application=one.application,
        organization=one.organization,
        round=state.proposal.round,
        stage=stage,
        codes=(code,),
    )
