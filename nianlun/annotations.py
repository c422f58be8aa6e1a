"""Which rules, commands, events and tests say that they serve a clause of the notice."""

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType
from typing import Any, TypeGuard, get_args

from shared.contracts.event import REGISTRY
from shared.contracts.topics import SERVICES
from shared.kernel.refusal import Refusal

CLAUSE = re.compile(r"(?<![\w.])C[1-5](?:\.\d+)*(?:\.[a-h])?(?![\w]|\.\w)")
COLUMNS = ("rules", "commands", "events", "tests")
COUNTED = ("rules", "commands", "events")
"""Columns in which a clause may count what serves the clause above."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What serves the clause above serves this one too, and why."""

    of: str
    why: str


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the notice, and what its own annotations leave to be said.

    `served` says in words how a clause without a rule is served all the same; `counts` says of which column the names
    that stand at the clause above are this one's as well. A clause's tests are its own, whatever is said.
    """

    id: str
    zh: str
    en: str
    served: dict[str, str] = field(default_factory=dict)
    counts: dict[str, Counted] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise ValueError for what may not be said."""
        for column, words in self.served.items():
            if column != "rules" or not words:
                raise ValueError(f"clause {self.id}: words stand for {column}")
        for column, counted in self.counts.items():
            if column not in COUNTED or counted.of not in self.above or not counted.why:
                raise ValueError(f"clause {self.id}: {column} of {counted.of} count without a reason")

    @property
    def above(self) -> tuple[str, ...]:
        """The clauses that it is part of, nearest first: C2.2.2 and C2.2 and C2 above C2.2.2.a."""
        parts = self.id.split(".")
        return tuple(".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))


def clauses(file: Path) -> list[Clause]:
    """The notice's clauses in its order; raise ValueError where one says what it may not."""
    return [
        Clause(**{**one, "counts": {column: Counted(**said) for column, said in one.get("counts", {}).items()}})
        for one in json.loads(file.read_text())
    ]


def of_rules(round_file: Path) -> dict[str, list[str]]:
    """The round's rules by their clause, and what else of its parameters names a clause as its source."""
    content: dict[str, Any] = json.loads(round_file.read_text())
    found: dict[str, list[str]] = defaultdict(list)
    for rule in content["rules"]:
        found[rule["clause"]].append(rule["id"])
    for name, value in content.items():
        if name != "rules":
            _sources(name, value, found)
    return found


def _sources(place: str, value: Any, found: dict[str, list[str]]) -> None:
    if isinstance(value, dict):
        source = str(value.get("source", ""))
        if CLAUSE.fullmatch(source) and place not in found[source]:
            found[source].append(place)
        for name, inner in value.items():
            _sources(f"{place}.{name}", inner, found)
    elif isinstance(value, list):
        for one in value:
            named = next((str(one[key]) for key in ("code", "number", "kind", "id") if key in one), "") if one else ""
            _sources(f"{place}.{named}" if isinstance(one, dict) and named else place, one, found)


def of_events() -> dict[str, list[str]]:
    """Events by the clauses of their docstrings."""
    kinds = sorted(REGISTRY.values(), key=lambda kind: kind.TYPE)
    return _by_clause((kind.__name__, kind.__doc__ or "") for kind in kinds)


def of_commands() -> dict[str, list[str]]:
    """Commands by the clauses of their docstrings and of what refuses them."""
    found: dict[str, list[str]] = defaultdict(list)
    for service in SERVICES:
        modules = _modules(f"services.{service}.domain")
        commands = {one for module in modules for one in _arms(getattr(module, "Command", None))}
        told = {command: set(CLAUSE.findall(command.__doc__ or "")) for command in commands}
        for module in modules:
            for command, clause in _refused(module):
                if command in told:
                    told[command].add(clause)
        for command in sorted(told, key=lambda one: str(one.__name__)):
            for clause in sorted(told[command]):
                found[clause].append(command.__name__)
    return found


def of_tests(folder: Path) -> dict[str, list[str]]:
    """Files of tests by the clauses that the first line of their docstring, or the docstring of one test, names."""
    files = sorted(folder.rglob("test_*.py"))
    return _by_clause((str(path.relative_to(folder.parent)), " ".join(_docstrings(path))) for path in files)


def _docstrings(path: Path) -> Iterator[str]:
    """What is said of the whole file in one line, and of each test or class of tests; of nothing that helps them."""
    tree = ast.parse(path.read_text())
    yield (ast.get_docstring(tree) or "").partition("\n")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) or _is_test(node):
            yield ast.get_docstring(node) or ""


def _is_test(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")


def _by_clause(told: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, text in told:
        for clause in sorted(set(CLAUSE.findall(text))):
            found[clause].append(name)
    return found


def _arms(alias: Any) -> tuple[Any, ...]:
    """The arms of a union, or the one class that an alias stands for."""
    return get_args(alias) or ((alias,) if isinstance(alias, type) else ())


def _modules(package: str) -> list[ModuleType]:
    root = import_module(package)
    return [import_module(found.name) for found in walk_packages(root.__path__, f"{package}.")]


def _refused(module: ModuleType) -> Iterator[tuple[type, str]]:
    """For each function that takes a command: the command, and the clause of every refusal that it raises."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(node, ast.FunctionDef):
            continue
        clauses_of_it = {clause for name in _raised(node) if (clause := _clause(getattr(module, name, None)))}
        for taken in _taken(node):
            command = getattr(module, taken, None)
            if isinstance(command, type):
                yield from ((command, clause) for clause in clauses_of_it)


def _raised(function: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and node.exc is not None:
            raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            if isinstance(raised, ast.Name):
                yield raised.id


def _taken(function: ast.FunctionDef) -> Iterator[str]:
    for argument in function.args.args:
        for node in ast.walk(argument.annotation) if argument.annotation else ():
            if isinstance(node, ast.Name):
                yield node.id


def _clause(refusal: object) -> str | None:
    return refusal.clause if isinstance(refusal, type) and issubclass(refusal, Refusal) else None
