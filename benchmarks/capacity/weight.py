"""What a lived stack weighs: events, bytes in each place, and what its processes hold."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import asyncpg
import psutil

from deploy.local import state
from deploy.local.databases import SUPERUSER
from deploy.local.home import Home
from deploy.local.postgres import Cluster
from shared.contracts.topics import SERVICES

ADMIN = "admin"
BYTES = """
SELECT
    (SELECT count(*) FROM log.events) AS events,
    (SELECT coalesce(sum(octet_length(body)), 0) FROM log.events) AS event_bytes,
    pg_total_relation_size('log.events') + pg_total_relation_size('log.commands') AS log_bytes,
    pg_total_relation_size('views.documents') AS view_bytes,
    pg_total_relation_size('delivery.inbox') + pg_total_relation_size('delivery.stream_versions') AS inbox_bytes
"""


@dataclass(frozen=True, slots=True)
class Weight:
    """One year's; all but the count of events in bytes."""

    events: int
    event_bytes: int
    """The canonical bytes themselves, as hashed and sent."""
    log_bytes: int
    """Their tables with indexes, and those of idempotency keys."""
    view_bytes: int
    inbox_bytes: int
    kafka_bytes: int
    """The log of one broker; times the replicas."""
    file_bytes: int
    """What people brought."""
    resident_bytes: int
    """All processes, shared pages counted once (PSS)."""

    def per_thousand(self, small: "Weight", organizations: int, fewer: int) -> "Weight":
        """What a thousand organizations more weigh, by the difference of two years."""

        def slope(name: str) -> int:
            more: int = getattr(self, name) - getattr(small, name)
            return round(more * 1000 / (organizations - fewer))

        return Weight(**{one.name: slope(one.name) for one in fields(self)})


async def weigh(home: Home) -> Weight:
    """Weigh the stack of a home, which is up."""
    told = state.load(home)
    cluster = Cluster(home, told.ports["postgres"])
    sums: dict[str, int] = {}
    for service in SERVICES:
        connection = await asyncpg.connect(cluster.dsn(service, SUPERUSER, home.secret(ADMIN, "postgres_password")))
        try:
            row = await connection.fetchrow(BYTES)
        finally:
            await connection.close()
        assert row is not None, "an aggregate has a row"
        for name, value in row.items():
            sums[name] = sums.get(name, 0) + int(value)
    return Weight(
        **sums,
        kafka_bytes=_folder(home.root / "kafka"),
        file_bytes=_folder(home.root / "files"),
        resident_bytes=_resident(home),
    )


def _folder(path: Path) -> int:
    """What its files take on the disk: a broker makes indexes larger than what is written in them."""
    return sum(one.stat().st_blocks * 512 for one in path.rglob("*") if one.is_file())


def _resident(home: Home) -> int:
    total = 0
    for process in json.loads(home.status.read_text())["processes"]:
        root = psutil.Process(process["pid"])
        total += sum(one.memory_full_info().pss for one in [root, *root.children(recursive=True)])
    return total
