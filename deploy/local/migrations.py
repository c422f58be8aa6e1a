"""The schema of a service's database, brought up to date by dbmate."""

import asyncio
import os
import sys
from pathlib import Path

from deploy.local.home import StackError

ROOT = Path(__file__).parents[2]
SHARED = ("shared/eventstore", "shared/messaging", "shared/vault")
"""What every service's database has."""


def folders(service: str) -> list[Path]:
    """The migrations of one service's database; dbmate merges them by their numbers."""
    places = [ROOT / part / "migrations" for part in (*SHARED, f"services/{service}")]
    return [place for place in places if any(place.glob("*.sql"))]


async def migrate(service: str, url: str) -> None:
    """Apply what is missing; the URL goes by the environment, since command lines can be read by anyone."""
    directories = [option for folder in folders(service) for option in ("--migrations-dir", str(folder))]
    process = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("dbmate")),
        *directories,
        "--no-dump-schema",
        "migrate",
        env={**os.environ, "DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    if process.returncode:
        lines = output.decode(errors="replace").strip().splitlines() or ["no output"]
        raise StackError(f"migrations of {service} failed: {lines[-1]}")
