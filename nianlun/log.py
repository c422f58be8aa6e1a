"""The log that an audit command reads: a broker or an archive, examined before anything is said of it."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated

import typer

from audit.sources import Broker, SourceUnreachable, live
from audit.sources import broker_of as named
from audit.verify import Undecided, Verdict, verify
from audit.verify.archive import examine
from audit.verify.log import Partition
from deploy.local.home import Home
from deploy.recovery.reach import broker_of

ArchiveOption = Annotated[Path | None, typer.Option("--archive", metavar="DIR", help="An exported archive.")]
RunOption = Annotated[
    Path | None, typer.Option("--run", metavar="FILE", help="Connection file; the home's run.json by default.")
]
READINGS_MAX = 10
PAUSE_SECONDS = 0.5
"""A live log is read on when an event is missing: it may be on its way."""


@contextmanager
def examined(home: Path, archive: Path | None, run: Path | None) -> Iterator[tuple[Verdict, Sequence[Partition]]]:
    """The verdict on a log and, as long as the context lasts, its partitions; what cannot be read is undecided."""
    if archive is not None:
        yield examine(archive)
        return
    with TemporaryFile() as scratch:
        try:
            found = asyncio.run(_live(broker_of(Home(home)) if run is None else named(run), scratch))
        except SourceUnreachable as error:
            found = Undecided(str(error)), ()
        yield found


async def _live(broker: Broker, scratch: IO[bytes]) -> tuple[Verdict, Sequence[Partition]]:
    async with live(broker, scratch) as topics:
        for reading in range(READINGS_MAX):
            await asyncio.sleep(PAUSE_SECONDS if reading else 0)
            await topics.read_on()
            verdict = verify(topics.partitions)
            if not isinstance(verdict, Undecided):
                break
        return verdict, topics.partitions
