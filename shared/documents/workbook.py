"""The summary table as a workbook, byte for byte the same again: its hash is in the sealed batch (C5.3)."""

import io
from datetime import UTC
from typing import Any

import xlsxwriter

from shared.documents.summary import (
    CONTACTS,
    ON_THE_FORM,
    SummaryRow,
    SummaryTable,
    group_of,
    legend,
    marks_of,
    rules_in_words,
    waivers_of,
)
from shared.documents.wording import NONE, district_name, moment, subject_of
from shared.kernel.instants import to_datetime

BEFORE = (("序号", 6), ("区", 10), ("机构名称", 32), ("统一社会信用代码", 22), ("类型/类别", 28))
AFTER = (
    ("放宽事项与理由", 30),
    ("合规意见", 24),
    ("推荐意见", 30),
    ("推荐顺序", 9),
    ("联系人", 12),
    ("电话", 16),
    ("申报表版本", 11),
    ("PDF sha256", 68),
)
RULE_WIDTH = 5
TITLE_ROW, UNDER_TITLE, HEAD, UNDER_HEAD, FIRST = range(5)
PAPER_A3 = 8


def summary_xlsx(table: SummaryTable) -> bytes:
    """The workbook; every cell is text or a whole number, and no text is ever a formula or a link."""
    made = io.BytesIO()
    text_alone = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, text_alone) as book:
        _properties(book, table)
        sheet = book.add_worksheet("推荐汇总表")
        styles = _styles(book)
        _page(sheet, table)
        _head(sheet, table, styles)
        for number, row in enumerate(table.rows, 1):
            _row(sheet, FIRST + number - 1, _cells(table, number, row), styles)
        for number, note in enumerate((f"规则结果：{legend()}", f"规则：{rules_in_words(table)}", CONTACTS)):
            sheet.write_string(FIRST + len(table.rows) + number, 0, note, styles["note"])
    return made.getvalue()


def _properties(book: Any, table: SummaryTable) -> None:
    created = to_datetime(table.sealed_at).astimezone(UTC).replace(microsecond=0, tzinfo=None)
    book.set_properties(
        {
            "title": f"{subject_of(table.round_title)}推荐汇总表",
            "subject": table.document_number,
            "author": district_name(table.district),
            "created": created,
        }
    )


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
    lined = {**base, "border": 1}
    return {
        "title": book.add_format({**base, "font_name": "黑体", "font_size": 16, "align": "center"}),
        "note": book.add_format({**base, "text_wrap": False}),
        "head": book.add_format({**lined, "bold": True, "align": "center", "bg_color": "#F1F3F5"}),
        "text": book.add_format({**lined, "align": "left"}),
        "number": book.add_format({**lined, "align": "center", "num_format": "0"}),
    }


def _page(sheet: Any, table: SummaryTable) -> None:
    sheet.set_landscape()
    sheet.set_paper(PAPER_A3)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD, UNDER_HEAD)
    sheet.set_footer(f"&L{table.document_number.replace('&', '&&')}&R第 &P 页　共 &N 页")
    sheet.freeze_panes(FIRST, len(BEFORE))
    widths = [*(width for _, width in BEFORE), *(RULE_WIDTH for _ in table.rules), *(width for _, width in AFTER)]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


def _head(sheet: Any, table: SummaryTable, styles: dict[str, Any]) -> None:
    last = len(BEFORE) + len(table.rules) + len(AFTER) - 1
    title = f"{subject_of(table.round_title)}推荐汇总表"
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, title, styles["title"])
    told = (
        f"推荐单位：{district_name(table.district)}　文号：{table.document_number}　封存时间：{moment(table.sealed_at)}"
    )
    sheet.write_string(UNDER_TITLE, 0, told, styles["note"])
    rules_from = len(BEFORE)
    for column, (name, _) in enumerate(BEFORE):
        sheet.merge_range(HEAD, column, UNDER_HEAD, column, name, styles["head"])
    sheet.merge_range(HEAD, rules_from, HEAD, rules_from + len(table.rules) - 1, "规则结果", styles["head"])
    for column, rule in enumerate(table.rules, rules_from):
        sheet.write_string(UNDER_HEAD, column, rule, styles["head"])
    for column, (name, _) in enumerate(AFTER, rules_from + len(table.rules)):
        sheet.merge_range(HEAD, column, UNDER_HEAD, column, name, styles["head"])


def _cells(table: SummaryTable, number: int, row: SummaryRow) -> list[str | int]:
    return [
        number,
        district_name(table.district),
        row.org_name,
        row.uscc,
        group_of(table, row),
        *marks_of(table, row),
        waivers_of(row),
        row.compliance or NONE,
        row.opinion,
        row.order,
        row.contact or ON_THE_FORM,
        row.telephone or ON_THE_FORM,
        row.version,
        row.pdf_sha256 or NONE,
    ]


def _row(sheet: Any, at: int, cells: list[str | int], styles: dict[str, Any]) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, int):
            sheet.write_number(at, column, cell, styles["number"])
        else:
            sheet.write_string(at, column, cell, styles["text"])
