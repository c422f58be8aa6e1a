"""Every house has the same rooms with the same names, and what stands in them is of a size that one reads at once."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.contracts.topics import SERVICES
from tests.architecture.cases import Function, closed, functions, matches
from tests.docs.pages import ROOT

PRODUCTION = ("services", "shared", "audit", "nianlun", "rehearsal", "deploy")
ROOMS = {
    "domain": (),
    "usecases": ("ports.py", "handle.py", "react.py", "project.py", "due.py", "streams.py"),
    "adapters": (),
    "entrypoints": ("http.py", "parts.py", "rights.py", "bodies.py"),
}
BESIDE = ("main.py", "settings.py", "README.md")
SAYING_NOTHING = frozenset({"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "base"})
"""Names that say nothing of what is within."""
NO_ROOMS = SAYING_NOTHING | {"carrying", "view", "inbox"}
"""Those, and other names of rooms that every house has."""
FUNCTION_LINES_MAX = 40
FILE_LINES_MAX = 300
STREAM = "stream.py"
"""Reporting's Faust app, a process of its own with doors of its own."""


def missing(house: Path) -> Iterator[str]:
    """What a house lacks of the plan."""
    for room, names in ROOMS.items():
        yield from (f"{room}/{name}" for name in names if not (house / room / name).is_file())
        yield from [] if (house / room).is_dir() else [room]
    yield from (name for name in BESIDE if not (house / name).is_file())


def misnamed(house: Path, unwanted: frozenset[str] = NO_ROOMS) -> Iterator[str]:
    """Files whose name is of no room, by any of its words."""
    for path in sorted(house.rglob("*.py")):
        if set(path.stem.split("_")) & unwanted:
            yield str(path.relative_to(house))


def misplaced(house: Path) -> Iterator[str]:
    """What the rooms of a house do otherwise than those of the others."""
    doors = {
        path.name: ast.parse(path.read_text())
        for path in sorted((house / "entrypoints").glob("*.py"))
        if path.name != STREAM
    }
    if any(_is_a_route(one) for one in functions(doors["http.py"])):
        yield "entrypoints/http.py has routes"
    if "Parts" not in {one.name for one in doors["parts.py"].body if isinstance(one, ast.ClassDef)}:
        yield "entrypoints/parts.py has no Parts"
    makers = [one for tree in doors.values() for one in tree.body if isinstance(one, Function) and _makes_routes(one)]
    if any(_told(one) not in ([], ["parts: Parts"]) for one in makers):
        yield "entrypoints take more than parts"
    for name in ("handle.py", "react.py"):
        tree = ast.parse((house / "usecases" / name).read_text())
        own = {one.name for one in functions(tree)}
        if any(not closed(match, own) for one in functions(tree) if _sends(one) for match in matches(one)):
            yield f"usecases/{name} ends otherwise"
    if "PROJECTIONS" not in (house / "usecases" / "project.py").read_text():
        yield "usecases/project.py has no PROJECTIONS"


def _is_a_route(function: Function) -> bool:
    calls = [one.func for one in function.decorator_list if isinstance(one, ast.Call)]
    return any(isinstance(one, ast.Attribute) and one.attr in {"get", "post", "patch", "head", "put"} for one in calls)


def _makes_routes(function: Function) -> bool:
    return isinstance(function.returns, ast.Name) and function.returns.id == "APIRouter"


def _told(function: Function) -> list[str]:
    return [ast.unparse(one) for one in [*function.args.args, *function.args.kwonlyargs]]


def _sends(function: Function) -> bool:
    """Whether it says which aggregate a command goes to."""
    return "target" in function.name


def long_functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions that are too long, without those that stand within them, which are measured by themselves."""
    for one in functions(tree):
        inner = sum(_lines(each) for each in ast.walk(one) if isinstance(each, Function) and each is not one)
        if (own := _lines(one) - inner) >= FUNCTION_LINES_MAX:
            yield one.name, own


def long_routers(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Functions that are too long with the routes that stand within them."""
    for one in functions(tree):
        within = [each for each in ast.walk(one) if isinstance(each, Function) and _is_a_route(each)]
        if within and not _is_a_route(one) and (span := _lines(one)) > FUNCTION_LINES_MAX:
            yield one.name, span


def _lines(function: Function) -> int:
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    return (function.end_lineno or first) - first + 1


def production() -> Iterator[Path]:
    for folder in PRODUCTION:
        yield from sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("name", SERVICES)
def test_a_house_has_every_room_by_its_name(name: str) -> None:
    house = ROOT / "services" / name
    assert list(missing(house)) == []
    assert list(misnamed(house)) == []
    assert list(misplaced(house)) == []


@pytest.mark.parametrize("folder", PRODUCTION)
def test_no_door_is_labelled_with_nothing(folder: str) -> None:
    assert list(misnamed(ROOT / folder, SAYING_NOTHING)) == []


def test_a_door_that_is_labelled_with_nothing_is_caught(tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    (tmp_path / "local" / "port_utils.py").touch()
    assert list(misnamed(tmp_path, SAYING_NOTHING)) == ["local/port_utils.py"]


def test_a_function_is_read_at_once() -> None:
    found = {str(path.relative_to(ROOT)): list(long_functions(ast.parse(path.read_text()))) for path in production()}
    assert {path: functions_ for path, functions_ in found.items() if functions_} == {}


def test_a_router_is_read_at_once() -> None:
    found = {str(path.relative_to(ROOT)): list(long_routers(ast.parse(path.read_text()))) for path in production()}
    assert {path: routers for path, routers in found.items() if routers} == {}


def test_a_long_router_is_caught() -> None:
    route = "    @routes.get('/x')\n    async def route():\n" + "        x = 1\n" * 10
    assert list(long_routers(ast.parse("def router():\n" + route * 3))) == []
    assert list(long_routers(ast.parse("def router():\n" + route * 4))) == [("router", 1 + 4 * 12)]
    assert list(long_routers(ast.parse("def _more():\n" + route * 4))) == [("_more", 1 + 4 * 12)]


def test_a_file_is_about_one_thing() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in production()}
    assert {path for path, number in lines.items() if number > FILE_LINES_MAX} == set()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house that has everything."""
    for room, names in ROOMS.items():
        (tmp_path / room).mkdir()
        for name in names:
            (tmp_path / room / name).write_text("")
    for name in BESIDE:
        (tmp_path / name).write_text("")
    (tmp_path / "usecases" / "project.py").write_text("PROJECTIONS = ()")
    (tmp_path / "entrypoints" / "parts.py").write_text("class Parts: ...")
    assert [*missing(tmp_path), *misnamed(tmp_path), *misplaced(tmp_path)] == []
    return tmp_path


PLANTED = {
    "usecases/reviews_view.py": "",
    "entrypoints/carrying.py": "",
    "domain/helpers.py": "",
    "entrypoints/parts.py": "",
    "usecases/project.py": "",
    "entrypoints/http.py": "def r():\n    @routes.get('/x')\n    def x(): ...",
    "entrypoints/boards.py": "def router(parts: Parts, reads: Reads) -> APIRouter: ...",
    "usecases/handle.py": (
        "def target_of(command: Command):\n    match command:\n        case A():\n            return 1\n"
        "        case _:\n            return 2"
    ),
}


@pytest.mark.parametrize("path", PLANTED)
def test_another_plan_is_caught(house: Path, path: str) -> None:
    (house / path).write_text(PLANTED[path])
    assert [*misnamed(house), *misplaced(house)] != []


@pytest.mark.parametrize("path", ["usecases/streams.py", "entrypoints/rights.py", "settings.py"])
def test_a_room_that_is_not_there_is_caught(house: Path, path: str) -> None:
    (house / path).unlink()
    assert list(missing(house)) == [path]


def test_a_long_function_is_caught_and_one_that_holds_others_is_not() -> None:
    lines = "\n    x = 1" * FUNCTION_LINES_MAX
    assert list(long_functions(ast.parse(f"def long():{lines}"))) == [("long", FUNCTION_LINES_MAX + 1)]
    inner = "\n".join(f"    def inner_{number}():" + "\n        x = 1" * 30 for number in range(3))
    assert list(long_functions(ast.parse(f"def router():\n{inner}"))) == []
