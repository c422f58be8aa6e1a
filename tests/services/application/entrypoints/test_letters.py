"""A letter with a wrong date and the one that corrects it, as applicants and the auditor meet them (C5.2)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from audit.replay import replay
from rehearsal.cast import organizations
from tests.audit.street import ROUND, parameters
from tests.town.life import OFFICER, Life
from tests.town.town import Town

PLACE = f"/rounds/{ROUND}/extensions"


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    yield life


async def test_a_mistaken_letter_is_corrected_and_the_round_goes_on(life: Life) -> None:
    town = life.town
    cast = organizations()
    one, other = await life.register(next(cast)), await life.register(next(cast))
    for applicant in (one, other):
        await life.fill_in(applicant)
    await town.at("2017-09-19T10:00:00+08:00")
    letter = {"scope": "district", "target": one.organization.district.value, "reason": "台风"}
    typed = {**letter, "new": "2018-09-25T17:00:00+08:00", "authority_document": "函1号"}
    assert await town.refused(OFFICER, "application", PLACE, typed) == "extension-reaches-too-far"
    await town.command(OFFICER, "application", PLACE, {**typed, "new": "2017-10-15T17:00:00+08:00"})
    await town.at("2017-09-21T10:00:00+08:00")
    await life.submit(one)
    correcting = {**letter, "new": "2017-09-25T17:00:00+08:00", "authority_document": "函2号"}
    past = {**correcting, "new": "2017-09-21T09:59:59.999+08:00"}
    assert await town.refused(OFFICER, "application", PLACE, past) == "extension-gives-no-time"
    await town.command(OFFICER, "application", PLACE, correcting)
    closing = f"/rounds/{ROUND}/closing"
    assert await town.refused(OFFICER, "application", closing) == "round-takes-applications-still"
    await town.at("2017-09-25T17:00:00+08:00")
    await town.command(OFFICER, "application", closing)
    seen = await town.read(one.filer, "application", f"/applications/{one.application}")
    assert (seen["state"], seen["received_at"]) == ("SUBMITTED", "2017-09-21T02:00:00.000Z")
    seen = await town.read(other.filer, "application", f"/applications/{other.application}")
    assert seen["state"] == "LAPSED"
    states = {state.application: state.state for state in replay(await town.events(), ROUND).applications}
    assert states == {one.application: "SUBMITTED", other.application: "LAPSED"}


async def test_a_draft_lapses_when_the_corrected_time_is_over(life: Life) -> None:
    town = life.town
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    letter = {"scope": "application", "target": one.application, "reason": "台风"}
    given = {**letter, "new": "2017-10-15T17:00:00+08:00", "authority_document": "函1号"}
    await town.command(OFFICER, "application", PLACE, given)
    await town.at("2017-09-21T10:00:00+08:00")
    corrected = {**letter, "new": "2017-09-22T17:00:00+08:00", "authority_document": "函2号"}
    await town.command(OFFICER, "application", PLACE, corrected)
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert task["due"] == "2017-09-22T09:00:00.000Z"
    told = await town.read(one.filer, "application", f"/applications/{one.application}/timeline")
    assert [entry["message_zh"] for entry in told if entry["event"] == "DeadlineExtended"] == [
        "以函1号将申报期限延至2017-10-15 17:00:00：台风",
        "以函2号将申报期限更正为2017-09-22 17:00:00：台风",
    ]
    await town.at("2017-09-22T17:00:00+08:00")
    place = f"/applications/{one.application}"
    assert (await town.read(one.filer, "application", place))["state"] == "LAPSED"
    assert await town.refused(one.filer, "application", f"{place}/submission") == "submission-too-late"
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "LAPSED"


async def test_a_round_is_shown_with_the_deadline_in_force_beside_the_first(life: Life) -> None:
    """A round-wide letter, and the one that corrects it; a district's moves nothing of the whole round (C5.2)."""
    town, first = life.town, "2017-09-20T09:00:00.000Z"

    async def shown() -> list[tuple[str, str, int]]:
        one = await town.read(None, "application", f"/rounds/{ROUND}")
        (short,) = await town.read(None, "application", "/rounds")
        return [(doc["submission_deadline"], doc["first_deadline"], len(doc["extensions"])) for doc in (one, short)]

    assert await shown() == [(first, first, 0)] * 2
    await town.at("2017-09-19T10:00:00+08:00")
    letter = {"scope": "round", "reason": "台风", "authority_document": "函1号"}
    for number, day in enumerate(("2017-09-28", "2017-09-26"), 1):
        await town.command(OFFICER, "application", PLACE, {**letter, "new": f"{day}T17:00:00+08:00"})
        assert await shown() == [(f"{day}T09:00:00.000Z", first, number)] * 2
    own = {**letter, "scope": "district", "target": "310101", "new": "2017-09-29T17:00:00+08:00"}
    await town.command(OFFICER, "application", PLACE, own)
    assert await shown() == [("2017-09-26T09:00:00.000Z", first, 3)] * 2
