"""What stays the same for the life of a home: its mode, and the ports that were free when it began."""

import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated

from msgspec import Meta

from deploy.local import clock
from deploy.local.home import Home, StackError, close_to_others, read_as, write_json
from deploy.local.ports import PORT_MAX, free_ports, is_free
from deploy.local.postgres import Cluster

FREE_BYTES_MIN = 512 * 1024 * 1024
MEND = 'write {"mode": "rehearsal", "replicas": 1, "ports": {}} into it (or "production", as it was) and data stay'
REHEARSAL, PRODUCTION = "rehearsal", "production"
REPLICAS_MAX = 4
"""Processes of each service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator asked for; None leaves it as it is."""

    production: bool | None = None
    rehearsal_from: str | None = None
    """An ISO 8601 instant with an offset."""
    replicas: int | None = None
    fixed: dict[str, int] = field(default_factory=dict)
    """Ports that were given, by process name."""


@dataclass(frozen=True, slots=True)
class State:
    """The content of stack.json."""

    mode: Annotated[str, Meta(pattern=rf"^({REHEARSAL}|{PRODUCTION})\Z")]
    replicas: Annotated[int, Meta(ge=1, le=REPLICAS_MAX)]
    ports: dict[str, Annotated[int, Meta(ge=1, le=PORT_MAX)]]

    @property
    def rehearsal(self) -> bool:
        """Whether the stack lives by a clock of its own."""
        return self.mode == REHEARSAL


def prepare(home: Home, wish: Wish) -> State:
    """Make the home, or take it up again; raise `StackError` when the wish does not fit it."""
    home.root.mkdir(parents=True, exist_ok=True)
    require_space(home, FREE_BYTES_MIN)
    state = _existing(home, wish) if home.state.exists() else _new(home, wish)
    save(home, state)
    close_to_others(home)
    return state


def save(home: Home, state: State) -> None:
    """Write stack.json."""
    write_json(home.state, asdict(state))


def load(home: Home) -> State:
    """Read stack.json; raise `StackError` when there is none or it is damaged."""
    if not home.state.exists():
        raise StackError(f"there is no stack in {home.root}; `nianlun up` makes one")
    try:
        return told(home.state)
    except StackError as error:
        raise StackError(f"{error}; {MEND}") from error


def told(path: Path) -> State:
    """What a stack.json says; raise `StackError` when it is damaged."""
    return read_as(path, State)


def discard(home: Home) -> None:
    """Remove a home with everything it has outside; its stack must be down."""
    if (home.secrets_of("admin") / "postgres_password").exists():
        shutil.rmtree(Cluster(home, 0).data, ignore_errors=True)
    shutil.rmtree(home.root, ignore_errors=True)


def require_space(home: Home, bytes_min: int) -> None:
    """Refuse to start on a full disk: a database that runs out of space stops in the middle."""
    free = shutil.disk_usage(home.root).free
    if free < bytes_min:
        raise StackError(f"{home.root} has {free // 2**20} MiB of space left, {bytes_min // 2**20} MiB are needed")


def with_ports(state: State, names: list[str], fixed: dict[str, int]) -> State:
    """Give each process a port: the fixed one, else its last one if it is free, else any free one."""
    wanted: dict[int, str] = {}
    for name, port in fixed.items():
        if port in wanted:
            raise StackError(f"port {port} is wanted for {wanted[port]} and for {name}")
        if port > PORT_MAX:
            raise StackError(f"port {port}, wanted for {name}, does not exist; the last one is {PORT_MAX}")
        if not is_free(port):
            raise StackError(f"port {port}, wanted for {name}, is taken")
        wanted[port] = name
    kept = {name: port for name, port in state.ports.items() if name in names and is_free(port)} | fixed
    missing = [name for name in names if name not in kept]
    fresh = [port for port in free_ports(len(missing) + len(kept)) if port not in kept.values()]
    return replace(state, ports=kept | dict(zip(missing, fresh, strict=False)))


def _new(home: Home, wish: Wish) -> State:
    if any((home.root / name).exists() for name in ("postgres", "kafka", "run.json")):
        raise StackError(
            f"{home.root} holds data but no {home.state.name}: it was damaged; restore it or remove {home.root}"
        )
    if wish.production and wish.rehearsal_from:
        raise StackError("a production stack lives by the real clock: --rehearsal-from cannot be given")
    if not wish.production:
        clock.start(home, wish.rehearsal_from or clock.DEFAULT_START)
    return State(PRODUCTION if wish.production else REHEARSAL, wish.replicas or 1, {})


def _existing(home: Home, wish: Wish) -> State:
    state = load(home)
    wanted = state.mode if wish.production is None else PRODUCTION if wish.production else REHEARSAL
    if wanted != state.mode:
        raise StackError(f"{home.root} is a {state.mode} stack for ever; use another --home for {wanted}")
    if wish.rehearsal_from:
        raise StackError(f"{home.root} has begun already; move its clock with `nianlun clock advance-to`")
    if state.rehearsal:
        clock.show(home)
    return replace(state, replicas=wish.replicas or state.replicas)
