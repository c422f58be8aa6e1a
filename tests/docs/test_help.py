"""`nianlun --help` and the help of every sub-command know what the pages say."""

import re
from functools import cache

import pytest
from typer.testing import CliRunner

from nianlun.cli import COMMANDS, app
from tests.docs.pages import PAGES, README, commands

_ROW = re.compile(r"^│ +\*? *(\S+)", re.MULTILINE)
GROUPS = {"clock", "audit", "archive", "integrator", "files", "parked", "secrets", "vault"}
_OPTION = re.compile(r"`(--[a-z-]+)[^`]*`")


@cache
def help_of(*path: str) -> frozenset[str]:
    """The sub-commands, arguments and options that a command's help lists."""
    done = CliRunner().invoke(app, [*path, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    assert done.exit_code == 0, done.output
    return frozenset(_ROW.findall(done.output))


def unknown(command: str) -> list[str]:
    """The words of a command that no help names."""
    path: list[str] = []
    found = []
    for word in command.split()[1:]:
        listed = help_of(*path)
        if word.startswith("--"):
            found += [] if word in listed else [word]
        elif _is_group(path):
            found += [] if word in listed else [word]
            path.append(word)
        if found:
            break
    return found


def _is_group(path: list[str]) -> bool:
    return not path or path == ["secrets", "rotate"] or (len(path) == 1 and path[0] in GROUPS)


def nianlun_commands() -> list[str]:
    told: set[str] = set().union(*(commands(page.read_text()) for page in PAGES))
    return sorted(one for one in told if one.startswith("nianlun "))


@pytest.mark.parametrize("command", nianlun_commands())
def test_help_names_what_is_shown(command: str) -> None:
    assert unknown(command) == []


def test_the_readme_names_every_command() -> None:
    told = {command.split()[1] for command in commands(README.read_text()) if command.startswith("nianlun ")}
    assert told == set(COMMANDS)
    assert set(COMMANDS) <= help_of()


@pytest.mark.parametrize("command", COMMANDS)
def test_no_help_is_about_the_shell(command: str) -> None:
    listed = help_of(command)
    assert not [one for one in listed if "completion" in one]
    assert "--help" in listed


def test_every_option_of_a_page_is_some_commands() -> None:
    everywhere = frozenset().union(*(help_of(*_path(command)) for command in nianlun_commands()))
    pages = [page for page in PAGES if page.parent.name != "decisions"]
    assert {option for page in pages for option in _OPTION.findall(page.read_text())} <= everywhere


def _path(command: str) -> list[str]:
    path: list[str] = []
    for word in command.split()[1:]:
        if not _is_group(path):
            break
        path.append(word)
    return path


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("nianlun forget", "forget"),
        ("nianlun audit forgive", "forgive"),
        ("nianlun status --secrets", "--secrets"),
        ("nianlun audit replay --round 2017 --until 2018", "--until"),
    ],
)
def test_what_help_does_not_know_is_caught(command: str, word: str) -> None:
    assert unknown(command) == [word]
