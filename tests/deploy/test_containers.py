"""What is made of an engine's answers, and of a door's."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from deploy.composed.engine import _beside, _container
from deploy.composed.healthy import KEPT_BYTES_MAX, kept, ready
from deploy.local.ports import free_ports


def inspected(service: str = "review", number: int = 1, **state: Any) -> dict[str, Any]:
    """As `docker inspect` tells it, as far as we listen."""
    return {
        "Config": {
            "Labels": {"com.docker.compose.service": service, "com.docker.compose.container-number": str(number)}
        },
        "State": {"Status": "running", "Running": True, "Pid": 17, "ExitCode": 0, **state},
        "RestartCount": 2,
        "NetworkSettings": {"Ports": {"8030/tcp": [{"HostIp": "127.0.0.1", "HostPort": "18030"}], "80/tcp": None}},
    }


def health(status: str, output: str = "") -> dict[str, Any]:
    return {"Status": status, "Log": [{"Output": "an earlier one"}, {"Output": output}]}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ({"Health": health("healthy")}, "ready"),
        ({"Health": health("starting")}, "starting"),
        ({"Health": health("unhealthy")}, "unready"),
        ({}, "ready"),
        ({"Status": "restarting"}, "pausing"),
        ({"Status": "created"}, "waiting"),
        ({"Status": "paused", "Health": {"Status": "healthy"}}, "unready"),
        ({"Status": "exited", "ExitCode": 1}, "down"),
        ({"Status": "dead"}, "down"),
    ],
)
def test_a_state_is_shown_as_on_the_local_stack(state: dict[str, Any], shown: str) -> None:
    assert _container(inspected(**state), ["review"]).state == shown


def test_what_it_said_last_is_known() -> None:
    told = _container(inspected(Health=health("healthy", '{"position": 17}')), ["review"])
    assert (told.health, told.port, told.restarts, told.pid) == ({"position": 17}, 18030, 2, 17)


@pytest.mark.parametrize("output", ["", "Health check exceeded timeout (4s)", "[]"])
def test_what_is_no_answer_is_none(output: str) -> None:
    assert _container(inspected(Health=health("unhealthy", output)), ["review"]).health == {}


def test_replicas_have_numbers() -> None:
    services = ["review", "review", "kafka"]
    assert _container(inspected(number=2), services).name == "review-2"
    assert _container(inspected("kafka"), services).name == "kafka"


@pytest.mark.parametrize(
    ("service", "state", "hidden"),
    [
        ("databases", {"Running": False, "Status": "exited"}, True),
        ("databases", {"Running": False, "Status": "exited", "ExitCode": 1}, False),
        ("review", {"Running": False, "Status": "exited"}, False),
    ],
)
def test_what_ran_once_is_shown_only_when_it_failed(service: str, state: dict[str, Any], hidden: bool) -> None:  # noqa: FBT001
    assert _beside(inspected(service, **state)) is hidden


def test_a_rebuild_is_none_of_those_that_serve() -> None:
    rebuild = inspected()
    rebuild["Config"]["Labels"]["com.docker.compose.oneoff"] = "True"
    assert _beside(rebuild)


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Door(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()
            self.wfile.write(b'{"position": 17}')

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_a_container_is_healthy_when_its_door_says_ready(
    status: int,
    healthy: bool,  # noqa: FBT001
    capsys: pytest.CaptureFixture[str],
) -> None:
    with answering(status) as port:
        assert ready(port) is healthy
    assert capsys.readouterr().out == '{"position": 17}'


def test_more_than_the_engine_keeps_is_said_without_what_is_held() -> None:
    held = {f"nianlun.review.panel.v1/{number}": "等待 a predecessor of review" for number in range(60)}
    document = {"checks": {"inbox": {"ok": True, "lag": 60, "holding": held, "parked": 2}}, "position": 17}
    told = kept(json.dumps(document))
    assert len(told.encode()) <= KEPT_BYTES_MAX
    assert json.loads(told) == {"checks": {"inbox": {"ok": True, "lag": 60, "parked": 2}}, "position": 17}


def test_a_closed_door_is_not_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert not ready(free_ports(1)[0])
    assert "ConnectionRefusedError" in capsys.readouterr().out
