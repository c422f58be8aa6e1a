"""HTTP/1.1 on kept connections: little enough work that the client does not become what is measured."""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import time
from typing import Any, TypedDict
from urllib.parse import quote, urlsplit

RETRY_STATUS = frozenset({429, 503})
READ_SECONDS_MAX = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and when it was asked and answered (seconds of the epoch)."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    sent: float
    answered: float

    @property
    def seconds(self) -> float:
        """From the first byte sent to the last one received."""
        return self.answered - self.sent

    def json(self) -> Any:
        """The body's meaning."""
        return json.loads(self.body)


class Request(TypedDict):
    """A request that is more than a path and a body."""

    path: str
    body: bytes
    token: str
    media_type: str
    query: str


class Unexpected(Exception):
    """The preparation of the rush was refused."""


@dataclass(slots=True)
class Wire:
    """Connections to one service; each request takes a free one or opens another."""

    url: str
    statuses: Counter[str] = field(default_factory=Counter)
    """How often each status came, by method and last part of the path."""
    without_retry_after: int = 0
    _free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def post(
        self, path: str, body: object, token: str = "", media_type: str = "application/json", query: str = ""
    ) -> Answer:
        """Send once and read the whole answer."""
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        target = quote(path) + (f"?{query}" if query else "")
        return await self._ask("POST", target, content, token, media_type)

    async def get(self, path: str, token: str = "") -> Answer:
        """Ask once."""
        return await self._ask("GET", path, b"", token, "")

    async def done(
        self, path: str, body: object, token: str = "", media_type: str = "application/json", query: str = ""
    ) -> Any:
        """Post until it is done, waiting as the server says; raise `Unexpected` on another refusal."""
        while True:
            answer = await self.post(path, body, token, media_type, query)
            if answer.status in RETRY_STATUS:
                await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
                continue
            if answer.status >= 400:  # noqa: PLR2004 - the first status of a refusal
                raise Unexpected(f"POST {path}: {answer.status} {answer.body.decode()[:300]}")
            return answer.json()

    async def _ask(self, method: str, target: str, content: bytes, token: str, media_type: str) -> Answer:
        lines = [f"{method} {target} HTTP/1.1", "Host: localhost", f"Content-Length: {len(content)}"]
        lines += [f"Content-Type: {media_type}"] if media_type else []
        lines += [f"Authorization: Bearer {token}"] if token else []
        connection = await self._connection()
        sent = time()
        connection[1].write(("\r\n".join(lines) + "\r\n\r\n").encode() + content)
        answer = await asyncio.wait_for(_read(connection[0], sent), READ_SECONDS_MAX)
        self._count(method, target, answer)
        if answer.headers.get("connection", "").lower() == "close":
            connection[1].close()
        else:
            self._free.append(connection)
        return answer

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        while self._free:
            reader, writer = self._free.pop()
            if not (reader.at_eof() or writer.is_closing()):
                return reader, writer
        place = urlsplit(self.url)
        return await asyncio.open_connection(place.hostname, place.port)

    def _count(self, method: str, target: str, answer: Answer) -> None:
        last = target.partition("?")[0].rpartition("/")[2]
        self.statuses[f"{method} {last} {answer.status}"] += 1
        if answer.status in RETRY_STATUS and "retry-after" not in answer.headers:
            self.without_retry_after += 1


async def _read(reader: asyncio.StreamReader, sent: float) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status, *lines = head.split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(status.split()[1]), headers, body, sent, time())
