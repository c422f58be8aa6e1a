"""What runs once waits for its server, and says in one line what it waited for in vain."""

import sys
from concurrent.futures import Future
from pathlib import Path

import asyncpg
import pytest
from confluent_kafka import KafkaError, KafkaException

from deploy.composed import once
from deploy.local.home import StackError
from deploy.local.ports import FIRST
from deploy.local.provision import Unanswered, done

AWAY = [
    ConnectionRefusedError("refused"),
    asyncpg.CannotConnectNowError("starting up"),
    KafkaException("no broker"),
    Unanswered("the broker has not heard of a change within 30 s"),
]


@pytest.fixture(autouse=True)
def soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANLUN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(once, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(sys, "argv", ["once", "databases"])


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_a_server_that_is_not_there_yet_is_waited_for(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = []

    async def databases(_told: once.Settings) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise error

    monkeypatch.setitem(once.WHAT, "databases", databases)
    once.main()
    assert (len(tries), capsys.readouterr().out) == (3, "databases: everything is there\n")


@pytest.mark.parametrize(
    ("code", "is_late"),
    [(KafkaError._TIMED_OUT, True), (KafkaError.REQUEST_TIMED_OUT, True), (KafkaError.POLICY_VIOLATION, False)],
)
def test_a_broker_that_is_late_has_not_refused(code: int, *, is_late: bool) -> None:
    asked: Future[None] = Future()
    asked.set_exception(KafkaException(KafkaError(code)))
    with pytest.raises(StackError) as raised:
        done(asked)
    assert isinstance(raised.value, Unanswered) is is_late


def test_what_waiting_does_not_mend_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def databases(_told: once.Settings) -> None:
        raise StackError("a secret is not there")

    monkeypatch.setitem(once.WHAT, "databases", databases)
    with pytest.raises(SystemExit, match="databases: a secret is not there"):
        once.main()


@pytest.mark.parametrize("what", ["databases", "broker"])
def test_one_that_stays_away_is_one_line(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("postgres_password", "kafka_password"):
        (tmp_path / "home" / "secrets" / "admin").mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / "secrets" / "admin" / name).write_text("secret")
    monkeypatch.setenv("NIANLUN_DATABASE_HOST", "127.0.0.1")
    monkeypatch.setenv("NIANLUN_DATABASE_PORT", str(FIRST - 1))
    monkeypatch.setenv("NIANLUN_KAFKA_BOOTSTRAP", f"127.0.0.1:{FIRST - 1}")
    monkeypatch.setattr(once, "AWAY_SECONDS_MAX", 0.1)
    monkeypatch.setattr("deploy.local.provision.SECONDS_MAX", 1.0)
    monkeypatch.setattr(sys, "argv", ["once", what])
    with pytest.raises(SystemExit, match=f"^{what}: .+"):
        once.main()
