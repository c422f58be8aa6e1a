"""Tables fit the terminal: no word is cut, no line ends in blanks, Chinese counts two cells."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from nianlun.layout import Column, Table, wrapped

COLUMNS = (Column("机构名称"), Column("what it shows"), Column("places", right=True), Column("区", rigid=True))


def shown(width: int) -> list[str]:
    table = Table("as in life", COLUMNS)
    table.add_row(
        "上海黄浦区申城中小企业服务中心", "is returned for its premises (not filed), corrects them", "4", "黄浦区"
    )
    table.add_section()
    table.add_row("上海宝山区星火中小企业服务中心", "", "12", "宝山区")
    output = io.StringIO()
    Console(file=output, width=width).print(table)
    return output.getvalue().splitlines()


@pytest.mark.parametrize("width", [60, 80, 100, 150])
def test_a_table_fits_and_no_line_ends_in_blanks(width: int) -> None:
    lines = shown(width)
    assert max(map(cell_len, lines)) <= width
    assert [line for line in lines if line != line.rstrip()] == []


@pytest.mark.parametrize("width", [60, 80, 100, 150])
def test_no_word_is_cut(width: int) -> None:
    words = {word for line in shown(width) for word in line.split()}
    assert {"returned", "premises", "corrects", "黄浦区", "12"} <= words
    assert {"(not", "filed),"} <= words


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("应于2018-02-01前报送（not filed）", 12, ["应于", "2018-02-01前", "报送（not", "filed）"]),
        ("一二三，四", 6, ["一二", "三，四"]),
        ("one\ntwo", 80, ["one", "two"]),
        ("", 5, [""]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("NOT_SELECTED", 8, ["NOT_", "SELECTED"]),
    ],
)
def test_lines_break_where_a_reader_would(text: str, width: int, lines: list[str]) -> None:
    assert wrapped(text, width) == lines
