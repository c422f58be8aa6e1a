"""Verify and replay of a log on disk, beside what a naive program does and beside bare SHA-256."""

import gc
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree
from time import perf_counter
from typing import Any, cast

from pydantic import BaseModel

from audit.events import events_of
from audit.verify import Proven, verify
from benchmarks import material
from benchmarks.figure import Figure, Figures, NotThere, expect
from benchmarks.lab import Lab
from services.registration.domain.organization import ORGANIZATION_DECIDER, OrganizationEvent
from services.registration.domain.states import Certified, Organization
from shared.contracts.codec import decode
from shared.contracts.registration import CertificationRequested, OrganizationCertified, OrganizationRegistered
from shared.contracts.topics import PARTITIONS

VERIFY_GOAL, REPLAY_GOAL, HASH_GOAL, FOLD_GOAL = 13.0, 5.0, 0.55, 0.50
TURNS = 3


class File:
    """A partition as `audit.verify` reads it."""

    def __init__(self, folder: Path, number: int) -> None:
        self.topic, self.number = material.TOPIC, number
        self.lines = folder / self.topic / f"{number}.jsonl"
        self.count: int | None = None

    def read(self) -> Iterator[tuple[int, bytes | None, bytes | None]]:
        """Offset, no key, value."""
        with self.lines.open("rb") as file:
            for offset, line in enumerate(file):
                yield offset, None, line[:-1]


class NaiveDocument(BaseModel):
    """A file."""

    name: str
    sha256: str
    media_type: str
    size: int


class NaiveRegistered(BaseModel):
    """As pydantic would have it."""

    organization: str
    uscc: str
    name: str
    account: str


class NaiveRequested(BaseModel):
    """As pydantic would have it."""

    organization: str
    legal_form: str
    district: str
    established_on: str
    reg_address: str
    legal_representative: str
    contact: str
    documents: list[NaiveDocument]
    profile_hash: str


class NaiveCertified(BaseModel):
    """As pydantic would have it."""

    organization: str
    uscc: str
    name: str
    legal_form: str
    district: str
    established_on: str
    verifier: str
    profile_hash: str


class NaiveEnvelope(BaseModel):
    """The attributes that every event has."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: str
    dataschema: str
    stream: str
    streamversion: int
    sequence: str
    previous: str
    partitionkey: str
    actorid: str
    actorrole: str
    correlationid: str
    data: dict[str, Any]


NAIVE: dict[str, type[BaseModel]] = {
    OrganizationRegistered.TYPE: NaiveRegistered,
    CertificationRequested.TYPE: NaiveRequested,
    OrganizationCertified.TYPE: NaiveCertified,
}


async def measure(lab: Lab) -> Figures:
    """Events a second, the best of three turns each, in turns."""
    events = 30_000 if lab.quick else 150_000
    folder = lab.scratch / "log"
    material.write(folder, events, events // material.EVENTS_EACH, lambda n: lab.tell(f"writing event {n:,}"))
    files = [File(folder, number) for number in range(PARTITIONS)]
    best: dict[str, float] = {}
    for turn in range(TURNS):
        for name, work in WORKS.items():
            lab.tell(f"{name}, turn {turn + 1}")
            gc.collect()
            started = perf_counter()
            found = work(files)
            best[name] = max(best.get(name, 0.0), events / (perf_counter() - started))
            expect(f"events of {name}", found, events)
    rmtree(folder)

    def figure(name: str, ours: str, baseline: str, goal: float) -> Figure:
        return Figure(name, best[baseline], best[ours], "events/s", goal, against=baseline)

    return [
        figure("verify", "verify", "naive", VERIFY_GOAL),
        figure("verify", "verify", "bare SHA-256", HASH_GOAL),
        figure("replay (decode, fold)", "replay", "naive with fold", REPLAY_GOAL),
        figure("verify, decode and fold", "verify and replay", "SHA-256 and decode", FOLD_GOAL),
    ]


def _verified(files: list[File]) -> int:
    verdict = verify(files)
    if not isinstance(verdict, Proven):
        raise NotThere(f"the log is not proven: {verdict}")
    return verdict.events


def _replayed(files: list[File]) -> int:
    """What audit does before it decides again: decode, order, and fold every stream."""
    events = events_of(files)
    states: dict[str, Organization] = {}
    for one in events:
        stream = one.envelope.stream
        state = states.get(stream, ORGANIZATION_DECIDER.initial)
        states[stream] = ORGANIZATION_DECIDER.evolve(state, cast("OrganizationEvent", one.event))
    expect("certified", sum(isinstance(state, Certified) for state in states.values()), len(events) // 3)
    return len(events)


def _both(files: list[File]) -> int:
    _verified(files)
    return _replayed(files)


def _hashed(files: list[File]) -> int:
    return sum(bool(hashlib.sha256(value or b"").hexdigest()) for one in files for _, _, value in one.read())


def _hashed_and_decoded(files: list[File]) -> int:
    count = 0
    for one in files:
        for _, _, value in one.read():
            hashlib.sha256(value or b"").hexdigest()
            decode(value or b"")
            count += 1
    return count


def _naive(files: list[File]) -> int:
    hashes, previous = {"0" * 64}, []
    for one in files:
        for _, _, value in one.read():
            envelope, _ = _naively(value or b"")
            hashes.add(hashlib.sha256(_canonical(value or b"")).hexdigest())
            previous.append(envelope.previous)
    return sum(one in hashes for one in previous)


def _naive_fold(files: list[File]) -> int:
    states: dict[str, list[BaseModel]] = {}
    for one in files:
        for _, _, value in one.read():
            envelope, data = _naively(value or b"")
            hashlib.sha256(_canonical(value or b"")).hexdigest()
            states[envelope.stream] = [*states.get(envelope.stream, []), data]
    return sum(map(len, states.values()))


def _naively(body: bytes) -> tuple[NaiveEnvelope, BaseModel]:
    envelope = NaiveEnvelope.model_validate(json.loads(body))
    return envelope, NAIVE[envelope.type].model_validate(envelope.data)


def _canonical(body: bytes) -> bytes:
    return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


WORKS: dict[str, Callable[[list[File]], int]] = {
    "naive": _naive,
    "naive with fold": _naive_fold,
    "bare SHA-256": _hashed,
    "SHA-256 and decode": _hashed_and_decoded,
    "verify": _verified,
    "replay": _replayed,
    "verify and replay": _both,
}
