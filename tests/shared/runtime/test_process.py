"""A service as a process: how it starts, serves, stops and fails."""

import asyncio
import shutil
import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from deploy.local.ports import free_ports
from shared.messaging.relay import SILENT_SECONDS_MAX
from shared.runtime import start
from shared.runtime.database import PASSWORD
from shared.runtime.secret_files import PREVIOUS
from shared.runtime.start import KAFKA_PASSWORD, pools_of
from tests.shared.runtime.service import POISON
from tests.shared.runtime.started import START_SECONDS_MAX, STOP_SECONDS_MAX, Ground, Started

pytestmark = pytest.mark.asyncio(loop_scope="session")

RESIDENT_MIB_MAX = 110


async def test_it_starts_serves_and_stops(ground: Ground) -> None:
    async with ground.process() as started:
        document = await started.ready()
        assert set(document["checks"]) == {"database", "broker", "relay", "inbox", "projector"}
        receipt = (await started.say("hello")).json()
        words = await started.client.get(f"/words?at_least={receipt['position']}")
        assert words.json() >= 1
        metrics = (await started.client.get("/metrics")).text
        assert "nianlun_append_batch_events_sum 1.0" in metrics
        assert "nianlun_append_batch_seconds_count 1.0" in metrics
        resident = psutil.Process(started.process.pid).memory_info().rss / 2**20
        assert resident < RESIDENT_MIB_MAX
        started.process.terminate()
        assert await started.ended() == 0
    log = started.lines()
    assert [line["event"] for line in log if line["event"] in {"started", "stopping", "stopped"}] == [
        "started",
        "stopping",
        "stopped",
    ]
    assert all({"ts", "level", "service", "replica", "event"} <= set(line) for line in log)
    (said,) = [line for line in log if line.get("route") == "/words" and line["method"] == "POST"]
    assert said["status"] == 200
    assert said["command_id"]


async def test_what_was_accepted_is_answered_before_it_stops(ground: Ground) -> None:
    async with ground.process() as started:
        await started.ready()
        slow = asyncio.create_task(started.say("slowly", "/words/slowly"))
        await asyncio.sleep(0.3)
        started.process.send_signal(signal.SIGINT)
        assert (await slow).status_code == httpx.codes.OK
        assert await started.ended() == 0


async def test_a_port_that_is_taken_ends_it_with_one_line(ground: Ground) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with ground.process(NIANLUN_HTTP_PORT=str(port)) as started:
            assert await started.ended() == 1
    (error,) = [line for line in started.lines() if line["level"] == "error"]
    assert f"127.0.0.1:{port}: Address already in use" in error["reason"]


PASSING = {
    "NIANLUN_CLOCK": "system",
    "NIANLUN_CLOCK_PASSES_OVER": "2100-01-01T00:00:00.000Z",
    "NIANLUN_CLOCK_PASSES_OVER_REASON": "a wrong time server",
}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"NIANLUN_DATABASE_USER": "nobody"}, "InvalidPasswordError"),
        ({"NIANLUN_SECRETS_DIR": "/nowhere"}, "/nowhere/database_password"),
        ({"NIANLUN_CLOCK_FILE": "/nowhere/clock.json"}, "/nowhere/clock.json"),
        ({**PASSING, "NIANLUN_CLOCK_PASSES_OVER": "ever"}, "no instant such as"),
        ({"NIANLUN_FILES_URL": "nowhere"}, "'nowhere' is no file:///folder"),
        ({"NIANLUN_CLAMAV": "nowhere"}, "'nowhere' is no host:port of a clamd"),
        ({"NIANLUN_CRASH_AT": "nowhere"}, "'nowhere' is not a valid CrashPoint"),
    ],
)
async def test_wrong_settings_end_it_with_one_line(ground: Ground, settings: dict[str, str], reason: str) -> None:
    async with ground.process(**settings) as started:
        assert await started.ended() == 1
    (error,) = [line for line in started.lines() if line["level"] == "error"]
    assert reason in error["reason"]


async def test_it_connects_while_its_password_is_half_replaced(ground: Ground, tmp_path: Path) -> None:
    shutil.copytree(ground.pair.home.secrets_of("review"), tmp_path, dirs_exist_ok=True)
    (tmp_path / PASSWORD).rename(tmp_path / f"{PASSWORD}{PREVIOUS}")
    (tmp_path / PASSWORD).write_text("not the role's yet")
    async with ground.process(NIANLUN_SECRETS_DIR=str(tmp_path)) as started:
        await started.ready()
        started.process.terminate()
        assert await started.ended() == 0


async def test_it_relays_and_hears_while_its_broker_password_is_half_replaced(ground: Ground, tmp_path: Path) -> None:
    shutil.copytree(ground.pair.home.secrets_of("review"), tmp_path, dirs_exist_ok=True)
    (tmp_path / KAFKA_PASSWORD).rename(tmp_path / f"{KAFKA_PASSWORD}{PREVIOUS}")
    (tmp_path / KAFKA_PASSWORD).write_text("not the broker's yet")
    async with ground.process(NIANLUN_SECRETS_DIR=str(tmp_path)) as started:
        checks = (await started.ready())["checks"]
        assert checks["relay"]["ok"]
        assert checks["inbox"]["ok"]
        assert (await started.say("while it is replaced")).status_code == httpx.codes.OK
        async with asyncio.timeout(START_SECONDS_MAX):
            while (await started.ready())["checks"]["relay"]["lag"]:
                await asyncio.sleep(0.05)
        started.process.terminate()
        assert await started.ended() == 0


async def test_its_log_says_that_the_broker_refused_its_password(ground: Ground, tmp_path: Path) -> None:
    shutil.copytree(ground.pair.home.secrets_of("review"), tmp_path, dirs_exist_ok=True)
    (tmp_path / KAFKA_PASSWORD).write_text("nobody's")
    async with ground.process(NIANLUN_SECRETS_DIR=str(tmp_path)) as started:
        async with asyncio.timeout(START_SECONDS_MAX):
            while not {"the relay tries again", "the inbox connects again"} <= set(refused(started)):
                await asyncio.sleep(0.05)
        assert (await first_answer(started)).status_code == httpx.codes.SERVICE_UNAVAILABLE
        started.process.terminate()
        assert await started.ended() == 0


def refused(started: Started) -> list[str]:
    """What it tells of a refused password."""
    reason = "the broker refused the password of review"
    return [line["event"] for line in started.lines() if line.get("reason", "").endswith(reason)]


async def test_it_stops_while_it_waits_for_its_database(ground: Ground) -> None:
    async with ground.process(NIANLUN_DATABASE_PORT=str(free_ports(1)[0])) as started:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            while not any(line["event"] == "waiting for the database" for line in started.lines()):
                await asyncio.sleep(0.05)
        started.process.terminate()
        assert await started.ended() == 0


async def first_answer(started: Started) -> httpx.Response:
    async with asyncio.timeout(START_SECONDS_MAX):
        while True:
            try:
                return await started.client.get("/health/ready")
            except httpx.TransportError:
                await asyncio.sleep(0.05)


async def test_without_a_broker_it_serves_and_says_that_it_is_not_ready(ground: Ground) -> None:
    closed = f"127.0.0.1:{free_ports(1)[0]}"
    async with ground.process(NIANLUN_KAFKA_BOOTSTRAP=closed) as started:
        answer = await first_answer(started)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert answer.json()["checks"]["database"]["ok"]
        assert not answer.json()["checks"]["broker"]["ok"]
        assert (await started.say("kept for later")).status_code == httpx.codes.OK
        started.process.terminate()
        assert await started.ended() == 0


async def test_a_crash_point_kills_it_and_nothing_acknowledged_is_lost(ground: Ground) -> None:
    async with ground.process(NIANLUN_CRASH_AT="append.after_commit") as started:
        await started.ready()
        with pytest.raises(httpx.RemoteProtocolError):
            await started.say("once", **{"Idempotency-Key": "crash"})
        assert await started.ended() == -signal.SIGKILL
    async with ground.process() as started:
        await started.ready()
        answer = await started.say("once", **{"Idempotency-Key": "crash"})
        assert answer.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("part", ["relay", "inbox"])
async def test_a_part_runs_alone(ground: Ground, part: str) -> None:
    async with ground.process("--only", part) as started:
        async with asyncio.timeout(STOP_SECONDS_MAX):
            while not any(line["event"] == "started" for line in started.lines()):
                assert started.process.returncode is None
                await asyncio.sleep(0.05)
        with pytest.raises(httpx.ConnectError):
            await started.client.get("/health/live")
        started.process.terminate()
        assert await started.ended() == 0


async def relay_of(started: Started) -> dict[str, Any]:
    answer = await started.client.get("/health/ready")
    relay: dict[str, Any] = answer.json()["checks"]["relay"]
    return relay


async def leads(started: Started) -> bool:
    return bool((await relay_of(started))["leading"])


async def test_a_leader_that_is_frozen_leads_no_longer(ground: Ground) -> None:
    async with ground.process() as first, ground.process() as second:
        await first.ready()
        await second.ready()
        leader, other = (first, second) if await leads(first) else (second, first)
        leader.process.send_signal(signal.SIGSTOP)
        try:
            assert (await other.say("while it is frozen")).status_code == httpx.codes.OK
            async with asyncio.timeout(SILENT_SECONDS_MAX + START_SECONDS_MAX):
                while not await leads(other):
                    await asyncio.sleep(0.2)
        finally:
            leader.process.send_signal(signal.SIGCONT)
        async with asyncio.timeout(START_SECONDS_MAX):
            while await leads(leader):
                await asyncio.sleep(0.2)
        async with asyncio.timeout(START_SECONDS_MAX):
            while (await relay_of(leader))["lag"]:
                await asyncio.sleep(0.2)
        assert await leads(other)


async def test_a_transaction_whose_process_is_frozen_keeps_its_locks_no_longer(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that says nothing more, as under `docker pause`; its replica goes on with the read models."""
    monkeypatch.setattr(start, "SILENT", "300ms")
    pools = await pools_of("test", ground.settings(monkeypatch))
    for pool in pools:
        frozen, other = await pool.acquire(), await pool.acquire()
        await frozen.execute("BEGIN; LOCK TABLE views.projection IN EXCLUSIVE MODE")
        async with asyncio.timeout(START_SECONDS_MAX):
            await other.execute("BEGIN; LOCK TABLE views.projection IN EXCLUSIVE MODE; ROLLBACK")
        pool.terminate()


async def test_http_alone_is_ready_without_relay_and_inbox(ground: Ground) -> None:
    async with ground.process("--only", "http") as started:
        assert set((await started.ready())["checks"]) == {"database", "broker", "projector"}


async def test_a_projection_that_fails_ends_it_with_one_line(ground: Ground) -> None:
    async with ground.process("--only", "http", **ground.elsewhere()) as started:
        await started.ready()
        assert (await started.say(POISON)).status_code == httpx.codes.OK
        assert await started.ended() == 1
    (error,) = [line for line in started.lines() if line["level"] == "error"]
    assert error["reason"] == f"ValueError: {POISON}"


async def test_a_log_that_ends_ahead_is_waited_for_until_a_person_passes_over_it(ground: Ground) -> None:
    end = PASSING["NIANLUN_CLOCK_PASSES_OVER"]
    settings = ground.elsewhere("application")
    ground.set_clock(end)
    async with ground.process("--only", "http", **settings) as started:
        await started.ready()
        assert (await started.say("dated wrongly")).status_code == httpx.codes.OK
    settings["NIANLUN_CLOCK"] = "system"
    async with ground.process("--only", "http", **settings) as started:
        health = await first_answer(started)
        (line,) = [line for line in started.lines() if line["event"] == "the clock waits"]
        assert end in line["reason"]
        answer = await started.say("now")
        assert (answer.status_code, answer.headers["retry-after"]) == (httpx.codes.SERVICE_UNAVAILABLE, "1")
        assert health.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert end in health.json()["checks"]["clock"]["reason"]
        assert (await started.client.get("/words")).status_code == httpx.codes.OK
    unsaid = {**settings, **PASSING, "NIANLUN_CLOCK_PASSES_OVER_REASON": " "}
    async with ground.process("--only", "http", **unsaid) as started:
        assert await started.ended() == 1
        assert "needs NIANLUN_CLOCK_PASSES_OVER_REASON" in started.lines()[-1]["reason"]
    async with ground.process("--only", "http", **{**settings, **PASSING}) as started:
        assert (await started.ready())["checks"]["clock"] == {"ok": True}
        (line,) = [line for line in started.lines() if line["event"] == "the end of the log is passed over"]
        assert (line["dated"], line["reason"]) == (end, "a wrong time server")
    async with ground.process("--only", "http", **settings) as started:
        assert (await started.ready())["checks"]["clock"] == {"ok": True}
        assert (await started.say("now")).status_code == httpx.codes.OK
