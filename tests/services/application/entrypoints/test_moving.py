"""An organization that moves files where it is registered when it files, and stays there with what it filed (C5.2)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from audit.replay import replay
from rehearsal.cast import organizations
from rehearsal.forms import tables
from shared.contracts.vocabulary import District
from shared.kernel.actor import Role
from tests.audit.street import ROUND, parameters
from tests.town.life import OFFICER, VERIFIER, Applicant, Life, person
from tests.town.town import Town


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    yield life


async def begun(life: Life) -> tuple[Applicant, str]:
    """An application that is filled in, and another district."""
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    return one, next(other.value for other in District if other != one.organization.district)


async def moved(life: Life, one: Applicant, district: str, day: str) -> None:
    to = {"district": district, "reg_address": "上海市新址1号", "effective_from": day}
    await life.town.command(VERIFIER, "registration", f"/organizations/{one.id}/transfer", to)


def there(one: Applicant, district: str) -> dict[str, Any]:
    table: dict[str, Any] = tables(one.organization)["t1"]
    return {**table, "district": district}


async def test_an_application_is_filed_in_the_district_where_its_organization_is_registered_now(life: Life) -> None:
    """A transfer between start and submission takes the draft along (C5.2); what is filed stays."""
    town = life.town
    one, district = await begun(life)
    await moved(life, one, district, "2017-09-01")
    place = f"/applications/{one.application}"
    await town.at("2017-09-02T10:00:00+08:00")
    refused = await town.refused(one.filer, "application", f"{place}/submission")
    assert refused == "form-names-another-organization"
    await life.save(one, "t1", there(one, district), 1)
    await life.submit(one)
    seen = await town.read(OFFICER, "application", place)
    assert (seen["state"], seen["district"]) == ("SUBMITTED", district)
    clerk = person("clerk-there", Role.DISTRICT_CLERK, district)
    assert [doc["application"] for doc in await town.read(clerk, "review", "/reviews")] == [one.application]
    receiver = person("receiver-there", Role.RECEIPT_CLERK, district)
    assert (await town.read(receiver, "application", f"{place}/form"))["t1"]["district"] == district
    here = one.official(Role.RECEIPT_CLERK)
    paper = {"version": 1, "snapshot_hash": seen["snapshot_hash"], "copies": 2}
    assert await town.refused(here, "application", f"{place}/paper", paper) == "not-permitted"
    await town.command(receiver, "application", f"{place}/paper", paper)
    await moved(life, one, one.organization.district.value, "2017-09-02")
    item = {"path": "t1.reg_address", "code": "WRONG", "note": "地址不符"}
    await town.command(clerk, "review", f"/reviews/{one.application}/return", {"version": 1, "items": [item]})
    await life.save(one, "t1", {**there(one, district), "reg_address": "上海市新址2号"}, 2)
    await life.submit(one)
    seen = await town.read(OFFICER, "application", place)
    assert (seen["state"], seen["district"], seen["version"]) == ("SUBMITTED", district, 2)
    (state,) = replay(await town.events(), ROUND).applications
    assert (state.district, state.version) == (district, 2)


async def test_a_draft_has_the_time_of_the_district_that_its_organization_moved_to(life: Life) -> None:
    """An extension for a district covers the drafts of the organizations that are registered there now (C5.2)."""
    town = life.town
    one, district = await begun(life)
    more = {"scope": "district", "target": district, "new": "2017-09-25T17:00:00+08:00", "reason": "台风"}
    await town.command(OFFICER, "application", f"/rounds/{ROUND}/extensions", {**more, "authority_document": "函1号"})
    await moved(life, one, district, "2017-09-10")
    place = f"/applications/{one.application}"
    await town.at("2017-09-20T18:00:00+08:00")
    assert (await town.read(one.filer, "application", place))["state"] == "DRAFT"
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert task["due"] == "2017-09-25T09:00:00.000Z"
    await town.at("2017-09-25T17:00:00+08:00")
    assert (await town.read(one.filer, "application", place))["state"] == "LAPSED"
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "LAPSED"
