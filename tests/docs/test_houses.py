"""Every house's README lists the commands, events and topics that its code has."""

import pytest

from shared.contracts.topics import SERVICES
from tests.docs.houses import table
from tests.docs.pages import ROOT


def told(service: str) -> str:
    return (ROOT / "services" / service / "README.md").read_text()


@pytest.mark.parametrize("service", SERVICES)
def test_a_readme_lists_what_its_code_has(service: str) -> None:
    assert table(service) in told(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_kind_of_drift_is_caught(service: str) -> None:
    text = told(service)
    for line in filter(None, table(service).splitlines()):
        assert table(service) not in text.replace(line, "")
    for word in {*table(service).split()} - {"|", "–", "|---|---|---|---|"}:
        assert table(service) not in text.replace(word, f"{word}s")


def test_what_follows_from_a_foreign_event_is_marked() -> None:
    assert "OpenDistrictReview (reaction), MatchPaper (reaction), CloseReview (reaction)," in table("review")
    assert "CreateObligation (reaction), FileServiceReport" in table("reporting")
