"""A service's views built anew by a process of its own, with the service's rights and no others."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from deploy.composed import inside
from deploy.composed.engine import composing
from deploy.composed.place import is_composed
from deploy.local import state
from deploy.local.home import Home, StackError
from deploy.local.services import Plan, service_part, service_processes
from shared.contracts.topics import SERVICES

STOP_SECONDS_MAX = 20.0


def rebuilding(home: Home, service: str, arguments: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """What the process tells, line by line; raise `StackError` with its reason when it fails.

    It ends when this one does, however that may be: it holds the other end of its standard input.
    """
    command, environment = _process(home, service)
    told: Mapping[str, Any] = {}
    with subprocess.Popen(
        [*command, *arguments, "--attended"],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None, "it is a pipe"
        try:
            for line in process.stdout:
                with suppress(ValueError):
                    told = json.loads(line)
                    yield told
        except BaseException:
            process.terminate()
            process.wait(STOP_SECONDS_MAX)
            raise
    if process.returncode:
        raise StackError(str(told.get("reason") or f"the rebuild ended with code {process.returncode}"))


def _process(home: Home, service: str) -> tuple[list[str], Mapping[str, str]]:
    """On containers one more of the service's, beside those that serve."""
    if service not in SERVICES:
        raise StackError(f"there is no service {service!r}; there are {', '.join(SERVICES)}")
    if inside.here():
        return [sys.executable, "-m", f"services.{service}.main"], inside.environment(home, service)
    if not home.run.exists():
        raise StackError(f"the stack of {home.root} is not up; views are built while it goes on")
    if is_composed(home):
        return composing(home, "run", "--rm", "--no-deps", "-T", service, f"services.{service}.main"), {}
    kept = state.load(home)
    name = next(iter(service_processes((service,), kept.replicas)))
    part = service_part(Plan(home, kept.ports, kept.rehearsal, kept.replicas), name, service, 1)
    return list(part.command), part.environment
