"""A full disk under database or broker: what cannot be kept is refused, nothing is half there, it goes on by itself."""

import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from confluent_kafka.admin import NewTopic

from deploy.local import unprivileged
from deploy.local.administrator import ADMIN, KAFKA_PASSWORD
from deploy.local.databases import SUPERUSER
from deploy.local.home import Home
from deploy.local.kafka import Broker as LocalBroker
from deploy.local.part import Notice, Part
from deploy.local.ports import free_ports
from deploy.local.postgres import Cluster
from deploy.local.supervisor import Supervisor
from shared.auditlog.chain import Head, follow
from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.port import Append, Context, OutcomeUnknown, Write
from shared.eventstore.postgres import PostgresEventStore
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant
from shared.messaging.kafka import Broker, discard, leave
from shared.testing.postgres import Server, dbmate

DISK_BYTES, SPARE_BYTES = 192 * 1024 * 1024, 4 * 1024 * 1024
BROKER_ROOM_BYTES = 96 * 1024 * 1024
"""Of so small a disk; an empty broker has written little."""
ANSWER_SECONDS_MAX, BROKER_SECONDS_MAX, FULL_SECONDS = 10.0, 60.0, 10.0
TOPIC = "full"
EVENTS_MAX = 2_000
EVENT_CHARACTERS = 60_000
ROLE = "review_owner"
EXPERT = Actor("0c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.EXPERT, district="310104")

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(os.geteuid() != 0, reason="a small disk of its own is mounted by root alone"),
]


@contextmanager
def small_disk(folder: str) -> Iterator[Path]:
    """A disk in memory; skips where even root may not mount one, as in some containers."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=755", "small", folder],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        Path(folder).chmod(0o755)
        yield Path(folder)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def running(cluster: Cluster) -> Iterator["subprocess.Popen[bytes]"]:
    options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **unprivileged.identity()}
    process = subprocess.Popen(cluster.command(), start_new_session=True, **options)  # type: ignore[call-overload]
    try:
        asyncio.run(cluster.ready())
        yield process
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def made(cluster: Cluster) -> Server:
    """The server with an empty, migrated database of the review service."""
    server = Server(
        f"postgresql://{SUPERUSER}:{cluster.home.secret('admin', 'postgres_password')}@127.0.0.1:{cluster.port}"
    )
    for role in (ROLE, "review_runtime"):
        server.run(f"CREATE ROLE {role} LOGIN PASSWORD '{role}'")
    server.run(f"CREATE DATABASE review OWNER {ROLE}")
    dbmate(server.as_role(ROLE, "review"), "migrate")
    return server


def command(number: int) -> Append:
    made_id = named("full", str(number))
    context = Context(made_id, EXPERT, Instant("2017-08-01T04:00:00.000Z"), correlation_id=made_id, round="2017")
    event = AccessRefused(command="Recommend", stream="application-1", reason=f"{number} ".ljust(EVENT_CHARACTERS, "x"))
    return Append((Write(Stream(ACCESS["review"], "a", "a"), None, (event,)),), context)


async def until_it_is_full(url: str) -> int:
    """Append until it is refused; returns how many were acknowledged."""
    async with asyncpg.create_pool(url, min_size=1) as pool:
        store = PostgresEventStore(pool, "review", rehearsal=True)
        for number in range(EVENTS_MAX):
            try:
                await store.append(command(number))
            except OutcomeUnknown:
                pool.terminate()
                return number
    raise AssertionError("the disk was never full")


async def appended(url: str, *numbers: int) -> None:
    async with asyncpg.create_pool(url, min_size=1) as pool:
        store = PostgresEventStore(pool, "review", rehearsal=True)
        for number in numbers:
            await store.append(command(number))
        await store.queue.drain()


async def log_of(url: str) -> list[bytes]:
    async with asyncpg.create_pool(url, min_size=1) as pool:
        return [row["body"] for row in await pool.fetch("SELECT body FROM log.events ORDER BY position")]


def fill(disk: Path) -> Path:
    """Leave little room; the file is the ballast."""
    free = os.statvfs(disk)
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"\0" * (free.f_bavail * free.f_frsize - SPARE_BYTES))
    return ballast


def test_what_was_acknowledged_stays_and_what_was_refused_is_done_once_when_there_is_room() -> None:
    with TemporaryDirectory(prefix="nianlun-full-", dir=unprivileged.OPEN_PLACE) as folder, small_disk(folder) as disk:
        cluster = Cluster(Home(disk), free_ports(1)[0])
        cluster.initialise()
        with running(cluster) as process:
            url = made(cluster).as_role("review_runtime", "review")
            asyncio.run(appended(url, EVENTS_MAX))
            ballast = fill(disk)
            acknowledged = asyncio.run(until_it_is_full(url))
            ballast.unlink()
            ended = process.poll() is not None
            if not ended:
                asyncio.run(cluster.ready())
                asyncio.run(appended(url, acknowledged, acknowledged + 1))
                bodies = asyncio.run(log_of(url))
        if ended:
            with running(cluster):
                asyncio.run(appended(url, acknowledged, acknowledged + 1))
                bodies = asyncio.run(log_of(url))
    assert acknowledged >= 1
    reasons = [int(body.split(b'"reason":"')[1].split(b" ")[0]) for body in bodies]
    assert reasons == [EVENTS_MAX, *range(acknowledged + 2)]
    assert follow(Head(), bodies).position == len(bodies)


async def sent_until_it_ends(broker: Broker) -> list[bytes]:
    """What it acknowledged before nothing more could be sent."""
    sent, producer = list[bytes](), broker.producer()
    await producer.start()
    try:
        for number in range(EVENTS_MAX):
            value = f"{number} ".ljust(EVENT_CHARACTERS, "x").encode()
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                await producer.send_and_wait(TOPIC, value, partition=0)
            sent.append(value)
    except (KafkaError, TimeoutError):
        return sent
    finally:
        await discard(producer)
    raise AssertionError("the disk was never full")


async def held(broker: Broker, records: int) -> list[bytes]:
    """The first records of the topic."""
    consumer = broker.consumer(None)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(TOPIC, 0)])
        await consumer.seek_to_beginning()
        found = list[bytes]()
        async with asyncio.timeout(BROKER_SECONDS_MAX):
            while len(found) < records:
                for some in (await consumer.getmany(timeout_ms=200)).values():
                    found += [one.value for one in some]
        return found[:records]
    finally:
        await leave(consumer)


async def test_a_broker_has_all_it_acknowledged_when_there_is_room_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.supervisor.ROOM_BYTES_MIN", BROKER_ROOM_BYTES)
    with TemporaryDirectory(prefix="nianlun-full-") as folder, small_disk(folder) as disk:
        home = Home(disk)
        local, told = LocalBroker(home, *free_ports(2)), list[Notice]()
        local.initialise()

        async def provision() -> None:
            admin = local.admin()
            made = admin.create_topics([NewTopic(TOPIC, 1, 1)])
            await asyncio.to_thread(made[TOPIC].result, BROKER_SECONDS_MAX)

        part = Part(
            name="kafka",
            command=tuple(local.command()),
            ready=local.ready,
            provision=provision,
            writes_to=home.root,
            port=local.port,
        )
        kept = Supervisor([part], tmp_path, told.append, lambda: None)
        stop, up = asyncio.Event(), asyncio.Event()
        running_on = asyncio.create_task(kept.run(stop, up.set))
        broker = Broker(local.bootstrap, ADMIN, lambda: home.secret(ADMIN, KAFKA_PASSWORD))
        try:
            async with asyncio.timeout(BROKER_SECONDS_MAX):
                await up.wait()
            ballast = await asyncio.to_thread(fill, disk)
            sent = await sent_until_it_ends(broker)
            async with asyncio.timeout(BROKER_SECONDS_MAX):
                while not any("started when there is room" in one.text for one in told):
                    await asyncio.sleep(0.1)
            await asyncio.sleep(FULL_SECONDS)
            ballast.unlink()
            async with asyncio.timeout(BROKER_SECONDS_MAX):
                await kept.kept["kafka"].usable.wait()
            assert sent
            assert await held(broker, len(sent)) == sent
        finally:
            stop.set()
            await running_on
