"""The long run: `python -m tests.faults --runs 20`, each on a ground of its own, with faults that its seed chooses."""

import asyncio
import logging
import random
import sys
from argparse import ArgumentParser
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.faults.drill import CRASHES, KILLS, Fault, drill, suffer
from tests.faults.judge import Finding
from tests.faults.machines import ground

RUN_SECONDS_MAX = 600.0


def chosen(seed: int, number: int) -> list[Fault]:
    """So many faults: every crash point and kill in turn before one comes again, in random order."""
    chance = random.Random(f"faults {seed}")
    faults: list[Fault] = []
    while len(faults) < number:
        again = [*CRASHES.values(), *KILLS]
        chance.shuffle(again)
        faults += again
    return faults[:number]


async def one_run(seed: int, faults: int, replicas: int, progress: Progress) -> list[Finding]:
    """One drill; prints what was done when something is found."""
    task = progress.add_task(f"seed {seed}", total=faults)
    history: list[str] = []

    def told(line: str) -> None:
        history.append(line)
        progress.update(task, advance=1, description=f"seed {seed}: {line.strip()[8:]}")

    async with asyncio.timeout(RUN_SECONDS_MAX), ground() as made, drill(made, seed, replicas) as drilled:
        await suffer(drilled, chosen(seed, faults), seed, told)
        progress.update(task, description=f"seed {seed}: judging {len(drilled.load.acknowledged)} commands")
        found = await drilled.verdict()
        answered = len(drilled.load.acknowledged)
    progress.remove_task(task)
    verdict = f"[red]{len(found)} findings[/]" if found else "[green]all is well[/]"
    progress.console.print(f"seed {seed}: {faults} faults, {answered} commands acknowledged: {verdict}")
    for line in [*history, *map(str, found[:20])] if found else []:
        progress.console.print(f"  {line}", markup=False)
    return found


async def long_run(runs: int, faults: int, replicas: int, first_seed: int) -> bool:
    """All runs, one after the other; whether all went well."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    began, failed = monotonic(), []
    with Progress(*columns, TimeRemainingColumn(), console=Console()) as progress:
        total = progress.add_task("runs", total=runs)
        for seed in range(first_seed, first_seed + runs):
            if await one_run(seed, faults, replicas, progress):
                failed.append(seed)
            progress.advance(total)
        took = f"{runs} runs of {faults} faults in {monotonic() - began:.0f} s"
        progress.console.print(f"{took}; seeds with findings: {failed or 'none'}")
    return not failed


if __name__ == "__main__":
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--faults", type=int, default=12, help="in each run")
    parser.add_argument("--replicas", type=int, default=2, help="processes of each house")
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    given = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    sys.exit(0 if asyncio.run(long_run(given.runs, given.faults, given.replicas, given.seed)) else 1)
