"""The district's summary table (附件3): all its columns, read back by another tool (C5.3)."""

import io
from dataclasses import replace

import python_calamine

from shared.documents.summary import summary_pdf
from shared.documents.workbook import summary_xlsx
from tests.shared.documents import papers
from tests.shared.documents.opened import texts

COLUMNS = [
    "序号", "区", "机构名称", "统一社会信用代码", "类型/类别", *papers.RULES, "放宽事项与理由", "合规意见", "推荐意见",
    "推荐顺序", "联系人", "电话", "申报表版本", "PDF sha256",
]  # fmt: skip


def sheet(body: bytes) -> list[list[object]]:
    book = python_calamine.load_workbook(io.BytesIO(body))
    assert book.sheet_names == ["推荐汇总表"]
    return [list(row) for row in book.get_sheet_by_index(0).to_python()]


def test_the_workbook_has_every_column_and_row() -> None:
    title, told, groups, names, *rows, legend, words, contacts = sheet(summary_xlsx(papers.summary_table()))
    assert title[0] == "2017年上海市中小企业服务机构推荐汇总表"
    assert "长宁区" in str(told[0])
    assert "长经委〔2017〕88号" in str(told[0])
    heads = [name or group for group, name in zip(groups, names, strict=True)]
    assert heads == COLUMNS
    assert groups[5] == "规则结果"
    assert [row[0] for row in rows] == [1, 2, 3]
    first = dict(zip(COLUMNS, rows[0], strict=True))
    assert first == {
        "序号": 1, "区": "长宁区", "机构名称": papers.APPLICANT.name, "统一社会信用代码": papers.APPLICANT.uscc,
        "类型/类别": "专业服务机构／技术创新和质量服务类", **dict.fromkeys(papers.RULES, "√"), "放宽事项与理由": "—",
        "合规意见": "纸质材料与网上申报一致，符合要求", "推荐意见": "同意推荐。服务业绩突出，制度健全。", "推荐顺序": 1,
        "联系人": "见申报表", "电话": "见申报表", "申报表版本": 2, "PDF sha256": "4f3c" * 16,
    }  # fmt: skip
    second, third = (dict(zip(COLUMNS, row, strict=True)) for row in rows[1:])
    assert second["R3"] == "宽"
    assert str(second["放宽事项与理由"]).startswith("R3：注册资本80,000元")
    assert third["R16"] == "×"
    assert third["PDF sha256"] == "—"
    assert "√ 符合" in str(legend[0])
    assert str(words[0]).startswith("规则：R1 独立法人资格（律师事务所除外）、R2 运营年限、")
    assert "见随表报送的申报表" in str(contacts[0])


def test_text_is_never_a_formula() -> None:
    table = papers.summary_table()
    row = replace(table.rows[0], org_name='=HYPERLINK("http://x")', opinion="+1-1", compliance="http://x.example")
    cells = dict(zip(COLUMNS, sheet(summary_xlsx(replace(table, rows=(row,))))[4], strict=True))
    assert cells["机构名称"] == '=HYPERLINK("http://x")'
    assert cells["推荐意见"] == "+1-1"
    assert cells["合规意见"] == "http://x.example"


def test_an_empty_table_is_a_table() -> None:
    empty = replace(papers.summary_table(), rows=())
    assert len(sheet(summary_xlsx(empty))) == 7
    assert "推荐汇总表" in texts(summary_pdf(empty))[0]


def test_contacts_stand_in_it_where_they_are_known() -> None:
    table = papers.summary_table()
    row = replace(table.rows[0], contact="黎服务", telephone="021-55550002")
    assert "黎服务021-55550002" in texts(summary_pdf(replace(table, rows=(row,))))[0]


def test_the_paper_says_what_the_workbook_says() -> None:
    (page,) = texts(summary_pdf(papers.summary_table()))
    for shown in (
        papers.APPLICANT.name,
        papers.APPLICANT.uscc,
        "R19",
        "规则：R1 独立法人资格（律师事务所除外）、R2 运营年限、",
        "联系人和电话属个人信息",
        "宽",
        "经两名经办人员同意放宽",
        "见申报表",
        "文号",
    ):
        assert "".join(shown.split()) in page


def test_two_hundred_rows_repeat_their_head_on_every_page() -> None:
    table = papers.summary_table()
    pages = texts(summary_pdf(replace(table, rows=table.rows * 70)))
    assert len(pages) > 3
    assert all("统一社会信用代码" in page for page in pages)
