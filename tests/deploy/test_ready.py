"""When a service counts as started: when it is ready, or only waits for what people have to put right."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from deploy.local.home import StackError
from deploy.local.services import ready

LOST = {"ok": False, "stopped": True, "reason": "BrokerSetBack: the broker lacks event 7"}
SHORT = {"ok": False, "stopped": True, "reason": "CursorBeyondLog: it ends at 1"}
WELL = {"ok": True}


@contextmanager
def saying(code: int, checks: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(code)
            self.end_headers()
            self.wfile.write(json.dumps({"checks": checks}).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the base class
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        serving = Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            serving.join()


@pytest.mark.parametrize(
    ("code", "checks"),
    [
        (200, {"relay": WELL}),
        (503, {"relay": LOST, "broker": WELL}),
        (503, {"relay": LOST, "inbox": SHORT}),
    ],
)
async def test_it_is_up_when_it_takes_commands(code: int, checks: Mapping[str, Mapping[str, object]]) -> None:
    with saying(code, checks) as url:
        await ready(url)


@pytest.mark.parametrize(
    "checks",
    [
        {"relay": LOST, "projector": {"ok": False}},
        {"relay": {"ok": False, "reason": "KafkaError: x"}},
    ],
)
async def test_it_is_not_up_while_anything_else_is_wrong(
    checks: Mapping[str, Mapping[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.services.READY_SECONDS_MAX", 0.5)
    with saying(503, checks) as url, pytest.raises(StackError, match="not ready after"):
        await ready(url)
