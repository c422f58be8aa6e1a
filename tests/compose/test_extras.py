"""What the profiles add: names behind TLS, and a Prometheus that sees everybody and knows when to call."""

import ssl
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from deploy.local.postgres import binary
from shared.contracts.topics import SERVICES
from shared.testing import containers
from tests.compose.conftest import Composed, wanted

EVERYBODY = (*SERVICES, "statistics")
MISDIRECTED, MISSING = 421, 404


@pytest.fixture
def edge(composed: Composed) -> Iterator[httpx.Client]:
    trust = ssl.create_default_context(cafile=str(composed.home.secrets_of("edge") / "certificate.pem"))
    base = f"https://127.0.0.1:{composed.port('edge')}"
    with httpx.Client(base_url=base, verify=trust, trust_env=False) as client:
        yield client


def told(edge: httpx.Client, name: str, path: str) -> httpx.Response:
    """What the edge answers to whoever asks for this name."""
    host = f"{name}.localhost"
    return edge.get(path, headers={"Host": host}, extensions={"sni_hostname": host})


@pytest.mark.parametrize("name", EVERYBODY)
def test_every_service_has_a_name_behind_tls(edge: httpx.Client, name: str) -> None:
    answer = told(edge, name, "/health/live")
    assert (answer.status_code, answer.headers["Strict-Transport-Security"]) == (200, "max-age=31536000")


def test_what_is_for_the_inside_does_not_leave_by_the_edge(edge: httpx.Client) -> None:
    for path in ("/metrics", "/health/ready"):
        hidden = told(edge, "review", path)
        assert (hidden.status_code, hidden.headers["Content-Type"]) == (MISSING, "application/problem+json")
    stranger = told(edge, "postgres", "/")
    assert (stranger.status_code, stranger.headers["Content-Type"]) == (MISDIRECTED, "application/problem+json")


def test_without_tls_the_edge_says_nothing(composed: Composed) -> None:
    answer = httpx.get(f"http://127.0.0.1:{composed.port('edge')}/health/live", trust_env=False)
    assert answer.status_code == httpx.codes.BAD_REQUEST


def asked(composed: Composed, path: str, **query: str) -> Any:
    """What Prometheus answers."""
    url = f"http://127.0.0.1:{composed.port('prometheus')}/api/v1/{path}"
    answer = httpx.get(url, params=query, trust_env=False).json()
    assert answer["status"] == "success"
    return answer["data"]


def test_prometheus_hears_everybody(composed: Composed) -> None:
    def up() -> set[str]:
        return {one["metric"]["job"] for one in asked(composed, "query", query="up == 1")["result"]}

    composed.until(lambda: up() == {*EVERYBODY, "door", "edge", "prometheus"})


def test_prometheus_watches_every_rule(composed: Composed) -> None:
    composed.until(lambda: all(rule["health"] == "ok" for rule in _rules(composed)))
    assert {rule["name"] for rule in _rules(composed)} >= {"ProcessDown", "OneBrokerLost", "Watchdog"}


def test_a_silent_service_calls_somebody(composed: Composed) -> None:
    assert composed.compose("stop", "statistics").returncode == 0
    try:
        composed.until(lambda: "NoReplicaLeft" in _pending_or_firing(composed))
    finally:
        composed.compose("start", "statistics")
        composed.until(composed.all_ready)


def _rules(composed: Composed) -> list[dict[str, Any]]:
    return [rule for group in asked(composed, "rules")["groups"] for rule in group["rules"]]


def _pending_or_firing(composed: Composed) -> set[str]:
    return {alert["labels"]["alertname"] for alert in asked(composed, "alerts")["alerts"]}


def test_the_servers_of_tests_start_from_the_same_images() -> None:
    """`make test STACK=containers` stands on these, as root begins them (the stack's own run as another)."""
    wanted()
    with containers.postgres() as url:
        connected = psql(url, "SELECT 1")
        assert connected.stdout.strip() == "1", connected.stderr
    with containers.kafka() as broker:
        assert broker.bootstrap.startswith("127.0.0.1:")


def psql(url: str, statement: str) -> "subprocess.CompletedProcess[str]":
    command = [binary("psql"), "--no-psqlrc", "--tuples-only", "--no-align", "--command", statement, f"{url}/postgres"]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
