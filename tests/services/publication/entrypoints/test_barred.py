"""Whoever is suspended or closed is neither approved nor offered an agreement, and signs none (C5.2, C5.4)."""

from pathlib import Path

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, Scene, proposed, ranked
from tests.town.life import LEADER, OFFICER, PUBLISHER, TERMS, VERIFIER, Applicant

OFFERED = {"terms_sha256": TERMS}


async def bar(scene: Scene, one: Applicant, how: str = "suspension") -> None:
    await scene.town.command(VERIFIER, "registration", f"/organizations/{one.id}/{how}", {"ground": "涉嫌虚假登记"})


async def test_a_list_with_a_suspended_organization_waits_for_reinstatement(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path))
    first = scene.ranked[0]
    agreement = f"/agreements/{first.application}"
    await bar(scene, first)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "barred-row-on-the-list"
    await bar(scene, first, "reinstatement")
    await scene.life.approve()
    await bar(scene, first)
    assert await scene.refused(OFFICER, f"{agreement}/offer", OFFERED) == "organization-is-barred"
    await bar(scene, first, "reinstatement")
    await scene.did(OFFICER, f"{agreement}/offer", OFFERED)
    await bar(scene, first, "closure")
    assert await scene.refused(first.signatory, f"{agreement}/signature", OFFERED) == "organization-is-barred"
    assert replay(await scene.town.events(), ROUND).published


async def test_a_closed_organization_is_left_out_by_another_proposal_and_is_told(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path))
    first, second, third, *_ = scene.ranked
    await bar(scene, first, "closure")
    await scene.did(OFFICER, f"{PLACE}/proposal")
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    assert await scene.listed() == [second.application, third.application]
    decided = {one["application"]: one for one in await scene.saw(OFFICER, f"{PLACE}/approvals")}
    told = decided[first.application]
    assert (told["state"], told["codes"]) == ("REJECTED", ["ORGANIZATION_BARRED"])
    assert replay(await scene.town.events(), ROUND).published
