"""Decision: PROPOSED → APPROVED, by two different people and after the public notice (C5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from services.publication.domain.listing import list_hash, select
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import (
    ApplicationRejected,
    ApprovalListProposed,
    ListApproved,
    ListRow,
    NoticePublished,
    OrganizationApproved,
)
from shared.contracts.review import PanelConstituted, RankingComputed
from shared.contracts.round import Quota
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant, local_date
from shared.kernel.refusal import NotPermitted, Refusal, Unknown, require

NOT_SELECTED = "NOT_SELECTED"

# Commands


@dataclass(frozen=True, slots=True)
class ProposeList:
    """The officer proposes from the rankings, given by the ids of their events."""

    round: str
    panels: Sequence[PanelConstituted]
    rankings: Mapping[str, RankingComputed]
    submissions: Mapping[str, ApplicationSubmitted]
    quotas: tuple[Quota, ...]
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class ApproveList:
    """The leader approves the list that was on notice."""

    round: str
    notice: NoticePublished | None
    valid_from: str
    valid_to: str
    by: Actor
    at: Instant


Command: TypeAlias = ProposeList | ApproveList
DecisionEvent: TypeAlias = ApprovalListProposed | ListApproved | OrganizationApproved | ApplicationRejected

# States


@dataclass(frozen=True, slots=True)
class NotProposed:
    """No list yet."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """A list waits for notice and approval."""

    proposal: ApprovalListProposed


@dataclass(frozen=True, slots=True)
class Approved:
    """The list stands."""

    proposal: ApprovalListProposed
    approval: ListApproved


Decision: TypeAlias = NotProposed | Proposed | Approved

# Refusals


class ListNotProposed(Unknown):
    """No list was proposed for this round."""

    title = "No list was proposed for this round"
    clause = "C5.4"
    field = "round"


class NothingIsRanked(Refusal):
    """There is no ranking to propose from."""

    title = "No ranking of this round is known"
    clause = "C5.4"


class PanelNotRanked(Refusal):
    """A panel that was drawn has not ranked yet: a list without its group would leave people out."""

    title = "A panel of the round has not ranked yet"
    clause = "C5.4"
    field = "round"


class AnotherListIsProposed(Refusal):
    """A proposal is not replaced silently."""

    title = "Another list is proposed already"
    clause = "C5.4"


class NoticeNotOver(Refusal):
    """Approval waits for the end of the public notice."""

    title = "The public notice is not over"
    clause = "C5.4"


class ProposerMayNotApprove(NotPermitted):
    """Two people decide."""

    title = "The proposer of a list may not approve it"
    clause = "C5.4"


# Evolve


def evolve(state: Decision, event: DecisionEvent) -> Decision:
    """The state after `event`; approvals of single applications have streams of their own."""
    match state, event:
        case _, ApprovalListProposed():
            return Proposed(event)
        case Proposed(proposal), ListApproved():
            return Approved(proposal, event)
        case _:
            return state


# Decide


def decide(state: Decision, command: Command) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case ProposeList():
            return _propose(state, command)
        case ApproveList():
            return _approve(state, command)
        case _:
            assert_never(command)


def _propose(state: Decision, command: ProposeList) -> Sequence[DecisionEvent]:
    require(command.by, Role.CITY_OFFICER)
    if not command.rankings:
        raise NothingIsRanked
    ranked = {ranking.panel for ranking in command.rankings.values()}
    if waiting := sorted(panel.group for panel in command.panels if panel.panel not in ranked):
        raise PanelNotRanked(f"without a ranking: {', '.join(waiting)}")
    selection = select(tuple(command.rankings.values()), command.quotas, command.submissions)
    proposed = ApprovalListProposed(
        round=command.round,
        rankings=tuple(sorted(command.rankings)),
        rows=selection.rows,
        not_selected=selection.not_selected,
        list_hash=list_hash(command.round, selection.rows),
        proposer=command.by.id,
    )
    match state:
        case NotProposed():
            return [proposed]
        case Proposed(proposal) | Approved(proposal):
            if proposal.list_hash == proposed.list_hash:
                return []
            raise AnotherListIsProposed
        case _:
            assert_never(state)


def _approve(state: Decision, command: ApproveList) -> Sequence[DecisionEvent]:
    require(command.by, Role.CITY_LEADER)
    match state:
        case NotProposed():
            raise ListNotProposed
        case Proposed(proposal):
            _may_approve(proposal, command)
            return [
                ListApproved(
                    round=proposal.round,
                    list_hash=proposal.list_hash,
                    approver=command.by.id,
                    applications=tuple(row.application for row in proposal.rows),
                ),
                *(_approved(row, proposal, command) for row in proposal.rows),
                *(
                    ApplicationRejected(
                        application=below.application,
                        organization=below.organization,
                        round=proposal.round,
                        stage="ranking",
                        codes=(NOT_SELECTED,),
                    )
                    for below in proposal.not_selected
                ),
            ]
        case Approved():
            return []
        case _:
            assert_never(state)


def _may_approve(proposal: ApprovalListProposed, command: ApproveList) -> None:
    if proposal.proposer == command.by.id:
        raise ProposerMayNotApprove
    notice = command.notice
    if notice is None or notice.list_hash != proposal.list_hash:
        raise NoticeNotOver("the list has not been on notice")
    if local_date(command.at) <= notice.end:
        raise NoticeNotOver(f"the notice runs to the end of {notice.end}")


def _approved(row: ListRow, proposal: ApprovalListProposed, command: ApproveList) -> OrganizationApproved:
    return OrganizationApproved(
        application=row.application,
        organization=row.organization,
        uscc=row.uscc,
        organization_name=row.organization_name,
        district=row.district,
        round=proposal.round,
        kind=row.kind,
        category=row.category,
        version=row.version,
        rank=row.rank,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        list_hash=proposal.list_hash,
    )


DECISION_DECIDER: Decider[Decision, Command, DecisionEvent] = Decider(NotProposed(), decide, evolve)
