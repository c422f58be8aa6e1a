"""The examples, made once."""

import pytest

from tests.rights.recorder import Example, recorded


@pytest.fixture(scope="session")
def examples() -> list[Example]:
    """Every command that the tests of the domain carry out."""
    return recorded()
