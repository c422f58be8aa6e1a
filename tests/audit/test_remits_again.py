"""What a remit leads to is decided again, also where a list and the remit's end would say the same (C5.4)."""

from pathlib import Path

from audit.replay import replay
from shared.contracts.publication import ApplicationRejected
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import proposed, ranked
from tests.town.life import DEPUTY, LEADER

DISMISSED = {"outcome": "dismissed", "reason": "区级意见属实"}
TO_THE_DISTRICT = {"outcome": "remit", "stage": "district", "reason": "退回区级审核"}


async def test_a_declined_one_that_its_district_leaves_undecided_is_ended_twice_for_two_reasons(tmp_path: Path) -> None:
    """It is remitted in the instant in which the list ended it: the district's decline was open again by then."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70), recommended=4))
    (one,) = [one for one in scene.life.applicants if one not in scene.ranked]
    await scene.life.review(one, "escalation-decision", DISMISSED, by=LEADER)
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "区级意见与事实不符"})
    await scene.did(DEPUTY, f"/appeals/{one.application}/decision", TO_THE_DISTRICT)
    await scene.town.at("2017-11-19T00:00:00+08:00")
    await scene.did(LEADER, f"/appeals/{one.application}/closing", {"reason": "区级逾期未决定"})
    log = await scene.town.events()
    ended = [one.event for one in log if isinstance(one.event, ApplicationRejected)]
    codes = [event.codes for event in ended if event.application == one.application]
    assert codes == [("DISTRICT_DECLINED",), ("DISTRICT_UNDECIDED",)]
    assert replay(log, ROUND).recomputed["approvals and rejections"] == 6
