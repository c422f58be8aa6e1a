"""What was taken back: a draft is begun anew, and what an appeal remitted can be withdrawn (C5.2, C5.4)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from audit.replay import replay
from rehearsal.cast import organizations
from tests.audit.street import ROUND, parameters
from tests.services.publication.entrypoints.scenes import PLACE, proposed, ranked
from tests.town.life import DEPUTY, OFFICER, PUBLISHER, Applicant, Life
from tests.town.town import Town


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    yield life


async def withdraw(life: Life, one: Applicant) -> None:
    place = f"/applications/{one.application}/withdrawal"
    await life.town.command(one.filer, "application", place, {"reason": "填错类别"})


async def test_a_draft_that_was_withdrawn_is_filled_in_and_filed_anew(life: Life) -> None:
    """Nothing of the first is left in what is read, and everything in the log (C2.2.2)."""
    town = life.town
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    await withdraw(life, one)
    await town.at("2017-08-26T10:00:00+08:00")
    begin = {"round": ROUND, "kind": "comprehensive", "category": []}
    await town.command(one.filer, "application", "/applications", begin)
    place = f"/applications/{one.application}"
    seen = await town.read(one.filer, "application", place)
    assert (seen["state"], seen["kind"], seen["materials"], seen["version"]) == ("DRAFT", "comprehensive", [], 0)
    assert [name for name in seen if name.startswith("revision_")] == []
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert task["step"] == "submit"
    await life.fill_in(one)
    await life.submit(one)
    told = await town.read(one.filer, "application", f"{place}/timeline")
    assert [entry["state"] for entry in told if entry["event"] in {"ApplicationStarted", "ApplicationWithdrawn"}] == [
        "DRAFT",
        "WITHDRAWN",
        "DRAFT",
    ]
    assert [doc["application"] for doc in await town.read(one.clerk, "review", "/reviews")] == [one.application]
    await withdraw(life, one)
    assert await town.refused(one.filer, "application", "/applications", begin) == "application-is-withdrawn"
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "WITHDRAWN"


async def test_what_an_appeal_remitted_can_be_withdrawn_until_it_is_decided_again(tmp_path: Path) -> None:
    """Withdrawn at any time before the decision, and the first one fell (C5.4)."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.approved()
    await scene.did(PUBLISHER, f"{PLACE}/list")
    third = scene.ranked[2]
    withdrawal = f"/applications/{third.application}/withdrawal"
    reason = {"reason": "机构重组"}
    assert await scene.town.refused(third.filer, "application", withdrawal, reason) == "application-is-decided"
    await scene.did(third.filer, f"/appeals/{third.application}", {"grounds": "请求复核"})
    remit = {"outcome": "remit", "stage": "experts", "reason": "重新评分"}
    await scene.did(DEPUTY, f"/appeals/{third.application}/decision", remit)
    await scene.town.command(third.filer, "application", withdrawal, reason)
    seen = await scene.town.read(third.filer, "application", f"/applications/{third.application}")
    assert seen["state"] == "WITHDRAWN"
    decision = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert decision["open_appeals"] == []
    assert replay(await scene.town.events(), ROUND).published
