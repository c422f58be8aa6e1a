"""One page of rows that were sorted in memory."""

from collections.abc import Sequence
from typing import Any


def page(rows: Sequence[dict[str, Any]], by: str, after: str, limit: int) -> list[dict[str, Any]]:
    """The rows that follow application `after`, by a member and then by application; who lacks the member is last."""
    ordered = sorted(rows, key=lambda row: (by not in row, row.get(by), row["application"]))
    seen = next((number for number, row in enumerate(ordered, 1) if row["application"] == after), 0)
    return ordered[seen : seen + limit]
