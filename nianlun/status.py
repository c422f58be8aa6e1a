"""`nianlun status`: each process, its port, lag and last position."""

import asyncio
import json
import signal
import time
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.live import Live
from rich.table import Table

from deploy.composed import doors, engine
from deploy.composed import status as composed
from deploy.composed.place import is_composed
from deploy.local import lease
from deploy.local import status as local
from deploy.local.home import Home, StackError
from deploy.local.status import Row
from nianlun.options import DEFAULT_HOME, HomeOption, JsonOption

app = typer.Typer(add_completion=False)
UNKNOWN = "–"
WIDTH_MIN = 80
WATCH_SECONDS = 1.0
UNATTENDED = "the supervisor is gone and nobody restarts these: `nianlun down` ends them"
THROUGH_DOORS = "asked through the doors; `docker compose ps` beside the engine tells each container and its restarts"
SECONDS_A_MINUTE, SECONDS_AN_HOUR = 60, 3600


@app.command()
def status(
    home: HomeOption = DEFAULT_HOME,
    *,
    as_json: JsonOption = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep the table on the terminal, and up to date.")] = False,
) -> None:
    """Show the stack's processes; exit code 1 when one of them is not ready."""
    place, console = Home(home), Console()
    console.width = max(console.width, WIDTH_MIN)
    if watch:
        _watch(place, console)
        return
    found, up = _asked(place)
    if as_json:
        typer.echo(json.dumps({"up": up, "processes": [asdict(row) for row in found]}, indent=2))
    elif not found and not up:
        typer.echo(_nothing(place), err=True)
    else:
        console.print(_table(found))
        _say_why(found)
        if is_composed(place) and not engine.is_here():
            typer.echo(THROUGH_DOORS, err=True)
        if not up and any(row.pid for row in found):
            typer.echo(UNATTENDED, err=True)
    if not up or not found or any(row.state != "ready" for row in found):
        raise typer.Exit(1)


def _watch(place: Home, console: Console) -> None:
    """Draw the table anew until Ctrl-C, also where a shell in the background ignores it."""
    if not console.is_terminal:
        raise StackError("--watch draws on a terminal; a program asks again with --json")
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Live(console=console, auto_refresh=False) as live, suppress(KeyboardInterrupt):
        while True:
            found, up = _asked(place)
            live.update(_table(found, caption="" if up else UNATTENDED if found else _nothing(place)))
            live.refresh()
            time.sleep(WATCH_SECONDS)


def _nothing(place: Home) -> str:
    starts = f"; `{place.begin}` starts it" if place.root.exists() else ""
    return f"no stack is up in {place.root}{starts}"


def _say_why(found: list[Row]) -> None:
    for row in found:
        if row.reason:
            typer.echo(f"{row.name}: {row.reason}", err=True)


def _asked(place: Home) -> tuple[list[Row], bool]:
    """The stack's processes, and whether somebody starts again what dies."""
    if is_composed(place):
        found = asyncio.run(composed.whole(place) if engine.is_here() else doors.rows(place))
        return found, bool(found)
    return asyncio.run(local.rows(place)), bool(lease.holder(place))


def _table(found: list[Row], caption: str = "") -> Table:
    table = Table(box=None, pad_edge=False, collapse_padding=True, header_style="bold", caption=caption or None)
    for title in ("process", "state"):
        table.add_column(title, no_wrap=True)
    for title in ("pid", "port", "restarts", "uptime", "MiB", "relay\nlag", "inbox\nlag", "position"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in found:
        numbers = (row.pid, row.port, row.restarts, _uptime(row.uptime_seconds), row.resident_mib)
        lags = (row.relay_lag, row.inbox_lag, row.position)
        style = "" if row.state == "ready" else "red"
        table.add_row(row.name, row.state, *(_text(value) for value in (*numbers, *lags)), style=style)
    total = sum(row.resident_mib or 0 for row in found)
    table.add_row("together", "", "", "", "", "", f"{total:,}", "", "", "", style="bold")
    return table


def _text(value: int | str | None) -> str:
    return UNKNOWN if value is None else f"{value:,}" if isinstance(value, int) and value > 10**5 else str(value)


def _uptime(seconds: int | None) -> str | None:
    if seconds is None:
        return None
    if seconds < SECONDS_A_MINUTE:
        return f"{seconds} s"
    if seconds < SECONDS_AN_HOUR:
        return f"{seconds // SECONDS_A_MINUTE} min"
    return f"{seconds // SECONDS_AN_HOUR} h {seconds % SECONDS_AN_HOUR // SECONDS_A_MINUTE} min"
