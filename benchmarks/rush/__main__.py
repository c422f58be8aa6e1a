"""`python -m benchmarks.rush [--organizations N]`: the rush, judged by the log; its ratio is to the same stack idle."""

import asyncio
import json
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic, time

import uvloop
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from benchmarks.figure import NotThere, percentile
from benchmarks.rush.crowd import LAST, Crowd, Member, attachment, members
from benchmarks.rush.judge import ACCEPTED, Judgement, Rushed, Unjust, judge
from benchmarks.rush.stack import Memory, production, urls
from benchmarks.rush.wire import RETRY_STATUS, Answer, Wire
from deploy.local.home import Home

RESULTS = Path(__file__).parents[1] / "results"
IDLE = 40
"""Organizations that submit one after another before the rush, on the idle stack."""
WINDOW_SECONDS = 120.0
LATE_SECONDS = 3.0
LATE_OF_A_HUNDRED = 5
FILLING_FACTOR = 1.4
"""Filling in and signing in again take so many times as long as registering, at the most."""
MARGIN_SECONDS = 60.0
SERVER_ERROR = 500
WIDTH = 120


@dataclass(frozen=True, slots=True)
class Timing:
    """Percentiles of one kind of request, in milliseconds."""

    requests: int
    p50: float
    p99: float
    max: float


async def live(home: Home, count: int, progress: Progress) -> dict[str, object]:
    """Prepare the crowd, let it rush, and report."""
    bars: dict[str, TaskID] = {}

    def tell(what: str, done: int, total: int) -> None:
        if what not in bars:
            bars[what] = progress.add_task(what, total=total)
        progress.update(bars[what], completed=done)

    places = urls(home)
    crowd = Crowd(
        registration=Wire(places["registration"]),
        application=Wire(places["application"]),
        administrator_password=home.secret("registration", "administrator_password"),
        tell=tell,
        members=members(count + IDLE),
    )
    started = monotonic()
    await crowd.register()
    preparing = timedelta(seconds=MARGIN_SECONDS + FILLING_FACTOR * (monotonic() - started) + WINDOW_SECONDS)
    deadline = (datetime.now(UTC) + preparing).replace(microsecond=0)  # noqa: TID251 - a benchmark has a clock and ids of its own
    await crowd.open_round(deadline)
    await crowd.fill_in()
    await crowd.sign_all_in()
    if time() > deadline.timestamp() - WINDOW_SECONDS:
        raise Unjust("preparing took longer than was reckoned with: nobody is ready for the rush")
    idle = [await _act(crowd, member) for member in crowd.members[:IDLE]]
    memory = Memory(home)
    crowd.application.statuses.clear()
    with memory.watched():
        rush = await _rush(crowd, deadline.timestamp())
    await asyncio.sleep(LATE_SECONDS)
    rushed = [Rushed(member.application, answer) for member, (_, answer) in rush]
    found = await asyncio.to_thread(judge, home, rushed, deadline)
    return _report(crowd, idle, [acts for _, acts in rush], memory, found)


async def _rush(crowd: Crowd, deadline: float) -> list[tuple[Member, tuple[Answer, Answer]]]:
    rushing, done = crowd.members[IDLE:], 0

    async def one(member: Member) -> tuple[Member, tuple[Answer, Answer]]:
        nonlocal done
        await _wait_until(_arrival(member.organization.index, deadline))
        acts = await _act(crowd, member)
        done += 1
        crowd.tell("the rush", done, len(rushing))
        return member, acts

    return await asyncio.gather(*(one(member) for member in rushing))


async def _act(crowd: Crowd, member: Member) -> tuple[Answer, Answer]:
    """The last attachment, then the submission; whoever is told to wait waits as long as it was told."""
    attached = await crowd.application.post(**attachment(member, LAST))
    while attached.status in RETRY_STATUS:
        await asyncio.sleep(float(attached.headers.get("retry-after", "1")))
        attached = await crowd.application.post(**attachment(member, LAST))
    place = f"/applications/{member.application}/submission"
    submitted = await crowd.application.post(place, {}, member.token)
    while submitted.status in RETRY_STATUS:
        await asyncio.sleep(float(submitted.headers.get("retry-after", "1")))
        submitted = await crowd.application.post(place, {}, member.token)
    return attached, submitted


def _arrival(index: int, deadline: float) -> float:
    """When it comes: the nearer the deadline, the more do; a few come after it."""
    share = int.from_bytes(sha256(f"arrival/{index}".encode()).digest()[:4]) / 2**32
    if index % 100 < LATE_OF_A_HUNDRED:
        return deadline + share * LATE_SECONDS
    return deadline - WINDOW_SECONDS * share**3


def _report(
    crowd: Crowd,
    idle: Sequence[tuple[Answer, Answer]],
    rush: Sequence[tuple[Answer, Answer]],
    memory: Memory,
    found: Judgement,
) -> dict[str, object]:
    wrong = [name for name in crowd.application.statuses if int(name[-3:]) >= SERVER_ERROR]
    if wrong:
        raise Unjust(f"the server failed: {', '.join(wrong)}")
    if crowd.application.without_retry_after:
        raise Unjust(f"{crowd.application.without_retry_after} answers said to wait and not how long")
    return {
        "organizations": len(rush),
        "judgement": asdict(found),
        "idle": {"attachment": asdict(_timing(idle, 0)), "submission": asdict(_timing(idle, 1))},
        "rush": {"attachment": asdict(_timing(rush, 0)), "submission": asdict(_timing(rush, 1))},
        "statuses": dict(sorted(crowd.application.statuses.items())),
        "memory_mib": {name: [memory.before.get(name, 0), peak] for name, peak in sorted(memory.peak.items())},
    }


def _timing(acts: Sequence[tuple[Answer, Answer]], which: int) -> Timing:
    answers = [act[which] for act in acts if which == 0 or act[which].status == ACCEPTED]
    seconds = [answer.seconds for answer in answers]
    numbers = (percentile(seconds, 50), percentile(seconds, 99), max(seconds))
    return Timing(len(seconds), *(round(number * 1000, 1) for number in numbers))


async def _wait_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time()))


def show(console: Console, report: dict[str, object]) -> None:
    """The report as tables."""
    idle, rush = report["idle"], report["rush"]
    assert isinstance(idle, dict), "timings by kind of request"
    assert isinstance(rush, dict), "timings by kind of request"
    table = Table("request", box=SIMPLE)
    for name in ("idle p50", "rush p50", "ratio", "idle p99", "rush p99", "ratio", "rush max"):
        table.add_column(name, justify="right")
    for kind in idle:
        before, after = idle[kind], rush[kind]
        ratios = [f"{after[name] / before[name]:.1f}" for name in ("p50", "p99")]
        cells = (before["p50"], after["p50"], ratios[0], before["p99"], after["p99"], ratios[1], after["max"])
        table.add_row(kind, *(str(cell) for cell in cells))
    console.print(table, "milliseconds")
    sizes = report["memory_mib"]
    assert isinstance(sizes, dict), "MiB by process"
    held = Table("process", box=SIMPLE)
    for name in ("MiB before", "MiB at most"):
        held.add_column(name, justify="right")
    for name, (before_mib, peak_mib) in sizes.items():
        held.add_row(name, str(before_mib), str(peak_mib))
    console.print(held)
    console.print(report["judgement"], report["statuses"])


def main() -> None:
    """The command."""
    parser = ArgumentParser(prog="python -m benchmarks.rush", description=__doc__)
    parser.add_argument("--organizations", type=int, default=3000, metavar="N")
    count = parser.parse_args().organizations
    console = Console(width=None if sys.stdout.isatty() else WIDTH)
    columns = (
        TextColumn("{task.description:14}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    try:
        with (
            tempfile.TemporaryDirectory(prefix="nianlun-rush-") as scratch,
            production(Path(scratch) / "home") as home,
            Progress(*columns, console=console, refresh_per_second=2) as progress,
        ):
            report = uvloop.run(live(home, count, progress))
    except (NotThere, Unjust) as error:
        sys.exit(f"no figures: {error}")
    show(console, report)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"rush-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"  # noqa: TID251 - a benchmark has a clock and ids of its own
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    console.print(f"written to {path}")


if __name__ == "__main__":
    main()
