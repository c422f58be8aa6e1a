"""What an appeal is remitted for is decided again, in the time that the round gives (C5.4)."""

from pathlib import Path

import pytest_asyncio

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, proposed, ranked
from tests.town.life import LEADER, OFFICER, PUBLISHER, Applicant

AUTHORITY = {"authority": "市经信委"}
TO_THE_DISTRICT = {"outcome": "remit", "stage": "district", "reason": "退回区级审核"}


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> Scene:
    """Four are ranked, two of them approved; the fifth ended undecided, and its appeal is remitted."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70), recommended=4, undecided=1))
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    one = _undecided(scene)
    assert (await _end(scene, one))["codes"] == ["DISTRICT_UNDECIDED"]
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "区级未作决定"})
    await scene.did(LEADER, f"/appeals/{one.application}/decision", TO_THE_DISTRICT)
    return scene


def _undecided(scene: Scene) -> Applicant:
    (one,) = [one for one in scene.life.applicants if one not in scene.ranked]
    return one


async def _end(scene: Scene, one: Applicant) -> dict[str, object]:
    ended = await scene.saw(OFFICER, f"{PLACE}/approvals")
    found: dict[str, object] = next(doc for doc in ended if doc["application"] == one.application)
    return found


async def _district_list(scene: Scene, one: Applicant, act: str) -> None:
    path = f"/batches/{ROUND}/{one.organization.district.value}/{act}"
    await scene.town.command(one.leader, "review", path, AUTHORITY if act == "reopening" else None)


async def test_who_was_undecided_is_recommended_scored_and_joins_the_list(scene: Scene) -> None:
    one = _undecided(scene)
    shown = await scene.town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert (shown["state"], shown["days_left"]) == ("OPEN", 10)
    await scene.life.judge(one)
    await _district_list(scene, one, "reopening")
    await scene.life.recommend(one)
    await scene.life.send_lists()
    await scene.life.score(one)
    await scene.life.rank(GROUP)
    wanted = {
        "add": [one.application],
        "remove": [],
        "reason": "依申诉决定",
        "document_number": "沪经信企〔2017〕633号",
    }
    await scene.did(OFFICER, f"{PLACE}/corrections", wanted)
    await scene.did(LEADER, f"{PLACE}/corrections/approval")
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert one.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def test_the_time_of_a_remit_ends_and_the_application_with_it(scene: Scene) -> None:
    one = _undecided(scene)
    closing, reason = f"/appeals/{one.application}/closing", {"reason": "区级逾期未决定"}
    await scene.life.judge(one)
    await _district_list(scene, one, "reopening")
    await scene.town.at("2017-11-18T23:59:59.999+08:00")
    assert await scene.refused(LEADER, closing, reason) == "remit-under-way"
    await scene.town.at("2017-11-19T00:00:00+08:00")
    late = {"version": 1, "opinion": "同意推荐", "order": 9}
    place = f"/reviews/{one.application}/recommendation"
    assert await scene.town.refused(one.clerk, "review", place, late) == "district-deadline-passed"
    assert (await scene.did(LEADER, closing, reason))["events"]
    assert (await scene.did(LEADER, closing, reason))["events"] == []
    assert (await _end(scene, one))["codes"] == ["DISTRICT_UNDECIDED"]
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "再次申诉"})
    assert replay(await scene.town.events(), ROUND).published
