"""A plugin of pytest: it keeps every command that a given/when/then test shows to decide something."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.registration.domain.account import OpenAccount
from shared.contracts.event import Event
from shared.kernel.actor import Actor
from shared.kernel.decider import Decider
from shared.testing.scenario import Scenario
from tests.docs.pages import ROOT

KEPT = "NIANLUN_RECORDED"
"""The environment variable that names the file to keep them in."""
SECONDS_MAX = 300
EXAMPLES_MAX = 6
"""Of one command by one role: enough to see it given in several states."""


@dataclass(frozen=True, slots=True)
class Example:
    """A command that was carried out: what had happened before, and what it decided."""

    decider: Decider[Any, Any, Any]
    history: tuple[Event, ...]
    command: Any
    decided: tuple[Event, ...]


RECORDED: dict[tuple[str, str], list[Example]] = {}
"""By command and by the role that gave it."""


def pytest_configure() -> None:
    """Listen to every scenario."""
    told = Scenario.events

    def events(scenario: Scenario[Any, Any, Any]) -> Sequence[Any]:
        decided = told(scenario)
        if decided and hasattr(scenario.command, "by"):
            _keep(Example(scenario.decider, scenario.history, scenario.command, tuple(decided)))
        return decided

    Scenario.events = events  # type: ignore[method-assign,assignment]


def pytest_unconfigure() -> None:
    """Write them where the caller asked for them."""
    if path := os.environ.get(KEPT):
        Path(path).write_bytes(pickle.dumps([one for many in RECORDED.values() for one in many]))


def command_name(command: object) -> str:
    """A command's name; an account is opened by others, depending on whose it is to be."""
    name = type(command).__name__
    return f"{name} ({command.role.value})" if isinstance(command, OpenAccount) else name


def _keep(example: Example) -> None:
    by: Actor | None = example.command.by
    kept = RECORDED.setdefault((command_name(example.command), by.role if by else ""), [])
    if len(kept) < EXAMPLES_MAX and example not in kept:
        kept.append(example)


def recorded() -> list[Example]:
    """Run the given/when/then tests of every house's domain, and give what they carried out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded"
        words = ["-q", "-p", "tests.rights.recorder", "-p", "no:cacheprovider", "-m", "not hypothesis"]
        domains = [str(folder) for folder in sorted((ROOT / "tests" / "services").glob("*/domain"))]
        domains.append(str(ROOT / "tests" / "shared" / "vault" / "test_erasure.py"))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *words, *domains],
            cwd=ROOT,
            env={**os.environ, KEPT: str(path)},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_MAX,
        )
        if not path.exists():
            raise RuntimeError(f"the tests of the domain do not run: {done.stdout[-2000:]}")
        examples: list[Example] = pickle.loads(path.read_bytes())
        return examples
