"""The house's corrective paths through its door, the whole street around it, and all of it decided again (C5.4)."""

from pathlib import Path

import pytest
import pytest_asyncio

from audit.replay import replay
from rehearsal import materials
from shared.contracts.publication import RectificationOrdered
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import OBJECTIONS, PLACE, Scene, proposed, ranked
from tests.town.life import DEPUTY, LEADER, OFFICER, PUBLISHER, SECOND, TERMS, Applicant, correction, person
from tests.town.town import Refused

AUDITOR = person("auditor", Role.DISCIPLINE_AUDITOR)


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> Scene:
    return await proposed(await ranked(tmp_path))


async def test_objection_promotion_appeal_correction_and_standing(scene: Scene) -> None:
    await _object(scene)
    await _promote_and_approve(scene)
    await _appeal_and_correct(scene)
    await _agree(scene)
    await _stand(scene)
    log = await scene.town.events()
    done = replay(log, ROUND)
    assert done.published
    assert done.recomputed["approvals and rejections"] == 6


async def _object(scene: Scene) -> None:
    """An objection to the second; one to whom the notice does not show; none in office."""
    second, third = scene.ranked[1], scene.ranked[2]
    await scene.town.at("2017-10-24T09:00:00+08:00")
    evidence = [await scene.town.deposit(None, "publication", materials.paper("the lease"), round_id=ROUND)]
    said = {"name": "王建国", "contact": "021-62730000", "grounds": "场地租约已终止", "evidence": evidence}
    assert await scene.refused(None, OBJECTIONS, {**said, "application": third.application}) == "notice-not-running"
    assert await scene.refused(OFFICER, OBJECTIONS, {**said, "application": second.application}) == "not-permitted"
    filed = await scene.did(None, OBJECTIONS, {**said, "application": second.application})
    assert "王建国" not in str([one.body for one in await scene.town.events()])
    (one,) = await scene.saw(OFFICER, OBJECTIONS, state="OPEN")
    assert one["objection"] == filed["objection"]
    seen = await scene.saw(OFFICER, f"{OBJECTIONS}/{filed['objection']}")
    assert (seen["name"], seen["contact_details"]) == ("王建国", "021-62730000")
    await _concerns(scene, second, filed["objection"])
    await scene.town.at("2017-10-30T09:00:00+08:00")
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "objections-open"
    upheld = {"outcome": "upheld", "reason": "经核查属实", "effect": "remove"}
    await scene.did(SECOND, f"{OBJECTIONS}/{filed['objection']}/decision", upheld)
    assert await scene.saw(OFFICER, OBJECTIONS, state="OPEN") == []


async def _concerns(scene: Scene, one: Applicant, objection: str) -> None:
    """The applicant concerned reads what is said against it, and nothing of who says it; nobody else does."""
    stranger = scene.ranked[2].filer
    own = await scene.saw(one.filer, f"{OBJECTIONS}/{objection}")
    assert await scene.saw(one.filer, OBJECTIONS) == [own]
    assert own.keys() == {"objection", "round", "application", "grounds", "received_at", "state"}
    assert await scene.saw(stranger, OBJECTIONS) == []
    with pytest.raises(Refused, match="not-permitted"):
        await scene.saw(stranger, f"{OBJECTIONS}/{objection}")
    entries = await scene.town.read(one.filer, "application", f"/applications/{one.application}/timeline")
    (told,) = [entry for entry in entries if entry["event"] == "ObjectionFiled"]
    assert told["by"] == {"role": "public", "account": ""}
    assert told["details"].keys() == {"grounds", "received_at"}
    assert "场地租约已终止" in told["message_zh"]


async def _promote_and_approve(scene: Scene) -> None:
    """The first withdraws on notice; the third and fourth are promoted, shown for a whole period, and approved."""
    first, _, third, fourth, fifth = scene.ranked
    await scene.town.command(
        first.filer, "application", f"/applications/{first.application}/withdrawal", {"reason": "机构重组"}
    )
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert (seen["state"], seen["rows"], seen["open_objections"], seen["superseded"]) == ("ON_NOTICE", [], [], False)
    assert [(one["application"], one["rank"]) for one in seen["line"]] == [
        (one.application, rank) for rank, one in enumerate((third, fourth, fifth), start=3)
    ]
    promotion = {"application": fourth.application, "reason": "依次递补"}
    assert await scene.refused(DEPUTY, f"{PLACE}/promotions", promotion) == "not-the-next-in-line"
    for one in (third, fourth):
        await scene.did(DEPUTY, f"{PLACE}/promotions", {**promotion, "application": one.application})
    more = {**promotion, "application": fifth.application}
    assert await scene.refused(DEPUTY, f"{PLACE}/promotions", more) == "no-place-is-free"
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "notice-not-over"
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "notice-not-over"
    await scene.town.at("2017-11-08T09:00:00+08:00")
    assert await scene.refused(DEPUTY, f"{PLACE}/approval") == "promoter-may-not-approve"
    await scene.approved()
    await scene.did(PUBLISHER, f"{PLACE}/list")
    assert await scene.listed() == [third.application, fourth.application]


async def _appeal_and_correct(scene: Scene) -> None:
    """The fifth appeals in time and is right; two people correct the list, which is published again."""
    third, fourth, fifth = scene.ranked[2:]
    appeal = f"/appeals/{fifth.application}"
    await scene.town.at("2017-11-10T09:00:00+08:00")
    grounds = {"grounds": "请求复核"}
    assert await scene.refused(third.filer, f"/appeals/{third.application}", grounds) == "nothing-to-appeal-against"
    assert await scene.refused(third.filer, appeal, grounds) == "not-permitted"
    await scene.did(fifth.filer, appeal, grounds)
    await scene.did(DEPUTY, f"{appeal}/decision", {"outcome": "reverse", "reason": "申诉成立"})
    assert (await scene.saw(fifth.filer, appeal))["outcome"] == "reverse"
    waiting = (await scene.saw(OFFICER, f"{PLACE}/decision"))["open_appeals"]
    assert waiting == [{"application": fifth.application, "outcome": "reverse", "waits_for": "correction"}]
    assert [one["state"] for one in await scene.saw(OFFICER, "/appeals", state="DECIDED")] == ["DECIDED"]
    wanted = correction(add=[fifth.application], remove=[fourth.application])
    await scene.did(OFFICER, f"{PLACE}/corrections", wanted)
    await scene.life.show()
    await scene.town.at("2017-11-20T09:00:00+08:00")
    await scene.did(LEADER, f"{PLACE}/corrections/approval")
    await scene.did(PUBLISHER, f"{PLACE}/list")
    seen = await scene.saw(OFFICER, f"{PLACE}/decision")
    assert (seen["state"], seen["open_appeals"]) == ("CORRECTED", [])
    assert await scene.listed() == [third.application, fifth.application]
    assert await scene.listed(as_of="2017-11-19") == [third.application, fourth.application]
    assert await scene.listed(as_of="2017-11-20") == [third.application, fifth.application]
    assert await scene.listed(as_of="2017-11-20T00:59:59.999Z") == [third.application, fourth.application]
    with pytest.raises(Refused) as caught:
        await scene.saw(None, f"{PLACE}/list", as_of="2017-11-07")
    assert caught.value.name == "nothing-published"


async def _agree(scene: Scene) -> None:
    """An offer runs out at its instant, is made once more, and is signed; the removed one gets none."""
    third, fourth, fifth = scene.ranked[2:]
    terms = {"terms_sha256": TERMS}
    offer = f"/agreements/{fourth.application}/offer"
    assert await scene.refused(OFFICER, offer, terms) == "organization-not-approved"
    for one in (third, fifth):
        await scene.did(OFFICER, f"/agreements/{one.application}/offer", terms)
    await scene.did(third.signatory, f"/agreements/{third.application}/signature", terms)
    await scene.town.at("2017-12-20T09:00:00+08:00")
    (expired,) = await scene.saw(OFFICER, "/agreements", state="EXPIRED")
    assert expired["application"] == fifth.application
    for official in (OFFICER, LEADER):
        (task,) = [
            one for one in await scene.town.read(official, "reporting", "/worklist") if one["step"] == "offer_again"
        ]
        assert (task["application"], task["due"]) == (fifth.application, expired["due"])
    (waits,) = await scene.town.read(fifth.filer, "application", "/worklist")
    assert waits["message_zh"].startswith("合作协议逾期未签")
    place = f"/agreements/{fifth.application}"
    assert await scene.refused(fifth.signatory, f"{place}/signature", terms) == "offer-has-expired"
    await scene.did(OFFICER, f"{place}/offer", terms)
    assert "offer_again" not in [one["step"] for one in await scene.town.read(OFFICER, "reporting", "/worklist")]
    await scene.did(fifth.signatory, f"{place}/signature", terms)


async def _stand(scene: Scene) -> None:
    """Both defaulted on their plan; one puts it right and is renewed, one is revoked; approvals end with a last day."""
    third, _, fifth = scene.ranked[2:]
    place = f"/standings/{third.application}"
    items = {"items": [{"what": "report.2018", "note": "补报"}]}
    await scene.town.at("2018-03-01T09:00:00+08:00")
    await scene.did(OFFICER, f"{place}/rectification", items)
    defaulted = await scene.saw(OFFICER, "/standings", round_id=ROUND, state="RECTIFYING")
    assert {one["application"] for one in defaulted} == {third.application, fifth.application}
    assert (await scene.saw(OFFICER, place))["due"] == Instant("2018-03-31T16:00:00.000Z")
    ordered = [one for one in await scene.town.events() if isinstance(one.event, RectificationOrdered)]
    assert {one.envelope.actorrole for one in ordered} == {Role.SYSTEM, Role.CITY_OFFICER}
    given_up = [{"what": "plan.2018", "reason": "本年度不再要求"}]
    accepted = {"note": "已整改", "orders": 2, "given_up": given_up}
    await scene.did(OFFICER, f"{place}/rectification-acceptance", accepted)
    order = {"ground": "提供虚假材料", "document_number": "沪经信企〔2018〕77号"}
    await scene.did(LEADER, f"/standings/{fifth.application}/revocation", order)
    await scene.did(LEADER, f"{place}/renewal", {"valid_to": "2019-11-30", "document_number": "沪经信企〔2018〕590号"})
    await scene.town.at("2019-12-01T09:00:00+08:00")
    assert [await _stood(scene, day) for day in STOOD] == list(STOOD.values())
    listed = await scene.saw(None, f"{PLACE}/list", as_of="2018-03-01")
    assert [one["rank"] for one in listed["rows"]] == [3, 5]
    assert [(one["rank"], one["reason"]) for one in listed["vacancies"]] == [
        (1, "WITHDRAWN"),
        (2, "OBJECTION_UPHELD"),
        (4, "CORRECTED"),
    ]
    (mine,) = await scene.saw(fifth.filer, "/standings")
    assert mine["state"] == "REVOKED"
    assert len(await scene.saw(AUDITOR, "/standings")) == 3


STOOD = {
    "2017-11-19": [("UNSIGNED", "NOT_OFFERED"), ("UNSIGNED", "NOT_OFFERED")],
    "2017-11-20": [("ACTIVE", "SIGNED"), ("UNSIGNED", "OFFERED")],
    "2017-12-19": [("ACTIVE", "SIGNED"), ("UNSIGNED", "OFFERED")],
    "2017-12-20": [("ACTIVE", "SIGNED"), ("ACTIVE", "SIGNED")],
    "2018-02-28": [("RECTIFYING", "SIGNED"), ("RECTIFYING", "SIGNED")],
    "2018-03-01": [("RENEWED", "SIGNED"), ("REVOKED", "SIGNED")],
    "2019-11-30": [("RENEWED", "SIGNED"), ("REVOKED", "SIGNED")],
    "2019-12-01": [("EXPIRED", "SIGNED"), ("REVOKED", "SIGNED")],
}
"""Standing and agreement of the third and the fifth, and before the correction of the fourth, on each day."""


async def _stood(scene: Scene, as_of: str) -> list[tuple[str, str]]:
    rows = (await scene.saw(None, f"{PLACE}/list", as_of=as_of))["rows"]
    assert all(row["standing_zh"] and row["agreement_zh"] for row in rows)
    return [(row["standing"], row["agreement"]) for row in rows]
