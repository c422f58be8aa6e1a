"""The container engine: one `docker` command, and what it says of a stack's containers."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.composed.place import FILE, variables
from deploy.local.home import Home, StackError

OWN = Path("/usr/bin/docker")
"""The distribution's, which other clients on the PATH may hide."""
ANSWER_SECONDS_MAX, RESTART_SECONDS_MAX, UP_SECONDS_MAX, BUILD_SECONDS_MAX = 30.0, 60.0, 300.0, 1800.0
QUIET = ("--progress", "quiet")
ERASE = "\x1b[2K"
LABEL = "com.docker.compose"
ONCE = ("databases", "broker")
"""What runs once; it is shown only when it failed."""


@dataclass(frozen=True, slots=True)
class Container:
    """One container of a stack."""

    name: str
    """Of the service, with a number when there are several of it."""
    service: str
    state: str
    """As `nianlun status` shows it."""
    pid: int | None
    restarts: int
    port: int
    """The first that is published on loopback, or 0."""
    health: Mapping[str, Any]
    """What the process said of itself when its health was checked last; empty where that is no JSON."""


def is_here() -> bool:
    """Whether there is an engine to ask; in the console's container there is none."""
    return OWN.exists() or shutil.which("docker") is not None


def docker() -> str:
    """The command; raise `StackError` when there is none."""
    found = str(OWN) if OWN.exists() else shutil.which("docker")
    if found is None:
        raise StackError(
            "there is no docker here: let deploy/engine.sh install one, and what is in a container already asks "
            "`docker compose ps`, or `docker compose run --rm recovery …`, beside the engine"
        )
    return found


def asked(*arguments: str, seconds_max: float = ANSWER_SECONDS_MAX) -> str:
    """What `docker` prints; raise `StackError` with its last line when it fails."""
    try:
        done = subprocess.run([docker(), *arguments], capture_output=True, text=True, check=False, timeout=seconds_max)
    except subprocess.TimeoutExpired as error:
        raise StackError(f"docker {arguments[0]} has not ended within {seconds_max:g} s") from error
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise StackError(f"docker {arguments[0]}: {''.join(last)}")
    return done.stdout


def composing(home: Home, *arguments: str) -> list[str]:
    """The command line of `docker compose` for a home's stack; like in deploy/ it finds the files by itself."""
    variables(home)
    where = ("--project-directory", str(FILE.parent), "--env-file", str(home.composed))
    return [docker(), "compose", *where, *QUIET, *arguments]


def compose(home: Home, *arguments: str, seconds_max: float = UP_SECONDS_MAX) -> str:
    """What `docker compose` prints; raise `StackError` with its last line when it fails."""
    return asked(*composing(home, *arguments)[1:], seconds_max=seconds_max)


def logs(home: Home, service: str, *options: str) -> list[str]:
    """What a service's containers said; Compose erases a line before each, terminal or not."""
    said = compose(home, "logs", "--no-log-prefix", *options, service)
    return said.replace(ERASE, "").splitlines()


def containers(home: Home) -> list[Container]:
    """All containers of a home's stack, in the order of their names, without what runs or ran once beside it."""
    project = variables(home)["COMPOSE_PROJECT_NAME"]
    ids = asked("ps", "--all", "--quiet", "--filter", f"label={LABEL}.project={project}").split()
    if not ids:
        return []
    told: list[dict[str, Any]] = json.loads(asked("inspect", *ids))
    told = [one for one in told if not _beside(one)]
    services = [_label(one, "service") for one in told]
    return sorted((_container(one, services) for one in told), key=lambda one: one.name)


def restart(home: Home, name: str) -> None:
    """`docker restart` one container, by the name that `containers` gives it."""
    own = name if name.rpartition("-")[2].isdigit() else f"{name}-1"
    asked("restart", f"{variables(home)['COMPOSE_PROJECT_NAME']}-{own}", seconds_max=RESTART_SECONDS_MAX)


def restart_together(home: Home, services: Sequence[str]) -> None:
    """Stop every container of these services at once, and start them."""
    compose(home, "restart", *services)


def _container(told: Mapping[str, Any], services: Sequence[str]) -> Container:
    service, state = _label(told, "service"), told["State"]
    name = service if services.count(service) == 1 else f"{service}-{_label(told, 'container-number')}"
    return Container(
        name=name,
        service=service,
        state=_state(state),
        pid=state["Pid"] or None,
        restarts=told["RestartCount"],
        port=min(_published(told["NetworkSettings"]["Ports"] or {}), default=0),
        health=_said(state),
    )


def _published(ports: Mapping[str, Sequence[Mapping[str, str]] | None]) -> list[int]:
    return [int(one["HostPort"]) for places in ports.values() for one in places or ()]


def _said(state: Mapping[str, Any]) -> Mapping[str, Any]:
    checks = (state.get("Health") or {}).get("Log") or [{"Output": ""}]
    with suppress(ValueError):
        said = json.loads(checks[-1]["Output"])
        return said if isinstance(said, dict) else {}
    return {}


def _state(state: Mapping[str, Any]) -> str:
    match state["Status"], (state.get("Health") or {}).get("Status", "healthy"):
        case "running", "healthy":
            return "ready"
        case "running", "starting":
            return "starting"
        case (("running" | "paused"), _):
            return "unready"
        case "restarting", _:
            return "pausing"
        case "created", _:
            return "waiting"
        case _:
            return "down"


def _beside(told: Mapping[str, Any]) -> bool:
    if told["Config"]["Labels"].get(f"{LABEL}.oneoff") == "True":
        return True
    return _label(told, "service") in ONCE and (told["State"]["Running"] or told["State"]["ExitCode"] == 0)


def _label(told: Mapping[str, Any], name: str) -> str:
    return str(told["Config"]["Labels"][f"{LABEL}.{name}"])


if __name__ == "__main__":
    sys.stdout.write(f"{docker()}\n")
