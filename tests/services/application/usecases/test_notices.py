"""What is public of a list is the same in whatever order proposals and notices arrive, and never more (C5.4)."""

from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from services.application.usecases.applications import APPLICATIONS, TIMELINES, applications
from services.application.usecases.notices import NOTICES
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import (
    ApprovalListProposed,
    ListRow,
    NextInLinePromoted,
    NoticePublished,
    Unselected,
)
from shared.contracts.topics import DECISION, NOTICE
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import system
from shared.kernel.instants import plus_seconds
from tests.services.people import AT, HERE

VIEWS = (APPLICATIONS, NOTICES, TIMELINES)


def row(application: str) -> ListRow:
    return ListRow(
        application=application,
        organization=f"org-{application}",
        uscc="U",
        organization_name="机构",
        district=HERE,
        kind="comprehensive",
        version=1,
        rank=1,
    )


def proposal(chosen: Sequence[str], others: Sequence[str]) -> ApprovalListProposed:
    below = tuple(Unselected(application=one, organization=f"org-{one}", rank=9) for one in others)
    rows = tuple(row(one) for one in chosen)
    return ApprovalListProposed(
        round="2017", rankings=("r",), rows=rows, not_selected=below, list_hash="a" * 64, proposer="o"
    )


def promotion(application: str) -> NextInLinePromoted:
    return NextInLinePromoted(round="2017", row=row(application), reason="递补", list_hash="b" * 64)


def notice(*chosen: str) -> NoticePublished:
    return NoticePublished(
        round="2017",
        list_hash="a" * 64,
        rows=tuple(row(one) for one in chosen),
        start="2017-10-20",
        end="2017-10-26",
        working_days=5,
    )


async def recorded(*events: Event) -> list[Recorded]:
    """Events of publication's log, an hour after one another."""
    store = MemoryEventStore("publication", rehearsal=True)
    for number, event in enumerate(events):
        category = NOTICE if isinstance(event, NoticePublished) else DECISION
        at = plus_seconds(AT, 3600 * number)
        context = Context(f"c-{number}", system("publication"), at, f"c-{number}", round="2017")
        await store.append(Append((Write(Stream(category, "2017", "2017"), None, (event,)),), context))
    return list(await store.read(0, 1000))


async def projected(events: Sequence[Recorded]) -> MemoryDocuments:
    documents = MemoryDocuments()
    for one in events:
        await applications(documents, one)
    return documents


def interleaved(events: Sequence[Recorded]) -> Iterator[list[Recorded]]:
    """Every order in which two topics can arrive, each of which keeps its own."""
    notices = [one for one in events if isinstance(one.event, NoticePublished)]
    others = [one for one in events if one not in notices]
    for places in combinations(range(len(events)), len(notices)):
        left, right = iter(notices), iter(others)
        yield [next(left if number in places else right) for number in range(len(events))]


async def states(documents: MemoryDocuments, *named: str) -> list[tuple[str, str]]:
    docs = [await documents.get(APPLICATIONS, one) or {} for one in named]
    return [(str(doc["state"]), str(doc["public_state"])) for doc in docs]


async def everything(documents: MemoryDocuments) -> list[object]:
    return [await documents.find(view) for view in VIEWS]


async def test_in_whatever_order_they_arrive_the_same_is_known() -> None:
    events = await recorded(
        proposal("ab", "cd"), notice(*"ab"), promotion("c"), notice(*"abc"), proposal("ad", "bc"), notice(*"ad")
    )
    expected = await everything(await projected(events))
    orders = list(interleaved(events))
    assert len(orders) > 1
    for order in orders:
        known = await everything(await projected(order))
        assert [_sorted(view) for view in known] == [_sorted(view) for view in expected]


def _sorted(view: object) -> object:
    """Without the order in which ids and notices were heard of, which says nothing."""
    if isinstance(view, dict):
        kept = {name: sorted(one) if name == "drafted" else one for name, one in view.items()}
        return {name: _sorted(one) if name != "notices" else len(one) for name, one in kept.items()}
    return [_sorted(one) for one in view] if isinstance(view, list | tuple) else view


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((proposal("a", "b"),), ["DRAFT", "DRAFT"]),
        ((proposal("a", "b"), notice("a")), ["PROPOSED", "NOT_SELECTED"]),
        ((proposal("a", "b"), proposal("b", "a"), notice("b")), ["NOT_SELECTED", "PROPOSED"]),
        ((proposal("a", "b"), notice("a"), proposal("b", "a")), ["PROPOSED", "NOT_SELECTED"]),
        ((proposal("a", "b"), notice("a"), promotion("b")), ["PROPOSED", "NOT_SELECTED"]),
        ((proposal("a", "b"), notice("a"), promotion("b"), notice("a")), ["PROPOSED", "NOT_SELECTED"]),
        ((proposal("a", "b"), notice("a"), promotion("b"), notice("a", "b")), ["PROPOSED", "PROPOSED"]),
        ((proposal("a", "b"), promotion("b"), proposal("a", "b"), notice("a")), ["PROPOSED", "NOT_SELECTED"]),
    ],
)
async def test_only_what_a_notice_showed_is_public(events: Sequence[Event], expected: list[str]) -> None:
    documents = await projected(await recorded(*events))
    assert [public for _, public in await states(documents, "a", "b")] == expected


async def test_a_draft_that_no_notice_showed_is_in_nobody_s_public_history() -> None:
    """The first proposal had it on the list, the one that went on notice has not: it never was (C5.4)."""
    events = await recorded(proposal("ab", ""), proposal("b", "a"), notice("b"))
    doc = await (await projected(events)).get(APPLICATIONS, "a")
    assert doc is not None
    assert (doc["public_state"], doc["public_since"]) == ("NOT_SELECTED", events[-1].envelope.time)
    assert doc["since"] == events[1].envelope.time
