"""What rests on the round is decided by the round as its log has it at the append (C5.2)."""

from dataclasses import replace

import pytest

from services.application.domain.application import RoundNotOpen
from services.application.usecases.handle import handle
from services.application.usecases.rounds import terms_in_force
from shared.contracts.application import ApplicationStarted
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.port import Context
from shared.kernel.instants import Instant
from tests.services.application.domain.filed import START
from tests.services.application.domain.test_round import AMEND, CLOSE, OPEN, PLAN
from tests.services.people import AT, FILER, OFFICER, ORGANIZATION


def context(what: str, by: object = OFFICER, at: Instant = AT) -> Context:
    return Context(what, by, at, correlation_id=what, round="2017")  # type: ignore[arg-type]


async def test_a_round_that_closed_meanwhile_takes_nothing() -> None:
    store = MemoryEventStore("application", rehearsal=True)
    await handle(store, PLAN, context("plan"))
    await handle(store, OPEN, context("open"))
    terms = await terms_in_force(store, "2017", CLOSE.at)
    assert terms is not None
    assert terms.version == 2
    await handle(store, CLOSE, context("close", at=CLOSE.at))
    command = replace(START, terms=terms, at=CLOSE.at)
    with pytest.raises(RoundNotOpen):
        await handle(store, command, context("start", FILER, CLOSE.at), organization=ORGANIZATION)


async def test_a_round_that_changed_meanwhile_is_looked_at_again() -> None:
    store = MemoryEventStore("application", rehearsal=True)
    await handle(store, PLAN, context("plan"))
    await handle(store, OPEN, context("open"))
    terms = await terms_in_force(store, "2017", AT)
    assert terms is not None
    await handle(store, AMEND, context("amend"))
    done = await handle(store, replace(START, terms=terms), context("start", FILER), organization=ORGANIZATION)
    assert [type(one) for one in done.events] == [ApplicationStarted]


async def test_what_was_planned_nowhere_has_no_terms() -> None:
    assert await terms_in_force(MemoryEventStore("application", rehearsal=True), "2017", AT) is None
