"""Durable commands over HTTP: registration's own process beside plain FastAPI with an outbox table."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from benchmarks import material
from benchmarks.figure import Figure, Figures, NotThere, expect
from benchmarks.lab import Lab
from deploy.local.ports import free_ports
from deploy.local.services import ready
from services.registration.adapters.tokens import EdDsaTokens
from shared.kernel.actor import Actor, Role
from shared.kernel.ids import named
from shared.kernel.instants import Instant

CLIENTS = (64, 256)
RATE_GOAL, P99_GOAL = 5.0, 0.25
RATE_MAX = 2_000
"""Registrations a second for which there are filers."""
CREATED = "201"
_OURS = "SELECT count(*) FROM log.events WHERE type = 'nianlun.registration.OrganizationRegistered.v1'"
_PLAIN = "SELECT count(*) FROM bench.outbox"
_LOGGED = "SELECT count(*) FROM log.events"


async def measure(lab: Lab) -> Figures:
    """Commands a second and the 99th percentile; without the relay, which the baseline has not either, and with."""
    plain, alone, keyed, whole, bare = {}, {}, {}, {}, {}
    async with _baseline(lab) as port:
        for clients in CLIENTS:
            plain[clients] = await _load(lab, "plain FastAPI", port, clients, _PLAIN)
            bare[clients] = await _load(lab, "FastAPI alone", port, clients, path="/nothing")
    async with _service(lab, "--only", "http") as port:
        for clients in CLIENTS:
            alone[clients] = await _load(lab, "service, HTTP", port, clients, _OURS)
            keyed[clients] = await _load(lab, "service, keyed", port, clients, _OURS, keyed=True)
    async with _service(lab) as port:
        for clients in CLIENTS:
            whole[clients] = await _load(lab, "whole service", port, clients, _OURS)
    figures = []
    for clients in CLIENTS:
        of = f"no command, {clients} clients, FastAPI alone"
        figures.append(_figure(of, plain[clients], bare[clients], "rate", None))
    for name, ours in (("HTTP", alone), ("HTTP, idempotency key", keyed), ("HTTP and relay", whole)):
        for clients in CLIENTS:
            of = f"commands, {clients} clients, {name}"
            goal = RATE_GOAL if clients == CLIENTS[0] else None
            figures.append(_figure(of, plain[clients], ours[clients], "rate", goal))
        figures.append(_figure(f"command p99, {CLIENTS[-1]} clients, {name}", plain[256], ours[256], "p99", P99_GOAL))
    return figures


def _figure(name: str, plain: dict[str, Any], ours: dict[str, Any], of: str, goal: float | None) -> Figure:
    against = "FastAPI with outbox"
    if of == "rate":
        return Figure(name, plain["rate"], ours["rate"], "commands/s", goal, against=against)
    return Figure(name, plain["p99"] * 1000, ours["p99"] * 1000, "ms", goal, at_most=True, against=against)


async def _load(lab: Lab, name: str, port: int, clients: int, count: str = "", **how: bool | str) -> dict[str, Any]:
    """Ask for a while; what `count` counts must have grown by as many as were answered."""
    lab.tell(f"{name}, {clients} clients")
    owner = await asyncpg.connect(lab.pair.owner_dsn(material.SERVICE))
    try:
        before = await owner.fetchval(count or _PLAIN)
        first = 100_000_000 + before + await owner.fetchval(_LOGGED)
        plan = {"port": port, "clients": clients, "seconds": (seconds := 4.0 if lab.quick else 12.0), "first": first}
        tokens = await _tokens(lab, first, int(RATE_MAX * seconds)) if count == _OURS else ""
        found = await lab.probe("benchmarks.load", {**plan, "tokens": tokens, "keyed": False, **how})
        if set(found["statuses"]) != {CREATED}:
            raise NotThere(f"{name} answered {found['statuses']}")
        done = found["statuses"][CREATED] if count else 0
        expect(f"commands of {name}", await owner.fetchval(count or _PLAIN) - before, done)
    finally:
        await owner.close()
    return found


@asynccontextmanager
async def _baseline(lab: Lab) -> AsyncIterator[int]:
    (port,) = free_ports(1)
    environment = {**os.environ, "BENCH_DSN": lab.pair.owner_dsn(material.SERVICE)}
    log = lab.scratch / "plain.log"
    async with lab.process("benchmarks.plain", str(port), environment=environment, log=log):
        await ready(f"http://127.0.0.1:{port}")
        yield port


@asynccontextmanager
async def _service(lab: Lab, *arguments: str) -> AsyncIterator[int]:
    await lab.settle(material.SERVICE)
    (port,) = free_ports(1)
    home = lab.pair.home
    home.made_secret(material.SERVICE, "administrator_password")
    environment = {
        **os.environ,
        "NIANLUN_HTTP_PORT": str(port),
        "NIANLUN_DATABASE_PORT": str(lab.pair.cluster.port),
        "NIANLUN_DATABASE_NAME": material.SERVICE,
        "NIANLUN_DATABASE_USER": f"{material.SERVICE}_runtime",
        "NIANLUN_KAFKA_BOOTSTRAP": lab.pair.broker.bootstrap,
        "NIANLUN_KAFKA_USERNAME": material.SERVICE,
        "NIANLUN_SECRETS_DIR": str(home.secrets_of(material.SERVICE)),
        "NIANLUN_FILES_URL": home.files_of(material.SERVICE).as_uri(),
    }
    log = lab.scratch / "service.log"
    async with lab.process("services.registration.main", *arguments, environment=environment, log=log):
        await ready(f"http://127.0.0.1:{port}")
        yield port


async def _tokens(lab: Lab, first: int, count: int) -> str:
    """A file of so many filers' tokens, signed with the service's own key; signing in would cost argon2 for each."""
    async with lab.pool(material.SERVICE) as pool:
        kid = await pool.fetchval("SELECT kid FROM vault.signing_keys LIMIT 1")
        now = await pool.fetchval("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
        signer = EdDsaTokens(pool)
        filers = (Actor(named("benchmark", "filer", str(n)), Role.FILER) for n in range(first, first + count))
        signed = [await signer.sign(kid, filer, 0, Instant(now)) for filer in filers]
    file = lab.scratch / "tokens"
    file.write_text("\n".join(token for token, _ in signed))
    return str(file)
