"""The diagram of the street is the topic table's."""

import re

from shared.contracts.topics import CATEGORIES
from tests.docs.pages import ROOT, blocks

_ARROW = re.compile(r"^ +(\w+) -- (\w+) --> (\w+(?: & \w+)*)$", re.MULTILINE)


def drawn(diagram: str) -> set[tuple[str, str, tuple[str, ...]]]:
    """Producer, category and consumers of every arrow."""
    return {(owner, name, tuple(heads.split(" & "))) for owner, name, heads in _ARROW.findall(diagram)}


def street() -> str:
    text = (ROOT / "docs" / "architecture.md").read_text()
    (diagram,) = (block for block in blocks(text, "mermaid") if block.startswith("flowchart"))
    return diagram


def consumed() -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.service, one.name, one.consumers) for one in CATEGORIES if one.consumers}


def test_the_diagram_shows_every_topic_and_who_reads_it() -> None:
    assert drawn(street()) == consumed()
    assert len(street().splitlines()) == 1 + len(consumed())


def test_an_arrow_too_few_too_many_or_wrong_is_caught() -> None:
    lines = street().splitlines()
    assert drawn("\n".join(lines[:-1])) != consumed()
    assert drawn(street() + "\n  review -- expert --> reporting\n") != consumed()
    assert drawn(street().replace("& statistics", "& audit")) != consumed()
