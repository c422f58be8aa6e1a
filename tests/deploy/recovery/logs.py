"""Logs for the tests of this folder: one service's events, and partitions as a broker or an archive gives them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant

SERVICE = "review"
EXPERT = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.EXPERT, district="310104")


@dataclass(frozen=True, slots=True)
class Kept:
    """A partition that is a list."""

    values: Sequence[bytes]
    number: int = 0
    topic: str = "nianlun.review.access.v1"

    @property
    def position(self) -> int:
        return len(self.values)

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        for offset, value in enumerate(self.values):
            yield offset, None, value


def command(name: str) -> Append:
    """An append of one event to the stream of its name."""
    made = named("test", name)
    context = Context(made, EXPERT, Instant("2017-08-01T04:00:00.000Z"), correlation_id=made, round="2017")
    event = AccessRefused(command="RecommendApplication", stream="application-1", reason=name)
    return Append((Write(Stream(ACCESS[SERVICE], name, name), None, (event,)),), context)


async def log_of(*names: str) -> list[bytes]:
    """The bytes of a log with one event for each name."""
    store = MemoryEventStore(SERVICE, rehearsal=True)
    for name in names:
        await store.append(command(name))
    return [one.body for one in await store.read(0, len(names))]
