"""`nianlun files`: what no event names any more, and its collection."""

import json
from typing import Annotated, Any

import typer

from deploy.local.home import Home
from nianlun import tables
from nianlun.administrator import administrator, asked
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Files of the services: what no event names, and its collection."
)


@app.callback()
def _files() -> None:
    """Keep `collect` a sub-command although it is the only one."""


@app.command("collect")
def collect_command(
    home: HomeOption = DEFAULT_HOME,
    *,
    delete: Annotated[bool, typer.Option("--delete", help="Do it; without this, only show what it would do.")] = False,
    grace_hours: Annotated[
        int, typer.Option(min=24, max=8760, help="Hours for which nothing is touched.", metavar="HOURS")
    ] = 168,
    as_json: JsonOption = False,
) -> None:
    """Move aside what no event names, and delete what an earlier run moved aside; never what an event names."""
    method, path = ("POST", "/files/collection") if delete else ("GET", "/files/orphans")
    with administrator(Home(home)) as (client, urls):
        found: dict[str, Any] = {
            name: asked(client, method, f"{url}{path}?grace_hours={grace_hours}") for name, url in urls.items()
        }
    rows = [
        {"service": service, "what": what, **one}
        for service, did in found.items()
        for what, entries in did.items()
        for one in entries
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        tables.orphans(tables.console(), rows, done=delete)
    else:
        typer.echo("every file is named by an event or too young to be collected")
