"""No evolve hides an event that it forgot: what leaves a state as it is, is named, and mypy finds the rest."""

import ast
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.architecture.cases import Function, closed, functions, matches

SERVICES = Path(__file__).parents[2] / "services"
HOUSES = sorted(path.parent.name for path in SERVICES.glob("*/domain"))
EVOLVE = "evolve"
Domain = Mapping[str, ast.Module]
"""A house's decisions: by the name of each module."""


def domain(house: str) -> Domain:
    """Every module of a house's domain, with those below it."""
    room = SERVICES / house / "domain"
    return {
        ".".join(path.relative_to(SERVICES.parent).with_suffix("").parts): ast.parse(path.read_text())
        for path in sorted(room.rglob("*.py"))
    }


def hiding(modules: Domain) -> list[str]:
    """The functions by which a state is evolved and in which an event may be forgotten."""
    first, own = first_states(modules), {one.name for tree in modules.values() for one in functions(tree)}
    return sorted({f"{module}.{one.name}" for module, one in _reached(modules) if _hides(one, first, own)})


def _reached(modules: Domain) -> Iterator[tuple[str, Function]]:
    """Every `evolve`, and what these call that stands in the domain."""
    own = {name: {one.name: one for one in tree.body if isinstance(one, Function)} for name, tree in modules.items()}
    waiting = [(name, EVOLVE) for name, found in own.items() if EVOLVE in found]
    seen = set[tuple[str, str]]()
    while waiting:
        place = waiting.pop()
        if place in seen or place[1] not in own.get(place[0], {}):
            continue
        seen.add(place)
        module, function = place[0], own[place[0]][place[1]]
        yield module, function
        calls = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
        called = {one.id for one in calls if isinstance(one, ast.Name)}
        waiting += [_imported(modules[module]).get(name, (module, name)) for name in called]


def _imported(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """Where a module has its names from."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {one.asname or one.name: (str(node.module), one.name) for node in imports for one in node.names}


def _hides(function: Function, first: frozenset[str], own: Container[str]) -> bool:
    """Whether an event that nobody named leaves the state as it is, or gives a new one."""
    told = [one.arg for one in function.args.args]
    cases = [case for match in matches(function) for case in match.cases if not _names_only(case, first)]
    bodies = [function.body, *(case.body for case in cases)]
    return any(not closed(match, own) for match in matches(function)) or any(_gives_back(body, told) for body in bodies)


def _gives_back(body: Sequence[ast.stmt], told: Sequence[str]) -> bool:
    """Whether what is no `isinstance` of anything named, or simply everything, comes back as it is."""
    last = body[-1]
    if not isinstance(last, ast.Return) or not told:
        return False
    if isinstance(last.value, ast.IfExp):
        return _asks(last.value.test, told[-1]) and _is(last.value.orelse, told[0])
    above = [one for one in body[:-1] if isinstance(one, ast.If) and _asks(one.test, told[-1])]
    return _is(last.value, told[0]) and (
        bool(above) or all(isinstance(one, ast.Delete | ast.Expr) for one in body[:-1])
    )


def _asks(test: ast.expr, event: str) -> bool:
    calls = [node for node in ast.walk(test) if isinstance(node, ast.Call) and _is(node.func, "isinstance")]
    return any(_is(call.args[0], event) for call in calls)


def _is(node: ast.expr | None, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _names_only(case: ast.match_case, first: frozenset[str]) -> bool:
    """Whether a case is about a state that only a first event leaves, or names the events that change nothing."""
    classes = [node.cls for node in ast.walk(case.pattern) if isinstance(node, ast.MatchClass)]
    named = {one.id for one in classes if isinstance(one, ast.Name)}
    return named <= first if named & first else bool(named) and not _asking(case.body)


def _asking(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Call) and _is(node.func, "isinstance") for one in body for node in ast.walk(one))


def first_states(modules: Domain) -> frozenset[str]:
    """The states that deciders begin with: nothing but a first event can follow."""
    calls = [node for tree in modules.values() for node in ast.walk(tree) if isinstance(node, ast.Call)]
    begun = [call.args[0] for call in calls if _is(call.func, "Decider") and call.args]
    made = [one.func for one in begun if isinstance(one, ast.Call)]
    return frozenset(one.id for one in made if isinstance(one, ast.Name))


@pytest.mark.parametrize("house", HOUSES)
def test_every_event_is_named(house: str) -> None:
    assert hiding(domain(house)) == []


@pytest.mark.parametrize("house", HOUSES)
def test_every_house_evolves(house: str) -> None:
    assert EVOLVE in {one.name for tree in domain(house).values() for one in functions(tree)}


OPENED = (
    "def evolve(state, event):\n    match event:\n        case Opened():\n            return Open()\n        case _:\n"
)
ASKED = "def evolve(state, event):\n    if isinstance(event, Opened):\n        return Open()\n    return state"
BY_STATE = (
    "def evolve(state, event):\n    match state:\n        case Shut():\n            {}\n        case _:\n            {}"
)
LATER = "            return _later(state, event)\n\ndef _later(state, event):\n"
PLANTED = {
    "nothing for the rest": f"{OPENED}            return state",
    "a copy for the rest": f"{OPENED}            return replace(state)",
    "a cast for the rest": f"{OPENED}            return cast(State, state)",
    "a new state for the rest": f"{OPENED}            return Closed(state)",
    "no end": OPENED.rpartition("        case _")[0] + "    return state",
    "a chain of classes": ASKED,
    "a choice of classes": "def evolve(state, event):\n    return Open() if isinstance(event, Opened) else state",
    "a choice in a case": BY_STATE.format(
        "return Open() if isinstance(event, Opened) else state", "assert_never(state)"
    ),
    "nothing": "def evolve(state, event):\n    del event\n    return state",
    "hidden below": f"{OPENED}{LATER}    return state",
}
NAMED = {
    "everything": f"{OPENED}            assert_never(event)",
    "handed on": f"{OPENED}{LATER}    return Closed(event)",
    "the only event": "def evolve(state, event):\n    del state\n    return Recommended(event)",
    "what changes nothing": OPENED.replace("return Open()", "return state") + "            assert_never(event)",
    "a state at its end": BY_STATE.format("return state", "assert_never(state)"),
    "a first event": BY_STATE.format("return Open() if isinstance(event, Opened) else state", "assert_never(state)")
    + "\n\nX_DECIDER = Decider(Shut(), decide, evolve)",
}


@pytest.mark.parametrize("name", PLANTED)
def test_what_hides_an_event_is_caught(name: str) -> None:
    assert hiding({"planted": ast.parse(PLANTED[name])}) != []


def test_it_is_caught_in_another_module() -> None:
    first = ast.parse(f"from services.x.domain.later import later\n{OPENED}            return later(state, event)")
    later = ast.parse("def later(state, event):\n    match event:\n        case Shut():\n            return Closed()")
    assert hiding({"services.x.domain.first": first, "services.x.domain.later": later}) == [
        "services.x.domain.later.later"
    ]


@pytest.mark.parametrize("name", NAMED)
def test_what_names_every_event_hides_none(name: str) -> None:
    assert hiding({"planted": ast.parse(NAMED[name])}) == []
