"""Why somebody joins a published list: an appeal, or a free place and the next in line (C5.4 择优)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from services.publication.domain.appeal import (
    CLOSED,
    REMIT,
    REVERSE,
    UPHOLD,
)
from services.publication.domain.listing import amended, group_of
from services.publication.domain.promotion import BarredIsNotPromoted, NoPlaceIsFree, NotTheNextInLine
from services.publication.domain.proposal import versions_stand
from services.publication.domain.states import Approved
from shared.contracts.review import RankingComputed, RankingRow, TieResolved
from shared.contracts.round import Quota
from shared.kernel.instants import Instant, LocalDate, local_date
from shared.kernel.refusal import Refusal

REVERSED, REMITTED, NEXT_IN_LINE = "appeal_reversed", "appeal_remitted", "next_in_line"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What says who may join a published list, and why."""

    rankings: Sequence[RankingComputed]
    """The last of each panel."""
    ties: Sequence[TieResolved]
    quotas: Sequence[Quota]
    versions: Mapping[str, int]
    """The version of each application that is recommended now."""
    withdrawn: frozenset[str]
    barred: frozenset[str]
    """Organizations that are suspended or closed."""
    revoked: frozenset[str]
    """Applications whose approval was taken back."""
    appeals: Mapping[str, str]
    """The outcomes of decided appeals by application."""
    ranked_again: frozenset[str]
    """Applications whose panel ranked them since their appeal was decided."""
    valid_to: str
    """ISO date of an approval's last day."""


# Refusals


class ValidityIsOver(Refusal):
    """Nobody is approved for a time that is over."""

    title = "The approvals of this round are not valid any more"
    clause = "C5.4"
    field = "add"


class RevokedJoinsNoList(Refusal):
    """What a leader took back is not given by a correction."""

    title = "The application's approval was revoked"
    clause = "C5.4"
    field = "add"


# Decide


def grounds_of(
    state: Approved, add: Collection[str], remove: Collection[str], facts: Grounds, at: Instant
) -> tuple[str, ...]:
    """Why each of those added joins, in order of application; refuse who may not."""
    if not add:
        return ()
    if local_date(at) > LocalDate(facts.valid_to):
        raise ValidityIsOver(f"the last day was {facts.valid_to}", detail_zh=f"有效期的最后一日为{facts.valid_to}")
    rankings = [one for one in facts.rankings if set(add) & {row.application for row in one.rows}]
    versions_stand(rankings, facts.versions)
    _may_act(rankings, add, facts)
    grounds = {application: _by_appeal(application, facts) for application in sorted(add)}
    for ranking in rankings:
        _next_in_line(state, ranking, facts, grounds, remove)
    return tuple(ground or NEXT_IN_LINE for ground in grounds.values())


def _may_act(rankings: Sequence[RankingComputed], add: Collection[str], facts: Grounds) -> None:
    if revoked := sorted(facts.revoked & set(add)):
        raise RevokedJoinsNoList(revoked[0])
    for row in (row for ranking in rankings for row in ranking.rows):
        if row.application in add and row.organization in facts.barred:
            raise BarredIsNotPromoted(row.application, field="add")


def _by_appeal(application: str, facts: Grounds) -> str | None:
    """What its appeal gives it; a remit gives what its panel ranked again."""
    outcome = facts.appeals.get(application)
    if outcome == REVERSE:
        return REVERSED
    return REMITTED if outcome == REMIT and application in facts.ranked_again else None


def _next_in_line(
    state: Approved,
    ranking: RankingComputed,
    facts: Grounds,
    grounds: Mapping[str, str | None],
    remove: Collection[str],
) -> None:
    """Who joins without an appeal takes a free place, and nobody who waits ranks before it or shares its rank."""
    here = {row.application for row in ranking.rows} & set(grounds)
    named = {one for one in here if grounds[one] is None}
    if not named:
        return
    stays = {row.application for row in state.rows if group_of(row) == ranking.group} - set(remove)
    places = next((quota.places for quota in facts.quotas if quota.group == ranking.group), 0)
    if len(here) > places - len(stays):
        raise NoPlaceIsFree(
            f"{ranking.group} has {places} places", detail_zh=f"该类别名额{places}个，已满", field="add"
        )
    waiting = _waiting(state, ranking, facts, stays | (here - named) | set(remove))
    last = max(waiting.get(one, len(ranking.rows) + 1) for one in named)
    if first := sorted(one for one, rank in waiting.items() if rank <= last and one not in named):
        rank = waiting[first[0]]
        raise NotTheNextInLine(f"{first[0]} waits with rank {rank}", detail_zh=f"第{rank}名在其前等待递补", field="add")
    if not named <= set(waiting):
        raise NotTheNextInLine(field="add")


def _waiting(state: Approved, ranking: RankingComputed, facts: Grounds, elsewhere: Collection[str]) -> dict[str, int]:
    """The ranks of those in line, after every vote and fall; who may not join is passed over."""
    orders = (tie.order for tie in facts.ties if tie.panel == ranking.panel)
    rows = amended(ranking.rows, orders, state.falls)
    return {
        row.application: row.rank for row in rows if row.application not in elsewhere and _may_wait(state, row, facts)
    }


def _may_wait(state: Approved, row: RankingRow, facts: Grounds) -> bool:
    one, outcome = row.application, facts.appeals.get(row.application)
    lost = outcome in (UPHOLD, CLOSED) or (outcome is None and one in state.removed)
    away = one in facts.withdrawn or one in facts.revoked or one not in facts.versions
    return not (lost or away or row.organization in facts.barred)
