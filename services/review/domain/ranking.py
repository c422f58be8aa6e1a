"""Ranking: trimmed means as exact fractions, ties told apart by the round's order of criteria and never by chance."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from typing import TypeAlias

from services.review.domain.scoring_states import Score
from shared.auditlog.canonical import hash_of
from shared.contracts.review import RankingRow, TieResolved
from shared.contracts.round import Panels

METHOD = "trimmed-mean/exact-fraction/v1"
Standing: TypeAlias = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One application with its valid scores, in any order."""

    application: str
    organization: str
    organization_name: str
    version: int
    scores: tuple[Score, ...]
    open_seats: tuple[str, ...]
    """Replacements who have neither scored nor declared a conflict."""
    again: tuple[str, ...]
    """Experts who have still to score anew what an appeal remitted to them, where the round waits for that."""
    decided_before: int
    """How many of the panel's decisions on it are older than that appeal and do not decide on who has to score anew."""
    conflicted: tuple[str, ...]
    """Experts whose score counts and who have taken up a post with the applicant since, until they are recused."""


def rank(entries: Sequence[Entry], panels: Panels) -> tuple[RankingRow, ...]:
    """Rows from best to worst; the order of equals is by application id and means nothing, they share a rank."""
    standings = {entry.application: (aggregate(entry, panels), *tie_break(entry, panels)) for entry in entries}
    ordered = sorted(entries, key=lambda entry: entry.application)
    ordered.sort(key=lambda entry: standings[entry.application], reverse=True)
    groups = _tie_groups([standings[entry.application][0] for entry in ordered])
    better = [sum(1 for other in standings.values() if other > standings[entry.application]) for entry in ordered]
    return tuple(
        RankingRow(
            application=entry.application,
            organization=entry.organization,
            version=entry.version,
            scores=tuple(sorted(score.total for score in entry.scores)),
            aggregate=str(standings[entry.application][0]),
            tie_break=tuple(str(mean) for mean in standings[entry.application][1:]),
            rank=ahead + 1,
            tie_group=group,
        )
        for entry, ahead, group in zip(ordered, better, groups, strict=True)
    )


def aggregate(entry: Entry, panels: Panels) -> Fraction:
    """The mean of the totals, without the highest and the lowest where the round says so."""
    totals = sorted(score.total for score in entry.scores)
    kept = totals[1:-1] if len(totals) >= panels.trim_from.value else totals
    return Fraction(sum(kept), len(kept))


def tie_break(entry: Entry, panels: Panels) -> Standing:
    """The mean of every score in each criterion of the tie order."""
    return tuple(
        Fraction(sum(_points(score, criterion) for score in entry.scores), len(entry.scores))
        for criterion in panels.tie_order
    )


def inputs_hash(entries: Sequence[Entry]) -> str:
    """SHA-256 of the canonical scores, independent of the order in which they came."""
    rows = [
        asdict(score)
        for entry in sorted(entries, key=lambda one: one.application)
        for score in sorted(entry.scores, key=lambda one: one.expert)
    ]
    return hash_of(rows)


def tied(rows: Sequence[RankingRow], tie_group: int) -> list[list[str]]:
    """The applications of a tie group that share a rank, by id: the round's criteria did not tell them apart."""
    of = [row for row in rows if row.tie_group == tie_group and tie_group > 0]
    ranks = sorted({row.rank for row in of})
    groups = [sorted(row.application for row in of if row.rank == rank) for rank in ranks]
    return [group for group in groups if len(group) > 1]


def settled(rows: Sequence[RankingRow], ties: Sequence[TieResolved]) -> tuple[RankingRow, ...]:
    """The rows with their ranks as the recorded votes have them: nothing but a vote changes a rank."""
    steps = {application: step for tie in ties for step, application in enumerate(tie.order)}
    moved = [replace(row, rank=row.rank + steps.get(row.application, 0)) for row in rows]
    return tuple(sorted(moved, key=lambda row: row.rank))


def _points(score: Score, criterion: str) -> int:
    return sum(item.score for item in score.items if item.criterion == criterion)


def _tie_groups(aggregates: Sequence[Fraction]) -> list[int]:
    shared = sorted({one for one in aggregates if aggregates.count(one) > 1}, reverse=True)
    return [shared.index(one) + 1 if one in shared else 0 for one in aggregates]
