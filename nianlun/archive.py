"""`nianlun archive`: the log as files that anyone may keep."""

from pathlib import Path
from typing import Annotated

import typer

from audit.archive import FolderNotFree, export
from audit.sources import SourceUnreachable
from audit.verify import Proven
from audit.verify.verdict import sentence
from deploy.local.home import StackError
from nianlun.log import RunOption, examined
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
        verdict, partitions = examined(home, None, run)
        if not isinstance(verdict, Proven):
            raise StackError(f"only a proven log is exported: {sentence(verdict)}")
        typer.echo(f"{export(partitions, verdict, folder)} records in {folder}")
    except (FolderNotFree, SourceUnreachable) as error:
        raise StackError(str(error)) from error
