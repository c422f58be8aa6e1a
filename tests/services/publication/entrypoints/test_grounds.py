"""What experts did not see is on no list, and nobody joins one without a ground (C5.2, C5.3, C5.4)."""

from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from audit.record import Contradiction
from audit.replay import replay
from rehearsal.forms import tables
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListCorrectionProposed, NextInLinePromoted
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, PLACE, Scene, proposed, ranked
from tests.services.publication.entrypoints.test_barred import bar
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, Applicant, correction

TO_MEND = {"items": [{"path": "t2", "code": "FIX", "note": "场所面积有误"}]}


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> Scene:
    return await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))


async def published(scene: Scene) -> Scene:
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.life.approve()
    return scene


async def mended(scene: Scene, one: Applicant) -> None:
    """The district opens its list, returns the application, and recommends what came back."""
    life, form = scene.life, f"/applications/{one.application}/form"
    batch = f"/batches/{ROUND}/{one.organization.district.value}"
    await scene.town.command(OFFICER, "review", f"{batch}/reopening", {"authority": "市经信委"})
    await life.review(one, "return", {"version": one.version, **TO_MEND})
    seen = await scene.town.read(one.filer, "application", form)
    changed = {**tables(one.organization)["t2"], "premises": [{"address": "甲楼", "area": "81", "tenure": "own"}]}
    await scene.town.command(one.filer, "application", form, {"revision": seen["revisions"]["t2"], "t2": changed})
    await scene.town.command(one.filer, "application", f"/applications/{one.application}/submission")
    one.version += 1
    await life.receive(one)
    await life.judge(one)
    await life.recommend(one)
    await life.send_lists()


async def test_a_list_waits_until_the_version_that_is_recommended_is_ranked(tmp_path: Path) -> None:
    scene = await ranked(tmp_path, (90, 85, 75, 70, 60))
    first = scene.life.applicants[0]
    await scene.life.rank(GROUP)
    await mended(scene, first)
    assert await scene.refused(OFFICER, f"{PLACE}/proposal") == "another-version-ranked"


async def test_a_list_on_notice_waits_too_and_says_so(scene: Scene) -> None:
    await mended(scene, scene.ranked[0])
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["superseded"] is True
    await scene.town.at("2017-10-31T09:00:00+08:00")
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "another-version-ranked"
    promotion = {"application": scene.ranked[2].application, "reason": "依次递补"}
    assert await scene.refused(DEPUTY, f"{PLACE}/promotions", promotion) == "another-version-ranked"


async def test_a_free_place_passes_over_who_is_suspended(scene: Scene) -> None:
    _, second, third, fourth, _ = scene.ranked
    await scene.withdraw(second)
    await bar(scene, third)
    promotion = {"application": third.application, "reason": "依次递补"}
    assert await scene.refused(DEPUTY, f"{PLACE}/promotions", promotion) == "barred-is-not-promoted"
    await scene.did(DEPUTY, f"{PLACE}/promotions", {**promotion, "application": fourth.application})
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    assert fourth.application in await scene.listed()
    log = await scene.town.events()
    (promoted,) = [one.event for one in log if isinstance(one.event, NextInLinePromoted)]
    assert promoted.passed_over == (third.application,)
    assert replay(log, ROUND).published


async def test_nobody_joins_a_published_list_without_a_ground(scene: Scene) -> None:
    first, second, third, fourth, fifth = (await published(scene)).ranked
    place = f"{PLACE}/corrections"
    assert await scene.refused(OFFICER, place, correction(add=[fifth.application])) == "no-place-is-free"
    exchange = correction(add=[fourth.application], remove=[second.application])
    assert await scene.refused(OFFICER, place, exchange) == "not-the-next-in-line"
    await bar(scene, third)
    suspended = correction(add=[third.application], remove=[second.application])
    assert await scene.refused(OFFICER, place, suspended) == "barred-is-not-promoted"
    await scene.town.at("2017-11-01T09:00:00+08:00")
    await scene.did(OFFICER, place, exchange)
    await scene.life.show()
    await bar(scene, fourth, "closure")
    assert await scene.refused(LEADER, f"{place}/approval") == "barred-is-not-promoted"
    await scene.life.correct(add=[fifth.application], remove=[second.application])
    assert await scene.listed() == [first.application, fifth.application]
    log = await scene.town.events()
    said = [one.event.grounds for one in log if isinstance(one.event, ListCorrectionProposed)]
    assert said == [("next_in_line",), ("next_in_line",)]
    assert replay(log, ROUND).published
    with pytest.raises(Contradiction):
        replay([_pretended(one) for one in log], ROUND)


def _pretended(one: Recorded) -> Recorded:
    event = one.event
    if not isinstance(event, ListCorrectionProposed):
        return one
    return replace(one, event=replace(event, grounds=("appeal_reversed",)))


async def test_what_was_revoked_and_what_is_over_is_not_given_by_a_correction(scene: Scene) -> None:
    first, _, third, *_ = (await published(scene)).ranked
    await scene.life.sign(first)
    order = {"ground": "提供虚假材料", "document_number": "沪经信企〔2017〕700号"}
    await scene.did(LEADER, f"/standings/{first.application}/revocation", order)
    await scene.life.correct(remove=[first.application])
    place, again = f"{PLACE}/corrections", correction(add=[first.application])
    assert await scene.refused(OFFICER, place, again) == "revoked-joins-no-list"
    await scene.did(OFFICER, place, correction(add=[third.application]))
    await scene.life.show()
    await scene.town.at("2018-12-01T09:00:00+08:00")
    assert await scene.refused(LEADER, f"{place}/approval") == "validity-is-over"
    assert await scene.refused(OFFICER, place, correction(add=[third.application])) == "validity-is-over"
    assert replay(await scene.town.events(), ROUND).published
