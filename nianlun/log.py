"""The log that an audit command reads: a broker or an archive, examined before anything is said of it."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from audit.sources import broker_of, live
from audit.verify import Undecided, Verdict, verify
from audit.verify.archive import check, opened
from audit.verify.log import Partition
from deploy.local.home import Home

ArchiveOption = Annotated[Path | None, typer.Option("--archive", metavar="DIR", help="An exported archive.")]
RunOption = Annotated[
    Path | None, typer.Option("--run", metavar="FILE", help="Connection file; the home's run.json by default.")
]
READINGS_MAX = 10
PAUSE_SECONDS = 0.5
"""A live log is read on when an event is missing: it may be on its way."""


@dataclass(frozen=True, slots=True)
class Held:
    """A partition whose records are in memory."""

    topic: str
    number: int
    records: tuple[tuple[int, bytes | None, bytes | None], ...]

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Offset, key and value of every record in order."""
        return iter(self.records)


def examined(home: Path, archive: Path | None, run: Path | None) -> tuple[Verdict, Sequence[Partition]]:
    """The verdict on a log and its partitions; raise `SourceUnreachable` or `Unreadable` when there is none."""
    if archive is not None:
        return check(archive), opened(archive).files
    return asyncio.run(_live(run or Home(home).run))


async def _live(run: Path) -> tuple[Verdict, Sequence[Partition]]:
    with tempfile.TemporaryDirectory() as scratch:
        async with live(broker_of(run), Path(scratch)) as topics:
            for _ in range(READINGS_MAX):
                await topics.read_on()
                verdict = verify(topics.partitions)
                if not isinstance(verdict, Undecided):
                    break
                await asyncio.sleep(PAUSE_SECONDS)
            held = [Held(one.topic, one.number, tuple(one.read())) for one in topics.partitions]
            return verdict, held
