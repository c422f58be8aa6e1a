"""How long the broker takes from its start to its first answer, with the classes of a training run and without."""

import asyncio
import signal
from statistics import median
from time import perf_counter

from benchmarks.figure import Figure, Figures
from benchmarks.lab import Lab
from deploy.local.home import Home
from deploy.local.kafka import Broker
from deploy.local.ports import free_ports

GOAL = 0.7
WITHOUT, WITH = "off", "on"
"""Of `-XX:AOTMode`: with `on`, Java ends where it cannot take what was kept."""


async def measure(lab: Lab) -> Figures:
    """Seconds, the median of starts that take turns; a broker that does not answer raises `StackError`."""
    broker = Broker(Home(lab.scratch / "broker"), *free_ports(2))
    await asyncio.to_thread(broker.initialise)
    turns = 3 if lab.quick else 9
    took: dict[str, list[float]] = {WITHOUT: [], WITH: []}
    for turn in range(turns):
        lab.tell(f"start {turn + 1} of {turns}")
        for mode, seconds in took.items():
            seconds.append(await _started(broker, mode))
    against = "without what a training run kept"
    without, ours = median(took[WITHOUT]), median(took[WITH])
    return [Figure("start of the broker", without, ours, "s", GOAL, at_most=True, against=against)]


async def _started(broker: Broker, mode: str) -> float:
    java, *rest = broker.command()
    began = perf_counter()
    process = await asyncio.create_subprocess_exec(
        java,
        f"-XX:AOTMode={mode}",
        *rest,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await broker.ready()
        return perf_counter() - began
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
