"""An appeal of somebody whose approval was revoked finds an end (C5.4)."""

from pathlib import Path

from audit.replay import replay
from shared.kernel.actor import Actor
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, Scene, proposed, ranked
from tests.town.life import DEPUTY, LEADER, OFFICER


async def test_an_appeal_after_a_revocation_is_not_reversed_and_is_open_no_more_once_upheld(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    one, decision = scene.ranked[0], f"/appeals/{scene.ranked[0].application}/decision"
    await scene.life.sign(one)
    letter = {"ground": "弄虚作假", "document_number": "沪经信企〔2017〕700号"}
    await scene.did(LEADER, f"/standings/{one.application}/revocation", letter)
    await scene.life.correct(remove=[one.application])
    await scene.did(one.filer, f"/appeals/{one.application}", {"grounds": "撤销有误"})
    body = {"outcome": "reverse", "reason": "撤销有误"}
    assert await scene.refused(DEPUTY, decision, body) == "revoked-is-not-reversed"
    (waiting,) = (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"]
    assert (waiting["application"], waiting["waits_for"]) == (one.application, "decision")
    await scene.did(DEPUTY, decision, {**body, "outcome": "uphold"})
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"] == []
    assert replay(await scene.town.events(), ROUND).published


async def test_what_another_leader_gives_back_is_signed_anew_and_owes_again(tmp_path: Path) -> None:
    """Reporting hears it, the public list shows it, and the clock ends it on its last day (C3.1, C5.4)."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    one = scene.ranked[0]
    place, letter = f"/standings/{one.application}", {"document_number": "沪经信企〔2017〕700号"}
    await scene.life.sign(one)
    await scene.did(LEADER, f"{place}/revocation", {"ground": "误认", **letter})
    await scene.town.at("2017-11-09T09:00:00+08:00")
    back = {"reason": "撤销所据事实有误", "document_number": "沪经信企〔2017〕701号"}
    assert await scene.refused(LEADER, f"{place}/revocation-reversal", back) == "revoker-may-not-reverse"
    await scene.did(DEPUTY, f"{place}/revocation-reversal", back)
    shown = await scene.saw(OFFICER, place)
    assert (shown["state"], shown["agreement"]) == ("UNSIGNED", "NOT_OFFERED")
    seen = await scene.town.read(one.filer, "application", f"/applications/{one.application}")
    assert seen["state"] == "APPROVED"
    assert await _steps(scene, one.filer, "application") == ["wait"]
    assert await _steps(scene, OFFICER, "reporting") == ["offer_again"]
    assert {doc["state"] for doc in await scene.town.read(one.filer, "reporting", "/obligations")} == {"LIFTED"}
    await scene.life.sign(one)
    assert await _steps(scene, one.filer, "application") == []
    assert await _steps(scene, OFFICER, "reporting") == []
    assert (await scene.saw(OFFICER, place))["state"] == "ACTIVE"
    assert {doc["state"] for doc in await scene.town.read(one.filer, "reporting", "/obligations")} == {"DUE"}
    await scene.town.at("2018-12-01T00:00:00+08:00")
    assert (await scene.saw(OFFICER, place))["state"] == "EXPIRED"
    assert replay(await scene.town.events(), ROUND).published


async def test_who_was_removed_after_a_revocation_joins_again_once_it_is_given_back(tmp_path: Path) -> None:
    """C5.4."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    one, letter = scene.ranked[0], {"document_number": "沪经信企〔2017〕700号"}
    place, appeal = f"/standings/{one.application}", f"/appeals/{one.application}"
    await scene.did(LEADER, f"{place}/revocation", {"ground": "误认", **letter})
    await scene.life.correct(remove=[one.application])
    await scene.did(one.filer, appeal, {"grounds": "撤销有误"})
    await scene.did(DEPUTY, f"{place}/revocation-reversal", {"reason": "事实有误", **letter})
    await scene.did(DEPUTY, f"{appeal}/decision", {"outcome": "reverse", "reason": "撤销有误"})
    await scene.life.correct(add=[one.application])
    assert one.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def _steps(scene: Scene, by: Actor, service: str) -> list[str]:
    """What waits for somebody."""
    return [task["step"] for task in await scene.town.read(by, service, "/worklist")]
