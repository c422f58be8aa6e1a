"""What an applicant knows of a list: nothing of a draft, everything from the public notice on that shows it (C5.4)."""

from pathlib import Path
from typing import Any

from audit.replay import replay
from shared.kernel.actor import Actor
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, ranked
from tests.town.life import LEADER, OFFICER, PUBLISHER, Applicant

PROPOSED_AT, NOTICED_AT = "2017-10-20T09:00:00+08:00", "2017-10-23T09:00:00+08:00"
DRAFTED = ("ApprovalListProposed", "NextInLinePromoted")


async def scene_of(folder: Path) -> Scene:
    """The best two of five are proposed, and nothing is on notice yet."""
    scene = await ranked(folder, (90, 85, 75, 70, 60))
    await scene.life.rank(GROUP)
    await scene.town.at(PROPOSED_AT)
    await scene.did(OFFICER, f"{PLACE}/proposal")
    scene.ranked = list(scene.life.applicants)
    return scene


async def states(scene: Scene, by: Actor, one: Applicant) -> set[str]:
    """The state of one application by each of the ways in which it can be read."""
    town, place = scene.town, f"/applications/{one.application}"
    alone = await town.read(by, "application", place)
    listed = await town.read(by, "application", "/applications")
    sorted_by_state = await town.read(by, "application", "/applications", sort="state", state=alone["state"])
    as_of = await town.read(by, "application", f"/rounds/{ROUND}/applications", as_of=town.clock.instant)
    timeline = await town.read(by, "application", f"{place}/timeline")
    found = [doc for docs in (listed, sorted_by_state, as_of) for doc in docs if doc["application"] == one.application]
    return {timeline[-1]["state"], alone["state"], *(doc["state"] for doc in found)}


async def told(scene: Scene, by: Actor, one: Applicant) -> list[str]:
    timeline = await scene.town.read(by, "application", f"/applications/{one.application}/timeline")
    return [entry["event"] for entry in timeline]


async def next_step(scene: Scene, one: Applicant) -> str:
    (task,) = await scene.town.read(one.filer, "application", "/worklist")
    return str(task["message_zh"])


async def test_nobody_outside_the_offices_learns_of_a_draft_before_its_notice(tmp_path: Path) -> None:
    scene = await scene_of(tmp_path)
    best, _, third, *_ = scene.ranked
    for one, state in ((best, "PROPOSED"), (third, "NOT_SELECTED")):
        assert await states(scene, OFFICER, one) == {state}
        for reader in (one.filer, one.clerk):
            assert await states(scene, reader, one) == {"UNDER_EXPERT"}
            assert not set(DRAFTED) & set(await told(scene, reader, one))
            asked: dict[str, Any] = {"state": state}
            assert await scene.town.read(reader, "application", "/applications", **asked) == []
        assert await next_step(scene, one) == "专家评审中"
    await scene.town.at(NOTICED_AT)
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    for one, state in ((best, "PROPOSED"), (third, "NOT_SELECTED")):
        assert await states(scene, one.filer, one) == {state}
        assert [name for name in await told(scene, one.filer, one) if name in (*DRAFTED, "NoticePublished")] == [
            "ApprovalListProposed",
            "NoticePublished",
        ]
    before = await scene.town.read(best.filer, "application", f"/rounds/{ROUND}/applications", as_of="2017-10-22")
    assert [doc["state"] for doc in before] == ["UNDER_EXPERT"]
    seen = await scene.town.read(best.filer, "application", f"/applications/{best.application}")
    assert (seen["since"], "public_state" in seen) == ("2017-10-23T01:00:00.000Z", False)
    timeline = await scene.town.read(third.filer, "application", f"/applications/{third.application}/timeline")
    assert timeline[-1]["message_zh"] == "名单公示（2017-10-23至2017-10-30），本申报不在列"


async def test_the_worklist_says_on_notice_while_it_runs_and_not_when_it_is_over(tmp_path: Path) -> None:
    scene = await scene_of(tmp_path)
    best = scene.ranked[0]
    await scene.town.at(NOTICED_AT)
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-10-30T23:59:59.999+08:00")
    assert await next_step(scene, best) == "拟定名单，公示中"
    await scene.town.at("2017-10-31T00:00:00+08:00")
    assert await next_step(scene, best) == "拟定名单公示期满，等待决定"


async def test_whoever_is_promoted_learns_of_it_from_the_notice_that_shows_it(tmp_path: Path) -> None:
    scene = await scene_of(tmp_path)
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    best, _, third, *_ = scene.ranked
    await scene.withdraw(best)
    await scene.did(LEADER, f"{PLACE}/promotions", {"application": third.application, "reason": "依次递补"})
    assert await states(scene, OFFICER, third) == {"PROPOSED"}
    assert await states(scene, third.filer, third) == {"NOT_SELECTED"}
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    assert await states(scene, third.filer, third) == {"PROPOSED"}
    assert (await told(scene, third.filer, third))[-2:] == ["NextInLinePromoted", "NoticePublished"]
    assert replay(await scene.town.events(), ROUND)
