"""What a page names exists."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, README, dead_links, missing_paths, missing_tests, name


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text()
    assert dead_links(page, text) == []
    assert missing_paths(page, text) == []
    assert missing_tests(text) == []


def test_a_dead_link_is_caught() -> None:
    planted = "[a](docs/nowhere.md) [b](docs/events.md#nothing) [c](docs/events.md#application) [d](README.md)"
    assert dead_links(README, planted) == ["docs/nowhere.md", "docs/events.md#nothing"]


def test_a_path_that_is_not_there_is_caught() -> None:
    planted = (
        "`shared/nothing.py`, `docs/nowhere/`, `services/*/main.py`, `.nianlun/logs/`, `/health/live`, `shred/kernel`"
    )
    assert missing_paths(README, planted) == ["shared/nothing.py", "docs/nowhere", "shred/kernel"]


def test_a_test_that_is_not_there_is_caught() -> None:
    known = test_a_test_that_is_not_there_is_caught.__name__
    assert missing_tests(f"`test_of_nothing`, `{known}`") == ["test_of_nothing"]
