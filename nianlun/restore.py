"""`nianlun restore`: a stack put back from its backup, with all that the broker has since."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from deploy.composed import COMPOSED
from deploy.composed.place import is_composed
from deploy.local.home import Home, StackError
from deploy.local.lease import lease
from deploy.local.part import Notice
from deploy.recovery.backup import opened
from deploy.recovery.reach import begin
from deploy.recovery.restore import keys_are_there, restore
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption

SOMETHING_IS_MISSING = 3
"""The exit code when all was put back that anybody had, and the log names more."""
app = typer.Typer(add_completion=False)


@app.command("restore")
def restore_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `nianlun backup` made.")],
    home: HomeOption = DEFAULT_HOME,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Do all of it beside, show it, and change nothing.")
    ] = False,
    discard: Annotated[bool, typer.Option("--discard", help="Give up what only the present databases have.")] = False,
) -> None:
    """Put databases and files back while the stack is down, and bring back what was sent since, byte for byte.

    Exit code 3 when the log names files, or what is said of persons, that nobody has any more.
    """
    place, backup = Home(home), opened(folder.absolute())
    if place.root == COMPOSED.absolute() and not is_composed(place):
        raise StackError(f"{place.root} has no settings yet; `make compose-prepare` makes them beside its secrets")
    keys_are_there(backup, place)
    with lease(place):
        done = asyncio.run(restore(backup, place, _teller, dry_run=dry_run, discard=discard))
    tables.found(tables.console(), f"backup of {backup.taken_at}", done.found, done=not dry_run)
    if done.missing:
        tables.missing(tables.console(), done.missing)
    typer.echo("nothing was changed" if dry_run else f"everything is in its place; `{begin(place)}` goes on from here")
    if done.missing:
        raise typer.Exit(SOMETHING_IS_MISSING)


def _teller(notice: Notice) -> None:
    if notice.level != "info":
        typer.echo(f"{notice.part}: {notice.text}", err=True)
