"""Over a district's list that is open again nothing is proposed or approved, and what it took back is out (C5.3)."""

from pathlib import Path
from typing import Any

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, proposed, ranked
from tests.town.life import LEADER, OFFICER, PUBLISHER, SECRETARY, Applicant

POINTS = (90, 85, 75, 70, 60)
NUMBER = {"document_number": "经委〔2017〕2号"}
AUTHORITY = {"authority": "市中小企业办函〔2017〕3号"}


async def of_its_list(scene: Scene, one: Applicant, act: str, body: Any = None) -> None:
    place = f"/batches/{ROUND}/{one.organization.district.value}/{act}"
    by = OFFICER if act == "reopening" else one.leader
    await scene.town.command(by, "review", place, body)


async def test_nothing_is_proposed_or_approved_over_a_list_that_is_open_again(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path, POINTS))
    first = scene.ranked[0]
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await of_its_list(scene, first, "reopening", AUTHORITY)
    for by, act in ((OFFICER, "proposal"), (LEADER, "approval")):
        assert await scene.refused(by, f"{PLACE}/{act}") == "district-list-is-open"
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert seen["open_lists"] == [first.organization.district.value]
    await of_its_list(scene, first, "sealing", NUMBER)
    assert await scene.refused(OFFICER, f"{PLACE}/proposal") == "district-list-is-open"
    await of_its_list(scene, first, "sending")
    assert (await scene.did(OFFICER, f"{PLACE}/proposal"))["events"] == []
    await scene.approved()


async def test_who_was_taken_back_is_on_no_list_until_recommended_again(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path, POINTS))
    first, second = scene.ranked[:2]
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await of_its_list(scene, first, "reopening", AUTHORITY)
    await scene.life.decline(first)
    await of_its_list(scene, first, "sealing", NUMBER)
    await of_its_list(scene, first, "sending")
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "withdrawn-row-on-the-list"
    await scene.town.command(SECRETARY, "review", f"/panels/{scene.life.panels[GROUP]}/ranking")
    await scene.did(OFFICER, f"{PLACE}/proposal")
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-11-10T09:00:00+08:00")
    await scene.approved()
    await scene.did(PUBLISHER, f"{PLACE}/list")
    listed = await scene.listed()
    assert (listed[0], first.application in listed) == (second.application, False)
    assert replay(await scene.town.events(), ROUND).published
