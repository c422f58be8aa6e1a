"""`nianlun parked` against services that answer by rote: pages, all alike, and one of them that is away."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.local.home import StackError
from deploy.local.ports import free_ports
from nianlun.parked import app

TOPIC = "nianlun.application.application.v1"
Answers = dict[str, list[tuple[int, Any]]]


@contextmanager
def answering(answers: Answers, asked: list[tuple[str, str]]) -> Iterator[str]:
    """A service that answers each path with what is said of it, in turn, the last for ever."""

    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            asked.append((self.path, self.rfile.read(size).decode()))
            said = answers[self.path.partition("?")[0]]
            status, body = said.pop(0) if len(said) > 1 else said[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class Street:
    """A home whose services answer by rote; `asked` is what review was asked."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home, self._stack = home, stack
        self.asked: list[tuple[str, str]] = []
        secrets = home / "secrets" / "registration"
        secrets.mkdir(parents=True)
        (secrets / "administrator_password").write_text("long enough")

    def open(self, review: Answers) -> None:
        """Registration signs in, review answers so, application is away."""
        registration = self._stack.enter_context(answering({"/tokens": [(200, {"token": "t"})]}, []))
        (closed,) = free_ports(1)
        services = {
            "registration": {"url": registration},
            "application": {"url": f"http://127.0.0.1:{closed}"},
            "review": {"url": self._stack.enter_context(answering(review, self.asked))},
        }
        (self.home / "run.json").write_text(json.dumps({"services": services}))

    def says(self, *command: str) -> tuple[int, str, str]:
        done = CliRunner().invoke(app, [*command, "--home", str(self.home)], env={"COLUMNS": "200"})
        if isinstance(done.exception, StackError):
            return 1, done.stdout, str(done.exception)
        return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    with ExitStack() as stack:
        yield Street(tmp_path, stack)


def record(number: int) -> dict[str, Any]:
    place = {"record": f"{TOPIC}/0@{number}", "source": None, "stream": None, "version": None}
    return {**place, "bytes": 4, "sha256": "0" * 64, "reason": "Undecodable: x"}


def test_what_is_of_no_stream_is_listed_and_who_is_away_is_named(street: Street) -> None:
    kind = {"topic": TOPIC, "records": 3, "reason": "Undecodable: x"}
    street.open({"/parked": [(200, [])], "/parked/streamless": [(200, [kind])]})
    code, out, err = street.says("list")
    assert code == 1
    assert "nothing is parked" not in out
    assert TOPIC in out
    assert "application does not answer" in err


def test_nothing_is_said_to_be_parked_only_where_everybody_answered(street: Street) -> None:
    street.open({"/parked": [(503, {"title": "Unavailable"})], "/parked/streamless": [(200, [])]})
    code, out, err = street.says("list")
    assert (code, out) == (1, "")
    assert "review refuses: Unavailable: 503" in err


@pytest.mark.parametrize(("failed", "others"), [({}, 3), ({"nianlun/application/application-1": "Broken: x"}, 0)])
def test_a_redrive_names_what_stays_and_ends_with_1(street: Street, failed: dict[str, str], others: int) -> None:
    kinds = [{"topic": TOPIC, "records": others, "reason": "Undecodable: x"}] if others else []
    done = {"handled": 2, "failed": failed}
    street.open({"/parked/redrive": [(200, done)], "/parked/streamless": [(200, kinds)]})
    code, out, err = street.says("redrive")
    assert (code, out) == (1, "2 events are handled\n")
    stays = "review: 3 of nianlun" if others else "review: nianlun/application/application-1 stays parked: Broken: x"
    assert stays in err


def test_a_page_says_how_many_follow_and_how_to_see_them(street: Street) -> None:
    street.open({"/parked/records": [(200, {"records": [record(6), record(7)], "more": 41})]})
    code, out, err = street.says("show", "--service", "review", "--fault", "Undecodable")
    assert code == 1
    assert f"{TOPIC}/0@7" in out
    assert f"41 more of review: --service review --after {TOPIC}/0@7" in err
    assert "fault=Undecodable" in street.asked[0][0]
    code, _, said = street.says("show", "--after", f"{TOPIC}/0@7")
    assert (code, "--service" in said) == (1, True)


def test_all_alike_are_given_up_until_none_is_left(street: Street) -> None:
    rounds = [(200, {"records": [record(n) for n in range(200)], "left": left}) for left in (250, 50, 0)]
    street.open({"/parked/discard": list(rounds)})
    asked = ("discard", "review", "--topic", TOPIC, "--fault", "Undecodable", "--reason", "a probe")
    assert street.says(*asked) == (0, "600 records are given up\n", "")
    assert [json.loads(body) for _, body in street.asked] == [
        {"topic": TOPIC, "fault": "Undecodable", "reason": "a probe"}
    ] * 3


def test_what_stays_behind_an_earlier_event_is_told(street: Street) -> None:
    refusal = (404, {"title": "No record is parked in this place", "detail": "of x"})
    street.open({"/parked/discard": [(200, {"records": [record(1)], "left": 2}), refusal]})
    code, out, said = street.says("discard", "review", "--topic", TOPIC, "--fault", "Und", "--reason", "a probe")
    assert (code, out) == (1, "1 records are given up\n")
    assert said == "2 wait behind an earlier event of their stream"


@pytest.mark.parametrize("which", [[], ["--topic", TOPIC], [f"{TOPIC}/0@1", "--topic", TOPIC, "--fault", "x"]])
def test_a_discard_names_one_or_all_alike(street: Street, which: list[str]) -> None:
    street.open({})
    code, _, said = street.says("discard", "review", *which, "--reason", "a probe")
    assert (code, said) == (1, "name a RECORD, or a --topic and a --fault for all that are alike")


def test_an_allowance_is_told(street: Street) -> None:
    street.open({"/parked/allowance": [(200, {"records": 24_000})]})
    assert street.says("allow", "review", "24000") == (0, "review may set 24000 more aside\n", "")
