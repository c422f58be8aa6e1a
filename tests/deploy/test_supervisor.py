"""The supervisor, with little processes that really run."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deploy.local.home import StackError
from deploy.local.part import Part, State
from deploy.local.supervisor import FIRST_DEATHS_MAX, Supervisor
from tests.deploy.little import Ground

SECONDS_MAX = 30.0


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    return Ground(tmp_path)


@asynccontextmanager
async def kept(ground: Ground, parts: Sequence[Part]) -> AsyncIterator[Supervisor]:
    """Everything is up within the block, and stopped after it."""
    supervisor = Supervisor(parts, ground.logs, ground.told.append, lambda: None)
    stop, up = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(supervisor.run(stop, up.set))
    async with asyncio.timeout(SECONDS_MAX):
        await up.wait()
        yield supervisor
        stop.set()
        await running


async def test_starts_after_what_is_needed_and_stops_before_it(ground: Ground) -> None:
    async with kept(ground, [ground.part("ground"), ground.part("house", needs=["ground"])]):
        pass
    assert ground.happened() == ["ground started", "house started", "house stopped", "ground stopped"]


async def test_restarts_what_was_killed_and_tells(ground: Ground) -> None:
    async with kept(ground, [ground.part("house")]) as supervisor:
        house = supervisor.kept["house"]
        first = house.process
        assert first is not None
        first.kill()
        while house.process is first or house.state is not State.READY:
            await asyncio.sleep(0.05)
        assert house.restarts == 1
    assert "house warning ended unasked: by SIGKILL" in ground.texts()
    assert ground.happened() == ["house started", "house started", "house stopped"]


async def test_what_is_not_essential_keeps_nobody_waiting_and_ends_nothing(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.supervisor.GRACE_SECONDS", 0.2)
    async with kept(ground, [ground.part("house"), ground.part("late", mood="dies", essential=False)]) as supervisor:
        while supervisor.kept["late"].quick_deaths <= FIRST_DEATHS_MAX:
            await asyncio.sleep(0.05)
        assert supervisor.kept["house"].state is State.READY


async def test_provisions_once(ground: Ground) -> None:
    times: list[str] = []

    async def provision() -> None:
        times.append("provisioned")

    async with kept(ground, [ground.part("house", provision=provision)]) as supervisor:
        house = supervisor.kept["house"]
        assert house.process is not None
        house.process.kill()
        while house.restarts == 0 or house.state is not State.READY:
            await asyncio.sleep(0.05)
    assert times == ["provisioned"]


async def test_gives_up_on_what_never_lives_and_stops_the_rest(ground: Ground) -> None:
    parts = [ground.part("ground"), ground.part("house", "dies", needs=["ground"])]
    supervisor = Supervisor(parts, ground.logs, ground.told.append, lambda: None)
    with pytest.raises(StackError, match=rf"house ended {FIRST_DEATHS_MAX} times .* exit code 3 \(no such luck\)"):
        await supervisor.run(asyncio.Event(), lambda: None)
    assert ground.happened() == ["ground started", "ground stopped"]


async def test_gives_up_when_provisioning_fails(ground: Ground) -> None:
    async def provision() -> None:
        raise StackError("migrations of review failed: made up")

    supervisor = Supervisor([ground.part("ground", provision=provision)], ground.logs, ground.told.append, lambda: None)
    with pytest.raises(StackError, match="ground cannot be made ready: migrations of review failed"):
        await supervisor.run(asyncio.Event(), lambda: None)


async def test_kills_what_does_not_stop(ground: Ground) -> None:
    async with kept(ground, [ground.part("mule", "stubborn", stop_seconds_max=0.3)]) as supervisor:
        mule = supervisor.kept["mule"].process
        assert mule is not None
    assert mule.returncode == -signal.SIGKILL
    assert "mule warning did not stop in time" in ground.texts()


async def test_stops_while_it_is_starting(ground: Ground) -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    part = ground.part("ground", provision=never)
    supervisor = Supervisor(
        [part, ground.part("house", needs=["ground"])], ground.logs, ground.told.append, lambda: None
    )
    stop = asyncio.Event()
    running = asyncio.create_task(supervisor.run(stop, lambda: None))
    while "ground started" not in ground.happened():
        await asyncio.sleep(0.05)
    stop.set()
    await asyncio.wait_for(running, SECONDS_MAX)
    assert ground.happened() == ["ground started", "ground stopped"]


async def test_a_program_that_is_missing_is_named(ground: Ground) -> None:
    part = Part(name="house", command=("/no/such/program",), ready=asyncio.Event().wait, port=1)  # type: ignore[arg-type]
    supervisor = Supervisor([part], ground.logs, ground.told.append, lambda: None)
    with pytest.raises(StackError, match="house cannot be started"):
        await supervisor.run(asyncio.Event(), lambda: None)


async def test_every_line_of_the_log_is_json_and_warnings_are_told(ground: Ground) -> None:
    async with kept(ground, [ground.part("house")]):
        while "it rains" not in ground.texts():
            await asyncio.sleep(0.05)
    lines = [json.loads(line) for line in (ground.logs / "house.jsonl").read_text().splitlines()]
    assert {"a plain line", "it rains"} <= {line["event"] for line in lines}
    assert all(line["ts"] for line in lines)
    assert "house warning it rains" in ground.texts()


async def test_a_process_whose_inbox_has_stopped_serves_and_is_not_killed(ground: Ground) -> None:
    async with kept(ground, [ground.part("house", "held")]) as supervisor:
        assert supervisor.kept["house"].restarts == 0
    assert ground.happened() == ["house started", "house stopped"]


async def test_a_process_that_is_not_ready_otherwise_is(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.services.READY_SECONDS_MAX", 0.5)
    supervisor = Supervisor([ground.part("house", "unready")], ground.logs, ground.told.append, lambda: None)
    with pytest.raises(StackError, match="house cannot be made ready: not ready after"):
        await supervisor.run(asyncio.Event(), lambda: None)
