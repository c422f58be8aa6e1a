"""A home takes up what was backed up: of the same mode and brokers, or made so while it has no data."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from deploy.composed import place, stack
from deploy.composed.place import variables
from deploy.local import clock, state
from deploy.local.home import Home, StackError, read_json, write_json
from deploy.local.part import Notice
from deploy.recovery.backup import Backup
from deploy.recovery.taking_up import Life, bring_clock, has_data, life, take_up
from shared.kernel.instants import Instant

LAST = Instant("2018-12-03T01:00:00.000Z")
BEFORE, LATER = Instant("2018-11-01T01:00:00.000Z"), Instant("2019-01-01T01:00:00.000Z")
PRODUCTION, REHEARSAL = Life(False, 3, LAST, None), Life(True, 1, LAST, None)
Made: TypeAlias = Callable[..., Home]


def local(folder: Path, *, production: bool = False) -> Home:
    home = Home(folder / "home")
    state.prepare(home, state.Wish(production=production))
    return home


def composed(folder: Path, *, production: bool = False, brokers: int | None = None) -> Home:
    home = Home(folder / "home")
    place.prepare(home, place.Wish(production=production or None, brokers=brokers, first_port=28_000), stack.IMAGE)
    stack.connect(home)
    return home


def mode(home: Home) -> object:
    if place.is_composed(home):
        return place.MODES[variables(home)["NIANLUN_CLOCK"]], read_json(home.run)["rehearsal"]
    mode = state.load(home).mode
    return mode, mode == state.REHEARSAL


def taken_up(home: Home, its: Life, *, data: bool = False, dry_run: bool = False) -> list[Notice]:
    told: list[Notice] = []
    take_up(home, its, told.append, data=data, dry_run=dry_run)
    return told


def content(home: Home) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


@pytest.mark.parametrize("made", [local, composed])
def test_a_home_without_data_becomes_what_was_backed_up(tmp_path: Path, made: Made) -> None:
    home = made(tmp_path)
    told = taken_up(home, PRODUCTION)
    assert "becomes a production stack" in told[-1].text
    assert mode(home) == ("production", False)
    assert not home.clock.exists()
    assert "becomes a rehearsal stack" in taken_up(home, REHEARSAL)[-1].text
    assert mode(home) == ("rehearsal", True)
    assert clock.show(home) == LAST


@pytest.mark.parametrize("made", [local, composed])
def test_a_home_with_data_of_another_mode_is_left_as_it_is(tmp_path: Path, made: Made) -> None:
    home = made(tmp_path)
    before = content(home)
    with pytest.raises(
        StackError, match=r"of a production stack, and .* is a rehearsal one: restore it into another home"
    ):
        taken_up(home, PRODUCTION, data=True)
    taken_up(home, REHEARSAL, data=True)
    with pytest.raises(StackError, match="no data in"):
        taken_up(home, PRODUCTION, dry_run=True)
    assert content(home) == before


def test_three_brokers_stay_three(tmp_path: Path) -> None:
    home = composed(tmp_path, production=True)
    with pytest.raises(StackError, match=r"with 3 brokers, and .* has 1"):
        taken_up(home, PRODUCTION, data=True)
    taken_up(home, PRODUCTION)
    told = variables(home)
    assert (told["KAFKA_REPLICAS"], told["COMPOSE_PROFILES"]) == ("3", "three-brokers")
    assert str(read_json(home.run)["kafka"]).count("127.0.0.1:") == 3
    place.prepare(home, place.Wish(production=True, brokers=3), stack.IMAGE)
    taken_up(home, Life(False, 1, LAST, None))
    assert variables(home) == told


def test_one_broker_in_place_of_three_is_said(tmp_path: Path) -> None:
    assert "has one broker" in taken_up(local(tmp_path, production=True), PRODUCTION)[0].text


async def test_a_machine_that_has_nothing_gets_the_settings_of_the_backup(tmp_path: Path) -> None:
    home, kept = Home(tmp_path / "home"), tmp_path / "backup"
    kept.mkdir()
    write_json(kept / "stack.json", {"mode": "rehearsal", "replicas": 2, "ports": {"kafka": 12_345}})
    write_json(kept / "clock.json", {"rehearsal": True, "now": LATER})
    assert not await has_data(home)
    home.root.mkdir()
    taken_up(home, life(Backup(kept, {}), LAST, rehearsal=True))
    assert state.load(home) == state.State("rehearsal", 2, {"kafka": 12_345})
    assert clock.show(home) == LATER


@pytest.mark.parametrize(("told", "stands"), [(BEFORE, LAST), (LATER, LATER)])
def test_a_rehearsal_stands_where_it_stood_and_after_its_last_event(tmp_path: Path, told: str, stands: str) -> None:
    write_json(tmp_path / "clock.json", {"rehearsal": True, "now": told})
    assert life(Backup(tmp_path, {}), LAST, rehearsal=True).clock == stands


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("clock.json", "{}"),
        ("clock.json", '{"now": "tomorrow"}'),
        ("stack.json", '{"mode": "rehearsal", "replicas": "two", "ports": {}}'),
        ("stack.json", '{"mode": "rehearsal", "replicas": 1, "ports": 5}'),
    ],
)
def test_settings_of_a_backup_that_say_something_else_are_named(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(StackError, match=f"{tmp_path / file} is damaged"):
        life(Backup(tmp_path, {}), LAST, rehearsal=True)


@pytest.mark.parametrize("made", [local, composed])
def test_a_clock_is_never_brought_back(tmp_path: Path, made: Made) -> None:
    home = made(tmp_path)
    bring_clock(home, LATER)
    bring_clock(home, LAST)
    assert clock.show(home) == LATER


async def test_a_home_has_data_once_its_database_or_broker_has(tmp_path: Path) -> None:
    home = local(tmp_path)
    assert not await has_data(home)
    (home.root / "kafka" / "data").mkdir(parents=True)
    assert await has_data(home)
