"""`python -m benchmarks.capacity`: two years of different sizes lived and weighed, and what larger programmes weigh."""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.capacity.lag import Lag
from benchmarks.capacity.weight import Weight, weigh
from benchmarks.figure import NotThere
from deploy.local.home import Home

RESULTS = Path(__file__).parents[1] / "results"
SMALL, LARGE = 60, 200
"""Organizations of the two years; the second is the demo's."""
LIVE_SECONDS_MAX = 1800.0
LOOK_EVERY_SECONDS = 0.5
MEBIBYTE = 1024 * 1024
PROGRAMMES = (
    ("a thousand organizations, a year", 1, 1),
    ("a province: 3,000 organizations, ten years", 3, 10),
    ("all 36 programmes of provincial level, ten years", 3 * 36, 10),
)
"""Title, thousands of organizations, years."""
EXTENSIVE = ("events", "event_bytes", "log_bytes", "view_bytes", "inbox_bytes", "kafka_bytes", "file_bytes")
"""What grows with organizations and years; memory is shown as measured."""


def lived(organizations: int, folder: Path) -> tuple[Weight, Lag]:
    """Live a year of so many organizations on a stack of its own, see how far it is behind, weigh it, end it."""
    home = Home(folder)
    nianlun = str(Path(sys.executable).with_name("nianlun"))
    demo = [nianlun, "demo", "--keep", "--organizations", str(organizations), "--home", str(folder)]
    lag, deadline = Lag(), time.monotonic() + LIVE_SECONDS_MAX
    try:
        with tempfile.TemporaryFile("w+") as said, subprocess.Popen(demo, stdout=said, stderr=said) as living:
            while living.poll() is None and time.monotonic() < deadline:
                lag.look(home)
                time.sleep(LOOK_EVERY_SECONDS)
            living.terminate()
            if living.wait() or not lag.looks:
                said.seek(0)
                raise NotThere(said.read()[-1000:])
        return asyncio.run(weigh(home)), lag
    finally:
        subprocess.run([nianlun, "down", "--home", str(folder)], capture_output=True, check=False)


def table(small: Weight, large: Weight) -> Table:
    """What was measured, a thousand more, and the programmes."""
    slope = large.per_thousand(small, LARGE, SMALL)
    made = Table("what", box=SIMPLE)
    for title in (f"{SMALL} lived", f"{LARGE} lived", *(title for title, _, _ in PROGRAMMES)):
        made.add_column(title, justify="right")
    for name in EXTENSIVE:
        measured = [getattr(small, name), getattr(large, name)]
        carried = [getattr(slope, name) * thousands * years for _, thousands, years in PROGRAMMES]
        made.add_row(name, *(_shown(name, one) for one in (*measured, *carried)))
    made.add_row("resident_bytes", _shown("", small.resident_bytes), _shown("", large.resident_bytes), "", "", "")
    return made


def _shown(name: str, value: int) -> str:
    return f"{value:,}" if name == "events" else f"{value / MEBIBYTE:,.1f} MiB"


def main() -> None:
    """Measure, show, keep."""
    parser = ArgumentParser(prog="python -m benchmarks.capacity", description=__doc__)
    parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    with tempfile.TemporaryDirectory(prefix="nianlun-capacity-") as scratch, console.status("") as status:
        years = []
        for organizations in (SMALL, LARGE):
            status.update(f"living a year of {organizations} organizations")
            years.append(lived(organizations, Path(scratch) / str(organizations)))
    (small, behind_small), (large, behind_large) = years
    made = table(small, large)
    for one in fields(Lag):
        made.add_row(one.name, *(f"{getattr(lag, one.name):,}" for lag in (behind_small, behind_large)), "", "", "")
    console.print(made)
    RESULTS.mkdir(exist_ok=True)
    report = RESULTS / f"capacity-{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}.json"  # noqa: TID251 - names a report
    kept = {"small": (small, behind_small), "large": (large, behind_large)}
    said = {name: asdict(weight) | {"lag": asdict(lag)} for name, (weight, lag) in kept.items()}
    report.write_text(json.dumps(said, indent=1) + "\n")
    console.print(f"kept in {report}")


if __name__ == "__main__":
    main()
