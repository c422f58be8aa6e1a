"""A backup that is not complete in itself is kept and says so, that night and not the day it is needed."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploy.local.home import Home, read_json
from deploy.recovery.dumps import connected
from deploy.recovery.reach import databases_of
from nianlun.backup import LOG_LACKS_EVENTS, NO_RESTORE_TAKES_IT
from shared.messaging.relay import LOCK_ID
from tests.nianlun.commands import Answer, Stack, ending
from tests.nianlun.test_backup import down, open_account, restored

pytestmark = pytest.mark.timeout(600)
LEADERS = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND granted"
TAMPERED = 5


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(Home(Path(tmp_path_factory.mktemp("incomplete")) / "home"))
    running.up()
    with ending(running):
        for number in range(TAMPERED + 1):
            open_account(running, f"account{number}")
        yield running


def backed_up(stack: Stack, name: str) -> Answer:
    return stack.command("backup", str(folder(stack, name)))


def folder(stack: Stack, name: str) -> Path:
    return stack.home.root.parent / name


@asynccontextmanager
async def no_relay_leads(stack: Stack) -> AsyncIterator[None]:
    """Registration's relays stand by as long as the context lasts: whoever leads sends nothing."""
    async with (
        databases_of(stack.home) as databases,
        connected(databases, "registration") as leader,
        connected(databases, "registration") as other,
    ):
        leads = asyncio.create_task(leader.execute("SELECT pg_advisory_lock($1)", LOCK_ID))
        while not leads.done():
            await other.execute(LEADERS, LOCK_ID)
            await asyncio.sleep(0.1)
        await leads
        yield


async def incomplete(stack: Stack) -> Answer:
    async with no_relay_leads(stack):
        open_account(stack, "unsent")
        return await asyncio.to_thread(backed_up, stack, "incomplete")


def test_what_its_log_lacks_is_told_and_the_next_one_has_it(stack: Stack) -> None:
    complete = backed_up(stack, "complete")
    assert (complete.code, complete.err) == (0, ""), complete
    answer = asyncio.run(incomplete(stack))
    assert (answer.code, answer.err.count("\n")) == (LOG_LACKS_EVENTS, 1), answer
    assert "its log lacks events that its databases have (registration 1)" in answer.err
    dumped: Any = read_json(folder(stack, "incomplete") / "manifest.json")["services"]
    log: Any = read_json(folder(stack, "incomplete") / "log" / "manifest.json")["heads"]
    assert dumped["registration"]["events"] == log["nianlun/registration"]["position"] + 1
    following = backed_up(stack, "following")
    assert (following.code, following.err) == (0, ""), following


async def write(stack: Stack, old: bytes, new: bytes) -> None:
    """Write over one event as a bad disk does."""
    async with databases_of(stack.home) as databases, connected(databases, "registration") as one:
        await one.execute("ALTER TABLE log.events DISABLE TRIGGER USER")
        body = await one.fetchval("SELECT body FROM log.events WHERE position = $1", TAMPERED)
        assert old in body
        await one.execute("UPDATE log.events SET body = $1 WHERE position = $2", body.replace(old, new), TAMPERED)
        await one.execute("ALTER TABLE log.events ENABLE TRIGGER USER")


def test_a_database_that_no_restore_takes_is_told_and_one_of_before_is_taken(stack: Stack) -> None:
    asyncio.run(write(stack, b'"time":"2017-', b'"time":"2018-'))
    answer = backed_up(stack, "broken")
    down(stack)
    refused = restored(stack, folder(stack, "broken"), "--dry-run")
    assert (answer.code, answer.err.count("\n")) == (NO_RESTORE_TAKES_IT, 1), answer
    assert refused.code == 1, refused
    said = refused.err.splitlines()[-1].removeprefix("nianlun: ")
    assert answer.err.endswith(f"which would say: {said}\n")
    assert "the log in the database of registration is broken at position 6" in said
    earlier = restored(stack, folder(stack, "following"))
    assert earlier.code == 0, earlier
    stack.up()
    good = backed_up(stack, "good")
    assert (good.code, good.err) == (0, ""), good
