"""The list: the best of each ranking within its quota, and its canonical bytes (C5.4 择优)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import TypeVar

from shared.auditlog.canonical import canonical, sha256_hex
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import ListRow, OrganizationApproved, Unselected
from shared.contracts.review import RankingComputed, RankingRow, TieResolved
from shared.contracts.round import Quota
from shared.contracts.vocabulary import COMPREHENSIVE
from shared.kernel.refusal import Refusal

RowT = TypeVar("RowT", ListRow, RankingRow, Unselected)


class TieAcrossTheCut(Refusal):
    """Equals on both sides of the quota: a person decides, never an id or a time."""

    title = "A tie lies across the cut"
    clause = "C5.4"
    field = "quotas"


class SubmissionUnknown(Refusal):
    """A ranking or a recommendation names an application whose submission has not arrived here yet."""

    title = "The submission of a ranked or recommended application is not known here yet"
    clause = "C5.4"


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is on the list and who is below the cut, in order of group, then rank."""

    rows: tuple[ListRow, ...]
    not_selected: tuple[Unselected, ...]


@dataclass(frozen=True, slots=True)
class Amends:
    """What changes a ranking before the cut: ties told apart, who is not listed any more, who fell to which rank."""

    ties: Sequence[TieResolved]
    left_out: frozenset[str]
    falls: Sequence[tuple[str, int]]


NO_AMENDS = Amends(ties=(), left_out=frozenset(), falls=())


def select(
    rankings: Sequence[RankingComputed],
    quotas: Sequence[Quota],
    submissions: Mapping[str, ApplicationSubmitted],
    amends: Amends = NO_AMENDS,
) -> Selection:
    """Take the best of each group; a group without a quota has no places."""
    quota_of = {quota.group: quota for quota in quotas}
    order = {quota.group: index for index, quota in enumerate(quotas)}
    rows: list[ListRow] = []
    below: list[Unselected] = []
    for ranking in sorted(rankings, key=lambda one: (order.get(one.group, len(order)), one.group)):
        ranked = _amended(ranking, amends)
        taken = _cut(ranking.group, ranked, quota_of.get(ranking.group))
        rows += [row_of(row, submissions) for row in ranked[:taken]]
        below += [
            Unselected(application=row.application, organization=row.organization, rank=row.rank)
            for row in ranked[taken:]
        ]
    return Selection(tuple(rows), tuple(below))


def list_bytes(round_id: str, rows: Sequence[ListRow]) -> bytes:
    """The list as everyone publishes, hashes and compares it: canonical JSON."""
    return canonical({"round": round_id, "rows": [asdict(row) for row in rows]})


def list_hash(round_id: str, rows: Sequence[ListRow]) -> str:
    """SHA-256 of the list's bytes."""
    return sha256_hex(list_bytes(round_id, rows))


def group_of(row: ListRow | ApplicationSubmitted) -> str:
    """The group in which it competes: its category, or the comprehensive ones."""
    return row.category or COMPREHENSIVE


def ranked_with(rankings: Iterable[RankingComputed], application: str) -> int | None:
    """How many the ranking holds that an application is in; None where none does."""
    return next((len(one.rows) for one in rankings if application in {row.application for row in one.rows}), None)


def row_of(row: RankingRow, submissions: Mapping[str, ApplicationSubmitted]) -> ListRow:
    """The list's row of a ranked application; refuse while its submission is not known here."""
    submission = submission_of(row.application, submissions)
    return ListRow(
        application=row.application,
        organization=row.organization,
        uscc=submission.uscc,
        organization_name=submission.organization_name,
        district=submission.district,
        kind=submission.kind,
        category=submission.category,
        version=row.version,
        rank=row.rank,
    )


def submission_of(application: str, submissions: Mapping[str, ApplicationSubmitted]) -> ApplicationSubmitted:
    """The submission of an application; refuse while it is not known here."""
    if application not in submissions:
        raise SubmissionUnknown(application)
    return submissions[application]


def approved(row: ListRow, round_id: str, of_list: str, valid_from: str, valid_to: str) -> OrganizationApproved:
    """What an organization of the list becomes by its approval (C5.4)."""
    return OrganizationApproved(
        application=row.application,
        organization=row.organization,
        uscc=row.uscc,
        organization_name=row.organization_name,
        district=row.district,
        round=round_id,
        kind=row.kind,
        category=row.category,
        version=row.version,
        rank=row.rank,
        valid_from=valid_from,
        valid_to=valid_to,
        list_hash=of_list,
    )


def without(rows: Sequence[ListRow], *applications: str) -> tuple[ListRow, ...]:
    """The list that is left; ranks stay as they were, the place stays free."""
    return tuple(row for row in rows if row.application not in applications)


def inserted(rows: Sequence[ListRow], row: ListRow) -> tuple[ListRow, ...]:
    """The list with one more row: in its group by rank, behind its equals; a group of its own at the end."""
    mine = [index for index, other in enumerate(rows) if group_of(other) == group_of(row)]
    before = [index for index in mine if rows[index].rank <= row.rank]
    place = before[-1] + 1 if before else mine[0] if mine else len(rows)
    return (*rows[:place], row, *rows[place:])


def amended(
    rows: Sequence[RowT], orders: Iterable[Sequence[str]], falls: Iterable[tuple[str, int]]
) -> tuple[RowT, ...]:
    """One group's rows after votes told equals apart, best first in each order, and after some fell to a lower rank."""
    now = tuple(rows)
    for order in orders:
        now = _told_apart(now, order)
    for application, rank in falls:
        lowest = min(rank, now[-1].rank) if now else rank
        if any(row.application == application and row.rank < lowest for row in now):
            now = fallen(now, application, lowest)
    return now


def fallen(rows: Sequence[RowT], application: str, rank: int) -> tuple[RowT, ...]:
    """One group's rows after one of them fell: those it passed move up by one, and it comes behind all equals."""
    old = next(row.rank for row in rows if row.application == application)
    ahead = [_passed(row.rank, old, rank) for row in rows if row.application != application and row.rank <= rank]
    new = max(rank, max(ahead) + ahead.count(max(ahead))) if ahead else rank
    moved = [replace(row, rank=new if row.application == application else _passed(row.rank, old, rank)) for row in rows]
    return tuple(sorted(moved, key=lambda row: row.rank))


def _passed(rank: int, old: int, new: int) -> int:
    """A rank after another one fell from `old` to `new`."""
    return rank - 1 if old < rank <= new else rank


def list_after_fall(rows: Sequence[ListRow], application: str, rank: int) -> tuple[ListRow, ...]:
    """The list after one row fell; beyond the lowest rank of its group's rows it leaves the list."""
    row = next((one for one in rows if one.application == application), None)
    if row is None:
        return tuple(rows)
    mine = [one for one in rows if group_of(one) == group_of(row)]
    lowest = max(one.rank for one in mine)
    moved = iter(fallen(mine, application, rank))
    after = tuple(next(moved) if group_of(one) == group_of(row) else one for one in rows)
    return without(after, application) if rank > lowest else after


def _amended(ranking: RankingComputed, amends: Amends) -> tuple[RankingRow, ...]:
    rows = tuple(row for row in ranking.rows if row.application not in amends.left_out)
    return amended(rows, (tie.order for tie in amends.ties if tie.panel == ranking.panel), amends.falls)


def _told_apart(rows: Sequence[RowT], order: Sequence[str]) -> tuple[RowT, ...]:
    """Equals that the panel's order names all of get ranks of their own."""
    told: list[RowT] = []
    for rank, tied in groupby(rows, key=lambda row: row.rank):
        equals = list(tied)
        if {row.application for row in equals} <= set(order):
            equals.sort(key=lambda row: order.index(row.application))
            equals = [replace(row, rank=rank + number) for number, row in enumerate(equals)]
        told += equals
    return tuple(told)


def _cut(group: str, rows: Sequence[RankingRow], quota: Quota | None) -> int:
    """How many of a group's rows are on the list; a tie across the cut is admitted whole where the quota allows it."""
    places = 0 if quota is None else quota.places
    if not places or len(rows) <= places:
        return min(places, len(rows))
    rank = rows[places].rank
    if rows[places - 1].rank != rank:
        return places
    with_all = sum(row.rank <= rank for row in rows)
    if quota is not None and with_all - places <= quota.ties_admitted:
        return with_all
    raise TieAcrossTheCut(f"{group}: rank {rank} at {places} places", detail_zh=f"名额{places}个，第{rank}名并列")
