"""What holds of every document: archival, tagged, dated by its data, and the same bytes again (C5.2, C5.3, C5.4)."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.auditlog.canonical import sha256_hex
from shared.documents.agreement import agreement_pdf
from shared.documents.application import application_pdf
from shared.documents.fonts import TEXT_FONTS
from shared.documents.listing import approved_pdf, notice_pdf
from shared.documents.statement import statement_pdf
from shared.documents.summary import summary_pdf
from shared.documents.typesetting import STANDARDS, TEMPLATES, template_hash
from shared.documents.workbook import summary_xlsx
from tests.shared.documents import papers
from tests.shared.documents.opened import catalogue, metadata, reader, texts

PDFS: dict[str, tuple[Callable[[], bytes], str]] = {
    "application": (lambda: application_pdf(papers.application_paper()), "2017年上海市中小企业服务机构申报表"),
    "statement": (lambda: statement_pdf(papers.statement()), "申报材料真实性承诺书"),
    "summary": (lambda: summary_pdf(papers.summary_table()), "2017年上海市中小企业服务机构推荐汇总表"),
    "notice": (lambda: notice_pdf(papers.notice_list()), "关于2017年上海市中小企业服务机构名单的公示"),
    "approved": (lambda: approved_pdf(papers.approved_list()), "2017年上海市中小企业服务机构名单"),
    "agreement": (lambda: agreement_pdf(papers.agreement()), "2017年上海市中小企业服务机构合作协议"),
    "signed": (lambda: agreement_pdf(papers.signed_agreement()), "2017年上海市中小企业服务机构合作协议"),
}
EVERY_PDF = pytest.mark.parametrize("name", PDFS)
AGAIN = """
import sys
from shared.auditlog.canonical import sha256_hex
from tests.shared.documents.test_every_document import PDFS, XLSX
print(*(sha256_hex(made()) for made in [*(make for make, _ in PDFS.values()), XLSX]))
"""


def XLSX() -> bytes:  # noqa: N802 - beside PDFS
    return summary_xlsx(papers.summary_table())


def test_there_is_a_test_for_every_template() -> None:
    assert {path.stem for path in TEMPLATES.glob("*.typ")} == {"stationery", *PDFS} - {"signed"}


def test_another_process_makes_the_same_bytes() -> None:
    root = Path(__file__).parents[3]
    environment = {"PYTHONPATH": str(root), "PYTHONHASHSEED": "4711", "TZ": "America/New_York", "LANG": "de_DE.UTF-8"}
    other = subprocess.run([sys.executable, "-c", AGAIN], check=True, capture_output=True, text=True, env=environment)
    ours = [sha256_hex(make()) for make, _ in PDFS.values()]
    assert other.stdout.split() == [*ours, sha256_hex(XLSX())]


@EVERY_PDF
def test_a_document_is_archival_accessible_and_tagged(name: str) -> None:
    made = PDFS[name][0]()
    told = metadata(made)
    assert "<pdfaid:part>2</pdfaid:part>" in told
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in told
    assert "<pdfuaid:part>1</pdfuaid:part>" in told
    root = catalogue(made)
    assert root["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert str(root["/Lang"]).lower() == "zh-cn"
    assert "/StructTreeRoot" in root
    assert "/OutputIntents" in root


@EVERY_PDF
def test_a_document_says_its_title_in_chinese_on_its_first_page(name: str) -> None:
    make, title = PDFS[name]
    first = texts(make())[0]
    assert title in first
    assert first.index("第1页") >= 0
    assert title in str(reader(make()).metadata.title)  # type: ignore[union-attr]


@EVERY_PDF
def test_a_document_is_dated_by_its_data_and_embeds_its_own_fonts(name: str) -> None:
    made = reader(PDFS[name][0]())
    assert made.metadata is not None
    assert made.metadata.creation_date is not None
    assert made.metadata.creation_date.year == 2017
    for page in made.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            assert "NotoS" in font.get_object()["/BaseFont"]
            assert "CJKsc" in font.get_object()["/BaseFont"]


def test_the_templates_hash_is_of_sources_and_fonts() -> None:
    assert len(template_hash()) == 64
    assert STANDARDS == ["a-2a", "ua-1"]
    assert all("SimHei" not in font for font in TEXT_FONTS)
