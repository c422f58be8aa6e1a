"""A composed stack as a second team finds it: what is open, who may do what, and what its usual commands do."""

import json
from pathlib import Path

import httpx
import pytest

from deploy.composed import stack
from deploy.composed.engine import asked, logs
from deploy.composed.place import Wish
from deploy.composed.stack import BASE
from deploy.local.home import Home, StackError, read_json
from shared.contracts.topics import SERVICES
from tests.compose.conftest import PROJECT, Composed
from tests.deploy.readers import Client

ASKED = 20
BROKER = BASE["KAFKA_IMAGE"]
UUID_CHARACTERS = 22
"""Of Kafka's, in base64."""
RUNNING = (*SERVICES, "statistics", "door", "kafka", "postgres", "edge", "prometheus")


def test_everything_is_ready_and_nothing_else_runs(composed: Composed) -> None:
    answer = json.loads(composed.nianlun("status", "--json").stdout)
    assert answer["up"] is True
    assert {row["name"]: row["state"] for row in answer["processes"]} == dict.fromkeys(sorted(RUNNING), "ready")


def test_the_console_in_its_container_says_the_same(composed: Composed) -> None:
    answer = composed.compose("run", "--rm", "-T", "console", "status", "--json")
    assert answer.returncode == 0, answer.stderr
    states = {row["name"]: row["state"] for row in json.loads(answer.stdout)["processes"]}
    assert states == dict.fromkeys(sorted(set(RUNNING) - {"door"}), "ready")


def test_the_console_proves_the_log_and_has_every_command(composed: Composed) -> None:
    proven = composed.compose("run", "--rm", "-T", "console", "audit", "verify")
    assert (proven.returncode, "PROVEN" in proven.stdout) == (0, True), proven.stdout + proven.stderr
    assert composed.compose("run", "--rm", "-T", "console", "--help").returncode == 0


def test_another_clone_takes_nothing_away(composed: Composed, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    with pytest.raises(StackError, match=f"the stack {PROJECT} on this engine is that of {composed.home.root}"):
        stack.up(other, Wish(project=PROJECT), lambda _text: None)
    stack.make_ready(other, Wish(project=PROJECT))
    for leave in (stack.down, stack.destroy):
        with pytest.raises(StackError, match="is that of"):
            leave(other)
    assert composed.all_ready()


@pytest.mark.usefixtures("composed")
def test_data_are_not_taken_up_without_their_secrets(tmp_path: Path) -> None:
    asked("volume", "create", "nianlun-left_postgres")
    try:
        with pytest.raises(StackError, match="holds data of a stack nianlun-left whose secrets are not in"):
            stack.up(Home(tmp_path / "new"), Wish(project="nianlun-left"), lambda _text: None)
    finally:
        asked("volume", "rm", "nianlun-left_postgres")


def test_a_corrupted_view_is_found_and_healed(composed: Composed) -> None:
    corrupt = "UPDATE views.documents SET doc = doc || '{\"role\": \"nobody\"}' WHERE view = 'accounts'"
    ran = composed.compose("exec", "-T", "postgres", "psql", "-U", "postgres", "registration", "-c", corrupt)
    assert ran.stdout.strip() == "UPDATE 1", ran
    tried = composed.nianlun("rebuild", "registration", "accounts", "--dry-run")
    assert (tried.returncode, "not what the log says" in tried.stdout) == (1, True), tried.stderr
    done = composed.nianlun("rebuild", "registration", "accounts", "--rows", "1")
    assert done.returncode == 0, done.stderr
    assert 'role: "nobody" → "administrator"' in done.stdout
    assert "every document is what the log says" in composed.nianlun("rebuild", "registration").stdout


@pytest.mark.usefixtures("composed")
def test_the_broker_takes_what_a_training_run_kept() -> None:
    if "nianlun.stand-in" not in asked("image", "inspect", BROKER):
        pytest.skip("the official image has an archive of its own")
    only = ("--env", "KAFKA_OPTS=-XX:AOTMode=on")
    said = asked(
        "run", "--rm", *only, BROKER, "/opt/kafka/bin/kafka-run-class.sh", "kafka.tools.StorageTool", "random-uuid"
    )
    assert len(said.strip()) == UUID_CHARACTERS


@pytest.mark.parametrize("name", ["postgres", "statistics"])
def test_there_is_no_second_of_what_is_one(composed: Composed, name: str) -> None:
    said = composed.compose("up", "--detach", "--scale", f"{name}=2").stderr
    assert "Docker requires each container to have a unique name" in said
    assert composed.compose("ps", "--format", "{{.Name}}", name).stdout.split() == [f"{PROJECT}-{name}-1"]
    composed.until(composed.all_ready)


@pytest.mark.parametrize("name", RUNNING)
def test_a_container_is_nobody_can_write_and_is_bounded(composed: Composed, name: str) -> None:
    told = composed.inspect(name, "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.Privileged}}")
    assert told == "true [ALL] false"
    assert composed.inspect(name, "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}").split()[0] != "0"
    uid = composed.compose("exec", "-T", name, "id", "-u").stdout.strip()
    assert uid not in {"", "0"}
    written = composed.compose("exec", "-T", name, "sh", "-c", "echo x > /etc/x || echo x > /x")
    assert written.returncode != 0
    assert "Read-only" in written.stderr


@pytest.mark.parametrize("name", RUNNING)
def test_a_container_leaves_no_volume_that_nobody_named(composed: Composed, name: str) -> None:
    mounts = json.loads(composed.inspect(name, "{{json .Mounts}}"))
    volumes = [one["Name"] for one in mounts if one["Type"] == "volume"]
    assert [one for one in volumes if not one.startswith(f"{PROJECT}_")] == []


def test_ports_are_on_loopback_and_only_the_doors_and_the_brokers(composed: Composed) -> None:
    published = {
        name: json.loads(composed.inspect(name, "{{json .NetworkSettings.Ports}}") or "null") or {} for name in RUNNING
    }
    hosts = {one["HostIp"] for ports in published.values() for places in ports.values() for one in places or ()}
    assert hosts == {"127.0.0.1"}
    assert {name for name, ports in published.items() if any(ports.values())} == {"door", "kafka", "edge", "prometheus"}


@pytest.mark.parametrize("target", ["postgres:5432", "kafka:9092"])
def test_from_the_edge_neither_database_nor_broker_is_reached(composed: Composed, target: str) -> None:
    host, port = target.split(":")
    tried = composed.compose("exec", "-T", "door", "bash", "-c", f"exec 3<>/dev/tcp/{host}/{port}")
    assert tried.returncode != 0
    reached = composed.compose("exec", "-T", "door", "bash", "-c", "exec 3<>/dev/tcp/review/8000")
    assert reached.returncode == 0


def test_a_service_writes_no_other_s_topic_and_reads_what_it_consumes(composed: Composed) -> None:
    bootstrap = read_json(composed.home.run)["kafka"]["bootstrap"]  # type: ignore[index]
    probe = Client(bootstrap, "publication", composed.home.secret("publication", "kafka_password"))
    assert probe.write("nianlun.application.application.v1") == "topic refused"
    assert probe.read("nianlun.review.panel.v1", group="publication-probe") == "read"
    assert probe.read("nianlun.registration.access.v1", group="publication-probe") == "topic refused"
    auditor = Client(bootstrap, "auditor", composed.home.secret("auditor", "kafka_password"))
    assert auditor.write("nianlun.review.panel.v1") == "topic refused"


def test_secrets_are_files_that_nobody_else_reads_and_no_environment_holds(composed: Composed) -> None:
    files = [path for path in (composed.home.root / "secrets").rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    secrets = {path.read_text().strip() for path in files}
    for name in RUNNING:
        told = composed.inspect(name, "{{json .Config}}{{json .Path}}{{json .Args}}")
        assert not [one for one in secrets if one in told]


def test_what_runs_once_changes_nothing_when_it_runs_again(composed: Composed) -> None:
    for once in ("databases", "broker"):
        done = composed.compose("run", "--rm", "--no-deps", once)
        assert (done.returncode, done.stdout.strip().splitlines()[-1]) == (0, f"{once}: everything is there")
    assert composed.all_ready()


def test_logs_are_json_with_the_service_s_name(composed: Composed) -> None:
    lines = logs(composed.home, "review")
    assert {json.loads(line)["service"] for line in lines} == {"review"}


def test_an_integrator_reads_from_outside(composed: Composed) -> None:
    topic = "nianlun.application.round.v1"
    given = json.loads(composed.nianlun("integrator", "add", "acme", "--topics", topic, "--json").stdout)
    acme = Client(given["bootstrap"], given["name"], given["password"])
    assert acme.read(topic, group=given["group"]) == "read"
    assert acme.read("nianlun.application.application.v1", group=given["group"]) == "topic refused"
    assert composed.nianlun("integrator", "remove", "acme").returncode == 0


def test_a_master_key_is_changed_while_everything_runs(composed: Composed) -> None:
    done = composed.nianlun("vault", "rotate")
    assert done.returncode == 0, done.stderr
    assert "2 master keys stay in the file" in done.stdout


def test_a_service_is_scaled_and_one_of_two_is_enough(composed: Composed) -> None:
    scaled = composed.compose("up", "-d", "--wait", "--no-recreate", "--scale", "review=2", "review")
    assert scaled.returncode == 0, scaled.stderr
    assert {"review-1", "review-2"} <= {row["name"] for row in composed.rows()}
    composed.until(lambda: composed.container("review-2").state == "ready")
    composed.kill("review-1")
    url = f"{composed.urls['review']}/health/live"
    assert {httpx.get(url, trust_env=False, timeout=10).status_code for _ in range(ASKED)} == {200}
    composed.compose("up", "-d", "--wait", "--no-recreate", "--scale", "review=1", "review")
    composed.until(composed.all_ready)


def test_what_has_no_container_is_down(composed: Composed) -> None:
    assert composed.compose("rm", "--stop", "--force", "review").returncode == 0
    answer = composed.nianlun("status", "--json")
    states = {row["name"]: row["state"] for row in json.loads(answer.stdout)["processes"]}
    assert (answer.returncode, states["review"]) == (1, "down")
    assert composed.up().returncode == 0
    composed.until(composed.all_ready)
