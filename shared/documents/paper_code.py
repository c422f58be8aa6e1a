"""The code on every page of a paper application: which version of which application, and the hash of its form."""

import io
import re
from dataclasses import dataclass

import segno

from shared.kernel.refusal import Malformed

PREFIX = "NL1"
"""The code's own version: a paper of today is read for ever."""
_CODE = re.compile(rf"{PREFIX}\.([0-9a-f-]{{36}})\.([1-9][0-9]{{0,8}})\.([0-9a-f]{{64}})")


class NotAPaperCode(Malformed):
    """The text is not what the papers' QR code holds."""

    title = "This is not the code of a paper application"
    clause = "C5.2"
    field = "code"


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


def read_paper_code(text: str) -> PaperCode:
    """The code that a scanner read; raise `NotAPaperCode`."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise NotAPaperCode(f"{PREFIX}.<application>.<version>.<snapshot hash> is expected")
    return PaperCode(found[1], int(found[2]), found[3])


def qr_svg(text: str) -> str:
    """The QR code as SVG; level M survives stamps and folds on an eighth of it."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000")
    return drawn.getvalue().decode()
