"""Whoever is suspended or closed is neither approved nor offered an agreement, and signs none (C5.2, C5.4)."""

from pathlib import Path

from audit.replay import replay
from tests.audit.street import ROUND
from tests.services.publication.entrypoints.scenes import PLACE, Scene, proposed, ranked
from tests.town.life import LEADER, OFFICER, PUBLISHER, SECOND_VERIFIER, TERMS, VERIFIER, Applicant

OFFERED = {"terms_sha256": TERMS}
MISTAKEN = {"ground": "注销的是同名另一机构", "document_number": "沪企认〔2017〕3号"}


async def bar(scene: Scene, one: Applicant, how: str = "suspension") -> None:
    await scene.town.command(VERIFIER, "registration", f"/organizations/{one.id}/{how}", {"ground": "涉嫌虚假登记"})


async def test_a_list_with_a_suspended_organization_waits_for_reinstatement(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path))
    first = scene.ranked[0]
    agreement = f"/agreements/{first.application}"
    await bar(scene, first)
    await scene.town.at("2017-10-31T09:00:00+08:00")
    marked = {"application": first.application, "organization_name": first.organization.name, "ground": "涉嫌虚假登记"}
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["barred"] == [marked]
    assert await scene.refused(LEADER, f"{PLACE}/approval") == "barred-row-on-the-list"
    await bar(scene, first, "reinstatement")
    assert (await scene.saw(OFFICER, f"{PLACE}/decision"))["barred"] == []
    await scene.life.approve()
    await bar(scene, first)
    assert await scene.refused(OFFICER, f"{agreement}/offer", OFFERED) == "organization-is-barred"
    await bar(scene, first, "reinstatement")
    await scene.did(OFFICER, f"{agreement}/offer", OFFERED)
    await bar(scene, first, "closure")
    assert await scene.refused(first.signatory, f"{agreement}/signature", OFFERED) == "organization-is-barred"
    await scene.town.command(SECOND_VERIFIER, "registration", f"/organizations/{first.id}/reopening", MISTAKEN)
    await scene.did(first.signatory, f"{agreement}/signature", OFFERED)
    assert replay(await scene.town.events(), ROUND).published


async def test_a_closed_organization_is_left_out_by_another_proposal_and_is_told(tmp_path: Path) -> None:
    scene = await proposed(await ranked(tmp_path))
    first, second, third, *_ = scene.ranked
    await bar(scene, first, "closure")
    proposed_anew = await scene.did(OFFICER, f"{PLACE}/proposal")
    assert proposed_anew["left_out"] == (await scene.saw(OFFICER, f"{PLACE}/decision"))["left_out"]
    (left,) = (await scene.saw(OFFICER, f"{PLACE}/decision"))["left_out"]
    assert (left["application"], left["rank"], left["reason"], left["ground"]) == (
        first.application,
        1,
        "ORGANIZATION_BARRED",
        "涉嫌虚假登记",
    )
    await scene.did(PUBLISHER, f"{PLACE}/notice")
    await scene.town.at("2017-11-08T09:00:00+08:00")
    await scene.life.approve()
    assert await scene.listed() == [second.application, third.application]
    seen = await scene.saw(None, f"{PLACE}/list", as_of="2017-11-08")
    assert [(one["rank"], one["reason_zh"]) for one in seen["vacancies"]] == [(1, "该单位被暂停或注销资格")]
    decided = {one["application"]: one for one in await scene.saw(OFFICER, f"{PLACE}/approvals")}
    told = decided[first.application]
    assert (told["state"], told["codes"]) == ("REJECTED", ["ORGANIZATION_BARRED"])
    assert replay(await scene.town.events(), ROUND).published


async def test_a_list_stays_and_what_an_organization_is_called_and_where_it_is_now_stands_beside_it(
    tmp_path: Path,
) -> None:
    """From the day on which a transfer takes effect (C5.4)."""
    scene = await proposed(await ranked(tmp_path))
    first = scene.ranked[0]
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.life.approve()
    listed = first.organization.district.value
    other = "310106" if listed != "310106" else "310101"
    moved = {"district": other, "reg_address": "南京西路1号", "effective_from": "2017-12-01"}
    await scene.town.at("2017-11-10T09:00:00+08:00")
    await scene.town.command(VERIFIER, "registration", f"/organizations/{first.id}/transfer", moved)
    await scene.town.at("2017-12-01T09:00:00+08:00")
    for day, now in (("2017-11-30", {}), ("2017-12-01", {"district": other})):
        rows = (await scene.saw(None, f"{PLACE}/list", as_of=day))["rows"]
        (row,) = [row for row in rows if row["application"] == first.application]
        assert (row["district"], row["now"]) == (listed, now)
    assert (await scene.saw(OFFICER, f"/standings/{first.application}"))["now"] == {"district": other}
    (one,) = await scene.saw(OFFICER, "/standings", sort="rank", limit=1)
    assert (one["application"], one["now"]) == (first.application, {"district": other})
    assert [one["rank"] for one in await scene.saw(OFFICER, "/standings", sort="rank", descending=True)] == [2, 1]


async def test_an_offer_stands_still_while_its_organization_is_suspended(tmp_path: Path) -> None:
    """It is signed within what was left, and another one runs out at its end (C5.2, C5.4)."""
    scene = await proposed(await ranked(tmp_path))
    first, second, *_ = scene.ranked
    await scene.town.at("2017-10-31T09:00:00+08:00")
    await scene.life.approve()
    for one in (first, second):
        await scene.did(OFFICER, f"/agreements/{one.application}/offer", OFFERED)
    await scene.town.at("2017-11-10T09:00:00+08:00")
    for one in (first, second):
        await bar(scene, one)
    await scene.town.at("2018-03-01T09:00:00+08:00")
    states = {one["application"]: one["state"] for one in await scene.saw(OFFICER, "/agreements")}
    assert states[first.application] == states[second.application] == "OFFERED"
    for one in (first, second):
        await bar(scene, one, "reinstatement")
    await scene.town.at("2018-03-02T09:00:00+08:00")
    (task, *_) = await scene.town.read(first.filer, "application", "/worklist")
    assert (task["step"], task["due"] > "2018-03-02") == ("sign", True)
    await scene.did(first.signatory, f"/agreements/{first.application}/signature", OFFERED)
    await scene.town.at("2018-06-01T09:00:00+08:00")
    states = {one["application"]: one["state"] for one in await scene.saw(OFFICER, "/agreements")}
    assert (states[first.application], states[second.application]) == ("SIGNED", "EXPIRED")
    assert replay(await scene.town.events(), ROUND).published
