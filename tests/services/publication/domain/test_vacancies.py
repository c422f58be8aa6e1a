"""Ranks that a list skips, and why (C5.4)."""

from dataclasses import replace

import pytest

from services.publication.domain.vacancies import Vacancy, vacancies
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApprovalListProposed,
    ListCorrected,
    ListCorrectionProposed,
    ListRow,
    NextInLinePromoted,
    ObjectionUpheld,
    RowWithdrawn,
)

GROUP = "information"


def row(rank: int, name: str = "", group: str = GROUP) -> ListRow:
    return ListRow(
        application=name or f"{group}-{rank}",
        organization="o",
        uscc="U",
        organization_name="机构",
        district="310101",
        kind="professional",
        category=group,
        version=1,
        rank=rank,
    )


def proposed(*rows: ListRow, ranking: str = "r-1") -> ApprovalListProposed:
    return ApprovalListProposed(
        round="2017", rankings=(ranking,), rows=rows, not_selected=(), list_hash="a", proposer="p"
    )


PROPOSED = proposed(row(1), row(2), row(3))
UPHELD = ObjectionUpheld(
    round="2017", objection="o", application=f"{GROUP}-2", reason="属实", effect="remove", list_hash="b"
)
PROMOTED = NextInLinePromoted(round="2017", row=row(4), reason="递补", list_hash="c")
CORRECTION = ListCorrectionProposed(
    round="2017",
    supersedes="a",
    rows=(row(1), row(3), row(6)),
    list_hash="d",
    reason="更正",
    document_number="n",
    proposer="p",
)
CORRECTED = ListCorrected(
    round="2017", supersedes="a", list_hash="d", approver="l", added=("x",), removed=(f"{GROUP}-2",)
)

PASSED = replace(CORRECTION, rows=(row(1), row(2, "new"), row(3, f"{GROUP}-2"), row(4, f"{GROUP}-3")))
"""Somebody joins before the second and the third, who move."""
REPLACED = replace(CORRECTED, added=("new",), removed=())
LEFT = replace(CORRECTED, supersedes="d", list_hash="e", added=(), removed=(f"{GROUP}-2",))


@pytest.mark.parametrize(
    ("ranks", "decided", "expected"),
    [
        ((1, 2, 3), (PROPOSED,), ()),
        ((1, 2, 2, 4), (PROPOSED,), ()),
        ((1, 3, 4), (PROPOSED, UPHELD, PROMOTED), ((2, "OBJECTION_UPHELD"),)),
        ((1, 2, 3), (PROPOSED, replace(UPHELD, effect="rerank", rank=3)), ()),
        ((2, 3), (PROPOSED, RowWithdrawn(round="2017", application=f"{GROUP}-1", list_hash="b")), ((1, "WITHDRAWN"),)),
        ((1, 3, 6), (PROPOSED, CORRECTION, CORRECTED), ((2, "CORRECTED"), (4, "NOT_LISTED"), (5, "NOT_LISTED"))),
        ((1, 2, 4), (PROPOSED, PASSED, REPLACED, LEFT), ((3, "CORRECTED"),)),
        ((1, 4), (PROPOSED, UPHELD, proposed(row(1), row(4), ranking="r-2")), ((2, "NOT_LISTED"), (3, "NOT_LISTED"))),
        ((1, 3), (PROPOSED, UPHELD, proposed(row(1), row(3))), ((2, "OBJECTION_UPHELD"),)),
    ],
)
def test_a_skipped_rank_says_why(
    ranks: tuple[int, ...], decided: tuple[Event, ...], expected: tuple[tuple[int, str], ...]
) -> None:
    rows = [row(rank, f"now-{number}") for number, rank in enumerate(ranks)]
    assert vacancies(rows, decided) == tuple(Vacancy(GROUP, rank, reason) for rank, reason in expected)


def test_each_group_has_ranks_of_its_own() -> None:
    rows = [row(1), row(2), row(2, group="technology")]
    assert vacancies(rows, ()) == (Vacancy("technology", 1, "NOT_LISTED"),)
