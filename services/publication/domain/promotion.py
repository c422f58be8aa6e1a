"""Places that become free: a withdrawn row leaves, and a person puts the next in line in its place (C5.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from services.publication.domain.evolution import rows_after
from services.publication.domain.listing import group_of, list_hash, row_of
from services.publication.domain.proposal import versions_stand
from services.publication.domain.states import Approved, Decision, DecisionEvent, ListNotProposed, NotProposed, Proposed
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import NextInLinePromoted, RowWithdrawn
from shared.contracts.review import RankingComputed, TieResolved
from shared.contracts.round import Quota
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, require

# Commands


@dataclass(frozen=True, slots=True)
class PromoteNextInLine:
    """The leader puts the next in rank in a place that became free; it is never done by itself (C5.4)."""

    round: str
    application: str
    reason: str
    rankings: Mapping[str, RankingComputed]
    """The last of each panel, by the ids of their events."""
    submissions: Mapping[str, ApplicationSubmitted]
    quotas: tuple[Quota, ...]
    withdrawn: frozenset[str]
    by: Actor
    at: Instant
    ties: Sequence[TieResolved]
    """What panels told apart, also since the list was proposed."""
    promoter: str | None
    """The account that is named as having promoted; logs of earlier releases name none."""
    barred: frozenset[str] | None
    """Organizations that are suspended or closed; None in promotions of earlier releases, which passed over nobody."""
    versions: Mapping[str, int]
    """The version of each application that is recommended now."""


@dataclass(frozen=True, slots=True)
class WithdrawRow:
    """The applicant withdrew: the list goes on without it."""

    round: str
    application: str


# Refusals


class RankingSuperseded(Refusal):
    """A panel ranked again: what was proposed from its earlier ranking is proposed again."""

    title = "The list rests on a ranking that was superseded"
    clause = "C5.4"
    field = "round"


class ListIsApproved(Refusal):
    """An approved list changes by a correction only."""

    title = "The list is approved"
    clause = "C5.4"
    field = "round"


class NotInLine(Refusal):
    """Only who was ranked below the cut, and neither left nor was removed, can be promoted."""

    title = "The application does not wait below the cut"
    clause = "C5.4"
    field = "application"


class BarredIsNotPromoted(Refusal):
    """Whoever may not act takes no place: it is passed over until it is reinstated."""

    title = "The organization is suspended or closed"
    clause = "C5.2"
    field = "application"


class NoPlaceIsFree(Refusal):
    """Nobody is promoted beyond the quota."""

    title = "No place of the group is free"
    clause = "C5.4"
    field = "application"


class NotTheNextInLine(Refusal):
    """The best of those who wait comes first; equals come only when there are places for all of them."""

    title = "The application is not the next in line"
    clause = "C5.4"
    field = "application"


# Decide


def on_free_place(state: Decision, command: WithdrawRow | PromoteNextInLine) -> Sequence[DecisionEvent]:
    """What happens, or a refusal."""
    match command:
        case WithdrawRow():
            return _withdraw(state, command)
        case PromoteNextInLine():
            return _promote(state, command)
        case _:
            assert_never(command)


def _withdraw(state: Decision, command: WithdrawRow) -> Sequence[DecisionEvent]:
    """Take a withdrawn application from the list, or from those that its approval would reject."""
    match state:
        case NotProposed() | Approved():
            return []
        case Proposed():
            below = {one.application for one in (*state.line, *state.removed)} - state.withdrawn
            if command.application not in below | {row.application for row in state.rows}:
                return []
            gone = RowWithdrawn(round=command.round, application=command.application, list_hash="")
            return [replace(gone, list_hash=list_hash(command.round, rows_after(state, gone)))]
        case _:
            assert_never(state)


def _promote(state: Decision, command: PromoteNextInLine) -> Sequence[DecisionEvent]:
    """Put the next in line in a free place of its group."""
    require(command.by, Role.CITY_LEADER)
    match state:
        case NotProposed():
            raise ListNotProposed
        case Approved():
            if _is_done(state, command):
                return []
            raise ListIsApproved
        case Proposed():
            return [] if _is_done(state, command) else [_promoted(state, command)]
        case _:
            assert_never(state)


def _is_done(state: Proposed | Approved, command: PromoteNextInLine) -> bool:
    """Whether it was promoted by the same account for the same reason, and is on the list."""
    asked = (command.application, command.reason, command.promoter)
    done = any((one.row.application, one.reason, one.promoter) == asked for one in state.promotions)
    return done and any(row.application == command.application for row in state.rows)


def _promoted(state: Proposed, command: PromoteNextInLine) -> NextInLinePromoted:
    if frozenset(command.rankings) != frozenset(state.proposal.rankings):
        raise RankingSuperseded
    versions_stand(command.rankings.values(), command.versions)
    line = [one for one in state.line if one.application not in command.withdrawn]
    ranked = {row.application: (ranking.group, row) for ranking in command.rankings.values() for row in ranking.rows}
    if command.application not in {one.application for one in line} or command.application not in ranked:
        raise NotInLine(command.application)
    group, row = ranked[command.application]
    if row.organization in (barred := command.barred or frozenset()):
        raise BarredIsNotPromoted
    below = state.ranks_below({one for one, (of, _) in ranked.items() if of == group}, command.ties)
    rank = _next_rank(
        state,
        command,
        group,
        {
            one.application: below[one.application]
            for one in line
            if one.application in below and one.organization not in barred
        },
    )
    over = sorted(
        (below[one.application], one.application)
        for one in line
        if one.organization in barred and below.get(one.application, rank) < rank
    )
    promoted = row_of(replace(row, rank=rank), command.submissions)
    event = NextInLinePromoted(
        round=command.round,
        row=promoted,
        reason=command.reason,
        list_hash="",
        promoter=command.promoter,
        passed_over=None if command.barred is None else tuple(application for _, application in over),
    )
    return replace(event, list_hash=list_hash(command.round, rows_after(state, event)))


def _next_rank(state: Proposed, command: PromoteNextInLine, group: str, ranks: Mapping[str, int]) -> int:
    """The rank with which the application is next among those who may act; refuse when it is not, or no place is."""
    places = next((quota.places for quota in command.quotas if quota.group == group), 0)
    free = places - sum(group_of(row) == group for row in state.rows)
    if free <= 0:
        raise NoPlaceIsFree(f"{group} has {places} places", detail_zh=f"该类别名额{places}个，已满")
    rank = ranks[command.application]
    if rank != min(ranks.values()):
        first = min(ranks.values())
        raise NotTheNextInLine(
            f"its rank is {rank}, rank {first} waits", detail_zh=f"该申报为第{rank}名，第{first}名在其前等待递补"
        )
    if (equals := sum(one == rank for one in ranks.values())) > free:
        raise NotTheNextInLine(
            f"{equals} share rank {rank}, {free} places are free",
            detail_zh=f"第{rank}名有{equals}家并列，空缺名额仅{free}个",
        )
    return rank
