"""The compose file and the Dockerfiles by the linters of others: what these find is mended, or kept for a reason."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml

from deploy.composed.engine import composing
from deploy.composed.place import PROFILES, THREE_BROKERS, Wish, prepare
from deploy.local.home import Home

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "docker-compose.yml"
REASONS = ROOT / "deploy" / "compose-lint.yml"
DOCKERFILES = sorted((ROOT / "deploy").rglob("Dockerfile"))
PLANTED = {
    "privileged: true": "CL-0002",
    'ports: ["8030:8000"]': "CL-0005",
    'volumes: ["/var/run/docker.sock:/var/run/docker.sock"]': "CL-0001",
    "cap_add: [SYS_ADMIN]": "CL-0024",
    "pid: host": "CL-0010",
    'environment: {DATABASE_PASSWORD: "hunter2"}': "CL-0020",  # pragma: allowlist secret
}
"""What somebody adds to a service, and the rule that finds it."""
INTRUDER = f"""
  intruder:
    <<: *hardened
    image: intruder@sha256:{"0" * 64}
    user: "10001:10001"
    mem_limit: 64m
    cpus: 1.0
"""
SECONDS_MAX = 60.0


def linted(tool: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name(tool)), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS_MAX)


def compose_linted(file: Path) -> subprocess.CompletedProcess[str]:
    return linted("compose-lint", "check", "--strict-config", "--fail-on", "low", "--config", REASONS, "--no-env", file)


def hadolinted(*files: Path) -> subprocess.CompletedProcess[str]:
    return linted("hadolint", "--no-color", "--config", ROOT / "deploy" / "hadolint.yaml", *files)


def test_nothing_is_found_in_the_compose_file_that_has_no_reason() -> None:
    done = compose_linted(FILE)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("planted", PLANTED)
def test_a_soft_compose_file_is_caught(planted: str, tmp_path: Path) -> None:
    copy = tmp_path / FILE.name
    for added, code in (("", 0), (f"    {planted}\n", 1)):
        copy.write_text(FILE.read_text().replace("\nservices:\n", f"\nservices:\n{INTRUDER}{added}"))
        done = compose_linted(copy)
        assert done.returncode == code, done.stdout
    assert PLANTED[planted] in done.stdout


def test_a_reason_for_what_is_not_there_is_caught(tmp_path: Path) -> None:
    reasons = yaml.safe_load(REASONS.read_text())
    reasons["rules"]["CL-0008"]["exclude_services"]["nobody"] = "there was one once"
    stale = tmp_path / "compose-lint.yml"
    stale.write_text(yaml.safe_dump(reasons))
    done = linted("compose-lint", "check", "--strict-config", "--config", stale, "--no-env", FILE)
    assert done.returncode != 0
    assert "nobody" in done.stdout + done.stderr


def test_nothing_is_found_in_a_dockerfile_that_has_no_reason() -> None:
    assert len(DOCKERFILES) > 1
    done = hadolinted(*DOCKERFILES)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("planted", "rule"),
    [("RUN cd /tmp && sudo make", "DL3004"), ("ADD notes.txt /tmp/notes.txt", "DL3020"), ("USER root", "DL3002")],
)
def test_a_soft_dockerfile_is_caught(planted: str, rule: str, tmp_path: Path) -> None:
    copy = tmp_path / "Dockerfile"
    copy.write_text(f"{(ROOT / 'deploy' / 'Dockerfile').read_text()}{planted}\n")
    done = hadolinted(copy)
    assert done.returncode == 1
    assert rule in done.stdout


@pytest.mark.skipif(shutil.which("docker") is None, reason="there is no docker here")
@pytest.mark.parametrize(
    "profiles", [(), (THREE_BROKERS, "console", "recovery", *PROFILES)], ids=["plain", "with everything"]
)
def test_compose_itself_has_nothing_to_say(profiles: Sequence[str], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    prepare(home, Wish(), "nianlun:0.1.0")
    options = [option for profile in profiles for option in ("--profile", profile)]
    command = [*composing(home, *options, "config", "--quiet")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=SECONDS_MAX, env={"PATH": os.environ["PATH"]}
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
