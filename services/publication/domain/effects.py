"""What a correction does to those who stay on the list, and to how many its groups have (C5.4)."""

from collections.abc import Sequence

from services.publication.domain.listing import group_of
from shared.contracts.publication import GroupPlaces, ListRow, RankMoved
from shared.contracts.round import Quota


def moved_by(before: Sequence[ListRow], after: Sequence[ListRow]) -> tuple[RankMoved, ...]:
    """Who stays with another rank, in the order of the list as it is then."""
    ranks = {row.application: row.rank for row in before}
    return tuple(
        RankMoved(application=row.application, rank_before=ranks[row.application], rank=row.rank)
        for row in after
        if ranks.get(row.application, row.rank) != row.rank
    )


def places_after(
    before: Sequence[ListRow], after: Sequence[ListRow], quotas: Sequence[Quota]
) -> tuple[GroupPlaces, ...]:
    """Of each group that somebody joins, leaves or moves in: its places, and how many it has then."""
    places = {quota.group: quota.places for quota in quotas}
    touched = sorted({group_of(row) for row in set(before) ^ set(after)})
    return tuple(
        GroupPlaces(group=group, places=places.get(group, 0), listed=sum(group_of(row) == group for row in after))
        for group in touched
    )


def beyond_quota(places: Sequence[GroupPlaces]) -> tuple[str, ...]:
    """Groups that have more on the list than places."""
    return tuple(one.group for one in places if one.listed > one.places)
