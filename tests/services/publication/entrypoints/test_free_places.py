"""Who comes next when a place becomes free, who says so, and who is told (C5.4)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.commands import decide_again
from audit.record import Contradiction, Record
from audit.replay import replay
from shared.contracts.publication import ApplicationRejected, ListApproved
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, OBJECTIONS, PLACE, Scene, proposed, ranked
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, SECOND, SECRETARY, Applicant

SAID = {"name": "王建国", "contact": "021-62730000", "grounds": "场地租约已终止", "evidence": []}


async def answered(scene: Scene, one: Applicant) -> None:
    """Whoever votes on an application has no conflict of interest."""
    for expert in scene.life.members[GROUP]:
        await scene.town.command(expert, "review", f"/scorings/{one.application}/conflict", {"answer": "none"})


async def test_a_vote_after_the_proposal_says_who_comes_next_and_two_people_decide(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path, (90, 85, 70, 70, 60)))
    _, second, loser, winner, _ = scene.ranked
    await scene.withdraw(second)
    for one in (loser, winner):
        promotion = {"application": one.application, "reason": "依次递补"}
        assert await scene.refused(DEPUTY, f"{PLACE}/promotions", promotion) == "not-the-next-in-line"
    await _vote(scene, [winner.application, loser.application])
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert [one["application"] for one in seen["line"]][:2] == [winner.application, loser.application]
    assert [one["rank"] for one in seen["line"]] == [3, 4, 5]
    assert seen["free_places"] == {GROUP: 1}
    promotion = {"application": loser.application, "reason": "依次递补"}
    assert await scene.refused(DEPUTY, f"{PLACE}/promotions", promotion) == "not-the-next-in-line"
    await scene.did(DEPUTY, f"{PLACE}/promotions", {**promotion, "application": winner.application})
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["free_places"] == {}
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-11-08T09:00:00+08:00")
    assert await scene.refused(DEPUTY, f"{PLACE}/approval") == "promoter-may-not-approve"
    await scene.approved()
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert winner.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def _vote(scene: Scene, order: list[str]) -> None:
    (panel,) = await scene.town.read(SECRETARY, "review", "/panels", round_id=ROUND)
    tie = next(row["tie_group"] for row in panel["ranking"] if row["application"] in order)
    vote = {"tie_group": tie, "order": order, "voters": [one.id for one in scene.life.members[GROUP]]}
    await scene.town.command(SECRETARY, "review", f"/panels/{scene.life.panels[GROUP]}/ties", vote)


async def test_a_place_stays_free_for_a_reason_alone_while_somebody_is_in_line(tmp_path: Path) -> None:
    """Who was next in line is told the reason, and a log without it is disproved (C5.4)."""
    scene = await proposed(await ranked(tmp_path))
    _, second, third, *_ = scene.ranked
    await scene.withdraw(second)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    (free,) = (await scene.saw(LEADER, f"{PLACE}/decision"))["next_in_line"]
    assert (free["group"], free["places"], free["rank"], free["line"]) == (GROUP, 1, 3, [third.application])
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "free-place-needs-a-reason"
    await scene.approved()
    timeline = await scene.town.read(third.filer, "application", f"/applications/{third.application}/timeline")
    assert timeline[-1]["message_zh"] == "未入选（择优排序）：空缺名额未予递补：本轮不再递补"
    events = await scene.town.events()
    (approved,) = [one for one in events if isinstance(one.event, ListApproved)]
    unsaid: Any = approved.event
    assert decide_again(Record.of(events, None), approved)
    with pytest.raises(Contradiction, match="1 free"):
        decide_again(Record.of(events, None), replace(approved, event=replace(unsaid, left_free=())))


async def test_who_was_removed_and_then_withdrew_is_not_rejected(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path))
    second = scene.ranked[1]
    filed = await scene.did(None, OBJECTIONS, {**SAID, "application": second.application})
    upheld = {"outcome": "upheld", "reason": "经核查属实", "effect": "remove"}
    await scene.did(SECOND, f"{OBJECTIONS}/{filed['objection']}/decision", upheld)
    await scene.withdraw(second)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.approved()
    log = await scene.town.events()
    rejected = {one.event.application for one in log if isinstance(one.event, ApplicationRejected)}
    assert rejected == {one.application for one in scene.ranked[2:]}
    grounds = {"grounds": "请求复核"}
    appeal = f"/appeals/{second.application}"
    assert await scene.refused(second.filer, appeal, grounds) == "application-not-decided"
    assert replay(log, ROUND).published is False


async def test_whom_a_panel_leaves_unranked_is_told_with_the_others_and_may_appeal(tmp_path: Path) -> None:
    scene = await ranked(tmp_path, (90, 85, 75, 0, 0))
    left, gone = scene.life.applicants[3:]
    panel = f"/panels/{scene.life.panels[GROUP]}"
    await scene.town.command(SECRETARY, "review", f"{panel}/closing")
    voters = [one.id for one in scene.life.members[GROUP]]
    for one in (left, gone):
        await answered(scene, one)
        decision = {
            "application": one.application,
            "decision": "leave_unranked",
            "reason": "无人评分",
            "voters": voters,
        }
        await scene.town.command(SECRETARY, "review", f"{panel}/decisions", decision)
    await proposed(scene)
    await scene.withdraw(gone)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.approved()
    decided = {one["application"]: one for one in await scene.saw(OFFICER, f"{PLACE}/approvals")}
    assert gone.application not in decided
    assert (decided[left.application]["state"], decided[left.application]["codes"]) == ("REJECTED", ["LEFT_UNRANKED"])
    seen = await scene.town.read(left.filer, "application", f"/applications/{left.application}")
    assert seen["state"] == "REJECTED"
    await scene.did(left.filer, f"/appeals/{left.application}", {"grounds": "请求评分"})
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert replay(await scene.town.events(), ROUND).recomputed["approvals and rejections"] == 4


async def test_who_is_admitted_after_the_ranking_is_not_forgotten(tmp_path: Path) -> None:
    """The list waits until the panel has decided; who is left unranked is told, and may appeal (C5.4)."""
    scene = await ranked(tmp_path, (90, 85, 75, 70, 60), recommended=4)
    late, panel = scene.life.applicants[4], f"/panels/{scene.life.panels[GROUP]}"
    await scene.life.rank(GROUP)
    admitted = {"outcome": "admitted", "reason": "材料齐备"}
    await scene.life.review(late, "escalation-decision", admitted, by=LEADER)
    assert await scene.refused(OFFICER, f"{PLACE}/proposal") == "recommended-but-not-ranked"
    voters = [one.id for one in scene.life.members[GROUP]]
    await answered(scene, late)
    decision = {"application": late.application, "decision": "leave_unranked", "reason": "无人评分", "voters": voters}
    await scene.town.command(SECRETARY, "review", f"{panel}/decisions", decision)
    await scene.life.propose()
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.approved()
    await scene.did(late.filer, f"/appeals/{late.application}", {"grounds": "请求评分"})
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert replay(await scene.town.events(), ROUND).published
