"""`python -m benchmarks [--quick] [NAME …]`: every figure beside its baseline; exits 1 when rows are missing."""

import json
import platform
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

import uvloop
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks import append, commands, inbox, latency, memory, rebuild, relay, start, verify
from benchmarks.figure import Figure, Figures, NotThere
from benchmarks.lab import Lab, running_stack
from deploy.local.embedded import Embedded
from shared.runtime.process import spare_the_collector

BENCHMARKS: dict[str, Callable[[Lab], Awaitable[Figures]]] = {
    "append": append.measure,
    "commands": commands.measure,
    "relay": relay.measure,
    "latency": latency.measure,
    "inbox": inbox.measure,
    "verify": verify.measure,
    "memory": memory.measure,
    "rebuild": rebuild.measure,
    "start": start.measure,
}
WIDTH = 140
"""Of the table where it goes to a file."""
RESULTS = Path(__file__).parent / "results"


async def run(pair: Embedded, names: Sequence[str], *, quick: bool, console: Console) -> list[Figure]:
    """Run benchmarks one after the other on one stack."""
    figures: list[Figure] = []
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, refresh_per_second=2) as progress:
        bar = progress.add_task("preparing", total=len(names))
        for name in names:

            def tell(text: str, of: str = name) -> None:
                progress.update(bar, description=f"{of}: {text}")

            spare_the_collector()
            with tempfile.TemporaryDirectory(prefix="nianlun-bench-") as scratch:
                figures += await BENCHMARKS[name](Lab(pair, Path(scratch), quick, tell))
            progress.advance(bar)
    return figures


def table(figures: Sequence[Figure]) -> Table:
    """One line for each figure."""
    made = Table("benchmark", "baseline", box=SIMPLE)
    for name in ("baseline's", "ours", "unit", "ratio", "goal", "reached?"):
        made.add_column(name, justify="left" if name == "unit" else "right")
    for one in figures:
        goal = "" if one.goal is None else f"{'≤' if one.at_most else '≥'} {one.goal:g}"
        reached = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}[one.reached]
        numbers = (_number(one.baseline), _number(one.ours), one.unit, f"{one.ratio:.2f}", goal, reached)
        made.add_row(one.benchmark, one.against, *numbers)
    return made


def save(figures: Sequence[Figure], *, quick: bool) -> Path:
    """Write the figures beside what they were measured on; returns where."""
    now = datetime.now(UTC)  # noqa: TID251 - a benchmark has a clock and ids of its own
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{now:%Y-%m-%dT%H%M%SZ}.json"
    rows = [{**asdict(one), "ratio": one.ratio, "reached": one.reached} for one in figures]
    machine = {"cores": cpu_count(), "platform": platform.platform(), "python": platform.python_version()}
    content = {"at": now.isoformat(), "quick": quick, "machine": machine, "figures": rows}
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    return path


def main() -> None:
    """The command."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(BENCHMARKS)}")
    parser.add_argument("--quick", action="store_true", help="fewer events; minutes instead of a quarter of an hour")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(BENCHMARKS):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    names = [name for name in BENCHMARKS if not arguments.names or name in arguments.names]
    try:
        with console.status("starting PostgreSQL and Kafka") as status, running_stack() as pair:
            status.stop()
            figures = uvloop.run(run(pair, names, quick=arguments.quick, console=console))
    except NotThere as error:
        sys.exit(f"no figures: {error}")
    console.print(table(figures))
    console.print(f"written to {save(figures, quick=arguments.quick)}")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"  # noqa: PLR2004 - three digits say enough


if __name__ == "__main__":
    main()
