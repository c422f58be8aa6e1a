"""A page of rows by a member, each row once, whatever is asked for (see `page`)."""

import pytest

from shared.web.query import page

ROWS = [
    {"application": "a", "order": 3},
    {"application": "b"},
    {"application": "c", "order": 1},
    {"application": "d", "order": 1},
    {"application": "e", "order": None},
]


def keys(**asked: object) -> str:
    given = {"by": "order", "after": "", "limit": 10, **asked}
    return "".join(row["application"] for row in page(ROWS, **given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("descending", "whole"),
    [(False, "cdabe"), (True, "acdbe")],
)
def test_rows_are_in_order_and_who_lacks_the_member_comes_last(descending: bool, whole: str) -> None:  # noqa: FBT001 - a table's column
    assert keys(descending=descending) == whole
    for seen, after in enumerate(whole, 1):
        assert keys(descending=descending, after=after, limit=2) == whole[seen : seen + 2]


def test_after_a_row_that_is_not_there_the_page_is_the_first() -> None:
    assert keys(after="nobody", limit=1) == "c"


def test_other_rows_are_told_apart_by_another_key() -> None:
    rows = [{"obligation": "y", "due": "2"}, {"obligation": "x", "due": "2"}, {"obligation": "z", "due": "1"}]
    ordered = [row["obligation"] for row in page(rows, "due", "", 9, key="obligation")]
    assert ordered == ["z", "x", "y"]
    assert [row["obligation"] for row in page(rows, "due", "x", 9, key="obligation")] == ["y"]
