"""`nianlun reconcile`: what the broker has and a database lost, and what a broker lost that was sent to it."""

import asyncio
from typing import Annotated

import typer

from audit.sources import Broker
from deploy.composed import inside
from deploy.composed.place import is_composed
from deploy.local import lease, orphans
from deploy.local.databases import Databases
from deploy.local.home import Home, StackError
from deploy.local.part import Notice
from deploy.local.state import load
from deploy.recovery.bare import bare
from deploy.recovery.brokers_log import WAY_OUT
from deploy.recovery.lost import Found
from deploy.recovery.reach import begin, broker_of, databases_of, end
from deploy.recovery.reconcile import all_unrecorded, compared, reconcile, send_anew
from nianlun import tables
from nianlun.options import DEFAULT_HOME, HomeOption
from shared.contracts.topics import TOPICS
from shared.messaging.parked import Spot

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
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--leave-out", metavar="TOPIC/PARTITION@OFFSET", help="With --resend: a record that is not the service's."
        ),
    ] = None,
    listing: Annotated[
        bool, typer.Option("--records", help="Without --import: list each record that no database has.")
    ] = False,
) -> None:
    """Compare every database with the broker, event by event; exit code 1 when one lacks events and still does."""
    place, spots = Home(home), [_spot(text) for text in without or ()]
    _require_company(importing=bringing_back, resending=resending, leaving_out=bool(spots), listing=listing)
    found = _brought_back(place, spots if resending else None) if bringing_back else _looked(place, listing=listing)
    tables.found(tables.console(), "databases and broker", found, done=bringing_back, broker=True)
    if bringing_back:
        typer.echo(f"`{begin(place)}` goes on from here")
    elif any(one.missing or one.lacking or one.overtaken for one in found):
        typer.echo(WAY_OUT if any(one.overtaken for one in found) else IMPORT, err=True)
        raise typer.Exit(1)


def _require_company(*, importing: bool, resending: bool, leaving_out: bool, listing: bool) -> None:
    if resending and not importing:
        raise StackError("--resend goes with --import")
    if leaving_out and not resending:
        raise StackError("--leave-out goes with --import --resend")
    if listing and importing:
        raise StackError("--records goes without --import: look first")


def _spot(text: str) -> Spot:
    try:
        spot = Spot.of(text)
    except ValueError as error:
        raise StackError(f"{text} is no record; one is TOPIC/PARTITION@OFFSET") from error
    if spot.topic not in {one.name for one in TOPICS} or spot.offset < 0:
        raise StackError(f"{text} is on no topic; `nianlun reconcile --records` names what may be left out")
    return spot


def _brought_back(place: Home, without: list[Spot] | None) -> list[Found]:
    """From where it was sent; with everything sent anew, `without` these, unless that is None."""
    if _is_up(place):
        raise StackError(f"the stack of {place.root} is up and appends; `{end(place)}` first")
    with lease.lease(place):
        return asyncio.run(reconcile(place, _teller) if without is None else send_anew(place, _teller, without))


def _looked(place: Home, *, listing: bool) -> list[Found]:
    if _is_up(place):
        return asyncio.run(_compared_up(place, listing=listing))
    with lease.lease(place):
        return asyncio.run(_compared_down(place, listing=listing))


async def _compared_down(place: Home, *, listing: bool) -> list[Found]:
    async with bare(place, _teller) as ground:
        return await _compared(ground.databases, ground.broker, listing=listing)


async def _compared_up(place: Home, *, listing: bool) -> list[Found]:
    async with databases_of(place) as databases:
        return await _compared(databases, broker_of(place), listing=listing)


async def _compared(databases: Databases, broker: Broker, *, listing: bool) -> list[Found]:
    if listing:
        tables.unrecorded(tables.console(), await all_unrecorded(databases, broker))
    return await compared(databases, broker)


def _is_up(place: Home) -> bool:
    if inside.here():
        return asyncio.run(inside.serving(place)) is not None
    if is_composed(place):
        return place.run.exists()
    load(place)
    return lease.holder(place) is not None or bool(orphans.serving(place))


def _teller(notice: Notice) -> None:
    if notice.level != "info":
        typer.echo(f"{notice.part}: {notice.text}", err=True)
