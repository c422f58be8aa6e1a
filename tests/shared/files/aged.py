"""Objects in memory that grow older as a test says, and before each of whose steps others may come in."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import BinaryIO

from obstore.store import MemoryStore

from shared.files.objects import Entry, ObjectExists, Objects

START = datetime(2017, 9, 1, tzinfo=UTC)


async def at_once() -> None:
    """Nobody else comes in between."""


@dataclass(frozen=True, slots=True)
class Aged(Objects):
    """Objects in memory with a time of their own, and a place before every step where others may come in."""

    store: MemoryStore = field(default_factory=MemoryStore)
    held: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    time: list[datetime] = field(default_factory=lambda: [START])
    turn: list[Callable[[], Awaitable[None]]] = field(default_factory=lambda: [at_once])

    def pass_time(self, much: timedelta) -> None:
        self.time[0] += much

    async def put(self, name: str, content: bytes | BinaryIO) -> None:
        await self.turn[0]()
        self.held[name] = (content if isinstance(content, bytes) else content.read(), self.time[0])

    async def create(self, name: str, content: bytes) -> None:
        if name in self.held:
            raise ObjectExists(name)
        await self.put(name, content)

    async def stat(self, name: str) -> Entry | None:
        await self.turn[0]()
        return self._entry(name) if name in self.held else None

    async def get(self, name: str) -> bytes | None:
        await self.turn[0]()
        return self.held[name][0] if name in self.held else None

    async def read(self, name: str, start: int, end: int) -> AsyncIterator[bytes]:
        await self.turn[0]()
        if name not in self.held:
            raise FileNotFoundError(name)
        yield self.held[name][0][start:end]

    async def entries(self, prefix: str) -> AsyncIterator[Sequence[Entry]]:
        await self.turn[0]()
        yield [self._entry(name) for name in list(self.held) if name.startswith(f"{prefix}/")]

    async def move(self, name: str, to: str) -> None:
        """As on S3: a copy first, and then the old one goes."""
        await self.turn[0]()
        if name not in self.held:
            return
        self.held[to] = (self.held[name][0], self.time[0])
        await self.turn[0]()
        self.held.pop(name, None)

    async def copy(self, name: str, to: str) -> None:
        await self.turn[0]()
        if name in self.held:
            self.held[to] = (self.held[name][0], self.held[name][1])

    async def delete(self, name: str) -> None:
        await self.turn[0]()
        self.held.pop(name, None)

    async def now(self) -> datetime:
        await self.turn[0]()
        return self.time[0]

    def _entry(self, name: str) -> Entry:
        return Entry(name, len(self.held[name][0]), self.held[name][1])
