"""The load generator, a process of its own: clients that each wait for an answer before they ask again."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, repeat
from pathlib import Path
from time import perf_counter
from typing import Any

import uvloop

from benchmarks.figure import percentile
from benchmarks.material import uscc_of

WARM_UP_SECONDS = 1.0


@dataclass(slots=True)
class Load:
    """One run."""

    port: int
    clients: int
    seconds: float
    first: int
    tokens: str
    """A file with a token for each request, one in a line; empty where none is asked for: a filer registers once."""
    keyed: bool
    path: str = "/organizations"
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    answers: int = 0

    async def run(self) -> dict[str, Any]:
        """Ask for `seconds` after a warm-up; only what is answered within them counts."""
        requests = self._requests()
        begin = perf_counter() + WARM_UP_SECONDS
        end = begin + self.seconds
        await asyncio.gather(*(self._client(requests, begin, end) for _ in range(self.clients)))
        return {
            "rate": len(self.latencies) / self.seconds,
            "p50": percentile(self.latencies, 50),
            "p99": percentile(self.latencies, 99),
            "statuses": {str(status): times for status, times in self.statuses.items()},
        }

    async def _client(self, requests: Iterator[bytes], begin: float, end: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        while (started := perf_counter()) < end:
            writer.write(next(requests))
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            await reader.readexactly(int(length[15:]))
            answered = perf_counter()
            self.statuses[int(head[9:12])] += 1
            if started >= begin and answered <= end:
                self.latencies.append(answered - started)
        writer.close()

    def _requests(self) -> Iterator[bytes]:
        tokens = Path(self.tokens).read_text().split() if self.tokens else repeat("")
        return (self._request(number, token) for number, token in zip(count(self.first), tokens, strict=False))

    def _request(self, number: int, token: str) -> bytes:
        body = json.dumps({"uscc": uscc_of(number), "name": f"Organization {number}"})
        lines = [
            f"POST {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            *([f"Authorization: Bearer {token}"] if token else []),
            *([f"Idempotency-Key: bench-{number}"] if self.keyed else []),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


if __name__ == "__main__":
    found = uvloop.run(Load(**json.loads(sys.argv[1])).run())
    sys.stdout.write(json.dumps(found) + "\n")
