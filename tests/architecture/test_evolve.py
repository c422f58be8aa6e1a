"""No evolve hides an event that it forgot: what leaves a state as it is, is named, and mypy finds the rest."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
DOMAINS = sorted(path for path in SERVICES.glob("*/domain/*.py") if "def evolve(" in path.read_text())

HIDDEN = """
def evolve(state, event):
    match event:
        case Opened():
            return Open()
        case _:
            return _later(state, event)

def _later(state, event):
    match state, event:
        case Open(), Shut():
            return Closed()
        case _:
            return state
"""
OPEN_ENDED = """
def evolve(state, event):
    match event:
        case Opened():
            return Open()
    return state
"""


def defaults(source: str) -> list[str]:
    """The functions by which a module evolves a state and whose matches give a state back for any other event."""
    functions = {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}
    return [
        name for name in _reached("evolve", functions) if any(not _told(match) for match in _matches(functions[name]))
    ]


def _reached(name: str, functions: dict[str, ast.FunctionDef]) -> Iterator[str]:
    seen, waiting = set[str](), [name]
    while waiting:
        now = waiting.pop()
        if now in functions and now not in seen:
            seen.add(now)
            yield now
            called = (node.func for node in ast.walk(functions[now]) if isinstance(node, ast.Call))
            waiting += [one.id for one in called if isinstance(one, ast.Name)]


def _matches(function: ast.FunctionDef) -> Iterator[ast.Match]:
    return (node for node in ast.walk(function) if isinstance(node, ast.Match))


def _told(match: ast.Match) -> bool:
    """Whether the last case takes everything, and only to call what mypy holds to the rest."""
    last = match.cases[-1]
    everything = isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None and last.guard is None
    return everything and any(isinstance(node, ast.Call) for statement in last.body for node in ast.walk(statement))


@pytest.mark.parametrize("path", DOMAINS, ids=lambda path: f"{path.parts[-3]}/{path.stem}")
def test_every_event_is_named(path: Path) -> None:
    assert defaults(path.read_text()) == []


@pytest.mark.parametrize(("source", "caught"), [(HIDDEN, ["_later"]), (OPEN_ENDED, ["evolve"])])
def test_a_default_is_caught(source: str, caught: list[str]) -> None:
    assert defaults(source) == caught


def test_every_house_evolves() -> None:
    assert {path.parts[-3] for path in DOMAINS} == {path.parent.name for path in SERVICES.glob("*/domain")}
