"""Logs: wrapped, bounded, told once."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from deploy.local import logbook
from deploy.local.kafka import log_record as kafka_record
from deploy.local.logbook import Logbook
from deploy.local.part import Notice
from deploy.local.postgres import log_record as postgres_record


async def follow(book: Logbook, text: bytes) -> list[dict[str, object]]:
    reading, writing = os.pipe()
    following = asyncio.create_task(book.follow(reading))
    os.write(writing, text)
    os.close(writing)
    await following
    return [json.loads(line) for line in book.path.read_text().splitlines()]


async def test_a_storm_of_warnings_is_told_shortly(tmp_path: Path) -> None:
    told: list[Notice] = []
    same = b'{"level": "warning", "event": "it rains"}\n' * 50
    different = b"".join(b'{"level": "error", "event": "drop %d"}\n' % n for n in range(50))
    lines = await follow(Logbook(tmp_path, "sky", told.append, None), same + different)
    assert len(lines) == 100
    assert len(told) == logbook.NOTICES_MAX + 1
    assert told[-1].text == f"more of it is in {tmp_path / 'sky.jsonl'}"


async def test_a_broken_line_is_kept_as_text(tmp_path: Path) -> None:
    (line, other) = await follow(Logbook(tmp_path, "sky", lambda _: None, None), b'{"level": "war\n\xff\xfe end')
    assert line["event"] == '{"level": "war'
    assert str(other["event"]).endswith("end")


async def test_the_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logbook, "FILE_BYTES_MAX", 100)
    book = Logbook(tmp_path, "sky", lambda _: None, None)
    await follow(book, b"x" * 200 + b"\n")
    await follow(book, b"the next\n")
    assert "the next" in book.path.read_text()
    assert "xxx" not in book.path.read_text()
    assert "xxx" in (tmp_path / "sky.jsonl.1").read_text()


async def test_lines_that_cannot_be_written_are_lost_and_it_is_told_once(tmp_path: Path) -> None:
    told: list[Notice] = []
    book = Logbook(tmp_path, "sky", told.append, None)
    book.path.symlink_to("/dev/full")
    book.note("info", "one")
    book.note("info", "two")
    assert [notice.text for notice in told] == ["its log cannot be written: No space left on device"]


def test_postgres_lines_are_read() -> None:
    assert postgres_record("FATAL:  no pg_hba.conf entry")["level"] == "warning"
    assert postgres_record("FATAL:  the database system is starting up")["level"] == "info"
    assert postgres_record("LOG:  checkpoint starting") == {
        "level": "info",
        "severity": "LOG",
        "event": "checkpoint starting",
    }
    assert postgres_record("something else") == {"level": "info", "event": "something else"}


def test_broker_lines_are_read() -> None:
    line = kafka_record("WARNING org.apache.kafka.Thing a [b] c")
    assert line == {"level": "warning", "logger": "org.apache.kafka.Thing", "event": "a [b] c"}
    assert kafka_record("SEVERE kafka.Kafka$ it is over")["level"] == "error"
    assert kafka_record("\tat kafka.Kafka.main") == {"level": "info", "event": "\tat kafka.Kafka.main"}


OVERLOADED = "QuorumController processExpiredBrokerHeartbeat: controller event queue overloaded."
TIMED_OUT = "BrokerLifecycleManager Broker 1 sent a heartbeat request but received error REQUEST_TIMED_OUT."


@pytest.mark.parametrize("line", [f"SEVERE {OVERLOADED}", f"WARNING {TIMED_OUT}"])
def test_a_broker_that_waited_for_a_busy_machine_says_that_nothing_is_to_be_done(line: str) -> None:
    told = kafka_record(line)
    assert told["level"] == "warning"
    assert "nothing is to be done" in str(told["event"])


@pytest.mark.parametrize("api", ["CONTROLLER_REGISTRATION", "BROKER_REGISTRATION"])
def test_a_controller_that_registers_before_it_leads_is_no_error(api: str) -> None:
    said = f"SEVERE kafka.server.ControllerApis [id=1] Unexpected error handling request RequestHeader(apiKey={api}, .."
    assert kafka_record(said)["level"] == ("info" if api == "CONTROLLER_REGISTRATION" else "error")


def test_another_error_of_the_broker_stays_one() -> None:
    told = kafka_record("SEVERE kafka.log.LogManager Disk error")
    assert told == {"level": "error", "logger": "kafka.log.LogManager", "event": "Disk error"}
