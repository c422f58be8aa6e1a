"""A command that a page shows and that no test runs is a failure, and so is one that is run and not shown."""

from pathlib import Path

import pytest

from tests.docs.pages import PAGES, README, ROOT, commands
from tests.docs.promises import BY_MAKE, RUN
from tests.docs.shell import run


def shown() -> set[str]:
    return set().union(*(commands(page.read_text()) for page in PAGES))


def test_every_command_that_is_shown_is_run() -> None:
    assert shown() - RUN == set()


def test_nothing_is_run_that_no_page_shows() -> None:
    assert RUN - shown() == set()


@pytest.mark.parametrize(
    "planted",
    ["```sh\nnianlun forget  # all\n```\n", "$ nianlun forget", "so `nianlun forget` it", "| `nianlun forget` |"],
)
def test_a_command_without_a_test_is_caught(planted: str) -> None:
    assert commands(f"{README.read_text()}\n{planted}\n") - RUN == {"nianlun forget"}


@pytest.mark.parametrize("command", BY_MAKE)
def test_make_does_what_is_said(command: str, tmp_path: Path) -> None:
    done = run(f"{command} --dry-run", tmp_path)
    assert done.returncode == 0, done.stderr
    for part in BY_MAKE[command]:
        assert part in done.stdout


def test_ci_runs_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert [line for line in lines if line.endswith("make test")] == ["make test"]
    assert lines[-1] == "make test-compose"
