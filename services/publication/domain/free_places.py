"""Places that are free while somebody is in line for them: filled by a promotion, or left with a reason (C5.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.publication.domain.listing import group_of
from services.publication.domain.states import Proposed
from shared.contracts.publication import PlacesLeftFree
from shared.contracts.review import RankingComputed, TieResolved
from shared.contracts.round import Quota
from shared.kernel.refusal import Refusal


@dataclass(frozen=True, slots=True)
class FreePlaces:
    """The places of a group that are free, and who is next in line for them."""

    group: str
    places: int
    rank: int
    """Of the first in line."""
    line: tuple[str, ...]
    """Applications, best first: as many as there are places, and the equals of the last of them."""


class FreePlaceNeedsAReason(Refusal):
    """Nobody in line is passed over in silence: the leader promotes, or says why the place is left free."""

    title = "A place is free and somebody is next in line for it"
    clause = "C5.4"
    field = "left_free"


class NoPlaceIsLeftFree(Refusal):
    """A reason is given where it is needed and nowhere else."""

    title = "No place of this group is free with somebody in line, or the round asks for no reason"
    clause = "C5.4"
    field = "left_free"


def free_places(
    state: Proposed,
    rankings: Iterable[RankingComputed],
    quotas: Sequence[Quota],
    ties: Sequence[TieResolved],
    withdrawn: frozenset[str],
    barred: frozenset[str],
) -> tuple[FreePlaces, ...]:
    """Of each group in order; nobody is in line who withdrew, or whose organization may not act (`barred`)."""
    places = {quota.group: quota.places for quota in quotas}
    found = list[FreePlaces]()
    for ranking in sorted(rankings, key=lambda one: one.group):
        free = places.get(ranking.group, 0) - sum(group_of(row) == ranking.group for row in state.rows)
        ranks = state.ranks_below({row.application for row in ranking.rows}, ties)
        away = withdrawn | {row.application for row in ranking.rows if row.organization in barred}
        waiting = sorted((rank, one) for one, rank in ranks.items() if one not in away)
        if free > 0 and waiting:
            last, _ = waiting[:free][-1]
            line = tuple(one for rank, one in waiting if rank <= last)
            found.append(FreePlaces(ranking.group, free, waiting[0][0], line))
    return tuple(found)


def left_free(free: Sequence[FreePlaces], reasons: Mapping[str, str]) -> tuple[PlacesLeftFree, ...]:
    """What the leader leaves free and why; refuse where a reason is missing, or one is given for nothing."""
    if silent := [one for one in free if one.group not in reasons]:
        said = (f"{one.group}: {one.places} free, rank {one.rank} is next" for one in silent)
        zh = (f"{one.group}：空缺名额{one.places}个，第{one.rank}名等待递补" for one in silent)
        raise FreePlaceNeedsAReason("; ".join(said), detail_zh="；".join(zh))
    if unneeded := sorted(reasons.keys() - {one.group for one in free}):
        raise NoPlaceIsLeftFree(", ".join(unneeded), detail_zh=f"无须说明：{'、'.join(unneeded)}")
    return tuple(PlacesLeftFree(group=one.group, places=one.places, reason=reasons[one.group]) for one in free)
