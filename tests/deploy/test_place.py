"""A composed stack's home: made once, kept, and mistaken for no other."""

import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.composed import COMPOSED, engine
from deploy.composed.__main__ import main as composed
from deploy.composed.place import (
    PRODUCTION,
    Wish,
    brokers,
    door,
    is_composed,
    prepare,
    variables,
)
from deploy.composed.stack import IMAGE, connect, make_ready
from deploy.local import clock
from deploy.local.home import Home, StackError, read_json
from nianlun.cli import main

ROOT = Path(__file__).parents[2]
FILE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "docker-compose.yml").read_text())


def test_a_home_is_made_once_and_its_secrets_are_nobody_elses(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(rehearsal_from="2017-08-05T09:00:00+08:00", first_port=28_000, project="p"), IMAGE)
    told = variables(home)
    secrets = {path: path.read_text() for path in (home.root / "secrets").rglob("*") if path.is_file()}
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}
    assert all(path.stat().st_uid == int(told["NIANLUN_UID"]) != 0 for path in secrets)
    assert clock.show(home) == "2017-08-05T01:00:00.000Z"
    assert (told["NIANLUN_KAFKA_PORT"], told[door("review")]) == ("28000", "28030")
    prepare(home, Wish(), IMAGE)
    assert variables(home) == told
    assert {path: path.read_text() for path in secrets} == secrets
    assert Path(told["NIANLUN_BACKUPS"]) == tmp_path / "home-backups"
    wanted = {_folder(one["file"]) for one in FILE["secrets"].values()}
    assert {name for name in wanted if not (home.root / name).exists()} == set()


def test_the_statistics_get_a_password_of_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    own = home.secrets_of("statistics") / "database_password"
    made = own.read_text()
    assert made != home.secret("reporting", "database_password")
    own.write_text(home.secret("reporting", "database_password"))
    prepare(home, Wish(), IMAGE)
    assert own.read_text() not in {made, home.secret("reporting", "database_password")}


def test_a_clock_that_is_moved_stays_in_the_folder_that_containers_see(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    clock.advance_to(home, "2017-09-01T09:00:00+08:00")
    assert home.clock == home.root / "clock" / "clock.json"
    assert read_json(home.clock)["now"] == "2017-09-01T01:00:00.000Z"


def test_a_mode_is_for_ever(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(production=True), IMAGE)
    assert variables(home)["NIANLUN_CLOCK"] == PRODUCTION
    assert not home.clock.exists()
    prepare(home, Wish(), IMAGE)
    with pytest.raises(StackError, match="production stack for ever"):
        prepare(home, Wish(production=False), IMAGE)
    with pytest.raises(StackError, match="has begun already"):
        prepare(home, Wish(rehearsal_from="2017-08-05T09:00:00+08:00"), IMAGE)


def test_a_name_is_for_ever(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(project="first"), IMAGE)
    told = home.composed.read_text()
    with pytest.raises(StackError, match=r"is the stack first for ever.* leave out --project"):
        prepare(home, Wish(project="renamed", first_port=28_000), IMAGE)
    assert home.composed.read_text() == told
    prepare(home, Wish(project="first"), IMAGE)
    assert home.composed.read_text() == told


def test_a_name_that_no_engine_took_can_be_replaced(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    home.composed.write_text(home.composed.read_text().replace("PROJECT_NAME=nianlun", "PROJECT_NAME=Nian/lun"))
    with pytest.raises(StackError, match="'Nian/lun' is no name"):
        prepare(home, Wish(), IMAGE)
    prepare(home, Wish(project="good"), IMAGE)
    assert variables(home)["COMPOSE_PROJECT_NAME"] == "good"


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(project="Nia/nlun"), "'Nia/nlun' is no name of a stack"),
        (Wish(project="-nianlun"), "'-nianlun' is no name of a stack"),
        (Wish(project=""), "'' is no name of a stack"),
        (Wish(project="n" * 64), "is no name of a stack"),
        (Wish(first_port=99_999), "--first-port 99999: .* give one from 1 to 65445"),
        (Wish(first_port=65_500), "--first-port 65500: .* give one from 1 to 65445"),
        (Wish(first_port=0), "--first-port 0: .* give one from 1 to 65445"),
        (Wish(domain="nia nlun"), "is no name of a domain"),
    ],
)
def test_what_no_engine_takes_is_refused_before_anything_is_written(wish: Wish, said: str, tmp_path: Path) -> None:
    with pytest.raises(StackError, match=said):
        make_ready(Home(tmp_path / "home"), wish)
    assert list(tmp_path.iterdir()) == []


def test_the_last_ports_that_there_are_can_be_had(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(first_port=65_445), IMAGE)
    assert max(int(port) for name, port in variables(home).items() if name.endswith("_PORT")) == 65_535


def test_three_brokers_are_three_for_ever(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(first_port=28_000, brokers=3), IMAGE)
    told = variables(home)
    assert told["KAFKA_VOTERS"] == "1@kafka:9093,2@kafka-2:9093,3@kafka-3:9093"
    assert told["KAFKA_BOOTSTRAP"] == "kafka:9092,kafka-2:9092,kafka-3:9092"
    assert (told["COMPOSE_PROFILES"], told["KAFKA_REPLICAS"]) == ("three-brokers", "3")
    connect(home)
    kafka: Any = read_json(home.run)["kafka"]
    assert kafka["bootstrap"] == "127.0.0.1:28000,127.0.0.1:28001,127.0.0.1:28002"
    prepare(home, Wish(), IMAGE)
    assert variables(home) == told
    with pytest.raises(StackError, match=r"3 broker\(s\) for ever"):
        prepare(home, Wish(brokers=1), IMAGE)


def test_what_is_added_stays_until_it_is_taken_away(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(profiles={"edge": True, "observability": True}), IMAGE)
    assert variables(home)["COMPOSE_PROFILES"] == "edge,observability"
    prepare(home, Wish(profiles={"observability": False}), IMAGE)
    prepare(home, Wish(), IMAGE)
    assert variables(home)["COMPOSE_PROFILES"] == "edge"


def test_what_an_operator_set_stays(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    with home.composed.open("a") as settings:
        settings.write("NIANLUN_EDGE_ADDRESS=0.0.0.0\n")
    prepare(home, Wish(profiles={"edge": True}), IMAGE)
    assert variables(home)["NIANLUN_EDGE_ADDRESS"] == "0.0.0.0"


def test_run_json_names_the_door(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(first_port=28_000), IMAGE)
    connect(home)
    run: dict[str, Any] = read_json(home.run)
    assert home.run.stat().st_mode & 0o777 == 0o600
    assert run["services"]["reporting"]["url"] == "http://127.0.0.1:28050"
    assert run["kafka"]["bootstrap"] == "127.0.0.1:28000"
    assert run["rehearsal"] is True


def test_nothing_says_how_to_connect_before_somebody_starts_the_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    monkeypatch.setattr(engine, "OWN", tmp_path / "none")
    monkeypatch.setenv("PATH", "")

    def said(*words: str) -> None:
        monkeypatch.setattr(sys, "argv", ["deploy.composed", "--home", str(home.root), "prepare", *words])
        composed()

    said("--first-port", "28000")
    assert not home.run.exists()
    with pytest.raises(SystemExit):
        main(["backup", str(tmp_path / "backup"), "--home", str(home.root)])
    assert capsys.readouterr().err == f"nianlun: the stack of {home.root} is not up; `make compose` starts it\n"


def test_the_two_kinds_of_homes_are_not_mistaken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    local = Home(tmp_path / "local")
    local.root.mkdir()
    local.state.write_text("{}")
    with pytest.raises(StackError, match="a stack without containers"):
        prepare(local, Wish(), IMAGE)
    assert not is_composed(local)
    with pytest.raises(SystemExit):
        main(["up", "--stack", "compose"])
    assert "`make compose` starts it" in capsys.readouterr().err


def test_stack_is_another_default_for_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIANLUN_HOME", raising=False)
    prepare(Home(tmp_path / COMPOSED), Wish(), IMAGE)
    with pytest.raises(SystemExit) as ended:
        main(["clock", "show", "--stack", "compose"])
    assert (ended.value.code, capsys.readouterr().out[:10]) == (0, "2017-08-01")
    with pytest.raises(SystemExit):
        main(["clock", "show"])
    assert "there is no stack in" in capsys.readouterr().err


def _folder(file: str) -> str:
    return file.partition("}/")[2]


def test_a_variable_that_was_taken_away_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), IMAGE)
    home.composed.write_text(home.composed.read_text().replace("KAFKA_REPLICAS=", "KAFKA="))
    with pytest.raises(StackError, match=r"compose\.env does not say KAFKA_REPLICAS; put its line back"):
        brokers(variables(home))


def test_a_number_of_brokers_that_no_stack_has_is_named(tmp_path: Path) -> None:
    home = Home(tmp_path / COMPOSED)
    prepare(home, Wish(), IMAGE)
    home.composed.write_text(home.composed.read_text().replace("KAFKA_REPLICAS=1", "KAFKA_REPLICAS=x"))
    for asked in (lambda: brokers(variables(home)), lambda: prepare(home, Wish(), IMAGE)):
        with pytest.raises(StackError, match="KAFKA_REPLICAS=x; a stack has 1 or 3 brokers"):
            asked()
