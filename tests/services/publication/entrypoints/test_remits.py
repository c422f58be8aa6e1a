"""What an appeal is remitted for is decided again, in the time that the round gives (C5.4)."""

from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from audit.record import Contradiction
from audit.replay import replay
from shared.contracts.review import EscalationDecided
from tests.audit.street import ROUND, parameters
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, proposed, ranked, score
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, Applicant, correction

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
    await scene.did(DEPUTY, f"/appeals/{one.application}/decision", TO_THE_DISTRICT)
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
    by, body = (OFFICER, AUTHORITY) if act == "reopening" else (one.leader, None)
    await scene.town.command(by, "review", path, body)


async def test_who_was_undecided_is_recommended_scored_and_joins_the_list(scene: Scene) -> None:
    one = _undecided(scene)
    shown = await scene.town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert (shown["state"], shown["days_left"]) == ("OPEN", 10)
    await scene.life.judge(one)
    await _district_list(scene, one, "reopening")
    await scene.life.recommend(one)
    await scene.life.send_lists()
    await score(scene.life, one, 95)
    await scene.life.rank(GROUP)
    await scene.did(OFFICER, f"{PLACE}/corrections", correction(add=[one.application]))
    await scene.life.show()
    approval = f"{PLACE}/corrections/approval"
    assert await scene.refused(LEADER, approval) == "correction-beyond-the-quota"
    await scene.did(LEADER, approval, {"list_hash": await _pending(scene), "beyond_quota": True})
    await scene.did(PUBLISHER, f"{PLACE}/list")
    first, second = (approved.application for approved in scene.ranked[:2])
    assert await scene.listed() == [one.application, first, second]
    await _says_what_changed(scene, one.application, first, second)
    assert replay(await scene.town.events(), ROUND).published


async def _pending(scene: Scene) -> str:
    pending = (await scene.saw(OFFICER, f"{PLACE}/decision"))["pending_correction"]
    assert pending["places"] == [{"group": GROUP, "places": 2, "listed": 3}]
    return str(pending["list_hash"])


async def _says_what_changed(scene: Scene, added: str, *moved: str) -> None:
    """Who joined and why, who moved, and what goes beyond the quota; the office sees no rank twice."""
    seen = await scene.saw(None, f"{PLACE}/list", as_of=scene.town.clock.instant)
    said = seen["correction"]
    assert [(joined["application"], joined["ground"]) for joined in said["joined"]] == [(added, "appeal_remitted")]
    assert [(one["application"], one["rank_before"], one["rank"]) for one in said["moved"]] == [
        (moved[0], 1, 2),
        (moved[1], 2, 3),
    ]
    assert (said["left"], said["beyond_quota"]) == ([], [GROUP])
    ended = {doc["application"]: doc for doc in await scene.saw(OFFICER, f"{PLACE}/approvals")}
    standings = {doc["application"]: doc for doc in await scene.saw(OFFICER, "/standings")}
    for docs in (ended, standings):
        assert [docs[application]["rank"] for application in (added, *moved)] == [1, 2, 3]


async def test_a_reversal_for_who_was_never_ranked_is_refused_and_one_of_before_is_remitted(tmp_path: Path) -> None:
    """Nobody waits for a correction that nothing can bring about (C5.4)."""
    plan = parameters()
    before = replace(plan, decisions=replace(plan.decisions, reversals_ranked=False))
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70), recommended=4, undecided=1, plan=before))
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    one, reverse = _undecided(scene), {"outcome": "reverse", "reason": "申诉成立"}
    decision = f"/appeals/{one.application}/decision"
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "区级未作决定"})
    await scene.did(DEPUTY, decision, reverse)
    waiting = {"application": one.application, "outcome": "reverse", "waits_for": "decision"}
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"] == [waiting]
    assert await scene.refused(DEPUTY, decision, {**reverse, "outcome": "uphold"}) == "appeal-already-decided"
    await scene.did(DEPUTY, decision, TO_THE_DISTRICT)
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"][0]["waits_for"] == "remit"
    shown = await scene.town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert shown["state"] == "OPEN"
    assert replay(await scene.town.events(), ROUND).published


async def test_who_was_never_ranked_is_not_given_a_place_by_a_reversal(scene: Scene) -> None:
    """Here the leader has remitted it already; another who was never ranked is told the way (C5.4)."""
    one = _undecided(scene)
    await scene.town.at("2017-11-19T00:00:00+08:00")
    await scene.did(LEADER, f"/appeals/{one.application}/closing", {"reason": "区级逾期未决定"})
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "再次申诉"})
    decision, reverse = f"/appeals/{one.application}/decision", {"outcome": "reverse", "reason": "申诉成立"}
    assert await scene.refused(DEPUTY, decision, reverse) == "nothing-to-reverse"
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


async def test_a_remit_is_not_closed_while_the_city_has_it_to_decide(scene: Scene) -> None:
    """Whoever goes to the city when its district is silent is heard there first (C5.3, C5.4)."""
    one, closing = _undecided(scene), {"reason": "区级逾期未决定"}
    path = f"/appeals/{one.application}/closing"
    await scene.town.at("2017-11-19T00:00:00+08:00")
    await scene.life.review(one, "escalation", {"grounds": "区级逾期未作决定"}, by=one.filer)
    assert await scene.refused(LEADER, path, closing) == "escalation-undecided"
    dismissed = {"outcome": "dismissed", "reason": "不符合条件"}
    await scene.life.review(one, "escalation-decision", dismissed, by=LEADER)
    await scene.did(LEADER, path, closing)
    assert replay(await scene.town.events(), ROUND).published


async def test_a_remit_that_was_closed_over_an_escalation_is_disproved(scene: Scene) -> None:
    """The city's decision left out, the log says that a leader ended what the city had to decide."""
    one = _undecided(scene)
    await scene.town.at("2017-11-19T00:00:00+08:00")
    await scene.life.review(one, "escalation", {"grounds": "区级逾期未作决定"}, by=one.filer)
    await scene.life.review(one, "escalation-decision", {"outcome": "dismissed", "reason": "不符合"}, by=LEADER)
    await scene.town.at("2017-11-20T09:00:00+08:00")
    await scene.did(LEADER, f"/appeals/{one.application}/closing", {"reason": "区级逾期未决定"})
    log = await scene.town.events()
    with pytest.raises(Contradiction, match="had to be refused"):
        replay([each for each in log if not isinstance(each.event, EscalationDecided)], ROUND)
