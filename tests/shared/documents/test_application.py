"""The application's paper: every field in order, every page with version, hash and code (C4.1, C5.2)."""

from dataclasses import replace
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.documents.application import ApplicationPaper, application_pdf
from shared.documents.paper_code import PaperCode
from shared.documents.wording import ERASED
from tests.shared.documents import papers
from tests.shared.documents.opened import qr_codes, texts

SECONDS_MAX = 5.0
"""Far above the fifth of a second that it takes, so that a busy machine does not fail it."""


def code_of(paper: ApplicationPaper) -> PaperCode:
    return PaperCode(paper.application, paper.version, paper.snapshot_hash)


def test_every_page_names_version_hash_and_number() -> None:
    paper = papers.application_paper()
    pages = texts(application_pdf(paper))
    assert len(pages) >= 5
    for number, page in enumerate(pages, 1):
        assert "版本：第2版" in page
        assert "数据指纹：4f3c4f3c4f3c4f3c" in page
        assert f"第{number}页共{len(pages)}页" in page
        assert paper.application in page


def test_a_scanner_reads_the_code_on_every_page() -> None:
    paper = papers.application_paper()
    seen = qr_codes(application_pdf(paper))
    assert seen == [[f"NL1.{paper.application}.2.{paper.snapshot_hash}"]] * len(seen)


def test_the_four_tables_and_the_materials_stand_in_order() -> None:
    text = "".join(texts(application_pdf(papers.application_paper())))
    heads = ["表一基本情况", "表二队伍与场地", "表三上年业绩", "表四资源、制度、计划", "申报材料清单", "签章"]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "shown",
    [
        "91310000MA1K0002X2", "2012年5月18日", "2012年7月1日", "3,630,000.00", "10,580,000.00", "-90,000.00",
        "2,000,000.00", "600,000.00", "CMA-170921340012", "2020年6月30日", "上海市长宁区中山路3号4幢101室",
        "专业服务机构", "技术创新和质量服务类", "长宁区人民政府", "章明珠", "黎服务021-55550002", "134.50", "租赁",
        "2019年12月31日", "三坐标测量机", "P013", "本科", "高级", "10/14", "188", "228", "66（满意度82.5%）",
        "服务总量（家次）",
        "1,000",
        "141（14.1%）", "60（6.0%）", "小微企业按标准的八折收取", "陪伴式质量诊断", "一次合格率由81%提高到97%",
        "集聚的服务机构", "2015年1月1日至2018年12月31日", "a1a1a1a1a1a1a1a1", "15/100", "已按计划完成上半年服务活动",
        "检测日", "5f5f5f5f5f5f5f5f",
        "机构登记证书或营业执照复印件", "3c3c3c3c3c3c3c3c", "即本申报表", "网上报送时间：2017年9月20日16:59:59",
    ],
)  # fmt: skip
def test_what_was_filed_is_on_paper(shown: str) -> None:
    assert shown in "".join(texts(application_pdf(papers.application_paper())))


def test_erased_people_are_said_to_be_erased_and_the_code_stays() -> None:
    paper = papers.application_paper()
    erased = replace(paper, t1=replace(paper.t1, legal_representative=ERASED, contact=ERASED))
    made = application_pdf(erased)
    text = "".join(texts(made))
    assert text.count("已删除") == 2
    assert papers.REPRESENTATIVE not in text
    assert made != application_pdf(paper)
    assert qr_codes(made)[0] == [code_of(paper).text]


def test_a_paper_of_three_hundred_people_has_a_head_on_every_page_and_is_made_at_once() -> None:
    paper = papers.application_paper(300)
    application_pdf(papers.application_paper())
    started = perf_counter()
    pages = texts(application_pdf(paper))
    assert perf_counter() - started < SECONDS_MAX
    assert sum("证明材料指纹" in page for page in pages) > 5


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("😀", "〔U+1F600〕"),
        ("\ufeff", "〔U+FEFF〕"),
        ("\ue000", "〔U+E000〕"),
        ("\u202e反", "〔U+202E〕反"),
        ("𰀀", "〔U+30000〕"),
        ("#let x = $1$ *b* \\ @a <b>", "#letx=$1$*b*\\@a<b>"),
        ('"); #panic()', '");#panic()'),
        ("一\t二\r\n三", "一二三"),
    ],
)
def test_any_text_is_shown_as_text(written: str, shown: str) -> None:
    paper = papers.application_paper()
    made = application_pdf(replace(paper, t4=replace(paper.t4, category_narrative=f"始{written}终")))
    assert f"始{shown}终" in "".join(texts(made))


@given(st.text(max_size=60))
def test_no_text_hinders_a_document(written: str) -> None:
    paper = papers.application_paper(1)
    made = application_pdf(replace(paper, t1=replace(paper.t1, org_name=written, reg_address=written)))
    assert made.startswith(b"%PDF")


def test_a_long_word_covers_no_code() -> None:
    paper = papers.application_paper()
    made = application_pdf(replace(paper, t1=replace(paper.t1, org_name="W" * 200)))
    assert qr_codes(made)[0] == [code_of(paper).text]
