"""Every match on a state, a command or an event names all of its cases: what is new fails the types, not people."""

import ast
from pathlib import Path

import pytest

from tests.architecture.cases import by_class, closed, functions, listens, matches

ROOT = Path(__file__).parents[2]
FOLDERS = ("services/*/domain", "services/*/usecases", "audit")


def open_ended(source: str) -> list[int]:
    """The lines of matches that send whatever they did not name the same way."""
    every = list(functions(ast.parse(source)))
    own = {one.name for one in every}
    found = {
        match.lineno
        for function in every
        for match in matches(function)
        if by_class(match) and not closed(match, own) and not listens(match, function)
    }
    return sorted(found)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_match_ends_in_assert_never(folder: str) -> None:
    """A listener alone, which is told any event of the catalogue, leaves out what it does not name."""
    found = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted(ROOT.glob(f"{folder}/**/*.py"))
        for line in open_ended(path.read_text())
    }
    assert found == set()


PLANTED = {
    "a refusal for whatever is left": "case Open():\n return []\n case _:\n  raise Refused",
    "a default": "case Open():\n return []\n case _:\n  return []",
    "no end": "case Open():\n return []\n case Shut():\n  return [1]",
    "a cast": "case Open():\n return []\n case _:\n  return cast(list, state)",
    "a question": "case Open():\n return []\n case _:\n  return isinstance(state, Shut)",
    "a conversion": "case Open():\n return []\n case _:\n  return list(state)",
    "a function of elsewhere": "case Open():\n return []\n case _:\n  return later(state)",
    "a copy": "case Open():\n return []\n case _:\n  return replace(state)",
    "something for whatever is left": "case Open():\n return []\n case _:\n  return [Closed(command)]",
    "a guard at the end": "case Open():\n return []\n case _ if command:\n  assert_never(state)",
}


@pytest.mark.parametrize("name", PLANTED)
def test_an_open_end_is_caught(name: str) -> None:
    cases = PLANTED[name].replace("\n ", "\n            ").replace("case", "        case", 1)
    cases = cases.replace("            case", "        case")
    assert open_ended(f"def decide(state: State, command: Command):\n    match state:\n{cases}\n") == [2]


LISTENER = """
def heard({told}):
    match event:
        case Opened():
            return 1
        case _:
            {rest}
"""
HANDING_ON = """
def _later(state: Shut | Over, command: Command): ...

def decide(state: State, command: Command):
    match state, command:
        case Open(), Shut():
            return 1
        case _:
            {rest}
"""


@pytest.mark.parametrize(
    ("told", "rest", "caught"),
    [
        ("event: Event", "return None", []),
        ("event: Event", "return ()", []),
        ("event: Event", "return 2", [3]),
        ("event: Opened | Shut", "return None", [3]),
    ],
)
def test_a_listener_does_nothing_with_the_rest(told: str, rest: str, caught: list[int]) -> None:
    assert open_ended(LISTENER.format(told=told, rest=rest)) == caught


@pytest.mark.parametrize(
    ("rest", "caught"),
    [
        ("return _later(state, command)", []),
        ("await _later(state, command)", []),
        ("assert_never(state)", []),
        ("return _later(state)", [5]),
        ("return cast(Events, (state, command))", [5]),
    ],
)
def test_who_takes_the_rest_takes_it_as_a_whole(rest: str, caught: list[int]) -> None:
    assert open_ended(HANDING_ON.format(rest=rest)) == caught
