"""`nianlun reconcile`: what the broker has and a database lost, and what a broker lost that was sent to it."""

import asyncio
from typing import Annotated

import typer

from deploy.composed import inside
from deploy.composed.place import is_composed
from deploy.local import lease
from deploy.local.home import Home, StackError
from deploy.local.part import Notice
from deploy.local.state import load
from deploy.recovery.brokers_log import WAY_OUT
from deploy.recovery.lost import Found, See, unseen
from deploy.recovery.reach import begin, broker_of, databases_of, end
from deploy.recovery.reconcile import compared, reconcile, send_anew
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption

IMPORT = (
    "`nianlun reconcile --import` brings back what is missing and has sent again what the broker lacks, "
    "while the stack is down"
)
app = typer.Typer(add_completion=False)


@app.command("reconcile")
def reconcile_command(
    home: HomeOption = DEFAULT_HOME,
    *,
    bringing_back: Annotated[
        bool,
        typer.Option(
            "--import", help="Bring it back, byte for byte, and have sent what the broker lacks; the stack is down."
        ),
    ] = False,
    resending: Annotated[
        bool, typer.Option("--resend", help="With --import: empty the topics, and have everything sent anew.")
    ] = False,
    listing: Annotated[
        bool, typer.Option("--events", help="Without --import: list each event that a database lacks.")
    ] = False,
) -> None:
    """Compare every database with the broker, event by event; exit code 1 when one lacks events and still does."""
    place = Home(home)
    if resending and not bringing_back:
        raise StackError("--resend goes with --import")
    if listing and bringing_back:
        raise StackError("--events goes without --import: look first")
    lost: list[tuple[str, bytes]] = []
    see: See = (lambda *event: lost.append(event)) if listing else unseen
    if not _is_up(place):
        with lease.lease(place):
            found = asyncio.run(_down(place, see, bringing_back=bringing_back, resending=resending))
    elif bringing_back:
        raise StackError(f"the stack of {place.root} is up and appends; `{end(place)}` first")
    else:
        found = asyncio.run(_compared(place, see))
    if listing:
        tables.lost(tables.console(), lost)
    tables.found(tables.console(), "databases and broker", found, done=bringing_back, broker=True)
    if bringing_back:
        typer.echo(f"`{begin(place)}` goes on from here")
    elif any(one.missing or one.lacking or one.overtaken for one in found):
        typer.echo(WAY_OUT if any(one.overtaken for one in found) else IMPORT, err=True)
        raise typer.Exit(1)


async def _down(place: Home, see: See, *, bringing_back: bool, resending: bool) -> list[Found]:
    if resending:
        return await send_anew(place, _teller)
    return await reconcile(place, _teller, bringing_back=bringing_back, see=see)


def _is_up(place: Home) -> bool:
    if inside.here():
        return asyncio.run(inside.serving(place)) is not None
    if is_composed(place):
        return place.run.exists()
    load(place)
    return lease.holder(place) is not None


async def _compared(place: Home, see: See) -> list[Found]:
    async with databases_of(place) as databases:
        return await compared(databases, broker_of(place), see)


def _teller(notice: Notice) -> None:
    if notice.level != "info":
        typer.echo(f"{notice.part}: {notice.text}", err=True)
