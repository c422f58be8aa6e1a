"""`nianlun parked`: events that a service could not handle, and that wait until the fault is mended."""

import json

import typer

from deploy.local.home import Home
from nianlun import tables
from nianlun.administrator import administrator, asked
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.contracts.topics import consumed_by

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Events that a service could not handle: what waits, and redrive."
)


@app.command("list")
def list_command(home: HomeOption = DEFAULT_HOME, *, as_json: JsonOption = False) -> None:
    """Show the streams that wait behind a parked event; exit code 1 when there are some."""
    with administrator(Home(home)) as (client, urls):
        waiting = [
            {"service": name, **one}
            for name, url in urls.items()
            if consumed_by(name)
            for one in asked(client, "GET", f"{url}/parked")
        ]
    if as_json:
        typer.echo(json.dumps(waiting, indent=2, ensure_ascii=False))
    elif waiting:
        tables.parked(tables.console(), waiting)
    else:
        typer.echo("nothing is parked")
    if waiting:
        raise typer.Exit(1)


@app.command("redrive")
def redrive_command(home: HomeOption = DEFAULT_HOME) -> None:
    """Handle every parked stream again, in its order, all of its events or none; exit code 1 when some stay."""
    with administrator(Home(home)) as (client, urls):
        hearing = {name: url for name, url in urls.items() if consumed_by(name)}
        done = {name: asked(client, "POST", f"{url}/parked/redrive") for name, url in hearing.items()}
    for service, one in done.items():
        for stream, reason in one["failed"].items():
            typer.echo(f"{service}: {stream} stays parked: {reason}", err=True)
    typer.echo(f"{sum(one['handled'] for one in done.values())} events are handled")
    if any(one["failed"] for one in done.values()):
        raise typer.Exit(1)
