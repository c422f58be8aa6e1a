"""A read model is the same in whatever order its sources arrived: each topic keeps its own order, and no other."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from random import Random

import orjson
import pytest

from shared.contracts.envelope import Recorded
from shared.contracts.topics import SERVICES, consumed_by, topic_of
from shared.eventstore.documents import Document, Documents, MemoryDocuments
from shared.eventstore.projection import Projection, apply_all
from shared.messaging.kafka import partition_of
from tests.audit.year import lived_year

pytestmark = pytest.mark.timeout(600)


def projections(service: str) -> Sequence[Projection]:
    found: Sequence[Projection] = import_module(f"services.{service}.usecases.project").PROJECTIONS
    return found


def sources(service: str, events: Iterable[Recorded]) -> list[list[Recorded]]:
    """A house's own log, and each partition that it hears, in the order of the log behind it."""
    found = defaultdict[tuple[str, int], list[Recorded]](list)
    topics = consumed_by(service)
    for one in sorted(events, key=lambda one: one.position):
        topic = topic_of(one.service, one.envelope.stream)
        if one.service == service:
            found["own", 0].append(one)
        elif topic in topics:
            found[topic, partition_of(one.envelope.partitionkey.encode())].append(one)
    return list(found.values())


def one_after_the_other(piles: Sequence[Sequence[Recorded]]) -> list[Recorded]:
    return [one for pile in piles for one in pile]


def mixed(piles: Sequence[Sequence[Recorded]], seed: int) -> list[Recorded]:
    random, rest = Random(seed), [list(reversed(pile)) for pile in piles]
    arrived = []
    while rest := [pile for pile in rest if pile]:
        pile = random.choice(rest)
        arrived += [pile.pop() for _ in range(min(len(pile), random.randint(1, 50)))]
    return arrived


def built(service: str, events: Iterable[Recorded], of: Sequence[Projection] | None = None) -> Mapping[str, bytes]:
    async def build() -> Mapping[str, bytes]:
        documents, moved = MemoryDocuments(), projections(service) if of is None else of
        for one in events:
            await apply_all(moved, documents, one)
        found: dict[str, bytes] = {}
        for view in sorted(view for projection in moved for view in projection.views):
            docs: Sequence[Document] = await documents.find(view, limit=1_000_000)
            for number, doc in enumerate(docs):
                found[f"{view} {number}"] = orjson.dumps(doc, option=orjson.OPT_SORT_KEYS)
        return found

    return asyncio.run(build())


@pytest.mark.parametrize("service", SERVICES)
def test_a_read_model_needs_no_order_over_its_sources(service: str) -> None:
    piles = sources(service, lived_year().events)
    as_it_was = built(service, sorted(one_after_the_other(piles), key=lambda one: (one.envelope.time, one.position)))
    assert as_it_was
    for arrived in (one_after_the_other(piles), one_after_the_other(piles[::-1]), mixed(piles, 1), mixed(piles, 2)):
        assert built(service, arrived) == as_it_was


def test_one_that_needs_an_order_is_seen() -> None:
    async def last(documents: Documents, recorded: Recorded) -> None:
        await documents.put("last", "last", {"service": recorded.service})

    needy = [Projection("last", frozenset({"last"}), last)]
    piles = sources("review", lived_year().events)
    forwards, backwards = one_after_the_other(piles), one_after_the_other(piles[::-1])
    assert built("review", forwards, needy) != built("review", backwards, needy)
