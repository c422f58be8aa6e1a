"""A correction that adds somebody is on public notice, and whoever objects is heard, through every door (C5.4)."""

from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from audit.replay import replay
from shared.auditlog.canonical import sha256_hex
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import GROUP, OBJECTIONS, PLACE, Scene, proposed, ranked
from tests.shared.documents.opened import texts
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, SECOND, correction
from tests.town.town import Refused

SAID = {"name": "王建国", "contact": "021-62730000", "grounds": "场地租约已终止", "evidence": []}
APPROVAL = f"{PLACE}/corrections/approval"
UPHELD = {"outcome": "upheld", "reason": "经核查属实", "effect": "remove"}


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> Scene:
    """Two of five are published; the third's appeal is reversed, and it is to take the second's place."""
    scene = await proposed(await ranked(tmp_path, (90, 85, 75, 70, 60)))
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.life.approve()
    second, third = scene.ranked[1:3]
    await scene.did(third.filer, f"/appeals/{third.application}", {"grounds": "请求复核"})
    await scene.did(DEPUTY, f"/appeals/{third.application}/decision", {"outcome": "reverse", "reason": "申诉成立"})
    wanted = correction(add=[third.application], remove=[second.application])
    await scene.did(OFFICER, f"{PLACE}/corrections", wanted)
    return scene


async def test_whoever_joins_is_seen_by_everybody_before(scene: Scene) -> None:
    third = scene.ranked[2]
    await scene.town.at("2017-11-01T09:00:00+08:00")
    assert await scene.refused(LEADER, APPROVAL) == "correction-not-on-notice"
    assert (await _pending(scene))["notice"] is None
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    assert await scene.refused(LEADER, APPROVAL) == "notice-not-over"
    pending = await _pending(scene)
    assert (pending["joining"], pending["notice"]["start"]) == ([third.application], "2017-11-01")
    shown = await scene.saw(None, f"{PLACE}/notice")
    assert (shown["list_hash"], shown["objections_against"]) == (pending["list_hash"], [third.application])
    with pytest.raises(Refused) as outside:
        await scene.did(None, OBJECTIONS, {**SAID, "application": scene.ranked[0].application})
    assert (outside.value.name, outside.value.problem["detail_zh"]) == (
        "notice-not-running",
        f"正在进行的是名单更正的公示，只能对拟增列的机构提出异议：{third.organization.name}",
    )
    await _printed(scene)
    filed = await scene.did(None, OBJECTIONS, {**SAID, "application": third.application})
    await scene.town.at("2017-11-09T09:00:00+08:00")
    assert await scene.refused(LEADER, APPROVAL) == "objections-open"
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert seen["open_objections"] == [filed["objection"]]
    dismissed = {"outcome": "dismissed", "reason": "经核查不实"}
    await scene.did(SECOND, f"{OBJECTIONS}/{filed['objection']}/decision", dismissed)
    await scene.did(LEADER, APPROVAL)
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert third.application in await scene.listed()
    await _cites_the_list_in_force(scene)
    assert replay(await scene.town.events(), ROUND).published


async def _cites_the_list_in_force(scene: Scene) -> None:
    """An agreement offered after the correction, to somebody whom it left as it was."""
    first, second, third = scene.ranked[:3]
    published = (await scene.saw(None, f"{PLACE}/list", as_of="2017-11-09"))["list_hash"]
    standing = {one["application"]: one["list_hash"] for one in await scene.saw(OFFICER, "/standings")}
    assert (standing[first.application], standing[third.application]) == (published, published)
    assert standing[second.application] != published
    await scene.did(OFFICER, f"/agreements/{first.application}/offer", {})
    offered = await scene.saw(OFFICER, f"/agreements/{first.application}/agreement.pdf")
    assert published[:16] in "".join("".join(texts(offered.content)).split())


async def test_whom_an_objection_takes_away_ends_again_and_may_appeal(scene: Scene) -> None:
    second, third = scene.ranked[1:3]
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    filed = await scene.did(None, OBJECTIONS, {**SAID, "application": third.application})
    place = f"{OBJECTIONS}/{filed['objection']}/decision"
    await scene.town.at("2017-11-01T09:00:00+08:00")
    lower = {**UPHELD, "effect": "rerank", "rank": 4}
    assert await scene.refused(SECOND, place, lower) == "no-lower-rank-in-a-correction"
    await scene.did(SECOND, place, UPHELD)
    assert (await scene.did(SECOND, place, UPHELD))["events"] == []
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert (seen["pending_correction"], seen["open_objections"], seen["open_appeals"]) == (None, [], [])
    ended = {
        one["application"]: one["codes"]
        for one in await scene.saw(OFFICER, f"{PLACE}/approvals", limit=100)
        if one["state"] == "REJECTED"
    }
    assert ended[third.application] == ["OBJECTION_UPHELD"]
    shown = await scene.town.read(third.filer, "application", f"/applications/{third.application}")
    assert shown["state"] == "REJECTED"
    again = correction(add=[third.application], remove=[second.application])
    assert await scene.refused(OFFICER, f"{PLACE}/corrections", again) == "rejection-stands"
    await scene.did(third.filer, f"/appeals/{third.application}", {"grounds": "场地已续租"})
    await scene.did(DEPUTY, f"/appeals/{third.application}/decision", {"outcome": "reverse", "reason": "续租属实"})
    await scene.life.correct(add=[third.application], remove=[second.application])
    assert third.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def test_nobody_blocks_the_line_whom_an_objection_took_away(scene: Scene) -> None:
    second, third, fourth = scene.ranked[1:4]
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    filed = await scene.did(None, OBJECTIONS, {**SAID, "application": third.application})
    await scene.did(SECOND, f"{OBJECTIONS}/{filed['objection']}/decision", UPHELD)
    await scene.life.correct(add=[fourth.application], remove=[second.application])
    assert fourth.application in await scene.listed()
    assert replay(await scene.town.events(), ROUND).published


async def _printed(scene: Scene) -> None:
    """The notice says where to object, and what the correction that it shows would change."""
    second, third = scene.ranked[1:3]
    text = "".join("".join(texts((await scene.saw(None, f"{PLACE}/notice.pdf")).content)).split())
    assert f"任何单位和个人对本次更正增列的机构（{third.organization.name}）有异议的" in text
    said = ("异议提交方式：“上海市中小企业服务互动平台”", "的更正", f"增列：{third.organization.name}（申诉成立）")
    for shown in (*said, f"移出：{second.organization.name}"):
        assert shown in text
    ended = await scene.saw(OFFICER, f"{PLACE}/approvals")
    assert {doc["organization_name"] for doc in ended} == {one.organization.name for one in scene.ranked}
    rejected = next(doc for doc in ended if doc["application"] == third.application)
    assert (rejected["rank"], rejected["category"]) == (3, GROUP)
    async with scene.town.client("publication") as client:
        standing = await client.get(f"{PLACE}/list")
        published = await client.get(standing.links["alternate"]["url"])
        dated = await client.get(published.links["alternate"]["url"])
    assert sha256_hex(published.content) == published.headers["etag"].strip('"') == standing.json()["list_hash"]
    for seen in (standing, dated):
        assert [row["standing"] for row in seen.json()["rows"]] == ["UNSIGNED", "UNSIGNED"]


async def _pending(scene: Scene) -> dict[str, Any]:
    pending: dict[str, Any] = (await scene.saw(OFFICER, f"{PLACE}/decision"))["pending_correction"]
    return pending
