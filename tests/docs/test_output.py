"""What the README quotes of the demo is what the demo shows: names, figures and verdicts, all but time and memory."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import README, blocks

CUT = "…"
VARYING = re.compile(r"\\?\d+(?:\\\.\d+)?(?=\\ (?:s|MiB)\b)")
"""Seconds and memory in an escaped line."""
FIGURES = ("commands", "organizations")
"""How many events there are varies by a few: what the clock reminds of depends on who filed first."""


def quoted() -> list[str]:
    """The lines of the README's block, but for the command and for what was cut."""
    (block,) = blocks(README.read_text(), "text")
    return [line for line in block.splitlines() if line.strip() and CUT not in line and line != "$ make demo"]


def one_space(line: str) -> str:
    return " ".join(line.split())


def not_shown(lines: list[str], output: str) -> list[str]:
    """The quoted lines that the demo does not show."""
    seen = [one_space(line) for line in output.splitlines()]
    patterns = {line: VARYING.sub(r"[\\d.]+", re.escape(one_space(line))) for line in lines}
    return [line for line, pattern in patterns.items() if not any(re.fullmatch(pattern, one) for one in seen)]


def figures(text: str) -> Iterator[str]:
    for what in FIGURES:
        yield from (f"{number} {what}" for number in re.findall(rf"\b(\d+) {what}\b", text))


def untrue(text: str, output: str) -> set[str]:
    """The figures of a text that an output does not show."""
    return set(figures(text)) - set(figures(output))


def test_every_quoted_line_is_shown(lived: tuple[Path, str]) -> None:
    assert not_shown(quoted(), lived[1]) == []


def test_every_figure_of_the_readme_is_the_journeys(lived: tuple[Path, str]) -> None:
    registered = re.search(r"nianlun\.registration\.OrganizationRegistered\.v1 +(\d+)", lived[1])
    assert registered is not None
    told = README.read_text()
    assert {figure.split()[1] for figure in figures(told)} == set(FIGURES)
    assert untrue(told, f"{lived[1]} {registered[1]} organizations") == set()


def test_a_figure_that_is_wrong_is_caught() -> None:
    shown = README.read_text()
    assert untrue(shown, shown) == set()
    for figure in set(figures(shown)):
        number, what = figure.split()
        assert untrue(shown.replace(figure, f"{int(number) + 1} {what}"), shown) != set(), figure
    assert not_shown([*quoted(), "名次 99"], "\n".join(quoted())) == ["名次 99"]


@pytest.mark.parametrize(("line", "shown"), [("up in 9.5 s with 800 MiB", True), ("up in 9.5 s with 8 parts", False)])
def test_only_time_and_memory_may_vary(line: str, shown: bool) -> None:  # noqa: FBT001 - what is expected
    assert (not_shown([line], "up  in 10.1 s with 912 MiB\nup in 9.5 s with 7 parts") == []) is shown
