"""Door and edge as Debian's nginx takes them: what they answer themselves is a problem, and Prometheus sees them."""

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.composed import certificate
from deploy.local.ports import free_ports
from deploy.local.provision import STATISTICS
from shared.contracts.topics import SERVICES

DEPLOY = Path(__file__).parents[2] / "deploy"
SECONDS_MAX = 30.0
INSIDE, DOOR, EDGE = "8000", "8030", "8443"
"""Where both say that they are open, and where each is asked for the service review."""
LONG = "x" * 9_000
PROBLEM = "application/problem+json"
PROMETHEUS = shutil.which("prometheus")
NOT_PASSED_ON, UNAVAILABLE = "urn:nianlun:refusal:not-passed-on", "urn:nianlun:refusal:unavailable"
ODD = [
    (b"GARBAGE\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: review.localhost\r\nHost: again\r\n\r\n", 400),
    (f"GET / HTTP/1.1\r\nHost: review.localhost\r\nX: {LONG}\r\n\r\n".encode(), 400),
    (b"TRACE / HTTP/1.1\r\nHost: review.localhost\r\n\r\n", 405),
    (f"GET /{LONG} HTTP/1.1\r\nHost: review.localhost\r\n\r\n".encode(), 414),
    (b"POST / HTTP/1.1\r\nHost: review.localhost\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
    (b"GET / HTTP/9.1\r\nHost: review.localhost\r\n\r\n", 505),
]
pytestmark = pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not here: Debian's package has it")


@dataclass(frozen=True, slots=True)
class Front:
    """A door or an edge, behind which no service answers."""

    ports: dict[str, int]
    """By the port that its configuration names."""
    trust: ssl.SSLContext

    def answer(self, port: str, request: bytes) -> tuple[int, str, Any]:
        """Status, media type and body of what is answered to these bytes."""
        with self._connected(port) as there:
            there.sendall(request)
            with HTTPResponse(there) as response:
                response.begin()
                return response.status, response.headers["Content-Type"], json.loads(response.read())

    def _connected(self, port: str) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.ports[port]), SECONDS_MAX)
        return self.trust.wrap_socket(plain, server_hostname="review.localhost") if port == EDGE else plain


@contextmanager
def running(*command: str, until: Callable[[], bool]) -> Iterator[None]:
    """Until the block ends; a master of nginx that is killed would leave its workers behind."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + SECONDS_MAX
            while not until():
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def says(url: str) -> str:
    """What is answered there; nothing while nobody does, or is not ready to."""
    try:
        return httpx.get(url, trust_env=False).raise_for_status().text
    except httpx.HTTPError:
        return ""


@contextmanager
def front(name: str, folder: Path) -> Iterator[Front]:
    secrets = folder / "secrets"
    certificate.make(secrets, "localhost", (*SERVICES, STATISTICS))
    text = (DEPLOY / name / "nginx.conf").read_text()
    named = re.findall(r"listen (\d+)", text)
    *ports, nobody = free_ports(len(set(named)) + 1)
    ours = dict(zip(dict.fromkeys(named), ports, strict=True))
    text = re.sub(r"listen (\d+)", lambda found: f"listen 127.0.0.1:{ours[found[1]]}", text)
    for there, here in {
        "/tmp/": f"{folder}/",
        "/etc/nginx/away.conf": str(DEPLOY / "door" / "away.conf"),
        "/run/secrets/edge": str(secrets),
        "http://$service:8000": f"http://127.0.0.1:{nobody}",
    }.items():
        text = text.replace(there, here)
    (folder / "nginx.conf").write_text(text)
    settings = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command = ("nginx", "-e", "stderr", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", settings)
    trust = ssl.create_default_context(cafile=str(secrets / "certificate.pem"))
    with running(*command, until=lambda: says(f"http://127.0.0.1:{ours[INSIDE]}/health") == "open\n"):
        yield Front(ours, trust)


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front("door", tmp_path_factory.mktemp("door")) as found:
        yield found


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with front("edge", tmp_path_factory.mktemp("edge")) as found:
        yield found


def asking(path: str, host: str = "review.localhost") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()


@pytest.mark.parametrize(("request_bytes", "status"), ODD)
def test_what_no_service_ever_sees_is_a_problem(door: Front, edge: Front, request_bytes: bytes, status: int) -> None:
    for there, port in ((door, DOOR), (edge, EDGE)):
        found, media_type, told = there.answer(port, request_bytes)
        assert (found, media_type, told["status"], told["type"]) == (status, PROBLEM, status, NOT_PASSED_ON)


@pytest.mark.parametrize("path", ["/metrics", "/health/ready", "/.not-passed-on"])
def test_what_the_edge_keeps_inside_is_a_problem(edge: Front, path: str) -> None:
    found, media_type, told = edge.answer(EDGE, asking(path))
    assert (found, media_type, told["status"], told["type"]) == (404, PROBLEM, 404, NOT_PASSED_ON)


def test_a_name_of_no_service_is_a_problem(edge: Front) -> None:
    found, media_type, told = edge.answer(EDGE, asking("/", "postgres.localhost"))
    assert (found, media_type, told["status"]) == (421, PROBLEM, 421)


def test_who_speaks_to_the_edge_without_tls_is_told(edge: Front) -> None:
    there = Front({DOOR: edge.ports[EDGE]}, edge.trust)
    found, media_type, told = there.answer(DOOR, asking("/"))
    assert (found, media_type, told["status"]) == (400, PROBLEM, 400)


def test_a_service_that_is_away_is_a_problem(door: Front, edge: Front) -> None:
    for there, port in ((door, DOOR), (edge, EDGE)):
        found, media_type, told = there.answer(port, asking("/"))
        assert (found, media_type, told["status"], told["type"]) == (503, PROBLEM, 503, UNAVAILABLE)


@pytest.mark.skipif(PROMETHEUS is None, reason="prometheus is not here: Debian's package has it")
def test_prometheus_sees_both_and_itself(door: Front, edge: Front, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    text = (DEPLOY / "observability" / "prometheus.yml").read_text()
    for there, here in {
        "scrape_interval: 10s": "scrape_interval: 1s",
        "evaluation_interval: 10s": "evaluation_interval: 1s",
        "[alerts.yml]": f"[{DEPLOY}/observability/alerts.yml]",
        '"door:8000"': f'"127.0.0.1:{door.ports[INSIDE]}"',
        "dns_sd_configs: [{names: [edge], type: A, port: 8000, refresh_interval: 10s}]": (
            f'static_configs: [{{targets: ["127.0.0.1:{edge.ports[INSIDE]}"]}}]'
        ),
        "127.0.0.1:9090": f"127.0.0.1:{port}",
    }.items():
        assert there in text
        text = text.replace(there, here)
    (tmp_path / "prometheus.yml").write_text(text)
    base = f"http://127.0.0.1:{port}"

    def seen() -> bool:
        told = json.loads(says(f"{base}/api/v1/query?query=up==1") or '{"data": {"result": []}}')
        return {one["metric"]["job"] for one in told["data"]["result"]} == {"door", "edge", "prometheus"}

    def watching() -> bool:
        return "Watchdog" in says(f"{base}/api/v1/alerts")

    places = (f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}")
    command = (str(PROMETHEUS), f"--config.file={tmp_path}/prometheus.yml", *places, "--log.level=error")
    with running(*command, until=lambda: seen() and watching()):
        pass
