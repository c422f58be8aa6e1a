"""An appeal of somebody whose approval was revoked finds an end (C5.4)."""

from pathlib import Path

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, proposed, ranked
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
