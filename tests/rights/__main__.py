"""Write docs/rights.md: `python -m tests.rights`."""

import sys

from tests.rights.page import PAGE, page
from tests.rights.recorder import recorded

PAGE.write_text(page(recorded()))
sys.stdout.write(f"{PAGE} is written\n")
