"""One made-up round for all tests of the audit; a test that damages it works on its own piles."""

import pytest

from tests.audit.life import lived
from tests.audit.street import Street


@pytest.fixture(scope="session")
def street() -> Street:
    """The whole round; not to be changed."""
    return lived()
