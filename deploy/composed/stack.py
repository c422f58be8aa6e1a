"""One composed stack: built and brought up, stopped, and destroyed with all that it knows."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from deploy.composed.engine import BUILD_SECONDS_MAX, asked, compose, containers, docker, is_here, logs
from deploy.composed.owner import require_own
from deploy.composed.place import (
    BESIDE,
    KAFKA_PORT,
    REHEARSAL,
    ROOT,
    Wish,
    brokers,
    door,
    hand_over,
    prepare,
    variables,
)
from deploy.local.home import Home, StackError, write_json
from deploy.local.provision import AUDITOR
from shared.contracts.topics import SERVICES, TOPICS

BASE = {
    "PYTHON_IMAGE": "python:3.13-slim-trixie",
    "POSTGRES_IMAGE": "postgres:18",
    "KAFKA_IMAGE": "apache/kafka:4.3.1",
    "NGINX_IMAGE": "nginx:stable",
}
"""Variable to image: another registry's name for one goes into the environment."""
OF_A_PROFILE = {
    "observability": {"PROMETHEUS_IMAGE": "prom/prometheus:v3.5.0"},
    "dashboards": {"PROMETHEUS_IMAGE": "prom/prometheus:v3.5.0", "GRAFANA_IMAGE": "grafana/grafana:12.1.1"},
}
IMAGE = "nianlun:0.1.0"
PULL_SECONDS_MAX = 600.0
NOT_WELL = ("down", "pausing", "unready")
WORDS_CHARACTERS_MAX = 300
Tell = Callable[[str], None]


def up(home: Home, wish: Wish, tell: Tell, *, build: bool = True) -> None:
    """Make what is missing, start everything and wait until it is ready; then run.json says how to connect."""
    asked("info", "--format", "{{.ServerVersion}}")
    require_own(home, wish)
    image = make_ready(home, wish)
    if build:
        _base_images(home, tell)
        tell(f"building {image}")
        _build(image)
    tell("starting")
    try:
        compose(home, "up", "--detach", "--wait", "--remove-orphans")
    except StackError as error:
        home.run.unlink(missing_ok=True)
        raise StackError(f"{error}{_last_words(home)}") from error
    connect(home)
    tell(f"everything is up; {home.run} says how to connect")


def prepare_own(home: Home, wish: Wish) -> None:
    """Make ready what is no other home's, as far as there is an engine to ask."""
    if is_here():
        require_own(home, wish)
    make_ready(home, wish)


def make_ready(home: Home, wish: Wish) -> str:
    """Make the secrets and settings that the engine needs, and start nothing; returns the image's name."""
    image = os.environ.get("NIANLUN_IMAGE", IMAGE)
    prepare(home, wish, image)
    return image


def down(home: Home) -> None:
    """Stop the stack; its volumes stay for the next `up`."""
    variables(home)
    require_own(home, Wish())
    home.run.unlink(missing_ok=True)
    compose(home, "down", "--remove-orphans")


def destroy(home: Home) -> None:
    """Stop the stack and remove its volumes and its home."""
    variables(home)
    require_own(home, Wish())
    home.run.unlink(missing_ok=True)
    compose(home, "down", "--remove-orphans", "--volumes")
    if BESIDE.is_symlink() and BESIDE.resolve() == home.composed.resolve():
        BESIDE.unlink()
    shutil.rmtree(home.root)


def connect(home: Home) -> None:
    """Write run.json: all that a client needs, which stays the same while containers come and go."""
    told = variables(home)
    urls = {service: f"http://127.0.0.1:{told[door(service)]}" for service in SERVICES}
    sasl = {
        "mechanism": "SCRAM-SHA-512",
        "username": AUDITOR,
        "password": home.secret(AUDITOR, "kafka_password"),
    }
    content = {
        "kafka": {"bootstrap": bootstrap(home), "sasl": sasl},
        "services": {service: {"url": url, "urls": [url]} for service, url in urls.items()},
        "topics": [topic.name for topic in TOPICS],
        "rehearsal": told["NIANLUN_CLOCK"] == REHEARSAL,
        "home": told["NIANLUN_COMPOSED"],
    }
    write_json(home.run, content, 0o600)
    hand_over(home)


def _last_words(home: Home) -> str:
    """What the first container that is not well said last."""
    for one in containers(home):
        if one.state in NOT_WELL:
            said = logs(home, one.service, "--tail", "1") or ["nothing"]
            return f"; {one.name} said last: {said[-1][:WORDS_CHARACTERS_MAX]}"
    return ""


def bootstrap(home: Home) -> str:
    """Where readers from outside meet the brokers, whose ports follow one another."""
    told = variables(home)
    first = int(told[KAFKA_PORT])
    return ",".join(f"127.0.0.1:{first + n}" for n in range(len(brokers(told))))


def _base_images(home: Home, tell: Tell) -> None:
    wanted = dict(BASE)
    for profile in variables(home)["COMPOSE_PROFILES"].split(","):
        wanted |= OF_A_PROFILE.get(profile, {})
    for variable, official in wanted.items():
        image = os.environ.get(variable, official)
        if _has(image):
            continue
        tell(f"pulling {image}")
        try:
            asked("pull", "--quiet", image, seconds_max=PULL_SECONDS_MAX)
        except StackError as error:
            raise StackError(
                f"{image} is not here and cannot be pulled; `make airgap-images` makes it without an image registry"
            ) from error


def _has(image: str) -> bool:
    try:
        asked("image", "inspect", image)
    except StackError:
        return False
    return True


def _build(image: str) -> None:
    done = subprocess.run(
        [str(ROOT / "deploy" / "build.sh"), image],
        env={**os.environ, "DOCKER": docker(), "PROGRESS": "plain"},
        capture_output=True,
        text=True,
        check=False,
        timeout=BUILD_SECONDS_MAX,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise StackError(f"the image cannot be built: {' '.join(lines[-3:])}")


if __name__ == "__main__":
    sys.stdout.write(f"{IMAGE}\n")
