"""A little process for the supervisor: answers health questions, and misbehaves when told."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.local.part import Notice, Part
from deploy.local.ports import free_ports
from deploy.local.services import ready

SOURCE = """
import http.server, json, os, signal, sys
port, marks, name, mood = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
def mark(what):
    with open(marks, "a") as file:
        file.write(f"{name} {what}\\n")
if mood == "dies":
    print("no such luck")
    sys.exit(3)
class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        ready = mood not in ("unready", "held")
        inbox = {"ok": ready, "lag": 4, **({"stopped": True} if mood == "held" else {})}
        checks = {"relay": {"ok": True, "lag": 3}, "inbox": inbox}
        body = json.dumps({"status": "ready" if ready else "not ready", "checks": checks, "position": 17}).encode()
        self.send_response(200 if ready else 503)
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
def stop(*_):
    if mood != "stubborn":
        mark("stopped")
        os._exit(0)
signal.signal(signal.SIGTERM, stop)
mark("started")
print("a plain line")
print(json.dumps({"level": "warning", "event": "it rains", "ts": "2017-08-01T01:00:00.000Z"}), flush=True)
http.server.HTTPServer(("127.0.0.1", port), Health).serve_forever()
"""


class Ground:
    """Where little processes leave their marks, and what the supervisor told."""

    def __init__(self, folder: Path) -> None:
        self.logs = folder / "logs"
        self.marks = folder / "marks"
        self.marks.touch()
        self.told: list[Notice] = []

    def part(self, name: str, mood: str = "good", needs: Sequence[str] = (), **more: Any) -> Part:
        (port,) = free_ports(1)
        url = f"http://127.0.0.1:{port}"
        return Part(
            name=name,
            command=(sys.executable, "-c", SOURCE, str(port), str(self.marks), name, mood),
            ready=lambda: ready(url),
            needs=tuple(needs),
            port=port,
            url=url,
            **more,
        )

    def happened(self) -> list[str]:
        return self.marks.read_text().splitlines()

    def texts(self) -> str:
        return "\n".join(f"{notice.part} {notice.level} {notice.text}" for notice in self.told)
