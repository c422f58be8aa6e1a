"""`nianlun archive`: the log as files that anyone may keep."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from audit.archive import NotExported, export
from audit.verify import Proven
from audit.verify.verdict import exit_code, sentence
from deploy.local.home import StackError
from nianlun.log import RunOption, examined
from nianlun.options import DEFAULT_HOME, HomeOption

app = typer.Typer(add_completion=False, no_args_is_help=True, help="The log as files that anyone may keep.")


@app.callback()
def _archive() -> None:
    pass


@app.command("export")
def export_archive(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    round_id: Annotated[
        str | None, typer.Option("--round", metavar="ROUND", help="Refuse unless the log holds this round.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    run: RunOption = None,
) -> None:
    """Copy every event's exact bytes from the broker, once the log is proven; the same log gives the same files."""
    with examined(home, None, run) as (verdict, partitions):
        if not isinstance(verdict, Proven):
            sys.stderr.write(f"nianlun: only a proven log is exported. {sentence(verdict)}\n")
            raise typer.Exit(exit_code(verdict))
        if round_id is not None and round_id not in verdict.rounds:
            raise StackError(f"the log holds no round {round_id}; its rounds: {', '.join(verdict.rounds) or 'none'}")
        try:
            typer.echo(f"{export(partitions, verdict, folder)} records in {folder}")
        except NotExported as error:
            raise StackError(str(error)) from error
