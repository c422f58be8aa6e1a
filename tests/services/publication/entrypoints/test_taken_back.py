"""What a correction or a person takes back ends everywhere, and what is given again begins anew (C3, C5.4)."""

from pathlib import Path

import pytest_asyncio

from audit.replay import replay
from shared.contracts.reporting import ObligationLifted, ReminderSent
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, Scene, proposed, ranked
from tests.town.life import DEPUTY, LEADER, OFFICER, TERMS, Applicant, correction

REVOCATION = {"ground": "逾期未签署合作协议", "document_number": "沪经信企〔2018〕77号"}


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> Scene:
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.life.approve()
    return scene


async def test_who_is_taken_from_the_list_owes_nothing_more_until_a_new_agreement(scene: Scene) -> None:
    first = scene.ranked[0]
    await scene.life.sign(first)
    assert await _states(scene, first) == {"DUE"}
    await scene.life.correct(remove=[first.application])
    assert await _states(scene, first) == {"LIFTED"}
    assert (await scene.saw(OFFICER, f"/standings/{first.application}"))["state"] == "REMOVED"
    await scene.town.at("2018-01-19T09:00:00+08:00")
    await scene.life.correct(add=[first.application])
    log = [one.event for one in await scene.town.events()]
    assert {one.ground for one in log if isinstance(one, ObligationLifted)} == {"removed"}
    assert not [one for one in log if isinstance(one, ReminderSent)]
    assert (await scene.saw(OFFICER, f"/standings/{first.application}"))["state"] == "UNSIGNED"
    await scene.life.sign(first)
    assert (await scene.saw(OFFICER, f"/standings/{first.application}"))["state"] == "ACTIVE"
    assert await _states(scene, first) == {"DUE"}
    assert replay(await scene.town.events(), ROUND).published


async def _states(scene: Scene, one: Applicant) -> set[str]:
    return {owed["state"] for owed in await scene.town.read(one.filer, "reporting", "/obligations")}


async def test_who_is_before_the_district_again_joins_no_list_before_it_recommends(scene: Scene) -> None:
    second, third = scene.ranked[1:3]
    await scene.did(third.filer, f"/appeals/{third.application}", {"grounds": "请求复核"})
    remit = {"outcome": "remit", "stage": "district", "reason": "退回区级重审"}
    await scene.did(DEPUTY, f"/appeals/{third.application}/decision", remit)
    wanted = correction(add=[third.application])
    assert await scene.refused(OFFICER, f"{PLACE}/corrections", wanted) == "district-does-not-recommend"
    batch = f"/batches/{ROUND}/{third.organization.district.value}"
    await scene.town.command(OFFICER, "review", f"{batch}/reopening", {"authority": "市经信委"})
    await scene.life.recommend(third)
    assert await scene.refused(OFFICER, f"{PLACE}/corrections", wanted) == "no-place-is-free"
    await scene.life.correct(add=[third.application], remove=[second.application])
    assert third.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def test_who_never_signs_may_be_revoked(scene: Scene) -> None:
    """The approval that stays unsigned is a person's to take back; nothing can be signed afterwards (C5.4)."""
    first, second = scene.ranked[:2]
    terms = {"terms_sha256": TERMS}
    await scene.did(OFFICER, f"/agreements/{first.application}/offer", terms)
    await scene.did(LEADER, f"/standings/{first.application}/revocation", REVOCATION)
    await scene.did(LEADER, f"/standings/{second.application}/revocation", REVOCATION)
    signature = f"/agreements/{first.application}/signature"
    assert await scene.refused(first.signatory, signature, terms) == "organization-not-approved"
    again = f"/agreements/{second.application}/offer"
    assert await scene.refused(OFFICER, again, terms) == "organization-not-approved"
    assert {one["state"] for one in await scene.saw(OFFICER, "/standings")} == {"REVOKED"}
    assert replay(await scene.town.events(), ROUND).recomputed["approvals and rejections"] == 5


async def test_an_offer_of_the_agreements_own_text_is_asked_for_again_without_harm(scene: Scene) -> None:
    offer = f"/agreements/{scene.ranked[0].application}/offer"
    assert (await scene.did(OFFICER, offer, {}))["events"]
    await scene.town.at("2017-11-02T09:00:00+08:00")
    assert (await scene.did(OFFICER, offer, {}))["events"] == []
