"""A restore that somebody disturbs."""

import asyncio
import subprocess
import time
from pathlib import Path

import asyncpg

from deploy.local import state
from deploy.local.databases import Databases
from deploy.local.home import Home, StackError
from tests.nianlun.commands import NIANLUN, Answer, Stack

SESSION_SECONDS_MAX = 90.0


def disturbed(stack: Stack, backup: Path, *options: str) -> Answer:
    """What a restore answers when somebody comes to a database that it replaces, and stays."""
    return asyncio.run(_disturbed(stack.home, str(backup), *options))


async def _disturbed(home: Home, *arguments: str) -> Answer:
    process = await asyncio.create_subprocess_exec(
        *(NIANLUN, "restore", *arguments, "--home", str(home.root)), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    session = await _session(home)
    out, err = await process.communicate()
    session.terminate()
    assert process.returncode is not None
    return Answer(process.returncode, out.decode(), err.decode())


async def _session(home: Home) -> "asyncpg.Connection[asyncpg.Record]":
    deadline = time.monotonic() + SESSION_SECONDS_MAX
    while True:
        try:
            port = state.load(home).ports["postgres"]
            return await Databases(home, "127.0.0.1", port).connect("review")
        except (OSError, KeyError, StackError, asyncpg.PostgresError):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
