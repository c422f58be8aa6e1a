"""One trace from a command through relay and inbox to the read models of another house, as a collector receives it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from deploy.local.home import Home
from rehearsal.desk import PASSWORD
from shared.observability.traces import Step
from tests.nianlun.commands import Stack, ending

TRACE, CALLER = "4b" * 16, "0f" * 8
USCC = "91310000MA1K0000X0"


class Collector:
    """Takes OTLP over HTTP and keeps what was told of one trace: (service, step, event)."""

    def __init__(self) -> None:
        self.spans: list[tuple[str, str, str]] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        """Where spans are sent."""
        return f"http://127.0.0.1:{self.server.server_port}/v1/traces"

    def take(self, body: bytes) -> None:
        """Keep the spans of our trace."""
        for found in ExportTraceServiceRequest.FromString(body).resource_spans:
            (service,) = [one.value.string_value for one in found.resource.attributes if one.key == "service.name"]
            for span in (span for scope in found.scope_spans for span in scope.spans):
                told = {one.key: one.value.string_value for one in span.attributes}
                if span.trace_id.hex() == TRACE:
                    self.spans.append((service, span.name, told.get("event.id", "")))

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        take = self.take

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                take(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_words: Any) -> None:
                """Nobody reads it."""

        return Door


@pytest.fixture
def collector() -> Iterator[Collector]:
    found = Collector()
    threading.Thread(target=found.server.serve_forever, daemon=True).start()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def traced(collector: Collector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setenv("NIANLUN_TRACES_URL", collector.url)
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
    running = Stack(Home(tmp_path / "traced"))
    running.up("registration", "application")
    with ending(running):
        yield running


def test_a_command_is_one_trace_as_far_as_the_other_house(traced: Stack, collector: Collector) -> None:
    url = json.loads(traced.home.run.read_text())["services"]["registration"]["url"]
    with httpx.Client(base_url=url, trust_env=False) as client:
        person = {"username": "traced", "password": PASSWORD}
        client.post("/accounts", json=person).raise_for_status()
        token = client.post("/tokens", json=person).raise_for_status().json()["token"]
        headers = {"Authorization": f"Bearer {token}", "traceparent": f"00-{TRACE}-{CALLER}-01"}
        answer = client.post("/organizations", json={"uscc": USCC, "name": "年轮公司"}, headers=headers)
        answer.raise_for_status()

    def steps(service: str) -> set[str]:
        return {step for who, step, _ in list(collector.spans) if who == f"nianlun-{service}"}

    traced.until(lambda: {Step.REQUEST, Step.APPEND, Step.SEND, Step.PROJECT} <= steps("registration"))
    traced.until(lambda: Step.HEAR in steps("application"))
    sent = {event for _, step, event in collector.spans if step == Step.SEND}
    assert sent
    assert {event for _, step, event in collector.spans if step == Step.HEAR} <= sent
