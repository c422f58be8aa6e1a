"""Whose tokens ended early: heard from registration, read again once a second, and known while a token lasts."""

from collections.abc import Sequence

import pytest

from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.registration import AccountClosed, FilerAppointed, PasswordChanged, PasswordReset
from shared.contracts.topics import ACCOUNT
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant, plus_seconds
from shared.runtime import ended_tokens
from shared.runtime.ended_tokens import ENDED_TOKENS, HeardEndings
from shared.web.authentication import TOKEN_SECONDS

NOON = Instant("2017-08-01T04:00:00.000Z")
ME = Actor("me", Role.EXPERT)


async def heard(documents: MemoryDocuments, *events: Event, at: Instant = NOON) -> None:
    store, stream = MemoryEventStore("registration"), Stream(ACCOUNT, "me", "me")
    identity = named("command", at)
    await store.append(Append((Write(stream, 0, tuple(events)),), Context(identity, ME, at, correlation_id=identity)))
    for recorded in await store.read(0, 10):
        await ENDED_TOKENS.apply(documents, recorded)


def changed(generation: int) -> PasswordChanged:
    return PasswordChanged(account="me", credential="c" * 64, generation=generation)


async def ends(documents: MemoryDocuments, at: Instant = NOON, account: str = "me") -> Sequence[bool]:
    """Whether tokens of the first three generations have ended."""
    endings = HeardEndings(documents, seconds=0)
    return [await endings.ended(account, generation, at) for generation in range(3)]


async def test_a_changed_password_ends_the_tokens_of_before() -> None:
    documents = MemoryDocuments()
    assert await ends(documents) == [False, False, False]
    await heard(documents, changed(1))
    assert await ends(documents) == [True, False, False]
    await heard(documents, changed(2), at=plus_seconds(NOON, 1))
    assert await ends(documents) == [True, True, False]
    assert await ends(documents, account="somebody-else") == [False, False, False]


async def test_a_closed_account_has_no_token_any_more() -> None:
    documents = MemoryDocuments()
    await heard(documents, AccountClosed(account="me", ground="退休"))
    assert await ends(documents) == [True, True, True]


async def test_a_reset_password_and_a_successor_end_what_was_signed_in_with() -> None:
    documents = MemoryDocuments()
    await heard(documents, PasswordReset(account="me", credential="c" * 64, generation=1, ground="遗忘"))
    assert await ends(documents) == [True, False, False]
    appointed = FilerAppointed(organization="o", account="successor", replaced="me", document_number="8号")
    await heard(documents, appointed, at=plus_seconds(NOON, 1))
    assert await ends(documents) == [True, True, True]
    assert await ends(documents, account="successor") == [False, False, False]


async def test_what_ended_is_known_for_as_long_as_a_token_lasts() -> None:
    documents = MemoryDocuments()
    await heard(documents, changed(1))
    assert (await ends(documents, plus_seconds(NOON, TOKEN_SECONDS)))[0]
    assert not (await ends(documents, plus_seconds(NOON, 2 * TOKEN_SECONDS)))[0]


async def test_more_than_a_page_of_them_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended_tokens, "PAGE", 2)
    documents = MemoryDocuments()
    await heard(documents, *(changed(generation) for generation in range(1, 4)))
    await heard(documents, AccountClosed(account="me", ground="退休"), at=plus_seconds(NOON, 1))
    assert await ends(documents) == [True, True, True]


async def test_it_is_read_again_no_oftener_than_asked() -> None:
    documents = MemoryDocuments()
    endings = HeardEndings(documents, seconds=60)
    assert not await endings.ended("me", 0, NOON)
    await heard(documents, changed(1))
    assert not await endings.ended("me", 0, NOON)
    assert await HeardEndings(documents, seconds=60).ended("me", 0, NOON)
