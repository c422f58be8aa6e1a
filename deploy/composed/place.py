"""A composed stack's home: its secrets, its clock and the variables that `docker compose` reads, made once."""

import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from deploy.composed import COMPOSED
from deploy.local import clock, vault_keys
from deploy.local.administrator import ADMIN
from deploy.local.home import Home, StackError, write
from deploy.local.provision import PRINCIPALS, STATISTICS
from shared.contracts.topics import SERVICES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "docker-compose.yml"
BESIDE = FILE.with_name(".env")
"""Where `docker compose` looks by itself; it leads to the variables of the home in this clone."""
UID = 10_001
"""As whom the containers run when root prepares them; else as whoever does, since secrets have mode 0600."""
FIRST_PORT, PORTS_APART = 18_000, 10
KAFKA_PORT = "NIANLUN_KAFKA_PORT"
BROKERS = ("kafka", "kafka-2", "kafka-3")
REHEARSAL, PRODUCTION = "rehearsal", "system"
MODES = {REHEARSAL: "rehearsal", PRODUCTION: "production"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator asked for; None leaves it as it is."""

    production: bool | None = None
    rehearsal_from: str | None = None
    first_port: int | None = None
    brokers: int | None = None
    """One, or three with the replicas of every event; fixed for ever."""
    project: str | None = None


def variables(home: Home) -> dict[str, str]:
    """What the home says to `docker compose`; raise `StackError` when it is no composed stack's."""
    path = file(home)
    if not path.exists():
        raise StackError(f"there is no composed stack in {home.root}; `make compose` makes one")
    return dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)


def file(home: Home) -> Path:
    """Where the variables are."""
    return home.root / "compose.env"


def door(service: str) -> str:
    """The variable with the loopback port at which a service is reached."""
    return f"NIANLUN_{service.upper()}_PORT"


def is_composed(home: Home) -> bool:
    """Whether the home's stack runs on a container engine."""
    return file(home).exists()


def prepare(home: Home, wish: Wish, image: str) -> None:
    """Make the home, or take it up again; raise `StackError` when the wish does not fit it."""
    if home.state.exists():
        raise StackError(f"{home.root} is the home of a stack without containers; give another one with --home")
    known = variables(home) if is_composed(home) else {}
    if known and wish.rehearsal_from:
        raise StackError(f"{home.root} has begun already; move its clock with `nianlun clock advance-to`")
    mode = _mode(home, wish, known)
    (home.root / "clock").mkdir(parents=True, exist_ok=True)
    if not known and mode == REHEARSAL:
        clock.start(home, wish.rehearsal_from or clock.DEFAULT_START)
    _secrets(home)
    first = wish.first_port or int(known.get(KAFKA_PORT, FIRST_PORT))
    project = wish.project or known.get("COMPOSE_PROJECT_NAME", "nianlun")
    content = {
        "COMPOSE_PROJECT_NAME": project,
        "NIANLUN_COMPOSED": str(home.root),
        "NIANLUN_IMAGE": image,
        "NIANLUN_CLOCK": mode,
        "NIANLUN_UID": str(_user()[0]),
        "NIANLUN_GID": str(_user()[1]),
        "NIANLUN_CONFIGURATION": _configuration(),
        **_brokers(home, wish, known),
        **_ports(first),
    }
    write(file(home), "".join(f"{name}={value}\n" for name, value in content.items()))
    if home.root == ROOT / COMPOSED:
        BESIDE.unlink(missing_ok=True)
        BESIDE.symlink_to(file(home))


def _mode(home: Home, wish: Wish, known: dict[str, str]) -> str:
    wanted = {None: None, True: PRODUCTION, False: REHEARSAL}[wish.production]
    mode = known.get("NIANLUN_CLOCK") or wanted or REHEARSAL
    if wanted and wanted != mode:
        raise StackError(f"{home.root} is a {MODES[mode]} stack for ever; use another --home for {MODES[wanted]}")
    if mode == PRODUCTION and wish.rehearsal_from:
        raise StackError("a production stack lives by the real clock: --rehearsal-from cannot be given")
    return mode


def _configuration() -> str:
    """A sum of the files that containers read in place: when one changes, its containers are made anew."""
    files = sorted(path for folder in ("edge", "kafka") for path in (FILE.parent / folder).iterdir())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _brokers(home: Home, wish: Wish, known: dict[str, str]) -> dict[str, str]:
    count = int(known.get("KAFKA_REPLICAS", wish.brokers or 1))
    if wish.brokers not in {None, count}:
        raise StackError(f"{home.root} has {count} broker(s) for ever; use another --home for {wish.brokers}")
    names = BROKERS[:count]
    return {
        "COMPOSE_PROFILES": "three-brokers" if count > 1 else "",
        "KAFKA_REPLICAS": str(count),
        "KAFKA_VOTERS": ",".join(f"{n}@{name}:9093" for n, name in enumerate(names, 1)),
        "KAFKA_BOOTSTRAP": ",".join(f"{name}:9092" for name in names),
    }


def _ports(first: int) -> dict[str, str]:
    """The brokers have the first ports, the services one every ten after them."""
    doors = (door(name) for name in (*SERVICES, STATISTICS))
    brokers = {door(name.replace("-", "_")): first + n for n, name in enumerate(BROKERS)}
    ports = brokers | {name: first + n * PORTS_APART for n, name in enumerate(doors, 1)}
    return {name: str(port) for name, port in ports.items()}


def _user() -> tuple[int, int]:
    return (UID, UID) if os.geteuid() == 0 else (os.getuid(), os.getgid())


def _secrets(home: Home) -> None:
    for name in ("postgres_password", "kafka_password", *(f"{service}_owner_password" for service in SERVICES)):
        home.secret(ADMIN, name)
    for principal in PRINCIPALS:
        home.secret(principal, "kafka_password")
    for service in SERVICES:
        home.secret(service, "database_password")
        vault_keys.make(home, service)
    home.secret("registration", "administrator_password")
    shared = home.secrets_of(STATISTICS) / "database_password"
    if not shared.exists():
        write(shared, home.secret("reporting", "database_password"), 0o600)
    if os.geteuid() == 0:
        for principal in (ADMIN, *PRINCIPALS):
            _give(home.secrets_of(principal))


def _give(folder: Path) -> None:
    """Hand a folder of secrets to the containers' user."""
    for path in (folder, *folder.iterdir()):
        os.chown(path, UID, UID)
