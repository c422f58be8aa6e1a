"""Published keys: projected, found, and not asked for without end."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.registration import SigningKeyPublished, SigningKeyRetired
from shared.contracts.topics import KEY
from shared.eventstore.documents import Document, MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import system
from shared.kernel.instants import Instant
from shared.runtime import signing_keys
from shared.runtime.signing_keys import SIGNING_KEYS, PublishedKeys

AT = Instant("2017-08-01T04:00:00.000Z")
pytestmark = pytest.mark.asyncio


class Counted(MemoryDocuments):
    """Documents that know how often they were searched."""

    searched = 0

    async def find(
        self,
        view: str,
        where: Mapping[str, str | int | bool] | None = None,
        *,
        after: str = "",
        limit: int = 1000,
    ) -> Sequence[Document]:
        """See `Reads.find`."""
        self.searched += 1
        await asyncio.sleep(0)
        return await super().find(view, where, after=after, limit=limit)


async def publish(documents: MemoryDocuments, kid: str) -> None:
    """Publish a key as registration does."""
    await hear(documents, SigningKeyPublished(kid=kid, algorithm="EdDSA", public_key=f"x-{kid}", not_before=AT))


async def hear(documents: MemoryDocuments, event: Event) -> None:
    """Record the event and project it."""
    store = MemoryEventStore("registration")
    await store.append(
        Append((Write(Stream(KEY, "ring", "ring"), 0, (event,)),), Context("k", system("registration"), AT, "k"))
    )
    for recorded in await store.read(0, 1):
        await SIGNING_KEYS.apply(documents, recorded)


async def test_a_published_key_is_found() -> None:
    documents = Counted()
    await publish(documents, "a")
    keys = PublishedKeys(documents)
    assert [await keys.public_key("a") for _ in range(3)] == ["x-a"] * 3
    assert documents.searched == 1


async def test_a_retired_key_is_not_believed_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "KNOWN_SECONDS_MAX", 0.01)
    documents = Counted()
    await publish(documents, "a")
    keys = PublishedKeys(documents)
    assert await keys.public_key("a") == "x-a"
    await hear(documents, SigningKeyRetired(kid="a", ground="密钥泄露"))
    await asyncio.sleep(0.02)
    assert await keys.public_key("a") is None


async def test_made_up_keys_do_not_reach_the_database_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "ASK_SECONDS_MIN", 3600.0)
    documents = Counted()
    await publish(documents, "a")
    keys = PublishedKeys(documents)
    found = await asyncio.gather(*(keys.public_key(f"made up {number}") for number in range(200)))
    assert set(found) == {None}
    assert documents.searched == 1
    assert await keys.public_key("a") == "x-a"


async def test_a_new_key_is_found_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing_keys, "ASK_SECONDS_MIN", 0.01)
    documents = Counted()
    keys = PublishedKeys(documents)
    assert await keys.public_key("a") is None
    await publish(documents, "a")
    await asyncio.sleep(0.02)
    assert await keys.public_key("a") == "x-a"
