"""Keeps a set of processes alive: in order, until ready, again after a death, and down in reverse order."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local.home import StackError
from deploy.local.logbook import Logbook
from deploy.local.part import Notice, Part, State

QUICK_SECONDS = 20.0
"""A life shorter than this counts as a quick death."""
QUICK_DEATHS_MAX, FIRST_DEATHS_MAX = 8, 3
"""In a row before giving up: of a process that was ready once, and of one that never was."""
GRACE_SECONDS = 15.0
"""How long the rest is waited for once everything essential is usable."""
PAUSE_SECONDS_FIRST, PAUSE_SECONDS_MAX = 0.25, 8.0
ROOM_BYTES_MIN, ROOM_SECONDS = 256 * 1024 * 1024, 2.0
"""What has to be free where a process says that it needs room, and how often it is looked for."""
DRAIN_SECONDS_MAX = 0.5
"""How long the output of a dead process is read: its children may still hold it."""


@dataclass(slots=True, eq=False)
class Kept:
    """A part, and what has become of it."""

    part: Part
    log: Logbook
    state: State = State.WAITING
    process: asyncio.subprocess.Process | None = None
    created: float = 0.0
    """Of the process, by the kernel; with the pid it names a process for good."""
    restarts: int = 0
    quick_deaths: int = 0
    provisioned: bool = False
    stopping: bool = False
    usable: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Owns the processes of one stack for one run."""

    def __init__(
        self, parts: Sequence[Part], logs: Path, tell: Callable[[Notice], None], changed: Callable[[], None]
    ) -> None:
        """Keep `parts`, each named after the ones it needs; `changed` is called whenever a state changes."""
        self.kept = {part.name: Kept(part, Logbook(logs, part.name, tell, part.record)) for part in parts}
        self._tell, self._changed = tell, changed

    async def run(self, stop: asyncio.Event, all_ready: Callable[[], None]) -> None:
        """Start everything, call `all_ready` once it is, keep it up until `stop`; raise `StackError` on giving up."""
        keepers = {name: asyncio.create_task(self._keep(kept)) for name, kept in self.kept.items()}
        stopped = asyncio.create_task(stop.wait())
        started = asyncio.create_task(self._all_usable(all_ready))
        try:
            waiting = {stopped, started, *keepers.values()}
            while stopped in waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                if stopped in done:
                    break
        finally:
            started.cancel()
            stopped.cancel()
            await self._stop(keepers)

    async def _all_usable(self, all_ready: Callable[[], None]) -> None:
        kept = self.kept.values()
        for one in kept:
            if one.part.essential:
                await one.usable.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(GRACE_SECONDS):
                await asyncio.gather(*(one.usable.wait() for one in kept))
        all_ready()

    async def _keep(self, kept: Kept) -> None:
        while True:
            for need in kept.part.needs:
                await self.kept[need].usable.wait()
            await self._room(kept)
            began = asyncio.get_running_loop().time()
            how = await self._live(kept)
            if kept.stopping:
                return
            lived = asyncio.get_running_loop().time() - began
            await self._pause(kept, how, quick=lived < QUICK_SECONDS)

    async def _room(self, kept: Kept) -> None:
        """Wait until there is room where the process writes, if it wants that."""
        folder, told = kept.part.writes_to, False
        while folder is not None and shutil.disk_usage(folder).free < ROOM_BYTES_MIN:
            if not told:
                self._enter(kept, State.PAUSING)
                left = f"the disk of {folder} has less than {ROOM_BYTES_MIN // 2**20} MiB left"
                self._tell(Notice(kept.part.name, "error", f"{left}; it is started when there is room"))
            told = True
            await asyncio.sleep(ROOM_SECONDS)

    async def _live(self, kept: Kept) -> str:
        """Start the process, see it ready, wait for its end and say how it ended."""
        process, reading = await self._spawn(kept)
        ended = asyncio.create_task(process.wait())
        readiness = asyncio.create_task(self._become_ready(kept))
        try:
            await asyncio.wait({ended, readiness}, return_when=asyncio.FIRST_COMPLETED)
            unready = None if ended.done() else readiness.exception()
            if unready is not None:
                _signal(process, signal.SIGKILL)
            code = await ended
        except asyncio.CancelledError:
            _signal(process, signal.SIGKILL)
            raise
        finally:
            readiness.cancel()
            kept.usable.clear()
            await asyncio.wait({reading, readiness}, timeout=DRAIN_SECONDS_MAX)
            reading.cancel()
        if unready is not None and not kept.provisioned:
            raise StackError(f"{kept.part.name} cannot be made ready: {unready}") from unready
        return str(unready) if unready else _ending(code)

    async def _spawn(self, kept: Kept) -> tuple[asyncio.subprocess.Process, asyncio.Task[None]]:
        part, kept.log.last = kept.part, ""
        reading_end, writing_end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *part.command,
                env={**os.environ, **part.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing_end,
                stderr=writing_end,
                cwd="/",
                start_new_session=True,
                **part.identity,
            )
        except OSError as error:
            os.close(reading_end)
            raise StackError(f"{part.name} cannot be started: {error}") from error
        finally:
            os.close(writing_end)
        kept.process, kept.created = process, _created(process.pid)
        self._enter(kept, State.STARTING)
        return process, asyncio.create_task(kept.log.follow(reading_end))

    async def _become_ready(self, kept: Kept) -> None:
        began = asyncio.get_running_loop().time()
        await kept.part.ready()
        if not kept.provisioned:
            await kept.part.provision()
            kept.provisioned = True
        took = asyncio.get_running_loop().time() - began
        kept.usable.set()
        self._enter(kept, State.READY)
        where = kept.part.url or f"127.0.0.1:{kept.part.port}"
        self._tell(Notice(kept.part.name, "info", f"ready at {where} after {took:.1f} s"))

    async def _pause(self, kept: Kept, how: str, *, quick: bool) -> None:
        kept.quick_deaths = kept.quick_deaths + 1 if quick else 0
        name, said = kept.part.name, f" ({kept.log.last})" if quick and kept.log.last else ""
        deaths_max = QUICK_DEATHS_MAX if kept.provisioned else FIRST_DEATHS_MAX
        if kept.part.essential and kept.quick_deaths >= deaths_max:
            raise StackError(
                f"{name} ended {kept.quick_deaths} times in a row soon after its start, last {how}{said}; "
                f"its log is {kept.log.path}"
            )
        seconds = min(PAUSE_SECONDS_MAX, PAUSE_SECONDS_FIRST * 2**kept.quick_deaths)
        kept.restarts += 1
        self._enter(kept, State.PAUSING)
        self._tell(Notice(name, "warning", f"ended unasked: {how}{said}; started again in {seconds:g} s"))
        await asyncio.sleep(seconds)

    async def _stop(self, keepers: dict[str, asyncio.Task[None]]) -> None:
        for level in reversed(self._levels()):
            await asyncio.gather(*(self._end(kept, keepers[kept.part.name]) for kept in level))

    async def _end(self, kept: Kept, keeper: asyncio.Task[None]) -> None:
        kept.stopping = True
        process = kept.process
        if process is None or process.returncode is not None:
            keeper.cancel()
        else:
            _signal(process, kept.part.stop_signal)
        await asyncio.wait({keeper}, timeout=kept.part.stop_seconds_max)
        if not keeper.done():
            self._tell(Notice(kept.part.name, "warning", "did not stop in time and was killed"))
            keeper.cancel()
            await asyncio.wait({keeper})
        if process is not None:
            await process.wait()
        self._enter(kept, State.STOPPED)

    def _levels(self) -> list[list[Kept]]:
        """The parts by how many others must be there before them."""
        depth: dict[str, int] = {}
        for name, kept in self.kept.items():
            depth[name] = 1 + max((depth[need] for need in kept.part.needs), default=0)
        levels: list[list[Kept]] = [[] for _ in range(max(depth.values(), default=0))]
        for name, level in depth.items():
            levels[level - 1].append(self.kept[name])
        return levels

    def _enter(self, kept: Kept, state: State) -> None:
        kept.state = state
        kept.log.note("info", f"supervisor: {state}")
        self._changed()


def _signal(process: asyncio.subprocess.Process, which: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(which)


def _created(pid: int) -> float:
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return 0.0


def _ending(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
