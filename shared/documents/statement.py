"""The statement that the materials are true (承诺书), to be signed, stamped and filed as material 9 (C4.9)."""

from dataclasses import dataclass

from shared.documents.typesetting import typeset
from shared.documents.wording import OFFICE, subject_of
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class StatementOfTruth:
    """Who states it and about which application."""

    round_title: str
    application: str
    org_name: str
    uscc: str
    started_at: Instant
    """When the application began; dates the document, while its own date is written by hand."""
    legal_representative: str | None = None
    """The name, or None where it is not filled in yet."""


def statement_pdf(statement: StatementOfTruth) -> bytes:
    """The statement's PDF."""
    data = {
        "subject": subject_of(statement.round_title),
        "office": OFFICE,
        "application": statement.application,
        "org_name": statement.org_name,
        "uscc": statement.uscc,
        "legal_representative": statement.legal_representative or "",
    }
    return typeset("statement", data, statement.started_at)
