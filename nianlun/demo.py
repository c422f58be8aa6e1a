"""`nianlun demo`: a hundred organizations live through a year of the 2017 programme on a stack of its own."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from audit.events import events_of
from audit.words.terms import names_of
from deploy.local import clock, run_file
from deploy.local.home import Home, StackError
from deploy.local.state import REPLICAS_MAX
from nianlun import tables
from nianlun.lives import lives
from nianlun.log import examined
from nianlun.options import DEFAULT_HOME, HomeOption
from nianlun.stage import stage_of
from rehearsal.cast import ORGANIZATIONS, ORGANIZATIONS_MAX, PARTS
from rehearsal.company import ROUND, Company
from rehearsal.desk import Desk, Person
from rehearsal.journey import Journey
from shared.contracts.application import RoundPlanned
from shared.contracts.publication import ListPublished

ANSWER_SECONDS_MAX = 30.0

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    home: HomeOption = DEFAULT_HOME,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack up.")] = False,  # noqa: FBT002
    replicas: Annotated[int, typer.Option(min=1, max=REPLICAS_MAX, help="Processes of each service.")] = 1,
    organizations: Annotated[
        int, typer.Option(min=max(PARTS) + 1, max=ORGANIZATIONS_MAX, help="How many take part.")
    ] = ORGANIZATIONS,
) -> None:
    """Live a year of the 2017 programme with real services, show it, and prove it from its log."""
    place, console = Home(home), tables.console()
    stage, started = stage_of(place, console), time.monotonic()
    try:
        stage.begin(replicas, keep=keep)
        console.print(f"stack up after {time.monotonic() - started:.1f} s; everything below goes through HTTP")
        company, seconds = asyncio.run(_live(place, organizations))
        _show(console, place, company, seconds, stage.resident_mib())
    finally:
        if not keep:
            stage.end()
    if keep:
        console.print(f"the stack stays up; `nianlun status --home {home}` shows it, `nianlun down` stops it")


async def _live(place: Home, organizations: int) -> tuple[Company, float]:
    urls = run_file.urls(place, "registration")
    with Progress(
        TextColumn("{task.description:44}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn()
    ) as progress:
        task = progress.add_task("", total=100)

        def told(title: str, share: int) -> None:
            progress.update(task, description=title, advance=share)

        async with httpx.AsyncClient(timeout=ANSWER_SECONDS_MAX, trust_env=False) as client:
            password = place.secret("registration", "administrator_password")
            desk = Desk(urls, lambda: clock.show(place), client)
            administrator = Person("administrator", password)
            company = Company(desk, administrator, lambda at: _advance(place, at), organizations)
            started = time.monotonic()
            await Journey(company, told).run()
            return company, time.monotonic() - started


def _advance(place: Home, at: str) -> None:
    clock.advance_to(place, at)


def _show(console: Console, place: Home, company: Company, seconds: float, resident_mib: int) -> None:
    with examined(place.root, None, None) as (_, partitions):
        events = events_of(partitions)
    final = [one.event for one in events if isinstance(one.event, ListPublished)]
    plan = next(one.event.parameters for one in events if isinstance(one.event, RoundPlanned))
    tables.published(console, plan.title_zh, final[-1].rows if final else (), names_of([plan]).groups)
    lives(console, company, events)
    counts = tables.plain("events by type", "event", "#count")
    for name, count in sorted(Counter(one.envelope.type for one in events).items()):
        counts.add_row(name, str(count))
    console.print(counts)
    console.print(
        f"{company.desk.commands} commands, {len(events)} events in {seconds:.1f} s; "
        f"the whole stack holds {resident_mib} MiB resident"
    )
    for command in (["audit", "verify"], ["audit", "replay", "--round", ROUND]):
        _audit(console, place, command)


def _audit(console: Console, place: Home, command: list[str]) -> None:
    nianlun = str(Path(sys.executable).with_name("nianlun"))
    done = subprocess.run([nianlun, *command, "--home", str(place.root)], capture_output=True, text=True, check=False)
    last = (done.stdout or done.stderr).strip().splitlines()[-1:]
    console.print(f"$ nianlun {' '.join(command)}\n  {''.join(last)} (exit code {done.returncode})")
    if done.returncode:
        raise StackError(f"nianlun {' '.join(command)} ended with {done.returncode}")
