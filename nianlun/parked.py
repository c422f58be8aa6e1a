"""`nianlun parked`: events that a service could not handle, and that wait until the fault is mended."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import typer

from deploy.local.home import Home, StackError, read_json
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption
from shared.contracts.topics import consumed_by

ANSWER_SECONDS_MAX = 30.0

app = typer.Typer(no_args_is_help=True, help="Events that a service could not handle: what waits, and redrive.")


@app.command("list")
def list_command(home: HomeOption = DEFAULT_HOME, *, as_json: JsonOption = False) -> None:
    """Show the streams that wait behind a parked event; exit code 1 when there are some."""
    with _administrator(Home(home)) as (client, urls):
        waiting = [{"service": name, **one} for name, url in urls.items() for one in _asked(client, "GET", url, "")]
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
    with _administrator(Home(home)) as (client, urls):
        done = {name: _asked(client, "POST", url, "/redrive") for name, url in urls.items()}
    for service, one in done.items():
        for stream, reason in one["failed"].items():
            typer.echo(f"{service}: {stream} stays parked: {reason}", err=True)
    typer.echo(f"{sum(one['handled'] for one in done.values())} events are handled")
    if any(one["failed"] for one in done.values()):
        raise typer.Exit(1)


@contextmanager
def _administrator(home: Home) -> Iterator[tuple[httpx.Client, dict[str, str]]]:
    """A client with the administrator's token, and the services that hear others; raise `StackError`."""
    if not home.run.exists():
        raise StackError(f"the stack of {home.root} is not up; `nianlun up` starts it")
    services: Any = read_json(home.run)["services"]
    urls = {name: str(one["url"]) for name, one in services.items()}
    password = home.secret("registration", "administrator_password")
    try:
        with httpx.Client(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
            signing_in = {"username": "administrator", "password": password}
            answer = client.post(f"{urls['registration']}/tokens", json=signing_in).raise_for_status()
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield client, {name: url for name, url in urls.items() if consumed_by(name)}
    except httpx.HTTPError as error:
        raise StackError(f"a service does not answer: {error or type(error).__name__}") from error


def _asked(client: httpx.Client, method: str, url: str, path: str) -> Any:
    return client.request(method, f"{url}/parked{path}").raise_for_status().json()
