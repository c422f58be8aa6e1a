"""Decision: PROPOSED → APPROVED → CORRECTED, by two different people and after the public notice (C5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from services.publication.domain.correction import (
    ApproveCorrection,
    ProposeCorrection,
    on_correction,
)
from services.publication.domain.draft import (
    AnotherListWasSeen,
    Approved,
    Decision,
    DecisionEvent,
    ListNotProposed,
    NotProposed,
    Proposed,
    evolve,
)
from services.publication.domain.listing import Amends, approved, group_of, list_hash, select, submission_of
from services.publication.domain.objections import (
    DecideObjection,
    FileObjection,
    ObjectionsOpen,
    on_objection,
)
from services.publication.domain.promotion import (
    PromoteNextInLine,
    RankingSuperseded,
    WithdrawRow,
    on_free_place,
)
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListRow,
    NoticePublished,
    Unselected,
)
from shared.contracts.review import PanelConstituted, RankingComputed, TieResolved
from shared.contracts.round import Quota
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import NotPermitted, Refusal, require

NOT_SELECTED, OBJECTION_UPHELD, LEFT_UNRANKED = "NOT_SELECTED", "OBJECTION_UPHELD", "LEFT_UNRANKED"
ORGANIZATION_BARRED = "ORGANIZATION_BARRED"
"""It was suspended or closed when the list was proposed."""
RANKING, OBJECTION = "ranking", "objection"

# Commands


@dataclass(frozen=True, slots=True)
class ProposeList:
    """The officer proposes from the rankings, given by the ids of their events (C5.4)."""

    round: str
    panels: Sequence[PanelConstituted]
    rankings: Mapping[str, RankingComputed]
    """The last of each panel."""
    submissions: Mapping[str, ApplicationSubmitted]
    quotas: tuple[Quota, ...]
    by: Actor
    at: Instant
    ties: Sequence[TieResolved] = ()
    withdrawn: frozenset[str] = frozenset()
    """Applications that were withdrawn or lapsed."""
    recommended: frozenset[str] = frozenset()
    """Applications that a district, or the city after an escalation, sent to the experts."""
    unranked: Sequence[ApplicationSubmitted] = ()
    """The submissions of those that a panel decided to leave out of its ranking."""
    barred: frozenset[str] = frozenset()
    """Organizations that are suspended or closed: a list is proposed without them."""
    open_lists: frozenset[str] = frozenset()
    """Districts whose recommendation list was opened again and not sent since."""


@dataclass(frozen=True, slots=True)
class ApproveList:
    """The leader approves the list that was on notice (C5.4)."""

    round: str
    notices: Sequence[NoticePublished]
    valid_from: str
    valid_to: str
    by: Actor
    at: Instant
    rankings: frozenset[str] | None = None
    """The ids of each panel's last ranking; None where nobody asks."""
    withdrawn: frozenset[str] = frozenset()
    unranked: Sequence[ApplicationSubmitted] = ()
    """The submissions of those that a panel decided to leave out of its ranking."""
    recommended: frozenset[str] = frozenset()
    """As it is when the list is approved."""
    list_hash: str | None = None
    """Of the list that the leader saw; None where the leader does not say."""
    submissions: Mapping[str, ApplicationSubmitted] = field(default_factory=dict)
    ranked: Sequence[RankingComputed] = ()
    """The rankings that the proposal rests on: whom it leaves out hears of it."""
    barred: frozenset[str] = frozenset()
    """Organizations that are suspended or closed."""
    open_lists: frozenset[str] = frozenset()
    """Districts whose recommendation list was opened again and not sent since."""


Command: TypeAlias = (
    ProposeList
    | FileObjection
    | DecideObjection
    | WithdrawRow
    | PromoteNextInLine
    | ApproveList
    | ProposeCorrection
    | ApproveCorrection
)

# Refusals


class NothingIsRanked(Refusal):
    """There is no ranking to propose from."""

    title = "No ranking of this round is known"
    clause = "C5.4"


class PanelNotRanked(Refusal):
    """A panel that was drawn has not ranked yet: a list without its group would leave people out."""

    title = "A panel of the round has not ranked yet"
    clause = "C5.4"
    field = "round"


class GroupWithoutPanel(Refusal):
    """Somebody was recommended in a group that has no panel: a list without it would leave people out."""

    title = "A group with recommended applications has no panel"
    clause = "C5.4"
    field = "round"


class RecommendedButNotRanked(Refusal):
    """Whoever is recommended is ranked, or left out by its panel's recorded decision; nobody is forgotten."""

    title = "Somebody who is recommended is in no ranking"
    clause = "C5.4"
    field = "round"


class DistrictListIsOpen(Refusal):
    """What a district sent and opened again may change: it is sealed and sent anew first."""

    title = "A district's recommendation list is open again"
    clause = "C5.3"
    field = "round"


class AnotherListIsProposed(Refusal):
    """A proposal is replaced when what it rests on changed, never silently."""

    title = "Another list is proposed already"
    clause = "C5.4"


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


def decide(state: Decision, command: Command) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case ProposeList():
            return _propose(state, command)
        case ApproveList():
            return _approve(state, command)
        case FileObjection() | DecideObjection():
            return on_objection(state, command)
        case WithdrawRow() | PromoteNextInLine():
            return on_free_place(state, command)
        case ProposeCorrection() | ApproveCorrection():
            return on_correction(state, command)
        case _:
            assert_never(command)


def _propose(state: Decision, command: ProposeList) -> Sequence[DecisionEvent]:
    require(command.by, Role.CITY_OFFICER)
    _complete(command)
    match state:
        case NotProposed():
            return [_proposed(command, Amends(command.ties, _out(command)))]
        case Proposed():
            return _propose_again(state, command)
        case Approved(proposal=proposal):
            if _same(proposal, _proposed(command, Amends(command.ties, _out(command)))):
                return []
            raise AnotherListIsProposed("the list is approved; it can be corrected")
        case _:
            assert_never(state)


def _propose_again(state: Proposed, command: ProposeList) -> Sequence[DecisionEvent]:
    """Another list replaces the proposal when a ranking was superseded, or when somebody on it was withdrawn."""
    amends = Amends(command.ties, _out(command) | state.gone, (*state.sunk, *state.falls))
    proposed = _proposed(command, amends)
    if _same(state.proposal, proposed):
        return []
    listed = {row.application for row in state.rows}
    if state.proposal.rankings != proposed.rankings or listed & _out(command):
        return [proposed]
    if _same(state.proposal, _proposed(command, Amends(command.ties, _out(command), state.sunk))):
        return []
    raise AnotherListIsProposed


def _out(command: ProposeList) -> frozenset[str]:
    """Applications that are withdrawn, or whose organization may not act."""
    ranked = (row for ranking in command.rankings.values() for row in ranking.rows)
    return command.withdrawn | {row.application for row in ranked if row.organization in command.barred}


def _same(before: ApprovalListProposed, now: ApprovalListProposed) -> bool:
    return (before.rankings, before.list_hash) == (now.rankings, now.list_hash)


def _complete(command: ProposeList) -> None:
    """Nobody who was recommended is left out by a list that came too early."""
    if not command.rankings:
        raise NothingIsRanked
    _no_list_open(command)
    ranked = {ranking.panel for ranking in command.rankings.values()}
    if waiting := sorted(panel.group for panel in command.panels if panel.panel not in ranked):
        raise PanelNotRanked(f"without a ranking: {', '.join(waiting)}")
    groups = {group_of(submission_of(one, command.submissions)) for one in command.recommended - command.withdrawn}
    if without := sorted(groups - {ranking.group for ranking in command.rankings.values()}):
        raise GroupWithoutPanel(f"without a panel: {', '.join(without)}")
    _nobody_forgotten(command, {row.application for ranking in command.rankings.values() for row in ranking.rows})


def _nobody_forgotten(command: ProposeList | ApproveList, ranked: Iterable[str]) -> None:
    left_out = {one.application for one in command.unranked}
    if forgotten := sorted(command.recommended - command.withdrawn - left_out - set(ranked)):
        raise RecommendedButNotRanked(f"neither ranked nor left unranked: {', '.join(forgotten)}")


def _no_list_open(command: ProposeList | ApproveList) -> None:
    if command.open_lists:
        raise DistrictListIsOpen(f"opened again and not sent since: {', '.join(sorted(command.open_lists))}")


def _proposed(command: ProposeList, amends: Amends) -> ApprovalListProposed:
    selection = select(tuple(command.rankings.values()), command.quotas, command.submissions, amends)
    return ApprovalListProposed(
        round=command.round,
        rankings=tuple(sorted(command.rankings)),
        rows=selection.rows,
        not_selected=selection.not_selected,
        list_hash=list_hash(command.round, selection.rows),
        proposer=command.by.id,
    )


def _approve(state: Decision, command: ApproveList) -> Sequence[DecisionEvent]:
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
        raise AnotherListWasSeen(f"the list is {state.list_hash} now")
    if command.rankings is not None and command.rankings != frozenset(state.proposal.rankings):
        raise RankingSuperseded
    if waiting := state.open_objections:
        raise ObjectionsOpen(f"not decided: {', '.join(one.objection for one in waiting[:10])}")
    if withdrawn := sorted(row.application for row in state.rows if row.application in command.withdrawn):
        raise WithdrawnRowOnTheList(f"withdrawn: {', '.join(withdrawn)}")
    _no_list_open(command)
    _nobody_forgotten(command, state.ranked | _ranked(command))
    if barred := sorted(row.organization_name for row in state.rows if row.organization in command.barred):
        raise BarredRowOnTheList(f"suspended or closed: {', '.join(barred)}")
    _was_on_notice(state, command)


def _was_on_notice(state: Proposed, command: ApproveList) -> None:
    """Every row was shown for a whole notice of this list, in whatever form the list had then."""
    notices = [one for one in command.notices if one.list_hash in state.hashes]
    if not notices:
        raise NoticeNotOver("the list has not been on notice")
    if (last := notices[-1].end) >= local_date(command.at):
        raise NoticeNotOver(f"the notice runs to the end of {last}")
    shown = {_shown(row) for notice in notices for row in notice.rows}
    for row in state.rows:
        if _shown(row) not in shown:
            raise NoticeNotOver(f"{row.organization_name} has not been on notice")


def _shown(row: ListRow) -> tuple[str, int]:
    return row.application, row.version


def _decided(state: Proposed, command: ApproveList) -> Sequence[DecisionEvent]:
    """The list stands, and everybody whom a panel judged hears what became of the application."""
    removed = tuple(one for one in state.removed if one.application not in state.withdrawn)
    return [
        ListApproved(
            round=state.proposal.round,
            list_hash=state.list_hash,
            approver=command.by.id,
            applications=tuple(row.application for row in state.rows),
        ),
        *(
            approved(row, state.proposal.round, state.list_hash, command.valid_from, command.valid_to)
            for row in state.rows
        ),
        *(_rejected(below, state, RANKING, NOT_SELECTED) for below in state.line),
        *(_rejected(one, state, OBJECTION, OBJECTION_UPHELD) for one in removed),
        *(_rejected(one, state, RANKING, LEFT_UNRANKED) for one in _left_unranked(state, command)),
        *(_rejected(one, state, RANKING, ORGANIZATION_BARRED) for one in _left_out(state, command)),
    ]


def _left_unranked(state: Proposed, command: ApproveList) -> Sequence[ApplicationSubmitted]:
    """Whom no ranking holds by a panel's decision, as long as they have not withdrawn."""
    elsewhere = state.ranked | command.withdrawn
    return [one for one in command.unranked if one.application not in elsewhere]


def _left_out(state: Proposed, command: ApproveList) -> Sequence[ApplicationSubmitted]:
    """Who was ranked and is not in the proposal, though not withdrawn: its organization could not act then."""
    known = state.ranked | command.withdrawn | {one.application for one in command.unranked}
    return [submission_of(one, command.submissions) for one in sorted(_ranked(command) - known)]


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


DECISION_DECIDER: Decider[Decision, Command, DecisionEvent] = Decider(NotProposed(), decide, evolve)
