"""What the console in its container says of a stack: the doors are asked, and no engine is."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.composed import doors, engine
from deploy.composed.place import Wish, door, free_first_port, prepare, variables
from deploy.local.home import Home
from deploy.local.provision import STATISTICS
from nianlun.cli import main
from shared.contracts.topics import SERVICES

AWAY = (503, '{"type":"urn:nianlun:refusal:unavailable","status":503}')


def healthy(**checks: dict[str, Any]) -> tuple[int, str]:
    usual: dict[str, dict[str, Any]] = {
        "database": {"ok": True},
        "relay": {"ok": True, "lag": 3},
        "inbox": {"ok": True, "lag": 4},
    }
    said = usual | checks
    ready = all(check["ok"] for check in said.values())
    status = "ready" if ready else "not ready"
    return (200 if ready else 503), json.dumps({"status": status, "checks": said, "position": 17})


@contextmanager
def answering(port: int, answer: tuple[int, str]) -> Iterator[None]:
    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer[0] if self.path == "/health/ready" else 404)
            self.end_headers()
            self.wfile.write(answer[1].encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", port), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A composed stack's, on a machine without an engine."""
    monkeypatch.setattr(engine, "OWN", tmp_path / "nothing")
    monkeypatch.setenv("PATH", str(tmp_path))
    home = Home(tmp_path / "home")
    prepare(home, Wish(first_port=free_first_port(), profiles={"edge": True}), "nianlun:0.1.0")
    return home


@contextmanager
def up(home: Home, **answers: tuple[int, str]) -> Iterator[None]:
    """All doors, each with its answer, the edge's too; the broker's port."""
    told = variables(home)
    given = {**dict.fromkeys((*SERVICES, STATISTICS, "edge", "kafka"), healthy()), **answers}
    with ExitStack() as stack:
        for name, answer in given.items():
            stack.enter_context(answering(int(told[door(name)]), answer))
        yield


def said(home: Home, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    with pytest.raises(SystemExit) as ended:
        main(["status", "--json", "--home", str(home.root)])
    processes = json.loads(capsys.readouterr().out)["processes"]
    return int(str(ended.value.code)), {row["name"]: row for row in processes}


def test_every_service_is_asked_through_its_door(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with up(home):
        code, rows = said(home, capsys)
    assert code == 0
    assert {name: row["state"] for name, row in rows.items()} == dict.fromkeys(
        sorted((*SERVICES, STATISTICS, "kafka", "postgres", "edge")), "ready"
    )
    review = rows["review"]
    assert (review["relay_lag"], review["inbox_lag"], review["position"]) == (3, 4, 17)
    assert review["port"] == int(variables(home)["NIANLUN_REVIEW_PORT"])


def test_what_is_not_well_is_told_as_it_is(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    without_database = healthy(database={"ok": False, "reason": "ConnectionRefusedError"})
    with up(home, review=AWAY, reporting=without_database):
        code, rows = said(home, capsys)
    assert code == 1
    states = {name: row["state"] for name, row in rows.items() if row["state"] != "ready"}
    assert states == {"review": "down", "reporting": "unready", "postgres": "unready"}


async def test_nothing_is_up_where_no_door_is_open(home: Home) -> None:
    assert await doors.rows(home) == []


def test_people_are_told_who_knows_more(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with up(home), pytest.raises(SystemExit):
        main(["status", "--home", str(home.root)])
    told = capsys.readouterr()
    assert "registration" in told.out
    assert "`docker compose ps` beside the engine" in told.err


def test_the_console_says_how_to_connect_while_the_doors_are_open(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    with up(home):
        said(home, capsys)
        assert home.run.exists()
    with pytest.raises(SystemExit) as ended:
        main(["audit", "verify", "--home", str(home.root)])
    assert ended.value.code == 2
    assert "is not up; `docker compose up --detach --wait` starts it" in capsys.readouterr().err
    assert not home.run.exists()
