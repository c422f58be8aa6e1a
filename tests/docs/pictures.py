"""`python -m tests.docs.pictures DIR`: a small picture of each document, as docs/documents.md shows it."""

import sys
from collections.abc import Callable
from pathlib import Path

import pypdfium2

from shared.documents.agreement import agreement_pdf
from shared.documents.application import application_pdf
from shared.documents.listing import approved_pdf, notice_pdf
from shared.documents.statement import statement_pdf
from shared.documents.summary import summary_pdf
from tests.shared.documents import papers

MADE: dict[str, tuple[Callable[[], bytes], int]] = {
    "application-cover": (lambda: application_pdf(papers.application_paper()), 0),
    "application-table": (lambda: application_pdf(papers.application_paper()), 1),
    "statement": (lambda: statement_pdf(papers.statement()), 0),
    "summary": (lambda: summary_pdf(papers.summary_table()), 0),
    "notice": (lambda: notice_pdf(papers.notice_list()), 0),
    "approved": (lambda: approved_pdf(papers.approved_list()), 0),
    "agreement": (lambda: agreement_pdf(papers.agreement()), 0),
}
"""Each picture's document and page, from 0."""
GREYS, SCALE = 16, 1.0
BYTES_MAX = 150_000


def main(folder: Path) -> None:
    """Render every picture."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (make, page) in MADE.items():
        image = pypdfium2.PdfDocument(make())[page].render(scale=SCALE).to_pil()
        image.convert("L").quantize(GREYS).save(folder / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
