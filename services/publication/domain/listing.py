"""The list: the best of each ranking within its quota, and its canonical bytes (C5.4 择优)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from shared.auditlog.canonical import canonical, sha256_hex
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import ListRow, Unselected
from shared.contracts.review import RankingComputed, RankingRow
from shared.contracts.round import Quota
from shared.kernel.refusal import Refusal


class TieAcrossTheCut(Refusal):
    """Equals on both sides of the quota: a person decides, never an id or a time."""

    title = "A tie lies across the cut"
    clause = "C5.4"
    field = "quotas"


class RankedApplicationUnknown(Refusal):
    """The ranking names an application whose submission has not arrived here yet."""

    title = "The submission of a ranked application is not known here yet"
    clause = "C5.4"


@dataclass(frozen=True, slots=True)
class Selection:
    """Who is on the list and who is below the cut, in order of group, then rank."""

    rows: tuple[ListRow, ...]
    not_selected: tuple[Unselected, ...]


def select(
    rankings: Sequence[RankingComputed],
    quotas: Sequence[Quota],
    submissions: Mapping[str, ApplicationSubmitted],
) -> Selection:
    """Take the best of each group; a group without a quota has no places."""
    places = {quota.group: quota.places for quota in quotas}
    order = {quota.group: index for index, quota in enumerate(quotas)}
    rows: list[ListRow] = []
    below: list[Unselected] = []
    for ranking in sorted(rankings, key=lambda one: (order.get(one.group, len(order)), one.group)):
        taken = _cut(ranking, places.get(ranking.group, 0))
        rows += [_row(row, submissions) for row in ranking.rows[:taken]]
        below += [
            Unselected(application=row.application, organization=row.organization, rank=row.rank)
            for row in ranking.rows[taken:]
        ]
    return Selection(tuple(rows), tuple(below))


def list_bytes(round_id: str, rows: Sequence[ListRow]) -> bytes:
    """The list as everyone publishes, hashes and compares it: canonical JSON."""
    return canonical({"round": round_id, "rows": [asdict(row) for row in rows]})


def list_hash(round_id: str, rows: Sequence[ListRow]) -> str:
    """SHA-256 of the list's bytes."""
    return sha256_hex(list_bytes(round_id, rows))


def _cut(ranking: RankingComputed, places: int) -> int:
    if len(ranking.rows) <= places:
        return len(ranking.rows)
    if places and ranking.rows[places - 1].rank == ranking.rows[places].rank:
        raise TieAcrossTheCut(f"{ranking.group}: rank {ranking.rows[places].rank} at {places} places")
    return places


def _row(row: RankingRow, submissions: Mapping[str, ApplicationSubmitted]) -> ListRow:
    submission = submissions.get(row.application)
    if submission is None:
        raise RankedApplicationUnknown(row.application)
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
