"""A made-up round: five logs in memory, written by the services' own deciders, and laid out as Kafka would."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec

from shared.auditlog.canonical import sha256_hex
from shared.auditlog.chain import Head
from shared.contracts.category import Stream
from shared.contracts.codec import decode
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.registration import AccountOpened
from shared.contracts.round import RoundParameters
from shared.contracts.topics import ACCOUNT, PARTITIONS, SERVICES, topic_of
from shared.eventstore.port import Append, Context, Write
from shared.eventstore.sealing import prepare, seal
from shared.kernel.actor import Actor, Role, system
from shared.kernel.ids import named
from shared.kernel.instants import Instant

ROUND = "2017"
PLACES = 2
START = Instant("2017-08-01T01:00:00.000Z")
PARAMETERS = Path(__file__).parents[2] / "rounds" / "2017.json"

Record = tuple[int, bytes | None, bytes | None]


@dataclass(slots=True)
class Pile:
    """One partition whose records a test may damage."""

    topic: str
    number: int
    records: list[Record] = field(default_factory=list)

    def read(self) -> Iterator[Record]:
        """Offset, key and value of every record."""
        return iter(self.records)


@dataclass(slots=True)
class Street:
    """Five services' logs; `at` is the rehearsal's clock."""

    at: Instant = START
    rehearsal: bool = True
    logs: dict[str, list[Recorded]] = field(default_factory=lambda: {service: [] for service in SERVICES})
    heads: dict[str, Head] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)

    def write(
        self, service: str, stream: Stream, events: Sequence[Event], by: Actor, because: Recorded | None = None
    ) -> list[Recorded]:
        """Append events to a service's log, after the account of whom they are by."""
        if by.role is not Role.SYSTEM and by.id not in self.accounts:
            self.accounts.add(by.id)
            opened = AccountOpened(
                account=by.id,
                role=by.role,
                username="a" * 64,
                credential="b" * 64,
                district=by.district,
                organization=by.organization if by.role is Role.LEGAL_REPRESENTATIVE else None,
            )
            self.write("registration", Stream(ACCOUNT, by.id, by.id), [opened], system("registration"))
        command = named("command", service, str(len(self.logs[service])))
        context = Context(
            command_id=command,
            actor=by,
            at=self.at,
            correlation_id=because.envelope.correlationid if because else command,
            causation_id=because.envelope.id if because else None,
            round=ROUND,
        )
        versions = {stream.name: self.versions.get(f"{service}/{stream.name}", 0)}
        prepared = prepare(Append((Write(stream, None, tuple(events)),), context), service, rehearsal=self.rehearsal)
        rows, self.heads[service], reached = seal(prepared, self.heads.get(service, Head()), versions)
        self.versions |= {f"{service}/{name}": version for name, version in reached.items()}
        written = [decode(row.body) for row in rows]
        self.logs[service] += written
        return written

    @classmethod
    def of(cls, events: Sequence[Recorded]) -> "Street":
        """The street whose houses recorded these events."""
        street = cls(at=Instant(max(one.envelope.time for one in events)))
        for one in events:
            street.logs[one.service].append(one)
            street.heads[one.service] = Head(one.position, sha256_hex(one.body))
        return street

    def piles(self) -> list[Pile]:
        """Every topic's partitions, as a relay would fill them; each topic's twelve exist."""
        piles: dict[tuple[str, int], Pile] = {}
        for service, log in self.logs.items():
            for recorded in log:
                topic, key = topic_of(service, recorded.envelope.stream), recorded.envelope.partitionkey.encode()
                for number in range(PARTITIONS):
                    piles.setdefault((topic, number), Pile(topic, number))
                pile = piles[topic, zlib.crc32(key) % PARTITIONS]
                pile.records.append((len(pile.records), key, recorded.body))
        return list(piles.values())


def parameters(places: int = PLACES) -> RoundParameters:
    """The 2017 round with fewer places, where districts and city answer for less: a test need not decide everything."""
    plan = msgspec.convert(json.loads(PARAMETERS.read_text()), RoundParameters)
    quotas = tuple(replace(one, places=places, ties_admitted=0) for one in plan.quotas)
    batches = replace(plan.batches, complete=False, overrulings=False)
    return by_ballot(replace(plan, quotas=quotas, batches=batches), cast=False)


def by_ballot(plan: RoundParameters, *, cast: bool = True) -> RoundParameters:
    """The round, in which each expert votes itself or the secretary records who voted how."""
    return replace(plan, panels=replace(plan.panels, votes=replace(plan.panels.votes, cast=cast)))


def converted(tables: Mapping[str, Mapping[str, object]], kinds: Mapping[str, type]) -> dict[str, Any]:
    """The four tables as the contract's values."""
    return {name: msgspec.convert(table, kinds[name]) for name, table in tables.items()}
