"""Who never reached the experts ends with the approval and may appeal, and it is decided again (C5.3, C5.4)."""

from pathlib import Path

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, proposed, ranked
from tests.town.life import DEPUTY, LEADER, OFFICER


async def test_who_the_district_declined_ends_with_the_list_and_may_appeal(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path, recommended=4))
    (declined,) = [one for one in scene.life.applicants if one not in scene.ranked]
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.approved()
    ended = {one["application"]: one for one in await scene.saw(OFFICER, f"{PLACE}/approvals")}
    assert len(ended) == len(scene.life.applicants)
    last = ended[declined.application]
    assert (last["state"], last["stage"], last["codes"]) == ("REJECTED", "district", ["DISTRICT_DECLINED"])
    appeal = f"/appeals/{declined.application}"
    await scene.did(declined.filer, appeal, {"grounds": "请求复核"})
    remit = {"outcome": "remit", "stage": "experts", "reason": "退回"}
    assert await scene.refused(LEADER, f"{appeal}/decision", remit) == "never-with-the-experts"
    uphold = {"outcome": "uphold", "reason": "维持"}
    assert await scene.refused(LEADER, f"{appeal}/decision", uphold) == "approver-may-not-decide-the-appeal"
    waiting = (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"]
    assert [(one["application"], one["waits_for"]) for one in waiting] == [(declined.application, "decision")]
    await scene.did(DEPUTY, f"{appeal}/decision", uphold)
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"] == []
    done = replay(await scene.town.events(), ROUND)
    assert done.recomputed["approvals and rejections"] == len(scene.life.applicants)
