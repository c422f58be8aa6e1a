"""`nianlun backup`: everything that is a fact, from a stack that goes on meanwhile."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from audit.archive import NotExported, export
from audit.verify import Disproved, Proven, verify
from audit.verify.verdict import exit_code, sentence
from deploy.composed import inside
from deploy.local.home import Home, StackError
from deploy.local.lease import require_up
from deploy.recovery import backup
from deploy.recovery.brokers_log import WAY_OUT
from deploy.recovery.cut import cut
from deploy.recovery.drafting import drafted
from deploy.recovery.dumps import Dumped, dump
from deploy.recovery.kept_files import copy_out, elsewhere
from deploy.recovery.moment import one_moment
from deploy.recovery.reach import databases_of, seen
from nianlun import tables
from nianlun.log import examined
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import SERVICES

app = typer.Typer(add_completion=False)


@app.command("backup")
def backup_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; who may read it reads everything.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Copy databases, files and the proven log while the stack goes on; secrets are kept apart, by you."""
    place, folder = Home(home), folder.absolute()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if not inside.here():
        require_up(place)
    with drafted(folder) as draft:
        dumps = _taken(place, draft)
    table = tables.plain(f"backup in {folder}", "service", "#events", "|SHA-256 of the last event", "#bytes", "#files")
    for service, one in dumps.items():
        size = backup.dump_file(folder, service).stat().st_size
        files = sum(path.is_file() for path in (folder / backup.FILES / service).rglob("*"))
        table.add_row(service, str(one.events), one.hash, str(size), str(files))
    tables.console().print(table)
    if store := elsewhere(place):
        typer.echo(f"files are in {store}: they are no part of it, and are backed up by means of their own")
    typer.echo(f"keep {seen(place) / 'secrets'} apart: without its vault_master_key files nobody reads a name again")


def _taken(place: Home, draft: Path) -> dict[str, Dumped]:
    """Databases of one moment, then files, so that all are there that they name, and last the log up to that moment."""
    (draft / backup.DATABASES).mkdir()
    dumps = asyncio.run(_dumped(place, draft))
    for service in SERVICES:
        copy_out(place, service, draft / backup.FILES / service)
    _write_log(place, draft, dumps)
    backup.seal(draft, place, dumps)
    return dumps


def _write_log(place: Home, draft: Path, dumps: dict[str, Dumped]) -> None:
    with examined(place.root, None, None) as (known, whole):
        partitions = cut(whole, {service: one.events for service, one in dumps.items()})
        verdict = known if not whole or isinstance(known, Disproved) else verify(partitions)
        if not isinstance(verdict, Proven):
            way_out = f"; {WAY_OUT}" if isinstance(verdict, Disproved) else ""
            sys.stderr.write(f"nianlun: only a stack with a proven log is backed up. {sentence(verdict)}{way_out}\n")
            raise typer.Exit(exit_code(verdict))
        try:
            export(partitions, verdict, draft / backup.LOG)
        except NotExported as error:
            raise StackError(str(error)) from error


async def _dumped(place: Home, draft: Path) -> dict[str, Dumped]:
    async with databases_of(place) as databases, one_moment(databases) as moment:
        for service, one in moment.items():
            await dump(databases, service, one.snapshot, backup.dump_file(draft, service))
        return {service: one.dumped for service, one in moment.items()}
