"""The code on every page of a paper application: which version of which application, and the hash of its form."""

import io
from dataclasses import dataclass

import segno

PREFIX = "NL1"
"""The code's own version: a paper of today is read for ever."""


@dataclass(frozen=True, slots=True)
class PaperCode:
    """What the code says."""

    application: str
    version: int
    snapshot_hash: str

    @property
    def text(self) -> str:
        """As a scanner reads it: `NL1.<application>.<version>.<snapshot_hash>`."""
        return f"{PREFIX}.{self.application}.{self.version}.{self.snapshot_hash}"

    @property
    def short(self) -> str:
        """The hash as people compare it: sixteen digits in fours."""
        return " ".join(self.snapshot_hash[at : at + 4] for at in range(0, 16, 4))


def qr_svg(text: str) -> str:
    """The QR code as SVG; level M survives stamps and folds on an eighth of it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000")
    return drawn.getvalue().decode()
