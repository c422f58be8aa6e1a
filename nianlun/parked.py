"""`nianlun parked`: events that a service could not handle: they wait until the fault is mended, or are given up."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from deploy.local.home import Home, StackError
from nianlun import tables
from nianlun.administrator import administrator, asked
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.contracts.topics import consumed_by

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Events that a service could not handle: what waits, redrive, and discard.",
)


@app.command("list")
def list_command(home: HomeOption = DEFAULT_HOME, *, as_json: JsonOption = False) -> None:
    """Show the streams that wait behind a parked event; exit code 1 when there are some."""
    _show(Home(home), "parked", tables.parked, as_json=as_json)


@app.command("show")
def show_command(home: HomeOption = DEFAULT_HOME, *, as_json: JsonOption = False) -> None:
    """Show every parked record, also those that are no event; exit code 1 when there are some."""
    _show(Home(home), "parked/records", tables.parked_records, as_json=as_json)


def _show(place: Home, path: str, draw: Callable[[Console, Sequence[Any]], None], *, as_json: bool) -> None:
    with administrator(place) as (client, urls):
        waiting = [
            {"service": name, **one}
            for name, url in urls.items()
            if consumed_by(name)
            for one in asked(client, "GET", f"{url}/{path}")
        ]
    if as_json:
        typer.echo(json.dumps(waiting, indent=2, ensure_ascii=False))
    elif waiting:
        draw(tables.console(), waiting)
    else:
        typer.echo("nothing is parked")
    if waiting:
        raise typer.Exit(1)


@app.command("discard")
def discard_command(
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="The service that could not handle it.")],
    record: Annotated[str, typer.Argument(metavar="RECORD", help="As `nianlun parked show` names it.")],
    reason: Annotated[str, typer.Option(help="Why it may be given up; the log keeps it for ever, so no names.")],
    home: HomeOption = DEFAULT_HOME,
) -> None:
    """Give a record up, on record: it counts as heard and changes nothing; then redrive what waited behind it."""
    with administrator(Home(home)) as (client, urls):
        if service not in urls or not consumed_by(service):
            hearing = ", ".join(name for name in urls if consumed_by(name))
            raise StackError(f"{service} hears nobody or is not up; there are {hearing or 'none'}")
        answer = client.post(f"{urls[service]}/parked/discard", json={"record": record, "reason": reason})
    told = answer.json()
    if answer.is_error:
        raise StackError(f"{told.get('title', 'refused')}: {told.get('detail', record)}")
    where = f"version {told['version']} of {told['stream']}" if told["stream"] else "no event that can be read"
    typer.echo(f"{record} is given up: {where}, SHA-256 {told['sha256']}")


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
