"""A composed stack as it is found, whoever started or stopped it: run.json is there while it is up."""

import asyncio

from deploy.composed import inside
from deploy.composed.doors import DATABASE, LOOPBACK
from deploy.composed.engine import LABEL, asked, is_here
from deploy.composed.owner import HOME
from deploy.composed.place import brokers, door, variables
from deploy.composed.stack import connect
from deploy.local.home import Home, StackError
from deploy.local.ports import answers
from deploy.local.status import ANSWER_SECONDS_MAX
from shared.contracts.topics import SERVICES

DOOR = "door"
"""The door is started last, when every service has been ready."""
TOLD = f'{{{{.State}}}} {{{{.Label "{LABEL}.service"}}}} {{{{.Label "{HOME}"}}}}'
RUNNING = ("running", "restarting", "paused")


def find(home: Home) -> None:
    """Write run.json where the door is open, and take it away where nothing of the stack runs.

    In between, and where the engine does not say, it is left as it is.
    """
    if inside.here():
        return
    try:
        running = _of_engine(home) if is_here() else asyncio.run(_open(home))
    except StackError:
        return
    if not running:
        home.run.unlink(missing_ok=True)
    elif DOOR in running and not home.run.exists():
        connect(home)


def _of_engine(home: Home) -> set[str]:
    """The services of the home that have a container that runs; none where the project is another home's."""
    told = variables(home)
    its = (f"label={LABEL}.project={told['COMPOSE_PROJECT_NAME']}", f"label={LABEL}.oneoff=False")
    said = asked("ps", "--all", *(word for one in its for word in ("--filter", one)), "--format", TOLD)
    rows = [line.split(" ", 2) for line in said.splitlines()]
    owners = {whose for _, service, whose in rows if service == DATABASE}
    if owners - {"", told["NIANLUN_COMPOSED"]}:
        return set()
    return {service for state, service, _ in rows if state in RUNNING}


async def _open(home: Home) -> set[str]:
    """What of the home has an open port, for the console in its container, which has no engine to ask."""
    told = variables(home)
    ports = {DOOR: told[door(SERVICES[0])]}
    ports |= {name: told[door(name.replace("-", "_"))] for name in brokers(told)}
    found = await asyncio.gather(*(answers(LOOPBACK, int(port), ANSWER_SECONDS_MAX) for port in ports.values()))
    return {name for name, is_open in zip(ports, found, strict=True) if is_open}
