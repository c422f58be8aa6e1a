"""Every import contract bites: one planted violation each, in a copy of the tree."""

import os
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("nianlun", "services", "shared", "audit", "rehearsal", "deploy")
PLANTED = {
    "No house imports another": (
        "services/review/domain/expert.py",
        "import services.application.domain.round",
    ),
    "What is shared knows no service": ("shared/kernel/ids.py", "import services.review.domain.expert"),
    "The domain is pure": ("services/application/domain/round.py", "import shared.web.models"),
    "No decision reads the vault": ("services/publication/domain/decision.py", "import shared.vault.vault"),
    "The kernel is of the standard library alone": ("shared/kernel/ids.py", "import orjson"),
    "Arrows between the rooms of a house point down": (
        "services/review/usecases/handle.py",
        "import services.review.adapters.facts",
    ),
    "Arrows between the shared rooms point down": ("shared/contracts/codec.py", "import shared.eventstore.port"),
    "The verifier is of the standard library alone": ("audit/verify/check.py", "import audit.archive"),
    "The auditor's tool knows no way in": ("audit/replay.py", "import services.review.usecases.handle"),
    "Nothing imports a main": ("nianlun/cli.py", "import services.review.main"),
    "Settings are read by main alone": ("services/review/usecases/handle.py", "import services.review.settings"),
    "Settings know no room": ("services/review/settings.py", "import services.review.usecases.handle"),
    "Production code does not know the tests' tools": ("services/review/settings.py", "import shared.testing"),
    "No arrows go round in a circle": ("shared/eventstore/port.py", "import shared.eventstore.transact"),
}
ALSO = [
    (
        "Arrows between the rooms of a house",
        ("services/review/adapters/facts.py", "import services.review.entrypoints"),
    ),
    (
        "Arrows between the rooms of a house",
        ("services/review/entrypoints/lists.py", "import services.review.adapters.facts"),
    ),
    ("Arrows between the shared rooms point down", ("shared/web/models.py", "import shared.messaging.kafka")),
    ("Arrows between the shared rooms point down", ("shared/files/port.py", "import shared.documents.cabinet")),
    ("Arrows between the shared rooms point down", ("shared/vault/vault.py", "import shared.files.port")),
    ("Arrows between the shared rooms point down", ("shared/contracts/codec.py", "import shared.observability.traces")),
    ("The auditor's tool knows no way in", ("audit/replay.py", "import nianlun.cli")),
    ("Nothing imports a main", ("services/review/domain/panel.py", "import shared.contracts.publish")),
    ("The domain is pure", ("services/application/domain/round.py", "import asyncio")),
    ("The domain is pure", ("services/review/domain/panel.py", "import socket")),
    ("The domain is pure", ("services/review/domain/expert.py", "def asked():\n    import httpx")),
    ("The kernel is of the standard library alone", ("shared/kernel/ids.py", "import httpx")),
    ("The kernel is of the standard library alone", ("shared/kernel/ids.py", "import shared.contracts.event")),
    ("The verifier is of the standard library alone", ("audit/verify/check.py", "from .. import archive")),
    ("The verifier is of the standard library alone", ("audit/verify/log.py", "import httpx")),
]
ROUND_ABOUT = [("audit.verify.check", "audit.verify"), ("deploy.local.home", "nianlun.cli")]
"""Circles that no package holds between two of its own: by way of its own name, and of another's."""


def lint(tree: Path) -> str:
    """What import-linter says of a tree."""
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        str(tree / ".importlinter"),
    ]
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("tree")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (".importlinter", "tests/architecture/allowed.py"):
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, copy / file)
    return copy


def test_the_tree_keeps_every_contract(tree: Path) -> None:
    said = lint(tree)
    assert "0 broken" in said, said


@pytest.mark.parametrize(("contract", "planted"), [*PLANTED.items(), *ALSO])
def test_a_planted_violation_is_caught(tree: Path, contract: str, planted: tuple[str, str]) -> None:
    file, line = planted
    path = tree / file
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        said = lint(tree)
    finally:
        path.write_text(before)
    verdict = next(row for row in said.splitlines() if row.startswith(contract) and ("KEPT" in row or "BROKEN" in row))
    assert "BROKEN" in verdict, said


def test_every_contract_has_its_planted_violation() -> None:
    names = [
        line.removeprefix("name = ")
        for line in (ROOT / ".importlinter").read_text().splitlines()
        if line.startswith("name = ")
    ]
    assert len(names) == len(PLANTED)
    assert all(any(name.startswith(planted) for planted in PLANTED) for name in names)


def ordered(graph: grimp.ImportGraph) -> None:
    """Raise `CycleError` when a module comes back to itself."""
    TopologicalSorter({one: graph.find_modules_directly_imported_by(one) for one in graph.modules}).prepare()


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*PACKAGES, cache_dir=None)


def test_no_module_comes_back_to_itself(graph: grimp.ImportGraph) -> None:
    ordered(graph)


@pytest.mark.parametrize(("importer", "imported"), ROUND_ABOUT)
def test_a_planted_circle_is_caught(graph: grimp.ImportGraph, importer: str, imported: str) -> None:
    graph.add_import(importer=importer, imported=imported)
    with pytest.raises(CycleError):
        ordered(graph)
    graph.remove_import(importer=importer, imported=imported)
