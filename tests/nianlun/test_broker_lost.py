"""The broker's disk is lost and the databases are whole: said, waited for, made good, and proven again."""

import asyncio
import json
import os
import shutil
import signal
import time
from base64 import b64decode
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from audit.sources import broker_of
from deploy.local.home import Home
from deploy.recovery.dumps import connected
from deploy.recovery.reach import databases_of
from shared.contracts.topics import PARTITIONS, SERVICES, topic_of
from shared.messaging.kafka import Broker, partition_of
from tests.nianlun.commands import Answer, Stack, ending
from tests.nianlun.test_backup import down, events, open_account, publish_a_key, signs_in

ON_ITS_WAY_SECONDS = 1.0
EMPTY = "nianlun.registration.organization.v1"
"""A topic to which nothing is sent here."""
REFUSING = """
CREATE FUNCTION delivery.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE ON delivery.cursor EXECUTE FUNCTION delivery.refuse();
"""
SET_BACK = """
ALTER TABLE log.events DISABLE TRIGGER USER;
DELETE FROM log.events WHERE position = (SELECT position FROM log.log_head);
ALTER TABLE log.events ENABLE TRIGGER USER;
ALTER TABLE log.log_head DISABLE TRIGGER USER;
UPDATE log.log_head SET position = position - 1,
    hash = (SELECT encode(sha256(body), 'hex') FROM log.events ORDER BY position DESC LIMIT 1);
ALTER TABLE log.log_head ENABLE TRIGGER USER;
"""
"""A database as it was before its last event."""
LACKS = "BrokerSetBack: the broker lacks event"
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    running = Stack(Home(Path(tmp_path_factory.mktemp("lost")) / "home"))
    running.up("registration", "application")
    with ending(running):
        yield running


def lose_the_brokers_disk(stack: Stack) -> None:
    shutil.rmtree(stack.home.root / "kafka" / "data")


def says_why(stack: Stack) -> bool:
    said = stack.command("status")
    return said.code == 1 and LACKS in said.err


def reconciled(stack: Stack, *options: str) -> Answer:
    return stack.command("reconcile", *options)


def lacking(answer: Answer, service: str = "registration") -> int:
    """How many events of a service the broker lacks, or is sent again."""
    (line,) = [line.split() for line in answer.out.splitlines() if service in line]
    return int(line[-1])


def test_a_broker_without_its_disk_is_said_and_commands_go_on(stack: Stack) -> None:
    open_account(stack, "before")
    before = events(stack)
    assert reconciled(stack).code == 0
    down(stack)
    lose_the_brokers_disk(stack)
    stack.up("registration", "application")
    stack.until(lambda: says_why(stack))
    open_account(stack, "meanwhile")
    assert signs_in(stack, "before") == 200
    assert LACKS in stack.said()
    compared = reconciled(stack)
    assert compared.code == 1
    assert 0 < lacking(compared) <= before
    assert "`nianlun reconcile --import` brings back what is missing" in compared.err
    assert stack.command("audit", "verify").code == 2


def test_what_it_lacks_is_sent_again(stack: Stack) -> None:
    sent_again(stack)
    assert signs_in(stack, "meanwhile") == 200
    open_account(stack, "afterwards")
    assert events(stack)
    assert reconciled(stack).code == 0


def sent_again(stack: Stack) -> None:
    down(stack)
    done = reconciled(stack, "--import")
    assert done.code == 0, done
    assert lacking(done) > 0
    assert reconciled(stack).code == 0
    stack.up("registration", "application")
    stack.until(lambda: stack.command("status").code == 0)


def topics_on_the_disk(stack: Stack) -> dict[Path, int]:
    """The bytes of each partition of registration's."""
    data = stack.home.root / "kafka" / "data"
    return {path: path.stat().st_size for path in data.glob("nianlun.registration.*/*.log")}


@pytest.mark.parametrize("under_way", [True, False])
def test_a_broker_that_lost_its_last_records_under_a_leading_relay_is_not_sent_over(
    stack: Stack,
    under_way: bool,  # noqa: FBT001 - whether an event is on its way when that happens
) -> None:
    """As after a power cut: what was acknowledged was not on the disk yet, and nobody remembers the producer."""
    os.kill(stack.row("registration")["pid"], signal.SIGTERM)
    stack.until(lambda: stack.command("status").code == 0)
    before = topics_on_the_disk(stack)
    publish_a_key(stack)
    stack.until(lambda: reconciled(stack).code == 0)
    grown = {path: before.get(path, 0) for path, size in topics_on_the_disk(stack).items() if size != before.get(path)}
    kafka = stack.row("kafka")["pid"]
    if under_way:
        os.kill(kafka, signal.SIGSTOP)
        publish_a_key(stack)
        time.sleep(ON_ITS_WAY_SECONDS)
    os.kill(kafka, signal.SIGKILL)
    for path, size in grown.items():
        os.truncate(path, size)
    kept = topics_on_the_disk(stack)
    publish_a_key(stack)
    stack.until(lambda: says_set_back(stack))
    assert topics_on_the_disk(stack) == kept
    assert lacking(reconciled(stack)) >= len(grown)
    sent_again(stack)


def says_set_back(stack: Stack) -> bool:
    said = stack.command("status")
    return said.code == 1 and "BrokerSetBack: " in said.err


def producer_of(stack: Stack) -> AIOKafkaProducer:
    password = partial(stack.home.secret, "registration", "kafka_password")
    return Broker(broker_of(stack.home.run).bootstrap, "registration", password).producer()


async def probe(stack: Stack) -> None:
    """As a probe of the network sends what is no event, where nothing else is."""
    async with producer_of(stack) as producer:
        assert (await producer.send_and_wait(EMPTY, b"no event at all", partition=0)).offset == 0


async def execute(stack: Stack, statements: str, service: str = SERVICES[-1]) -> None:
    async with databases_of(stack.home) as databases, connected(databases, service) as connection:
        await connection.execute(statements)


def parked(stack: Stack) -> int:
    return len(json.loads(stack.command("parked", "show", "--service", "application", "--topic", EMPTY, "--json").out))


async def outgoing(stack: Stack) -> list[tuple[str, bytes, bytes, int]]:
    """Topic, body, key and partition of every event of registration, in order."""
    async with databases_of(stack.home) as databases, connected(databases, "registration") as connection:
        rows = await connection.fetch("SELECT stream, body FROM log.events ORDER BY position")
    keys = [json.loads(row["body"])["partitionkey"].encode() for row in rows]
    return [
        (topic_of("registration", row["stream"]), row["body"], key, partition_of(key))
        for row, key in zip(rows, keys, strict=True)
    ]


async def send_last(stack: Stack) -> None:
    """The last event of each partition, whose earlier ones are lost."""
    async with producer_of(stack) as producer:
        for topic, body, key, partition in {(one[0], one[3]): one for one in await outgoing(stack)}.values():
            await producer.send_and_wait(topic, body, key, partition=partition)


async def send_over(stack: Stack) -> None:
    """As a release did that did not know better: later events first, all of them behind these."""
    events = await outgoing(stack)
    async with producer_of(stack) as producer:
        for topic, body, key, partition in (*reversed(events), *events):
            await producer.send_and_wait(topic, body, key, partition=partition)


def test_a_broker_that_was_sent_over_is_sent_everything_anew(stack: Stack) -> None:
    down(stack)
    lose_the_brokers_disk(stack)
    stack.up("registration", "application")
    stack.until(lambda: says_why(stack))
    for number in range(PARTITIONS + 1):
        open_account(stack, f"account{number}")
    asyncio.run(send_last(stack))
    compared = reconciled(stack)
    assert (compared.code, compared.err.count("nianlun reconcile --import --resend")) == (1, 1), compared
    assert "nianlun reconcile --import`" not in compared.err
    asyncio.run(send_over(stack))
    asyncio.run(probe(stack))
    assert stack.command("audit", "verify").code == 1
    kept = stack.command("backup", str(stack.home.root.parent / "kept"))
    assert (kept.code, "`nianlun reconcile --import --resend`" in kept.err) == (1, True), kept
    down(stack)
    refused = reconciled(stack, "--import")
    assert (refused.code, refused.err.count("\n")) == (1, 1)
    assert "the broker's log cannot be used: DISPROVED: " in refused.err
    assert "; `nianlun reconcile --import --resend` sends everything anew" in refused.err
    anew = reconciled(stack, "--import", "--resend")
    assert anew.code == 0, anew
    stack.up("registration", "application")
    stack.until(lambda: stack.command("status").code == 0)
    assert events(stack) == sum(lacking(anew, service) for service in SERVICES)
    open_account(stack, "finally")
    assert reconciled(stack).code == 0


def test_the_same_probe_again_and_a_database_that_refuses_are_no_dead_end(stack: Stack) -> None:
    before = parked(stack)
    asyncio.run(probe(stack))
    stack.until(lambda: parked(stack) == before + 1)
    asyncio.run(execute(stack, REFUSING))
    down(stack)
    refused = reconciled(stack, "--import", "--resend")
    assert (refused.code, refused.err.splitlines()[-1]) == (1, "nianlun: the database refused: not now")
    stack.up("registration", "application")
    assert "DISPROVED" in stack.command("audit", "verify").err, "a topic that was emptied has no probe"
    asyncio.run(execute(stack, "DROP FUNCTION delivery.refuse CASCADE"))
    down(stack)
    anew = reconciled(stack, "--import", "--resend")
    assert anew.code == 0, anew
    stack.up("registration", "application")
    assert events(stack) == sum(lacking(anew, service) for service in SERVICES)


def test_only_with_import_are_topics_emptied(stack: Stack) -> None:
    assert "--resend goes with --import" in reconciled(stack, "--resend").err
    assert "is up and appends" in reconciled(stack, "--import", "--resend").err


def test_what_a_database_does_not_have_is_listed_and_brought_back_or_left_out(stack: Stack) -> None:
    """The last event of registration is behind its database's last: as lost it comes back, as another's it does not."""
    open_account(stack, "last")
    stack.until(lambda: reconciled(stack).code == 0)
    whole = asyncio.run(outgoing(stack))
    topic, body, _, partition = whole[-1]
    asyncio.run(execute(stack, SET_BACK, "registration"))
    down(stack)
    listed = reconciled(stack, "--records")
    rows = [line.split()[:3] for line in listed.out.splitlines() if f"{topic}/" in line]
    assert (listed.code, [row[1:] for row in rows]) == (1, [[str(len(whole)), json.loads(body)["time"]]])
    record = rows[0][0]
    assert record.startswith(f"{topic}/{partition}@")
    nowhere = reconciled(stack, "--import", "--resend", "--leave-out", f"{topic}/{partition}@999999")
    assert (nowhere.code, nowhere.err) == (
        1,
        f"nianlun: there is no record {topic}/{partition}@999999; nothing was changed\n",
    )
    assert reconciled(stack, "--import").code == 0
    stack.up("registration", "application")
    assert asyncio.run(outgoing(stack)) == whole
    stack.until(lambda: reconciled(stack).code == 0)
    asyncio.run(execute(stack, SET_BACK, "registration"))
    down(stack)
    done = reconciled(stack, "--import", "--resend", "--leave-out", record)
    assert done.code == 0, done
    (kept,) = (stack.home.root / "left-out").iterdir()
    assert b64decode(json.loads(kept.read_text())["value"]) == body
    stack.up("registration", "application")
    assert asyncio.run(outgoing(stack)) == whole[:-1]
    stack.until(lambda: stack.command("audit", "verify").code == 0)
