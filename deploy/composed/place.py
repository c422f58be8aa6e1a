"""A composed stack's home: its secrets, its clock and the variables that `docker compose` reads, made once."""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from deploy.composed import COMPOSED, certificate
from deploy.local import clock, vault_keys
from deploy.local.administrator import ADMIN, KAFKA_PASSWORD
from deploy.local.databases import SUPERUSER_PASSWORD, statistics_password
from deploy.local.home import Home, StackError, read, write
from deploy.local.ports import FIRST, LAST, PORT_MAX, is_free
from deploy.local.provision import PRINCIPALS, STATISTICS
from shared.contracts.topics import SERVICES
from shared.runtime.database import PASSWORD
from shared.runtime.secret_files import PREVIOUS

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy" / "docker-compose.yml"
BESIDE = FILE.with_name(".env")
"""Where `docker compose` looks by itself; it leads to the variables of the home in this clone."""
UID = 10_001
"""As whom the containers run when root prepares them; else as whoever does, since secrets have mode 0600."""
PROJECT = "nianlun"
"""What Compose calls a stack that was given no other name."""
PROJECT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What Compose takes, and short enough for the names that it makes of it."""
FIRST_PORT, PORTS_APART = 18_000, 10
KAFKA_PORT = "NIANLUN_KAFKA_PORT"
BROKERS = ("kafka", "kafka-2", "kafka-3")
COUNTS = (1, 3)
"""Of brokers."""
THREE_BROKERS = "three-brokers"
PROFILES = ("edge", "observability", "dashboards")
EDGE, GRAFANA = "edge", "grafana"
EXTRAS = (EDGE, "prometheus", GRAFANA)
"""What they add, with a loopback port each."""
DOMAIN = "localhost"
"""Whose names lead to this machine (RFC 6761, 6.3)."""
REHEARSAL, PRODUCTION = "rehearsal", "system"
READ_IN_PLACE = ("door", "edge", "kafka", "observability")
MODES = {REHEARSAL: "rehearsal", PRODUCTION: "production"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the operator asked for; None leaves it as it is."""

    production: bool | None = None
    rehearsal_from: str | None = None
    first_port: int | None = None
    brokers: int | None = None
    """One, or three with the replicas of every event; fixed for ever."""
    replicas: int | None = None
    """Of every service, from now on."""
    project: str | None = None
    profiles: Mapping[str, bool] = field(default_factory=dict)
    """Which of `PROFILES` are wanted from now on, and which no longer."""
    domain: str | None = None
    """Under which the edge has its names."""
    take_volumes: bool = False
    """Whether the project's volumes are this home's, though they do not say so."""


class Variables(dict[str, str]):
    """What a home says to `docker compose`, by name; raises `StackError` for what it has to say and does not."""

    def __init__(self, file: Path) -> None:
        super().__init__(line.split("=", 1) for line in read(file).splitlines() if "=" in line)
        self.file = file

    def __missing__(self, name: str) -> str:
        raise StackError(f"{self.file} does not say {name}; put its line back")


def variables(home: Home) -> Variables:
    """What the home says to `docker compose`; raise `StackError` when it is no composed stack's."""
    if not home.composed.exists():
        raise StackError(f"there is no composed stack in {home.root}; `make compose` makes one")
    return Variables(home.composed)


def brokers(told: Mapping[str, str]) -> tuple[str, ...]:
    """The brokers that the variables of a home name; raise `StackError` for another number than one or three."""
    counts = {str(count): count for count in COUNTS}
    if (said := told["KAFKA_REPLICAS"]) not in counts:
        raise StackError(f"compose.env says KAFKA_REPLICAS={said}; a stack has {' or '.join(counts)} brokers")
    return BROKERS[: counts[said]]


def extras(told: Mapping[str, str]) -> tuple[str, ...]:
    """What the profiles that the variables of a home name add."""
    wanted = told["COMPOSE_PROFILES"].split(",")
    return tuple(extra for extra, profile in zip(EXTRAS, PROFILES, strict=True) if profile in wanted)


def project(told: Mapping[str, str], wish: Wish) -> str:
    """What Compose calls the stack; raise `StackError` on a name that it does not take or that replaces another."""
    known = told.get("COMPOSE_PROJECT_NAME", PROJECT)
    name = known if wish.project is None else wish.project
    if not PROJECT_NAME.fullmatch(name):
        raise StackError(
            f"{name!r} is no name of a stack: give --project up to 63 small letters, digits, - and _, no - or _ first"
        )
    if told and name != known and PROJECT_NAME.fullmatch(known):
        raise StackError(
            f"{told['NIANLUN_COMPOSED']} is the stack {known} for ever, since its data have that name: leave out "
            f"--project, use another clone or --home for {name}, or move the folder away if it never started anything"
        )
    return name


def door(service: str) -> str:
    """The variable with the loopback port at which a service is reached."""
    return f"NIANLUN_{service.upper()}_PORT"


def is_composed(home: Home) -> bool:
    """Whether the home's stack runs on a container engine."""
    return home.composed.exists()


def prepare(home: Home, wish: Wish, image: str) -> None:
    """Make the home, or take it up again, keeping what an operator added; raise `StackError` on an unfitting wish."""
    if home.state.exists():
        raise StackError(f"{home.root} is the home of a stack without containers; give another one with --home")
    known = variables(home) if is_composed(home) else {}
    content = _content(home, wish, known, image)
    (home.root / "clock").mkdir(parents=True, exist_ok=True)
    if not known and content["NIANLUN_CLOCK"] == REHEARSAL:
        clock.start(home, wish.rehearsal_from or clock.DEFAULT_START)
    _secrets(home)
    _certificate(home, wish, content["NIANLUN_DOMAIN"])
    _backups(Path(content["NIANLUN_BACKUPS"]))
    _let_read()
    _keep(home, content)
    if home.root == ROOT / COMPOSED:
        BESIDE.unlink(missing_ok=True)
        BESIDE.symlink_to(home.composed)
    hand_over(home)


def _content(home: Home, wish: Wish, known: dict[str, str], image: str) -> dict[str, str]:
    """All variables of a home, of which nothing is written yet; raise `StackError` on an unfitting wish."""
    if known and wish.rehearsal_from:
        raise StackError(f"{home.root} has begun already; move its clock with `nianlun clock advance-to`")
    domain = wish.domain or known.get("NIANLUN_DOMAIN", DOMAIN)
    if not certificate.DOMAIN_NAME.fullmatch(domain):
        raise StackError(f"{domain!r} is no name of a domain")
    first = int(known.get(KAFKA_PORT, FIRST_PORT)) if wish.first_port is None else wish.first_port
    return {
        **known,
        "COMPOSE_PROJECT_NAME": project(known, wish),
        "NIANLUN_COMPOSED": str(home.root),
        "NIANLUN_BACKUPS": known.get("NIANLUN_BACKUPS", f"{home.root}-backups"),
        "NIANLUN_IMAGE": image,
        "NIANLUN_REPLICAS": str(wish.replicas or known.get("NIANLUN_REPLICAS", 1)),
        "NIANLUN_CLOCK": _mode(home, wish, known),
        "NIANLUN_UID": str(_user()[0]),
        "NIANLUN_GID": str(_user()[1]),
        "NIANLUN_CONFIGURATION": _configuration(),
        "NIANLUN_DOMAIN": domain,
        **_brokers(home, wish, known),
        **_ports(first),
    }


def _backups(folder: Path) -> None:
    """Make the folder of backups, with all that is in it the containers' user's."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _give(folder)


def settle(home: Home, *, production: bool, at_least: int) -> None:
    """Change what else stays for ever, of a home that has no data yet: its mode, and `at_least` so many brokers."""
    known = variables(home)
    count = max(at_least, len(brokers(known)))
    free = {name: value for name, value in known.items() if name != "KAFKA_REPLICAS"}
    mode = {"NIANLUN_CLOCK": PRODUCTION if production else REHEARSAL}
    _keep(home, known | mode | _brokers(home, Wish(brokers=count), free))
    hand_over(home)


def _keep(home: Home, content: Mapping[str, str]) -> None:
    write(home.composed, "".join(f"{name}={value}\n" for name, value in content.items()))


def _let_read() -> None:
    """Let the containers' users read what is mounted from here, however strict the clone was made."""
    for path in _mounted():
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | (0o055 if mode & 0o100 else 0o044)
        if mode != wanted:
            path.chmod(wanted)


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
    files = sorted(path for path in _mounted() if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _mounted() -> list[Path]:
    folders = [FILE.parent / name for name in READ_IN_PLACE]
    return [*folders, *(path for folder in folders for path in folder.rglob("*"))]


def _brokers(home: Home, wish: Wish, known: dict[str, str]) -> dict[str, str]:
    count = len(brokers(known)) if "KAFKA_REPLICAS" in known else wish.brokers or 1
    if wish.brokers not in {None, count}:
        raise StackError(f"{home.root} has {count} broker(s) for ever; use another --home for {wish.brokers}")
    names = BROKERS[:count]
    return {
        "COMPOSE_PROFILES": ",".join([*([THREE_BROKERS] if count > 1 else []), *_profiles(wish, known)]),
        "KAFKA_REPLICAS": str(count),
        "KAFKA_VOTERS": ",".join(f"{n}@{name}:9093" for n, name in enumerate(names, 1)),
        "KAFKA_BOOTSTRAP": ",".join(f"{name}:9092" for name in names),
    }


def _profiles(wish: Wish, known: Mapping[str, str]) -> list[str]:
    before = known.get("COMPOSE_PROFILES", "").split(",")
    return [name for name in PROFILES if wish.profiles.get(name, name in before)]


def free_first_port() -> int:
    """A first port for a stack beside others, whose whole row is free; raise `StackError` when there is none."""
    for first in range(FIRST, LAST, 100):
        if all(is_free(int(port)) for port in _ports(first).values()):
            return first
    raise StackError("no row of ports is free")


def _ports(first: int) -> dict[str, str]:
    """The brokers have the first ports, the services and the extras one every ten after them; raise `StackError`."""
    doors = [door(name) for name in (*SERVICES, STATISTICS, *EXTRAS)]
    last = PORT_MAX - len(doors) * PORTS_APART
    if not 1 <= first <= last:
        raise StackError(
            f"--first-port {first}: the stack would have ports that there are not; give one from 1 to {last}"
        )
    brokers = {door(name.replace("-", "_")): first + n for n, name in enumerate(BROKERS)}
    ports = brokers | {name: first + n * PORTS_APART for n, name in enumerate(doors, 1)}
    return {name: str(port) for name, port in ports.items()}


def _user() -> tuple[int, int]:
    return (UID, UID) if os.geteuid() == 0 else (os.getuid(), os.getgid())


def _certificate(home: Home, wish: Wish, domain: str) -> None:
    try:
        certificate.make(home.secrets_of(EDGE), domain, (*SERVICES, STATISTICS))
    except certificate.NotForIt:
        if wish.domain is not None:
            raise


def _secrets(home: Home) -> None:
    for name in (SUPERUSER_PASSWORD, KAFKA_PASSWORD):
        home.made_secret(ADMIN, name)
        home.made_secret(ADMIN, f"{name}{PREVIOUS}")
    for service in SERVICES:
        home.made_secret(ADMIN, f"{service}_owner_password")
    for principal in PRINCIPALS:
        home.made_secret(principal, KAFKA_PASSWORD)
    for service in SERVICES:
        home.made_secret(service, PASSWORD)
        vault_keys.make(home, service)
    home.made_secret("registration", "administrator_password")
    statistics_password(home)
    home.made_secret(GRAFANA, "admin_password")


def hand_over(home: Home) -> None:
    """Give a home that root made to the containers' user, so that the console in its container may use it."""
    _give(home.root)


def _give(folder: Path) -> None:
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)
