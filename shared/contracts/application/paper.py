"""The events of the paper filing: what is printed, and what the district receives (C5.1, C5.2)."""

from shared.contracts.event import Event, event
from shared.contracts.topics import APPLICATION
from shared.kernel.actor import Role


@event(APPLICATION, Role.FILER, Role.DISTRICT_CLERK, Role.RECEIPT_CLERK)
class PdfExported(Event):
    """The application was made a PDF, the same bytes whenever it is made again (C5.2)."""

    application: str
    version: int
    pdf_sha256: str
    template_hash: str


@event(APPLICATION, Role.RECEIPT_CLERK, Role.CITY_OFFICER)
class PaperReceived(Event):
    """The district's receipt clerk, or the city where the district was silent, took the paper filing (C5.1, C5.2)."""

    application: str
    organization: str
    district: str
    round: str
    version: int
    snapshot_hash: str
    """Read from the paper."""
    copies: int
    received_at: str
    matches: bool
    """Whether version and hash are those of the online record."""
