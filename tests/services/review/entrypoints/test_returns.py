"""What comes back to a district: a corrected version, one that lapsed, and a remitted appeal (C5.3, C5.4)."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from rehearsal.forms import tables
from tests.audit.street import parameters
from tests.services.review.stage import GROUP, assigned, neighbours, ordinary, recommended, submitted
from tests.town.life import DEPUTY, LEADER, OFFICER, SECRETARY, Applicant, Life

PLAN = [{"path": "t4", "code": "INCOMPLETE", "note": "补充年度目标"}]


async def seen(life: Life, one: Applicant) -> Any:
    return await life.town.read(one.clerk, "review", f"/reviews/{one.application}")


async def test_a_corrected_version_is_reviewed_anew(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.judge(one)
    await life.review(one, "return", {"version": 1, "items": PLAN})
    shown = await seen(life, one)
    assert (shown["state"], shown["days_left"]) == ("RETURNED", 5)
    corrected = {**tables(one.organization)["t4"], "plan": {"smes": 321, "activities": 20, "public_share": "30/100"}}
    await life.save(one, "t4", corrected, 1)
    await life.submit(one)
    shown = await seen(life, one)
    assert (shown["state"], shown["version"], "paper_matches" in shown) == ("OPEN", 2, False)
    one.version = 2
    body = {"version": 2, "opinion": "同意推荐", "order": 1}
    place = f"/reviews/{one.application}/recommendation"
    assert await life.town.refused(one.clerk, "review", place, body) == "paper-not-matched"
    await life.receive(one)
    assert await life.town.refused(one.clerk, "review", place, body) == "checks-unresolved"
    await life.judge(one)
    await life.town.command(one.clerk, "review", place, body)
    assert (await seen(life, one))["state"] == "RECOMMENDED"


async def test_a_return_that_runs_out_ends_the_review(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.review(one, "return", {"version": 1, "items": PLAN, "due": "2017-09-26T12:00:00+08:00"})
    await life.town.at("2017-09-26T11:59:59.999+08:00")
    assert (await seen(life, one))["state"] == "RETURNED"
    await life.town.at("2017-09-26T12:00:00.000+08:00")
    shown = await seen(life, one)
    assert (shown["state"], shown["closed"]) == ("CLOSED", "lapsed")


async def _corrected(life: Life, one: Applicant) -> None:
    corrected = {**tables(one.organization)["t4"], "plan": {"smes": 321, "activities": 20, "public_share": "30/100"}}
    await life.save(one, "t4", corrected, 1)
    await life.submit(one)
    one.version = 2
    await life.receive(one)
    await life.judge(one)


async def test_what_was_returned_in_time_may_be_recommended_after_the_deadline(tmp_path: Path) -> None:
    """The list is opened again for it, and sent late (C5.3)."""
    life = await submitted(tmp_path, neighbours())
    one, other = life.applicants
    await recommended(life, other)
    await life.town.at("2017-09-29T09:00:00+08:00")
    await life.review(one, "return", {"version": 1, "items": PLAN})
    await life.town.at("2017-10-02T09:00:00+08:00")
    await _corrected(life, one)
    assert (await seen(life, one))["days_left"] == 7
    body = {"version": 2, "opinion": "同意推荐", "order": 2}
    refusal = await life.town.refused(one.clerk, "review", f"/reviews/{one.application}/recommendation", body)
    assert refusal == "batch-already-sealed"
    place = f"/batches/{life.round}/{one.organization.district.value}"
    await life.town.command(LEADER, "review", f"{place}/reopening", {"authority": "市中小企业办函〔2017〕5号"})
    await life.town.at("2017-10-09T23:59:59.999+08:00")
    await life.review(one, "recommendation", body)
    await life.send_lists()
    listed = await life.town.read(one.leader, "review", place)
    assert [row["version"] for row in listed["rows"]] == [1, 2]
    examine(Record.of(await life.town.events(), None))
    assert made_again(Record.of(await life.town.events(), None), "2017")


async def test_the_districts_time_after_a_return_ends(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.town.at("2017-09-29T09:00:00+08:00")
    await life.review(one, "return", {"version": 1, "items": PLAN})
    await _corrected(life, one)
    await life.town.at("2017-10-10T00:00:00+08:00")
    assert (await seen(life, one))["days_left"] == -1
    body = {"version": 2, "opinion": "同意推荐", "order": 1}
    refusal = await life.town.refused(one.clerk, "review", f"/reviews/{one.application}/recommendation", body)
    assert refusal == "district-deadline-passed"


async def test_what_an_extension_let_be_late_may_be_recommended(tmp_path: Path) -> None:
    """The district has as long from its arrival as an applicant to correct (C5.3)."""
    life = await submitted(tmp_path, [])
    one = await life.register(ordinary(1)[0])
    longer = {
        "scope": "round",
        "new": "2017-10-10T17:00:00+08:00",
        "reason": "台风",
        "authority_document": "沪〔2017〕1号",
    }
    await life.town.command(OFFICER, "application", f"/rounds/{life.round}/extensions", longer)
    await life.town.at("2017-10-05T09:00:00+08:00")
    await life.fill_in(one)
    await life.submit(one)
    await life.receive(one)
    await life.judge(one)
    assert (await seen(life, one))["days_left"] == 5
    await life.town.at("2017-10-10T23:59:59.999+08:00")
    await life.recommend(one)
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_paper_that_comes_after_the_decline_counts_when_it_is_reopened(tmp_path: Path) -> None:
    """The receipt clerk takes it once; the review that is opened again has it (C5.1, C5.3)."""
    life = await submitted(tmp_path, ordinary(1), received=False)
    (one,) = life.applicants
    await life.decline(one)
    await life.receive(one)
    await life.review(one, "reconsideration-request", {"grounds": "已补交"}, one.filer)
    await life.review(one, "reconsideration", {"outcome": "reopened", "reasons": ["已收到"]}, one.leader)
    await life.judge(one)
    await life.recommend(one)
    assert (await seen(life, one))["state"] == "RECOMMENDED"


async def _listed(folder: Path) -> Life:
    """Three are ranked, and there is one place."""
    terms = parameters()
    one_place = tuple(replace(quota, places=1) for quota in terms.quotas)
    life = await submitted(folder, ordinary(3), replace(terms, quotas=one_place))
    await recommended(life, *life.applicants)
    await assigned(life, *life.applicants)
    for number, one in enumerate(life.applicants):
        for expert in life.members[GROUP]:
            await life.give(one, expert, {criterion.id: 8 - number for criterion in life.parameters.rubric})
    await life.rank(GROUP)
    await life.town.at("2017-10-20T09:00:00+08:00")
    await life.propose()
    await life.town.at("2017-11-01T09:00:00+08:00")
    await life.approve()
    return life


async def _remit(life: Life, one: Applicant, stage: str) -> None:
    await life.town.command(one.filer, "publication", f"/appeals/{one.application}", {"grounds": "材料属实"})
    decided = {"outcome": "remit", "stage": stage, "reason": "重新审核"}
    await life.town.command(DEPUTY, "publication", f"/appeals/{one.application}/decision", decided)


async def test_a_remitted_appeal_opens_its_stage_and_nothing_else(tmp_path: Path) -> None:
    """After the decision nothing moves but what an appeal opens, and each of its decisions is made again."""
    life = await _listed(tmp_path)
    listed, to_the_experts, to_the_district = life.applicants
    expert, town = life.members[GROUP][0], life.town
    nines, sevens = ([{"criterion": one.id, "score": n} for one in life.parameters.rubric] for n in (9, 7))
    revision = {"version": 1, "items": nines, "reason": "复评"}
    recusal = {"expert": expert.id, "reason": "事后", "voids_score": False}
    await _remit(life, to_the_experts, "experts")
    for one in (listed, to_the_district):
        place = f"/scorings/{one.application}"
        assert await town.refused(expert, "review", f"{place}/revisions", revision) == "scoring-is-closed"
        assert await town.refused(SECRETARY, "review", f"{place}/recusals", recusal) == "application-is-decided"
    place, panel = f"/scorings/{to_the_experts.application}", f"/panels/{life.panels[GROUP]}"
    for member in life.members[GROUP]:
        waits = await town.refused(SECRETARY, "review", f"{panel}/ranking")
        assert waits == "scores-anew-missing"
        await town.command(member, "review", f"{place}/revisions", revision)
    await town.command(SECRETARY, "review", f"{panel}/ranking")
    again = {"version": 1, "items": sevens, "reason": "再评"}
    assert await town.refused(expert, "review", f"{place}/revisions", again) == "scoring-is-closed"
    await _remit(life, to_the_district, "district")
    assert [(await seen(life, one))["state"] for one in life.applicants] == ["RECOMMENDED", "RECOMMENDED", "OPEN"]
    await life.decline(to_the_district)
    record = Record.of(await town.events(), None)
    examine(record)
    assert made_again(record, "2017")["rankings"] == 2


async def test_the_district_opens_its_own_list_for_what_was_remitted_to_it(tmp_path: Path) -> None:
    """What was sent is the city's to open, but for what an appeal remitted, as the refusals say (C5.4)."""
    life = await _listed(tmp_path)
    one = life.applicants[2]
    place = f"/batches/{life.round}/{one.organization.district.value}"
    opening = (one.leader, "review", f"{place}/reopening", {"authority": "申诉决定"})
    await _remit(life, one, "district")
    assert await life.town.refused(one.leader, "review", f"{place}/sending") == "sent-before-the-remit"
    body = {"version": 1, "opinion": "同意", "order": 9}
    again = (one.clerk, "review", f"/reviews/{one.application}/recommendation", body)
    assert await life.town.refused(*again) == "batch-already-sealed"
    await life.town.command(*opening)
    await life.decline(one)
    assert await life.town.refused(*opening[:3], {"authority": "再启封"}) == "batch-not-sealed"
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def _told(life: Life, one: Applicant) -> AsyncIterator[Any]:
    """What the worklist of each member of its panel says of an application."""
    for expert in life.members[GROUP]:
        for row in await life.town.read(expert, "review", "/worklist"):
            if row["application"] == one.application:
                yield row


async def test_what_nobody_scored_otherwise_is_closed_by_ranking_it_again(tmp_path: Path) -> None:
    """Ranking ends what the appeal opened, and then ranks nothing more (C5.4)."""
    life = await _listed(tmp_path)
    _, one, _ = life.applicants
    town, expert, panel = life.town, life.members[GROUP][0], f"/panels/{life.panels[GROUP]}"
    await _remit(life, one, "experts")
    told = [(row["step"], row["due"]) async for row in _told(life, one)]
    assert [step for step, _ in told] == ["score_anew"] * len(told)
    board = await town.read(SECRETARY, "review", f"{panel}/board", missing="again")
    (row,) = board["applications"]
    assert (row["application"], row["missing"]["again"]) == (one.application, len(told))
    assert {seat["due"] for seat in row["seats"]} == {due for _, due in told}
    voters = [one.id for one in life.members[GROUP][:3]]
    decided = {"application": one.application, "decision": "rank_with_fewer", "reason": "维持原评分", "voters": voters}
    await town.command(SECRETARY, "review", f"{panel}/decisions", decided)
    ranked = await town.command(SECRETARY, "review", f"{panel}/ranking")
    assert len(ranked["events"]) == 1
    assert (await town.command(SECRETARY, "review", f"{panel}/ranking"))["events"] == []
    nines = [{"criterion": one.id, "score": 9} for one in life.parameters.rubric]
    assert {row["step"] async for row in _told(life, one)} == {"done"}
    revision = {"version": 1, "items": nines, "reason": "复评"}
    place = f"/scorings/{one.application}/revisions"
    assert await town.refused(expert, "review", place, revision) == "scoring-is-closed"
    record = Record.of(await town.events(), None)
    examine(record)
    assert made_again(record, "2017")["rankings"] == 2


async def test_after_a_remitted_appeal_the_district_may_return_it_too(tmp_path: Path) -> None:
    """Its deadline ends neither the review nor the version that is corrected (C5.3, C5.4)."""
    life = await _listed(tmp_path)
    _, _, one = life.applicants
    await _remit(life, one, "district")
    await life.review(one, "return", {"version": 1, "items": PLAN})
    await _corrected(life, one)
    assert (await seen(life, one))["days_left"] == 10
    place = f"/batches/{life.round}/{one.organization.district.value}"
    await life.town.command(LEADER, "review", f"{place}/reopening", {"authority": "市中小企业办函〔2017〕8号"})
    await life.recommend(one)
    assert (await seen(life, one))["state"] == "RECOMMENDED"
    await _scored_anew(life, one)
    record = Record.of(await life.town.events(), None)
    examine(record)
    assert made_again(record, "2017")["rankings"] == 2


async def _scored_anew(life: Life, one: Applicant) -> None:
    """What experts said of the earlier version is not said of the corrected one."""
    town, panel = life.town, f"/panels/{life.panels[GROUP]}"
    await life.send_lists()
    assert await town.refused(SECRETARY, "review", f"{panel}/ranking") == "too-few-scores"
    for expert in life.members[GROUP]:
        await town.command(SECRETARY, "review", f"/scorings/{one.application}/assignments", {"expert": expert.id})
        await life.give(one, expert, {criterion.id: 9 for criterion in life.parameters.rubric})
    await town.command(SECRETARY, "review", f"{panel}/ranking")
    (ranked,) = await town.read(SECRETARY, "review", "/panels", round_id=life.round)
    assert (ranked["ranking"][0]["application"], ranked["ranking"][0]["version"]) == (one.application, 2)


async def test_what_the_city_admits_after_closing_is_scored_and_ranked(tmp_path: Path) -> None:
    """The experts of its group take it up until they rank again (C5.3, C5.4)."""
    life = await submitted(tmp_path, ordinary(2))
    one, late = life.applicants
    await life.check(late)
    await life.decline(late)
    await recommended(life, one)
    await life.review(late, "reconsideration-request", {"grounds": "材料属实"}, late.filer)
    await life.review(late, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, late.leader)
    await life.review(late, "escalation", {"grounds": "区意见有误"}, late.filer)
    await assigned(life, one)
    nines = {criterion.id: 9 for criterion in life.parameters.rubric}
    for expert in life.members[GROUP]:
        await life.give(one, expert, nines)
    await life.rank(GROUP)
    await life.review(late, "escalation-decision", {"outcome": "admitted", "reason": "条件符合"}, LEADER)
    place = f"/panels/{life.panels[GROUP]}/ranking"
    assert await life.town.refused(SECRETARY, "review", place) == "too-few-scores"
    for expert in life.members[GROUP]:
        await life.admit(late, expert)
        await life.give(late, expert, nines)
    await life.town.command(SECRETARY, "review", place)
    revision = {"version": 1, "items": [{"criterion": name, "score": 8} for name in nines], "reason": "复评"}
    for application in (one.application, late.application):
        refusal = await life.town.refused(expert, "review", f"/scorings/{application}/revisions", revision)
        assert refusal == "scoring-is-closed"
    record = Record.of(await life.town.events(), None)
    examine(record)
    assert made_again(record, "2017")["rankings"] == 2
