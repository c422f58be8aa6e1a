"""T1 beside what was certified: what differs is shown, and refuses nothing (C4.1, C5.2)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from rehearsal.cast import organizations
from rehearsal.forms import tables
from tests.audit.street import parameters
from tests.town.life import VERIFIER, Applicant, Life
from tests.town.town import Town


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    yield life


async def hints(life: Life, one: Applicant) -> list[dict[str, Any]]:
    seen = await life.town.read(one.clerk, "application", f"/applications/{one.application}")
    found: list[dict[str, Any]] = seen["hints"]
    return found


async def test_the_district_sees_what_differs_from_the_certified_profile(life: Life) -> None:
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    assert await hints(life, one) == []
    await life.save(one, "t1", {**tables(one.organization)["t1"], "established_on": "2001-01-01"}, 1)
    (hint,) = await hints(life, one)
    assert (hint["path"], hint["stated"]) == ("t1.established_on", "2001-01-01")
    assert hint["message_zh"].startswith("表一成立日期与企业认证不一致：申报2001-01-01")
    await life.submit(one)
    await life.town.at("2017-08-26T10:00:00+08:00")
    moved = {"district": "310151", "reg_address": "崇明区新址", "effective_from": "2017-08-26"}
    await life.town.command(VERIFIER, "registration", f"/organizations/{one.id}/transfer", moved)
    assert [found["path"] for found in await hints(life, one)] == ["t1.established_on"], "as it was when it was filed"
