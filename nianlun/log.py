"""The log that an audit command reads: the running stack's broker, or an archive."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from audit.archive import read
from audit.sources import Partition, from_kafka
from deploy.local.home import Home, StackError, read_json

ArchiveOption = Annotated[Path | None, typer.Option("--archive", metavar="DIR", help="An exported archive.")]
RunOption = Annotated[
    Path | None, typer.Option("--run", metavar="FILE", help="Connection file; the home's run.json by default.")
]


def partitions_of(home: Path, archive: Path | None, run: Path | None) -> list[Partition]:
    """Everything there is to audit; raise `StackError` or `ArchiveError` when it cannot be read."""
    if archive is not None:
        return read(archive)
    path = run or Home(home).run
    if not path.exists():
        raise StackError(f"{path} does not exist: start the stack with `nianlun up`, or give --archive DIR")
    return asyncio.run(from_kafka(read_json(path)))
