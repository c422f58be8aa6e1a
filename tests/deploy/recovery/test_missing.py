"""What a restored log names and nobody has is found: files, and values of persons that no order erased."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TypeAlias

import asyncpg
import pytest_asyncio

from deploy.recovery.missing import Missing, missing_files, missing_values
from shared.contracts.access import PersonalDataErased
from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.registration import CertificationRequested, Document
from shared.contracts.topics import ERASURE, ORGANIZATION
from shared.eventstore.port import Append, Write
from shared.eventstore.postgres import PostgresEventStore
from shared.testing.postgres import Database
from tests.deploy.recovery.logs import command

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
SERVICE = "registration"
HERE, GONE = "a" * 64, "b" * 64
NAME, TELEPHONE = "c" * 64, "d" * 64
TYPE, STREAM = CertificationRequested.TYPE, "organization-1"
KEPT = "INSERT INTO vault.secrets (commitment, subject, kind, salt, value) VALUES ($1, '1', 'name', $2, 'somebody')"
ERASED = PersonalDataErased(subject="1", authority="court", document_number="1", scope="all", values=2)


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    made = await asyncpg.connect(database.superuser)
    yield made
    await made.close()


async def append(database: Database, *events: Event) -> None:
    """One command for each event, on the stream where it belongs."""
    async with asyncpg.create_pool(database.runtime) as pool:
        store = PostgresEventStore(pool, SERVICE, rehearsal=True)
        for number, event in enumerate(events):
            category = ERASURE[SERVICE] if isinstance(event, PersonalDataErased) else ORGANIZATION
            write = Write(Stream(category, "1", "1"), None, (event,))
            await store.append(Append((write,), command(f"{number} of {len(events)}").context))
        await store.queue.drain()


def requested(*files: str) -> CertificationRequested:
    return CertificationRequested(
        organization="1",
        legal_form="enterprise",
        district="310101",
        established_on="2012-05-18",
        reg_address="上海市黄浦区中山路1号",
        legal_representative=NAME,
        contact=TELEPHONE,
        documents=tuple(Document(name="licence", sha256=one, media_type="application/pdf", size=1) for one in files),
        profile_hash="e" * 64,
    )


async def test_a_file_is_missing_once_however_often_it_is_named(connection: Connection, database: Database) -> None:
    await append(database, requested(HERE), requested(HERE, GONE), requested(GONE))
    assert await missing_files(connection, SERVICE, {HERE}) == [Missing(SERVICE, GONE, TYPE, 2)]
    assert await missing_files(connection, SERVICE, {HERE, GONE}) == []


async def test_values_are_missing_where_one_of_them_is(connection: Connection, database: Database) -> None:
    await append(database, requested(), replace(requested(), reg_address="elsewhere"))
    await connection.execute(KEPT, NAME, b"s" * 16)
    assert await missing_values(connection, SERVICE, 1) == [Missing(SERVICE, STREAM, TYPE, 2)]
    await connection.execute(KEPT, TELEPHONE, b"s" * 16)
    assert await missing_values(connection, SERVICE, 0) == []


async def test_what_was_erased_is_not_missing(connection: Connection, database: Database) -> None:
    await append(database, requested(), ERASED, replace(requested(), reg_address="told anew"))
    assert await missing_values(connection, SERVICE, 0) == [Missing(SERVICE, STREAM, TYPE, 3)]
