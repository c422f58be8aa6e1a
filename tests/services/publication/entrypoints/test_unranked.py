"""An appeal of whom a panel left unranked is remitted to its experts, who then score what nobody had (C5.4)."""

from pathlib import Path
from typing import Any

from audit.replay import replay
from rehearsal.cast import shared
from shared.kernel.actor import Actor
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, proposed, ranked
from tests.services.publication.entrypoints.test_free_places import answered
from tests.town.life import DEPUTY, PUBLISHER, SECRETARY, Applicant

REMIT = {"outcome": "remit", "stage": "experts", "reason": "无人评分，退回专家组评审"}


async def steps(scene: Scene, expert: Actor, one: Applicant) -> list[str]:
    tasks: list[Any] = await scene.town.read(expert, "review", "/worklist")
    return [str(task["step"]) for task in tasks if task["application"] == one.application]


async def left_out(folder: Path) -> tuple[Scene, Applicant]:
    """Nobody was assigned the last, its panel left it unranked, and it was rejected with the others."""
    scene = await ranked(folder, (90, 85, 75, 70, 0))
    left, panel = scene.life.applicants[4], f"/panels/{scene.life.panels[GROUP]}"
    await scene.town.command(SECRETARY, "review", f"{panel}/closing")
    await answered(scene, left)
    decision = {"application": left.application, "decision": "leave_unranked", "reason": "无人评分"}
    voters = [one.id for one in scene.life.members[GROUP]]
    await scene.town.command(SECRETARY, "review", f"{panel}/decisions", {**decision, "voters": voters})
    await proposed(scene)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.approved()
    await scene.did(PUBLISHER, f"{PLACE}/list")
    return scene, left


async def test_what_nobody_was_assigned_is_scored_when_an_appeal_remits_it(tmp_path: Path) -> None:
    """The panel's earlier decision ranks it no more: it waits for scores, or for another decision."""
    scene, left = await left_out(tmp_path)
    first, *others = scene.life.members[GROUP]
    ranking = f"/panels/{scene.life.panels[GROUP]}/ranking"
    await scene.did(left.filer, f"/appeals/{left.application}", {"grounds": "请求评分"})
    assert await steps(scene, first, left) == ["done"]
    await scene.did(DEPUTY, f"/appeals/{left.application}/decision", REMIT)
    assert await steps(scene, first, left) == ["wait"]
    assert await scene.town.refused(SECRETARY, "review", ranking) == "too-few-scores"
    place = f"/scorings/{left.application}/assignments"
    for expert in (first, *others):
        await scene.town.command(SECRETARY, "review", place, {"expert": expert.id})
        assert await steps(scene, expert, left) == ["score"]
        await scene.life.give(left, expert, shared(99, left.organization))
        assert await steps(scene, expert, left) == ["done"]
    await scene.town.command(SECRETARY, "review", ranking)
    (panel,) = await scene.town.read(SECRETARY, "review", "/panels", round_id=ROUND)
    assert panel["ranking"][0]["application"] == left.application
    await scene.life.correct(add=[left.application], remove=[scene.ranked[1].application])
    assert left.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published
