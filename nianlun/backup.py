"""`nianlun backup`: everything that is a fact, from a stack that goes on meanwhile."""

import asyncio
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from audit.archive import NotExported, export
from audit.sources import Broker, SourceUnreachable
from audit.verify import Proven, verify
from audit.verify.log import Partition
from audit.verify.verdict import exit_code, sentence
from deploy.composed import inside
from deploy.local.home import Home, StackError
from deploy.local.lease import require_up
from deploy.recovery import backup
from deploy.recovery.brokers_log import brokers_log
from deploy.recovery.cut import cut
from deploy.recovery.drafting import drafted
from deploy.recovery.dumps import Dumped, dump
from deploy.recovery.kept_files import copy_out, elsewhere
from deploy.recovery.moment import one_moment
from deploy.recovery.reach import broker_of, databases_of, seen
from deploy.recovery.worth import Worth, relays_have_sent, worth_of
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import SERVICES

LOG_LACKS_EVENTS, NO_RESTORE_TAKES_IT = 3, 4
"""Exit codes of a backup that is there all the same."""
app = typer.Typer(add_completion=False)


@app.command("backup")
def backup_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder; who may read it reads everything.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Copy databases, files and the proven log while the stack goes on; secrets are kept apart, by you.

    Exit code 3 when its log lacks events that its databases have, 4 when no restore takes it; it is kept all the same.
    """
    place, folder = Home(home), folder.absolute()
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    if not inside.here():
        require_up(place)
    with drafted(folder) as draft:
        dumps, worth = _taken(place, draft)
    table = tables.plain(f"backup in {folder}", "service", "#events", "|SHA-256 of the last event", "#bytes", "#files")
    for service, one in dumps.items():
        size = backup.dump_file(folder, service).stat().st_size
        files = sum(path.is_file() for path in (folder / backup.FILES / service).rglob("*"))
        table.add_row(service, str(one.events), one.hash, str(size), str(files))
    tables.console().print(table)
    if store := elsewhere(place):
        typer.echo(f"files are in {store}: they are no part of it, and are backed up by means of their own")
    typer.echo(f"keep {seen(place) / 'secrets'} apart: without its vault_master_key files nobody reads a name again")
    _tell(worth)


def _taken(place: Home, draft: Path) -> tuple[Mapping[str, Dumped], Worth]:
    """Databases of one moment and the log up to it, then files, so that all are there that they name."""
    (draft / backup.DATABASES).mkdir()
    dumps, worth = asyncio.run(_proven(place, draft))
    for service in SERVICES:
        copy_out(place, service, draft / backup.FILES / service)
    backup.seal(draft, place, dumps)
    return dumps, worth


async def _proven(place: Home, draft: Path) -> tuple[Mapping[str, Dumped], Worth]:
    async with databases_of(place) as databases, one_moment(databases) as moment:
        dumps = {service: one.dumped for service, one in moment.items()}
        for service, one in moment.items():
            await dump(databases, service, one.snapshot, backup.dump_file(draft, service))
        await relays_have_sent(databases, moment)
        async with brokers_log(_broker(place)) as whole:
            log = cut(whole, {service: one.events for service, one in dumps.items()})
            _write(log, draft / backup.LOG)
            return dumps, await worth_of(moment, log)


def _broker(place: Home) -> Broker:
    try:
        return broker_of(place)
    except SourceUnreachable as error:
        raise StackError(str(error)) from error


def _write(log: Sequence[Partition], folder: Path) -> None:
    verdict = verify(log)
    if not isinstance(verdict, Proven):
        typer.echo(f"nianlun: only a stack with a proven log is backed up. {sentence(verdict)}", err=True)
        raise typer.Exit(exit_code(verdict))
    try:
        export(log, verdict, folder)
    except NotExported as error:
        raise StackError(str(error)) from error


def _tell(worth: Worth) -> None:
    """Say what the backup is not good for, and end with a code of its own: who takes it every night reads only that."""
    if worth.lacking:
        lacking = ", ".join(f"{service} {events}" for service, events in worth.lacking.items())
        typer.echo(
            f"nianlun: the backup is kept, and its log lacks events that its databases have ({lacking}): nobody can "
            "prove these, and only the databases hold them; `nianlun status` says why the relay does not send",
            err=True,
        )
    for line in worth.broken:
        typer.echo(f"nianlun: the backup is kept, and no restore takes it, which would say: {line}", err=True)
    if worth.lacking or worth.broken:
        raise typer.Exit(NO_RESTORE_TAKES_IT if worth.broken else LOG_LACKS_EVENTS)
