"""`nianlun demo`: two hundred organizations live through a year of the 2017 programme on a stack of its own."""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import httpx
import psutil
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from audit.events import events_of
from audit.words.terms import names_of
from deploy.local import clock, lease, orphans
from deploy.local.home import Home, StackError, read_json, write_json
from deploy.local.state import discard
from nianlun import tables
from nianlun.lives import lives
from nianlun.log import examined
from nianlun.options import DEFAULT_HOME, HomeOption
from rehearsal.cast import ORGANIZATIONS, PARTS
from rehearsal.company import ROUND, Company
from rehearsal.desk import Desk, Person
from rehearsal.journey import Journey
from shared.contracts.application import RoundPlanned
from shared.contracts.publication import ListPublished

MARK = "demo.json"
START_SECONDS_MAX = 180.0
STOP_SECONDS_MAX = 90.0
MEBIBYTE = 1024 * 1024

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    home: HomeOption = DEFAULT_HOME,
    keep: Annotated[bool, typer.Option("--keep", help="Leave the stack up.")] = False,  # noqa: FBT002
    replicas: Annotated[int, typer.Option(min=1, max=4, help="Processes of each service.")] = 1,
    organizations: Annotated[
        int, typer.Option(min=max(PARTS) + 1, max=ORGANIZATIONS, help="How many take part.")
    ] = ORGANIZATIONS,
) -> None:
    """Live a year of the 2017 programme with real services, show it, and prove it from its log."""
    place, console = Home(home), tables.console()
    _fresh(place, console)
    started = time.monotonic()
    stack = _start(place, replicas, keep)
    try:
        _wait(place, stack)
        console.print(f"stack up after {time.monotonic() - started:.1f} s; everything below goes through HTTP")
        company, seconds = asyncio.run(_live(place, organizations))
        _show(console, place, company, seconds)
    finally:
        if not keep:
            lease.end(place, STOP_SECONDS_MAX)
    if keep:
        console.print(f"the stack stays up; `nianlun status --home {home}` shows it, `nianlun down` stops it")


def _fresh(place: Home, console: Console) -> None:
    mark = place.root / MARK
    if lease.holder(place):
        raise StackError(f"a stack is up in {place.root}; `nianlun down` first")
    if place.state.exists() and not mark.exists():
        raise StackError(f"{place.root} holds a stack that no demo made; give another folder with --home")
    if mark.exists():
        console.print(f"the earlier demo in {place.root} is discarded, with the integrators that were added to it")
    orphans.sweep(place)
    discard(place)
    place.root.mkdir(parents=True)
    write_json(mark, {"round": ROUND})


def _start(place: Home, replicas: int, keep: bool) -> "subprocess.Popen[bytes]":  # noqa: FBT001
    command = [str(Path(sys.executable).with_name("nianlun")), "up", "--home", str(place.root)]
    output = (place.root / "up.log").open("wb")
    return subprocess.Popen(
        [*command, "--replicas", str(replicas)], stdout=output, stderr=output, start_new_session=keep
    )


def _wait(place: Home, stack: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS_MAX
    while not place.run.exists():
        if stack.poll() is not None or time.monotonic() > deadline:
            said = (place.root / "up.log").read_text().strip().splitlines()[-1:]
            raise StackError(f"the stack did not come up: {''.join(said)}")
        time.sleep(0.1)


async def _live(place: Home, organizations: int) -> tuple[Company, float]:
    run = read_json(place.run)
    services: Any = run["services"]
    urls = {name: str(service["url"]) for name, service in services.items()}
    with Progress(
        TextColumn("{task.description:44}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"), TimeElapsedColumn()
    ) as progress:
        task = progress.add_task("", total=100)

        def told(title: str, share: int) -> None:
            progress.update(task, description=title, advance=share)

        async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
            password = place.secret("registration", "administrator_password")
            desk = Desk(urls, lambda: clock.show(place), client)
            administrator = Person("administrator", password)
            company = Company(desk, administrator, lambda at: _advance(place, at), organizations)
            started = time.monotonic()
            await Journey(company, told).run()
            return company, time.monotonic() - started


def _advance(place: Home, at: str) -> None:
    clock.advance_to(place, at)


def _show(console: Console, place: Home, company: Company, seconds: float) -> None:
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
    resident = _resident(place)
    console.print(
        f"{company.desk.commands} commands, {len(events)} events in {seconds:.1f} s; "
        f"the whole stack holds {resident} MiB resident"
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


def _resident(place: Home) -> int:
    """MiB of the whole stack; a page that processes share counts once (proportional set size)."""
    status = json.loads(place.status.read_text())
    total = 0
    for process in status["processes"]:
        try:
            root = psutil.Process(process["pid"])
            total += sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)])
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return int(total / MEBIBYTE)
