"""The databases of a backup are those of one moment: nobody appends while it is taken, and then all go on."""

import asyncio
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from deploy.local.embedded import Embedded
from deploy.local.home import StackError
from deploy.recovery import moment
from deploy.recovery.dumps import connect, dump
from deploy.recovery.moment import one_moment
from shared.contracts.topics import SERVICES

APPEND = "UPDATE log.log_head SET position = position WHERE false"
AT_ONCE = "SET lock_timeout = '200ms'"
TABLE_LOCKS = "SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock' AND relation IS NOT NULL AND granted = $1"


async def append(pair: Embedded, service: str) -> None:
    """What every append does; raise asyncpg's `LockNotAvailableError` where it would have to wait."""
    connection = await connect(pair.cluster.databases, service)
    try:
        await connection.execute(AT_ONCE)
        await connection.execute(APPEND)
    finally:
        await connection.close()


async def test_nobody_appends_before_all_databases_are_seen(pair: Embedded) -> None:
    last = await connect(pair.cluster.databases, SERVICES[-1])
    under_way = last.transaction()
    await under_way.start()
    await last.execute(APPEND)
    context = one_moment(pair.cluster.databases)
    taking = asyncio.create_task(context.__aenter__())
    while not await last.fetchval(TABLE_LOCKS, False):
        await asyncio.sleep(0.01)
    for service in SERVICES[:-1]:
        with pytest.raises(asyncpg.LockNotAvailableError):
            await append(pair, service)
    await under_way.commit()
    found = await taking
    for service in SERVICES:
        await append(pair, service)
    assert set(found) == set(SERVICES)
    await context.__aexit__(None, None, None)
    await last.close()


async def test_a_dump_is_as_of_the_moment(pair: Embedded, tmp_path: Path) -> None:
    async with one_moment(pair.cluster.databases) as found:
        for service, one in found.items():
            await dump(pair.cluster.databases, service, one.snapshot, tmp_path / service)
            assert (tmp_path / service).stat().st_size


async def test_an_append_that_does_not_end_is_told(pair: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moment, "_WAIT", "SET LOCAL lock_timeout = '200ms'")
    stuck = await connect(pair.cluster.databases, "review")
    async with stuck.transaction():
        await stuck.execute(APPEND)
        with pytest.raises(StackError, match="review has been appending"):
            async with one_moment(pair.cluster.databases):
                pass
        await append(pair, "registration")
    await stuck.close()


async def test_databases_go_on_where_a_backup_does_not(pair: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is stopped in its moment keeps nobody waiting, and does not take what it sees later for that moment."""
    monkeypatch.setattr(moment, "_GO_ON", "SET LOCAL idle_in_transaction_session_timeout = '200ms'")
    look = moment._look

    async def stopped(*arguments: Any) -> moment.Moment:
        await asyncio.sleep(1)
        for service in SERVICES:
            await append(pair, service)
        return await look(*arguments)

    monkeypatch.setattr(moment, "_look", stopped)
    with pytest.raises(StackError, match="the databases went on before all had been looked at"):
        async with one_moment(pair.cluster.databases):
            pass
