"""What a home folder survives, and what is refused in one clear line."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from deploy.local import clock, lease, orphans
from deploy.local.home import Home, StackError, write, write_json
from deploy.local.ports import FIRST, LAST, free_ports
from deploy.local.state import REHEARSAL, Wish, load, prepare, require_space, save, with_ports
from deploy.recovery.bare import bare


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "stack")


def test_a_new_home_is_a_rehearsal_at_the_notice_s_first_day(home: Home) -> None:
    assert prepare(home, Wish()).mode == REHEARSAL
    assert clock.show(home) == "2017-08-01T01:00:00.000Z"


def test_the_mode_is_for_ever(home: Home) -> None:
    save(home, prepare(home, Wish(production=True)))
    assert prepare(home, Wish()).mode == "production"
    with pytest.raises(StackError, match="is a production stack for ever"):
        prepare(home, Wish(production=False))
    with pytest.raises(StackError, match="lives by the real clock"):
        clock.advance_to(home, "2030-01-01T00:00:00Z")


def test_replicas_may_change(home: Home) -> None:
    save(home, prepare(home, Wish(replicas=2)))
    assert prepare(home, Wish()).replicas == 2
    assert prepare(home, Wish(replicas=1)).replicas == 1


def test_a_rehearsal_s_start_is_given_once(home: Home) -> None:
    save(home, prepare(home, Wish(rehearsal_from="2018-08-01T09:00:00+08:00")))
    assert clock.show(home) == "2018-08-01T01:00:00.000Z"
    with pytest.raises(StackError, match="has begun already"):
        prepare(home, Wish(rehearsal_from="2019-08-01T09:00:00+08:00"))


def test_production_has_no_start(home: Home) -> None:
    with pytest.raises(StackError, match="--rehearsal-from cannot be given"):
        prepare(home, Wish(production=True, rehearsal_from="2018-08-01T09:00:00+08:00"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"mode": "dream", "replicas": 1, "ports": {}}'])
def test_a_damaged_state_is_one_line_that_names_it(home: Home, content: str) -> None:
    home.root.mkdir()
    home.state.write_text(content)
    with pytest.raises(StackError, match=r"stack\.json"):
        prepare(home, Wish())


def test_data_without_a_state_is_not_touched(home: Home) -> None:
    (home.root / "postgres").mkdir(parents=True)
    with pytest.raises(StackError, match=r"holds data but no stack\.json"):
        prepare(home, Wish())


def test_a_home_killed_before_its_state_was_written_is_taken_up(home: Home) -> None:
    home.made_secret("admin", "postgres_password")
    clock.start(home, clock.DEFAULT_START)
    assert prepare(home, Wish()).rehearsal


def test_too_little_space_is_one_line(home: Home) -> None:
    home.root.mkdir()
    with pytest.raises(StackError, match=r"MiB of space left"):
        require_space(home, 2**60)


def test_no_stack_is_one_line(home: Home) -> None:
    with pytest.raises(StackError, match="there is no stack"):
        load(home)
    with pytest.raises(StackError, match="there is no stack"):
        clock.show(home)


def test_secrets_are_for_their_owner_alone(home: Home) -> None:
    made = home.made_secret("review", "kafka_password")
    assert made == home.made_secret("review", "kafka_password") == home.secret("review", "kafka_password")
    assert (home.secrets_of("review") / "kafka_password").stat().st_mode & 0o777 == 0o600
    assert home.secrets_of("review").stat().st_mode & 0o777 == 0o700


def test_a_secret_that_is_replaced_lies_beside_the_new_one(home: Home) -> None:
    before = home.made_secret("admin", "postgres_password")
    assert home.previous_secret("admin", "postgres_password") is None
    assert home.renewed_secret("admin", "postgres_password") == home.secret("admin", "postgres_password") != before
    assert home.previous_secret("admin", "postgres_password") == before
    assert {path.stat().st_mode & 0o777 for path in home.secrets_of("admin").iterdir()} == {0o600}
    for _ in range(2):
        home.forget_previous("admin", "postgres_password")
        assert [path.name for path in home.secrets_of("admin").iterdir()] == ["postgres_password"]


def test_whoever_only_reads_a_secret_makes_none(home: Home) -> None:
    with pytest.raises(StackError, match="administrator_password is missing: put it back from the secrets"):
        home.secret("registration", "administrator_password")
    assert not home.root.exists()


def test_ports_stay_unless_taken(home: Home) -> None:
    state = with_ports(prepare(home, Wish()), ["postgres", "kafka"], {})
    assert with_ports(state, ["postgres", "kafka"], {}).ports == state.ports
    with socket.socket() as other:
        other.bind(("127.0.0.1", state.ports["kafka"]))
        other.listen()
        moved = with_ports(state, ["postgres", "kafka"], {}).ports
        assert moved["postgres"] == state.ports["postgres"]
        assert moved["kafka"] != state.ports["kafka"]
        with pytest.raises(StackError, match="wanted for kafka, is taken"):
            with_ports(state, ["postgres", "kafka"], {"kafka": state.ports["kafka"]})


def test_ports_lie_below_those_of_outgoing_connections() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(FIRST <= port <= LAST for port in ports)


def test_the_clock_never_goes_back(home: Home) -> None:
    prepare(home, Wish())
    assert clock.advance_to(home, "2017-09-20T17:00:00+08:00") == "2017-09-20T09:00:00.000Z"
    with pytest.raises(StackError, match="never moved back"):
        clock.advance_to(home, "2017-09-20T16:59:59.999+08:00")
    assert json.loads(home.clock.read_text()) == {"rehearsal": True, "now": "2017-09-20T09:00:00.000Z"}


@pytest.mark.parametrize("text", ["2017-09-20T17:00:00", "2017-09-20", "tomorrow", ""])
def test_an_instant_has_an_offset(home: Home, text: str) -> None:
    prepare(home, Wish())
    with pytest.raises(StackError, match="is not an instant with an offset"):
        clock.advance_to(home, text)


def test_one_supervisor_a_home_and_a_stale_pid_file_is_nobody(home: Home) -> None:
    home.root.mkdir()
    home.pid.write_text("1\n")
    assert lease.holder(home) is None
    with lease.lease(home):
        assert lease.holder(home) == os.getpid()
        with pytest.raises(StackError, match=rf"is up already \(process {os.getpid()}\)"), lease.lease(home):
            pass
    assert lease.holder(home) is None
    assert not lease.end(home, 1.0)


def test_what_a_killed_supervisor_left_is_ended(home: Home) -> None:
    home.root.mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as left:
        row = {"name": "review", "pid": left.pid, "url": "", "stop_signal": signal.SIGTERM}
        created = psutil.Process(left.pid).create_time()
        write_json(home.status, {"processes": [row | {"created": created + 1}]})
        assert orphans.sweep(home) == []
        write_json(home.status, {"processes": [row | {"created": created}]})
        assert orphans.serving(home) == []
        assert orphans.sweep(home) == ["review"]
        assert not psutil.pid_exists(left.pid)
    assert orphans.sweep(home) == []


def test_services_that_run_on_are_not_ended_for_a_comparison(home: Home) -> None:
    async def compare() -> None:
        async with bare(home, lambda _: None):
            pass

    home.root.mkdir()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as left:
        row = {"name": "review", "pid": left.pid, "url": "http://127.0.0.1:9", "stop_signal": signal.SIGTERM}
        write_json(home.status, {"processes": [row | {"created": psutil.Process(left.pid).create_time()}]})
        with pytest.raises(StackError, match="review run on after their supervisor was killed; `nianlun down"):
            asyncio.run(compare())
        assert left.poll() is None
        assert orphans.sweep(home) == ["review"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can hand a file to somebody")
def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done, path = list[str](), tmp_path / "file"
    monkeypatch.setattr(os, "fsync", lambda _: done.append(path.read_text() if path.exists() else "nothing"))
    for text in ("first", "second"):
        write(path, text)
    assert done == ["nothing", "first"]


def test_a_file_that_is_replaced_stays_its_owners(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write(secret, "first", 0o600)
    os.chown(secret, 10_001, 10_001)
    write(secret, "second", 0o600)
    assert (secret.stat().st_uid, secret.stat().st_mode & 0o777, secret.read_text()) == (10_001, 0o600, "second")


def test_what_is_confidential_on_the_broker_is_so_on_the_disk(home: Home) -> None:
    before = os.umask(0o022)
    try:
        prepare(home, Wish())
        for name, mode in (("kafka", 0o755), ("files", 0o750)):
            (home.root / name).chmod(mode)
        prepare(home, Wish())
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in home.root.iterdir() if path.is_dir()}
    assert modes == {"files": 0o750, "kafka": 0o750, "logs": 0o700, "secrets": 0o700, "statistics": 0o700}
    assert home.root.stat().st_mode & 0o777 == 0o755
