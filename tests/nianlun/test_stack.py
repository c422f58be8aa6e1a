"""`nianlun up` and its companions, on a stack that really runs."""

import json
import os
import pty
import select
import signal
import subprocess
from contextlib import suppress

import httpx

from shared.contracts.topics import TOPICS
from tests.deploy.readers import Client
from tests.nianlun.commands import COMMAND_SECONDS_MAX, NIANLUN, Stack

PUBLIC, CONFIDENTIAL = "nianlun.application.round.v1", "nianlun.registration.account.v1"


def test_run_json_has_everything_a_client_needs(stack: Stack) -> None:
    assert stack.home.run.stat().st_mode & 0o777 == 0o600
    run = json.loads(stack.home.run.read_text())
    sasl = run["kafka"]["sasl"]
    assert sasl["mechanism"] == "SCRAM-SHA-512"
    assert run["topics"] == [topic.name for topic in TOPICS]
    auditor = Client(run["kafka"]["bootstrap"], sasl["username"], sasl["password"])
    assert auditor.read(CONFIDENTIAL) == "read"
    assert auditor.write(CONFIDENTIAL) == "topic refused"
    assert httpx.get(f"{run['services']['registration']['url']}/health/ready", trust_env=False).status_code == 200


def test_status_shows_each_process(stack: Stack) -> None:
    answer = stack.command("status", "--json")
    assert answer.code == 0, answer
    shown = {row["name"]: row for row in json.loads(answer.out)["processes"]}
    assert list(shown) == ["postgres", "kafka", "registration"]
    assert all(row["state"] == "ready" and row["pid"] and row["port"] and row["resident_mib"] for row in shown.values())
    assert shown["registration"]["position"] >= 2
    assert shown["registration"]["relay_lag"] is not None
    table = stack.command("status").out.splitlines()
    assert [line.split()[0] for line in table[2:5]] == ["postgres", "kafka", "registration"]
    assert "–" in table[2]


def test_status_is_kept_on_a_terminal_until_somebody_ends_it(stack: Stack) -> None:
    terminal, end = pty.openpty()
    words = [NIANLUN, "status", "--watch", "--home", str(stack.home.root)]
    surroundings = {**os.environ, "TERM": "xterm", "COLUMNS": "120"}
    drawn = b""
    with subprocess.Popen(words, stdin=end, stdout=end, stderr=end, env=surroundings) as watching:
        os.close(end)
        while drawn.count(b"together") < 2 and select.select([terminal], [], [], COMMAND_SECONDS_MAX)[0]:
            drawn += os.read(terminal, 4_096)
        watching.send_signal(signal.SIGINT)
        with suppress(OSError):
            while os.read(terminal, 4_096):
                """What it still draws while it ends; a terminal whose last user is gone raises."""
    os.close(terminal)
    assert watching.returncode == 0
    assert b"registration" in drawn


def test_up_while_up_is_one_line(stack: Stack) -> None:
    answer = stack.command("up")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"nianlun: the stack of {stack.home.root} is up already (process ")
    assert answer.err.count("\n") == 1


def test_what_is_killed_comes_back_and_is_told(stack: Stack) -> None:
    before = stack.row("registration")
    os.kill(before["pid"], signal.SIGKILL)
    stack.until(lambda: stack.row("registration")["restarts"] == before["restarts"] + 1)
    stack.until(lambda: stack.row("registration")["state"] == "ready")
    assert stack.row("registration")["pid"] != before["pid"]
    assert "registration    warning: ended unasked: by SIGKILL" in stack.said()
    assert "registration: ended unasked" in (stack.home.logs / "supervisor.jsonl").read_text()


def test_database_and_broker_come_back(stack: Stack) -> None:
    for name in ("postgres", "kafka"):
        os.kill(stack.row(name)["pid"], signal.SIGKILL)
        stack.until(lambda name=name: stack.row(name)["restarts"] == 1)  # type: ignore[misc]
        stack.until(lambda name=name: stack.row(name)["state"] == "ready")  # type: ignore[misc]
    stack.until(lambda: stack.command("status").code == 0)


def test_an_integrator_gets_a_configuration_that_works(stack: Stack) -> None:
    answer = stack.command("integrator", "add", "acme", "--topics", PUBLIC, "nianlun.publication.notice.v1", "--json")
    given = json.loads(answer.out)
    assert given["topics"] == [PUBLIC, "nianlun.publication.notice.v1"]
    acme = Client(given["bootstrap"], given["name"], given["password"])
    assert acme.read(PUBLIC, group=given["group"]) == "read"
    assert acme.read(CONFIDENTIAL, group=given["group"]) == "topic refused"
    again = stack.command("integrator", "add", "acme", "--topics", CONFIDENTIAL, "--confidential")
    assert "acme was known: its rights are replaced" in again.err
    for text in ("AIOKafkaConsumer(", "librdkafka 2.6.1", "kcat -b", "sasl.jaas.config=", given["password"]):
        assert text in again.out
    assert acme.read(CONFIDENTIAL, group=given["group"]) == "read"
    assert acme.read(PUBLIC, group=given["group"]) == "topic refused"
    assert stack.command("integrator", "remove", "acme").code == 0
    assert acme.read(CONFIDENTIAL) == "login refused"
    assert "there is no integrator acme" in stack.command("integrator", "remove", "acme").err


def test_the_clock_moves_forward_only(stack: Stack) -> None:
    moved = stack.command("clock", "advance-to", "2017-08-02T09:00:00+08:00")
    assert moved.out == "2017-08-02 09:00:00.000 Asia/Shanghai (2017-08-02T01:00:00.000Z)\n"
    back = stack.command("clock", "advance-to", "2017-08-01T09:00:00+08:00")
    assert (back.code, back.err.count("\n")) == (1, 1)
    assert stack.command("clock", "show").out == moved.out


def test_down_and_up_again_continues(stack: Stack) -> None:
    before = stack.row("registration")
    position = json.loads(stack.command("status", "--json").out)["processes"][2]["position"]
    assert stack.command("down").code == 0
    assert stack.wait() == 0
    assert not stack.home.run.exists()
    assert stack.command("status").code == 1
    stack.up()
    assert stack.row("registration")["port"] == before["port"]
    assert json.loads(stack.command("status", "--json").out)["processes"][2]["position"] >= position


def test_a_killed_supervisor_s_processes_are_taken_over(stack: Stack) -> None:
    orphan = stack.row("postgres")["pid"]
    stack.kill()
    assert os.path.exists(f"/proc/{orphan}")  # noqa: PTH110 - a process, not a path
    assert stack.command("status").code == 1
    assert stack.command("reconcile").code == 0
    assert "is up and appends" in stack.command("reconcile", "--import").err
    for what in ("kafka", "operators"):
        assert "`nianlun up" in stack.command("secrets", "rotate", what).err
    assert httpx.get(f"{stack.row('registration')['url']}/health/live", trust_env=False).is_success
    stack.up()
    assert not os.path.exists(f"/proc/{orphan}")  # noqa: PTH110 - the same
    assert "was left over by a supervisor that was killed" in stack.said()
