"""Two clones on one engine: neither takes the other's containers or volumes, prepared or not."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.composed import engine, stack
from deploy.composed.__main__ import main
from deploy.composed.bare import bare
from deploy.composed.owner import require_own
from deploy.composed.place import Wish, is_composed, prepare
from deploy.composed.stack import IMAGE
from deploy.local.home import Home, StackError
from tests.deploy.played import has_container, has_volumes, marked, played

DATA = ("nianlun_postgres", "nianlun_kafka", "nianlun_files-review")
MARKER = "nianlun_home"
TAKING = Wish(take_volumes=True)


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    command = played(tmp_path)
    monkeypatch.setattr(engine, "OWN", command)
    return command


@pytest.fixture
def first(tmp_path: Path) -> Home:
    return made(tmp_path / "first")


@pytest.fixture
def second(tmp_path: Path) -> Home:
    return made(tmp_path / "second")


def made(root: Path) -> Home:
    home = Home(root)
    root.mkdir()
    prepare(home, Wish(), IMAGE)
    return home


async def brought_bare(home: Home) -> None:
    async with bare(home):
        pass


def test_a_prepared_home_takes_no_volumes_of_a_stack_that_is_down(docker: Path, first: Home, second: Home) -> None:
    has_volumes(docker, *DATA)
    has_volumes(docker, MARKER, home=first.root)
    for wish in (Wish(), TAKING):
        with pytest.raises(StackError, match=f"volumes of the stack nianlun on this engine are those of {first.root};"):
            require_own(second, wish)
    with pytest.raises(StackError, match="are those of"):
        stack.destroy(second)
    assert second.composed.exists()
    require_own(first, Wish())
    assert marked(docker, MARKER) == str(first.root)


def test_containers_of_its_own_do_not_make_the_volumes_its_own(docker: Path, first: Home, second: Home) -> None:
    has_volumes(docker, *DATA)
    has_volumes(docker, MARKER, home=first.root)
    has_container(docker, "nianlun", second.root)
    with pytest.raises(StackError, match="are those of"):
        require_own(second, Wish())


async def test_nothing_is_restored_into_what_is_another_s(docker: Path, first: Home, second: Home) -> None:
    has_volumes(docker, *DATA)
    has_volumes(docker, MARKER, home=first.root)
    with pytest.raises(StackError, match="are those of"):
        await brought_bare(second)


@pytest.mark.parametrize("says", ["", "/gone/nianlun"])
def test_volumes_that_name_no_home_that_is_there_are_taken_on_demand(docker: Path, first: Home, says: str) -> None:
    has_volumes(docker, *DATA)
    if says:
        has_volumes(docker, MARKER, home=says)
    with pytest.raises(StackError, match="say so once with `make compose-prepare ARGS=--take-volumes`"):
        require_own(first, Wish())
    require_own(first, TAKING)
    assert marked(docker, MARKER) == str(first.root)
    require_own(first, Wish())


def test_an_earlier_release_s_stack_that_is_up_needs_no_word(docker: Path, first: Home, second: Home) -> None:
    has_volumes(docker, *DATA)
    has_container(docker, "nianlun", first.root)
    require_own(first, Wish())
    with pytest.raises(StackError, match=f"is that of {first.root}"):
        require_own(second, TAKING)


def test_data_are_not_taken_without_their_secrets(docker: Path, tmp_path: Path) -> None:
    has_volumes(docker, *DATA)
    with pytest.raises(StackError, match="whose secrets are not in"):
        require_own(Home(tmp_path / "bare"), TAKING)


def test_where_the_data_are_gone_nobody_is_kept_out(docker: Path, first: Home, second: Home) -> None:
    has_volumes(docker, MARKER, home=first.root)
    require_own(second, Wish())
    assert not (docker.parent / "engine" / "volumes" / MARKER).exists()


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Home]:
    """`python -m deploy.composed prepare` of a new home."""

    def run(*words: str) -> Home:
        monkeypatch.setattr(sys, "argv", ["deploy.composed", "--home", str(tmp_path / "new"), "prepare", *words])
        main()
        return Home(tmp_path / "new")

    return run


def test_prepare_asks_as_up_does(docker: Path, first: Home, tmp_path: Path, told: Callable[..., Home]) -> None:
    has_volumes(docker, *DATA)
    has_volumes(docker, MARKER, home=first.root)
    with pytest.raises(SystemExit, match="are those of"):
        told()
    assert not is_composed(Home(tmp_path / "new"))
    assert is_composed(told("--project", "second", "--first-port", "18200"))
