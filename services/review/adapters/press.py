"""The `Press` port."""

from dataclasses import asdict

from services.review.usecases.ports import Sheet
from shared.auditlog.canonical import canonical


class PlainPress:
    """Sheets as canonical JSON: the same bytes again, for who has no workbook at hand."""

    def summary_xlsx(self, sheet: Sheet) -> bytes:
        """See `Press.summary_xlsx`."""
        return canonical(asdict(sheet))
