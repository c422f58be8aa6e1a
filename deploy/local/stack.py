"""One stack from its home folder to a clean stop."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterator

from deploy.local import jars, orphans, unprivileged
from deploy.local.home import Home, StackError, write_json
from deploy.local.lease import lease
from deploy.local.logbook import Logbook
from deploy.local.part import Notice, Part
from deploy.local.provision import AUDITOR
from deploy.local.services import Plan, parts, process_names, service_processes
from deploy.local.state import Wish, prepare, save, with_ports
from deploy.local.supervisor import Supervisor
from shared.contracts.topics import SERVICES, TOPICS

Tell = Callable[[Notice], None]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
NAME = "supervisor"


async def run(home: Home, wish: Wish, tell: Tell, services: tuple[str, ...] = SERVICES) -> None:
    """Bring the stack up, keep it up until a signal asks it to stop, and take it down."""
    home.root.mkdir(parents=True, exist_ok=True)
    with lease(home):
        home.run.unlink(missing_ok=True)
        for name in orphans.sweep(home):
            tell(Notice(name, "warning", "was left over by a supervisor that was killed; stopped"))
        state = prepare(home, wish)
        state = with_ports(state, process_names(services, state.replicas), wish.fixed)
        save(home, state)
        plan = Plan(home, state.ports, state.rehearsal, state.replicas, services)
        await asyncio.to_thread(initialise, plan, tell)
        with until_signal() as stop:
            await supervise(home, parts(plan), tell, stop, connection(plan))


def initialise(plan: Plan, tell: Tell) -> None:
    """Make what is not there yet: cluster, broker log, secrets."""
    plan.home.made_secret("registration", "administrator_password")
    if not jars.present():
        tell(Notice("kafka", "info", f"fetching the broker's jars into {jars.cache()}, once for this user"))
    plan.broker.initialise()
    plan.cluster.initialise()
    if unprivileged.needed() and plan.cluster.data.parent != plan.home.root:
        text = f"its data is in {plan.cluster.data}, since uid {unprivileged.UID} cannot reach {plan.home.root}"
        tell(Notice("postgres", "info", text))


async def supervise(home: Home, rows: list[Part], tell: Tell, stop: asyncio.Event, content: dict[str, object]) -> None:
    """Keep the processes up until `stop`; run.json exists exactly while all essential ones have been ready."""
    log = Logbook(home.logs, NAME, tell, None)

    def both(notice: Notice) -> None:
        log.note(notice.level, f"{notice.part}: {notice.text}")
        tell(notice)

    def all_ready() -> None:
        write_json(home.run, content, 0o600)
        both(Notice(NAME, "info", f"everything is up; {home.run} says how to connect"))

    def changed() -> None:
        try:
            write_json(home.status, {"processes": rows_of(supervisor)})
        except StackError as error:
            tell(Notice(NAME, "warning", str(error)))

    supervisor = Supervisor(rows, home.logs, both, changed)
    try:
        await supervisor.run(stop, all_ready)
    finally:
        home.run.unlink(missing_ok=True)
        both(Notice(NAME, "info", "everything is stopped"))


def connection(plan: Plan) -> dict[str, object]:
    """The content of run.json: all that a client needs."""
    urls: dict[str, list[str]] = {service: [] for service in plan.services}
    for name, (service, _) in service_processes(plan.services, plan.replicas).items():
        urls[service].append(f"http://127.0.0.1:{plan.ports[name]}")
    sasl = {
        "mechanism": "SCRAM-SHA-512",
        "username": AUDITOR,
        "password": plan.home.made_secret(AUDITOR, "kafka_password"),
    }
    return {
        "kafka": {"bootstrap": plan.broker.bootstrap, "sasl": sasl},
        "services": {service: {"url": places[0], "urls": places} for service, places in urls.items()},
        "topics": [topic.name for topic in TOPICS],
        "rehearsal": plan.rehearsal,
        "home": str(plan.home.root),
    }


@contextlib.contextmanager
def until_signal() -> Iterator[asyncio.Event]:
    """Set the event when the operator, or the system, asks us to stop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for one in SIGNALS:
        loop.add_signal_handler(one, stop.set)
    try:
        yield stop
    finally:
        for one in SIGNALS:
            loop.remove_signal_handler(one)


def rows_of(supervisor: Supervisor) -> list[dict[str, object]]:
    """What status.json tells of its processes."""
    return [
        {
            "name": name,
            "pid": kept.process.pid if kept.process else None,
            "created": kept.created,
            "state": kept.state,
            "restarts": kept.restarts,
            "port": kept.part.port,
            "url": kept.part.url,
            "stop_signal": kept.part.stop_signal,
        }
        for name, kept in supervisor.kept.items()
    ]
