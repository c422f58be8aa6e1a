"""`nianlun archive`: the log as files that anyone may keep."""

from pathlib import Path
from typing import Annotated

import typer

from audit.archive import ArchiveError, export
from deploy.local.home import StackError
from nianlun.log import RunOption, partitions_of
from nianlun.options import DEFAULT_HOME, HomeOption

app = typer.Typer(no_args_is_help=True, help="The log as files that anyone may keep.")


@app.callback()
def _archive() -> None:
    pass


@app.command("export")
def export_archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    home: HomeOption = DEFAULT_HOME,
    run: RunOption = None,
) -> None:
    """Copy every event's exact bytes from the broker; the same log gives the same files."""
    try:
        records = export(partitions_of(home, None, run), folder)
    except ArchiveError as error:
        raise StackError(str(error)) from error
    typer.echo(f"{records} records in {folder}")
