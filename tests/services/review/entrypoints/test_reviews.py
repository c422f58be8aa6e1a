"""What districts, the city and applicants read of reviews: with days left, filtered, sorted, paged (C5.3)."""

from pathlib import Path
from string import Formatter

import pytest

from rehearsal.cast import Part, organizations
from services.review.entrypoints.stories import LINES
from shared.contracts.event import REGISTRY
from shared.contracts.topics import DISTRICT
from shared.kernel.actor import Role
from tests.services.review.stage import ordinary, submitted
from tests.town.life import OFFICER, Life, person
from tests.town.town import Refused

AUDITOR = person("auditor", Role.DISCIPLINE_AUDITOR)


async def applications(life: Life, **query: object) -> list[str]:
    return [row["application"] for row in await life.town.read(OFFICER, "review", "/reviews", **query)]


async def test_an_inbox_says_how_many_days_are_left(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    (row,) = await life.town.read(one.clerk, "review", "/reviews")
    assert (row["application"], row["days_left"], row["ends_at"]) == (one.application, 5, "2017-09-30T16:00:00.000Z")
    await life.town.at("2017-09-30T23:59:59.999+08:00")
    assert (await life.town.read(one.clerk, "review", "/reviews"))[0]["days_left"] == 0
    await life.town.at("2017-10-01T00:00:00.000+08:00")
    assert (await life.town.read(one.clerk, "review", "/reviews"))[0]["days_left"] == -1


async def test_a_review_tells_each_rule_in_chinese_and_in_english(tmp_path: Path) -> None:
    """C5.3."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    shown = await life.town.read(one.clerk, "review", f"/reviews/{one.application}")
    told = {result["rule"]: result for result in shown["results"]}
    assert told["R1"]["message_zh"] == "独立法人资格（律师事务所除外）：符合（申报 企业）"
    assert told["R15"]["message_zh"].startswith("所报类别本年受理：符合（申报 信息服务")
    assert told["R9"]["message_en"].startswith("facilities, systems, process, fees, quality and plan: for a person to")


async def test_an_inbox_is_filtered_sorted_and_paged(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(3))
    everyone = sorted(one.application for one in life.applicants)
    by_name = sorted(life.applicants, key=lambda one: one.organization.name)
    assert await applications(life) == everyone
    assert await applications(life, limit=2) == everyone[:2]
    assert await applications(life, limit=2, after=everyone[1]) == everyone[2:]
    named = [one.application for one in by_name]
    assert await applications(life, sort="organization_name") == named
    assert await applications(life, sort="organization_name", after=named[0], limit=1) == named[1:2]
    assert await applications(life, group="legal") == await applications(life, state="RECOMMENDED") == []
    assert await applications(life, round_id="2018") == []
    assert await applications(life, state="ALL") == everyone
    with pytest.raises(Refused) as refused:
        await applications(life, state="NOPE")
    assert (refused.value.problem["status"], refused.value.problem["field"]) == (422, "state")
    first = life.applicants[0]
    of_the_district = [one.application for one in life.applicants if one.clerk.district == first.clerk.district]
    assert await applications(life, district=first.clerk.district) == sorted(of_the_district)


async def test_a_district_sees_its_own_alone(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    foreign = person("elsewhere", Role.DISTRICT_CLERK, next(d for d in ("310101", "310115") if d != one.clerk.district))
    assert await life.town.read(foreign, "review", "/reviews") == []
    assert await life.town.read(foreign, "review", "/reviews", district=one.clerk.district) == []
    place = f"/reviews/{one.application}"
    stranger = person("stranger", Role.FILER, organization="00000000-0000-0000-0000-000000000000")
    for by in (foreign, stranger, person("an expert", Role.EXPERT)):
        with pytest.raises(Refused) as refused:
            await life.town.read(by, "review", place)
        assert refused.value.problem["status"] == 403
    for by in (one.clerk, one.leader, one.filer, OFFICER, AUDITOR):
        assert (await life.town.read(by, "review", place))["application"] == one.application


async def test_one_review_tells_the_whole_of_its_story(tmp_path: Path) -> None:
    """The rules' results, the request to waive, the two officers and the failure that stays visible (C2.1.7)."""
    life = await submitted(tmp_path, [next(one for one in organizations() if one.part is Part.WAIVED)])
    (one,) = life.applicants
    asked = {"rules": ["R3"], "ground": "市级示范平台", "evidence": []}
    await life.town.command(one.filer, "application", f"/applications/{one.application}/waiver-requests", asked)
    await life.judge(one)
    open_ = await life.town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert open_["to_judge"] == ["R4", "R5", "R9", "R16"]
    await life.judge(one, R16="服务成效突出")
    await life.review(one, "waiver-proposals", {"rule": "R3", "ground": "市级示范平台，服务成效突出"})
    await life.review(one, "waivers", {"rule": "R3", "outcome": "granted"}, one.leader)
    await life.recommend(one)
    seen = await life.town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert (seen["state"], seen["waivers"], seen["failed"]) == ("RECOMMENDED", {"R3": "granted"}, ["R3"])
    assert next(row["outcome"] for row in seen["results"] if row["rule"] == "R3") == "FAIL"
    assert [row["ground"] for row in seen["waiver_requests"]] == ["市级示范平台"]
    told = [row["event"] for row in seen["story"]]
    assert (told[0], told[-1]) == ("DistrictReviewOpened", "DistrictRecommended")
    assert told.index("WaiverProposed") < told.index("WaiverGranted")
    granted = next(row for row in seen["story"] if row["event"] == "WaiverGranted")
    assert granted["by"] == {"role": "district_leader", "account": one.leader.id}
    assert granted["message_zh"] == "同意放宽R3 注册资本（开办资金）：市级示范平台，服务成效突出"
    assert granted["message_en"] == "the waiver of R3 is granted: 市级示范平台，服务成效突出"


def test_every_event_of_a_review_has_a_sentence() -> None:
    """None of a district's review is left out, and each can be said of what the event carries."""
    kinds = {kind for kind in REGISTRY.values() if kind.CATEGORY == DISTRICT}
    assert LINES.keys() == {kind.__name__ for kind in kinds}
    for kind in kinds:
        fields = {"rules", "district", *kind.__annotations__}
        for line in LINES[kind.__name__]:
            assert {name for _, name, _, _ in Formatter().parse(line) if name} <= fields
