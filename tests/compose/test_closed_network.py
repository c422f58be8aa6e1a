"""A bundle is carried to a machine without any network, here an engine of its own in an empty network namespace."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from deploy.airgap.bundle import bundle

WANTED = "NIANLUN_TEST_AIRGAP"
NAMESPACE = "nianlun-closed"
READY_SECONDS_MAX = 60.0
STEP_SECONDS_MAX = 600.0
DOCKERD, IP, NSENTER = "/usr/sbin/dockerd", "/usr/sbin/ip", "/usr/bin/nsenter"


@dataclass(frozen=True, slots=True)
class Machine:
    """Whatever runs here sees no network but its own loopback, and an engine in which nothing is."""

    folder: Path

    @property
    def socket(self) -> str:
        return f"unix://{self.folder}/engine.sock"

    def run(self, *command: str, at: Path) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [NSENTER, f"--net=/var/run/netns/{NAMESPACE}", *command],
            cwd=at,
            env={**os.environ, "DOCKER_HOST": self.socket},
            capture_output=True,
            text=True,
            check=False,
            timeout=STEP_SECONDS_MAX,
        )

    def compose(self, *arguments: str, at: Path) -> "subprocess.CompletedProcess[str]":
        return self.run("/usr/bin/docker", "compose", *arguments, at=at)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    if os.environ.get(WANTED) != "1":
        pytest.skip("`make test-airgap` runs these: they need root, a container engine, and minutes")
    one = Machine(tmp_path_factory.mktemp("closed"))
    subprocess.run([IP, "netns", "add", NAMESPACE], check=True)
    with (one.folder / "dockerd.log").open("wb") as log:
        command = [NSENTER, f"--net=/var/run/netns/{NAMESPACE}", DOCKERD, "--host", one.socket]
        for name in ("data-root", "exec-root", "pidfile"):
            command += [f"--{name}", str(one.folder / name)]
        engine = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        assert one.run(IP, "link", "set", "lo", "up", at=one.folder).returncode == 0
        deadline = time.monotonic() + READY_SECONDS_MAX
        while one.run("/usr/bin/docker", "info", at=one.folder).returncode:
            assert time.monotonic() < deadline, (one.folder / "dockerd.log").read_text()[-2000:]
            time.sleep(0.5)
        yield one
    finally:
        engine.terminate()
        engine.wait()
        subprocess.run([IP, "netns", "delete", NAMESPACE], check=False)
        shutil.rmtree(one.folder, ignore_errors=True)


def recovered_by_containers_alone(machine: Machine, folder: Path) -> None:
    """Backed up, the machine wiped but for its secrets, and put back."""
    steps = (
        ("run", "--rm", "-T", "recovery", "backup", "/backups/one"),
        ("down", "--volumes"),
        ("up", "--detach", "--wait", "postgres", "kafka"),
        ("run", "--rm", "-T", "recovery", "restore", "/backups/one"),
        ("up", "--detach", "--wait"),
        ("run", "--rm", "-T", "console", "audit", "verify"),
    )
    for step in steps:
        done = machine.compose(*step, at=folder / "deploy")
        assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "home-backups" / "one" / "manifest.json").is_file()


def test_a_bundle_is_loaded_started_and_proven_without_a_network(machine: Machine) -> None:
    archive = bundle(machine.folder, Console(stderr=True))
    shutil.unpack_archive(archive, machine.folder)
    folder = machine.folder / archive.stem
    loaded = machine.run("./load", "--with", "edge", "observability", at=folder)
    assert loaded.returncode == 0, loaded.stderr
    try:
        up = machine.compose("up", "--detach", "--wait", at=folder / "deploy")
        assert up.returncode == 0, up.stderr
        proven = machine.compose("run", "--rm", "console", "audit", "verify", at=folder / "deploy")
        assert (proven.returncode, "PROVEN" in proven.stdout) == (0, True), proven.stdout + proven.stderr
        recovered_by_containers_alone(machine, folder)
        moved = machine.compose(
            "run", "--rm", "console", "clock", "advance-to", "2017-09-01T09:00:00+08:00", at=folder / "deploy"
        )
        assert moved.returncode == 0, moved.stderr
        again = machine.run("./load", at=folder)
        assert again.returncode == 0, again.stderr
    finally:
        machine.compose("down", "--volumes", at=folder / "deploy")
