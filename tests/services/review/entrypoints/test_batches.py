"""A district's list over HTTP: sealing ends recommending, sending opens the experts' door (C5.3, C5.4)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from shared.kernel.actor import Role
from tests.audit.street import parameters
from tests.services.review.stage import GROUP, assigned, neighbours, ordinary, recommended, submitted
from tests.town.life import JUDGED, LEADER, OFFICER, SECRETARY, Applicant, Life, person
from tests.town.town import Refused

NUMBER = {"document_number": "经委〔2017〕1号"}
AUTHORITY = {"authority": "市中小企业办函〔2017〕3号"}


def place(one: Applicant) -> str:
    return f"/batches/2017/{one.organization.district.value}"


async def seen(life: Life, one: Applicant) -> Any:
    return await life.town.read(one.leader, "review", place(one))


async def test_a_sealed_list_takes_no_recommendation_until_it_is_opened_again(tmp_path: Path) -> None:
    life = await submitted(tmp_path, neighbours())
    first, second = life.applicants
    leader = first.leader
    assert await life.town.refused(leader, "review", f"{place(first)}/sealing", NUMBER) == "nothing-to-seal"
    for one in (first, second):
        await life.judge(one)
    await life.recommend(first)
    draft = await seen(life, first)
    assert (draft["state"], [row["application"] for row in draft["rows"]]) == ("DRAFT", [first.application])
    await life.town.command(leader, "review", f"{place(first)}/sealing", NUMBER)
    sealed = await seen(life, first)
    assert sealed["state"] == "SEALED"
    name = second.organization.name
    assert sealed["undecided"] == [{"application": second.application, "organization_name": name, "state": "OPEN"}]
    late = {"version": 1, "opinion": "同意推荐", "order": 9}
    other = f"/reviews/{second.application}/recommendation"
    assert await life.town.refused(second.clerk, "review", other, late) == "batch-already-sealed"
    await life.town.command(leader, "review", f"{place(first)}/reopening", AUTHORITY)
    await life.town.command(second.clerk, "review", other, late)
    assert (await seen(life, first))["undecided"] == []
    again = await life.town.command(leader, "review", f"{place(first)}/sealing", NUMBER)
    assert len(again["events"]) == 1


async def test_nothing_is_recommended_sealed_or_admitted_unchecked(tmp_path: Path) -> None:
    """资料合规性审核 of the paper, which the round of 2017 asks for (C5.3)."""
    life = await submitted(tmp_path, neighbours())
    recommended_, declined = life.applicants
    for rule, rationale in JUDGED.items():
        await life.review(recommended_, "judgements", {"rule": rule, "outcome": "PASS", "rationale": rationale})
    opinion = {"version": 1, "opinion": "同意推荐", "order": 1}
    place_ = f"/reviews/{recommended_.application}/recommendation"
    assert await life.town.refused(recommended_.clerk, "review", place_, opinion) == "compliance-not-checked"
    amiss = {"version": 1, "items": [{"item": "paper", "result": "missing", "note": "缺一份"}]}
    await life.review(recommended_, "compliance", amiss)
    assert await life.town.refused(recommended_.clerk, "review", place_, opinion) == "materials-deviate"
    await life.check(recommended_)
    await life.review(recommended_, "recommendation", opinion)
    await life.decline(declined)
    await life.review(declined, "reconsideration-request", {"grounds": "材料属实"}, declined.filer)
    await life.review(declined, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, declined.leader)
    await life.review(declined, "escalation", {"grounds": "区意见有误"}, declined.filer)
    admitted, of = {"outcome": "admitted", "reason": "条件符合"}, f"/reviews/{declined.application}"
    assert await life.town.refused(LEADER, "review", f"{of}/escalation-decision", admitted) == "compliance-not-checked"
    await life.check(declined)
    await life.review(declined, "escalation-decision", admitted, LEADER)
    await life.town.command(recommended_.leader, "review", f"{place(recommended_)}/sealing", NUMBER)


async def test_experts_are_assigned_what_a_sent_list_holds(tmp_path: Path) -> None:
    """Sealing and sending may be late: the delay is recorded, and the list counts."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.judge(one)
    await life.recommend(one)
    await life.town.at("2017-10-01T00:01:00.001+08:00")
    await life.constitute([GROUP])
    expert = life.members[GROUP][0]
    scoring = f"/scorings/{one.application}"
    await life.town.command(expert, "review", f"{scoring}/conflict", {"answer": "none"})
    asked = (SECRETARY, "review", f"{scoring}/assignments", {"expert": expert.id})
    assert await life.town.refused(*asked) == "not-in-a-sent-batch"
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    assert await life.town.refused(*asked) == "not-in-a-sent-batch"
    await life.town.command(one.leader, "review", f"{place(one)}/sending")
    assert ((await seen(life, one))["state"], (await seen(life, one))["late_minutes"]) == ("SENT", 2)
    await life.town.command(*asked)


async def test_a_sealed_list_says_who_withdrew_and_the_group_is_ranked_without_it(tmp_path: Path) -> None:
    """The list stays as it was sealed (C5.3, C5.4)."""
    life = await submitted(tmp_path, ordinary(2))
    first, second = life.applicants
    await recommended(life, first, second)
    await assigned(life, first, second)
    for one in (first, second):
        for expert in life.members[GROUP][:4]:
            await life.give(one, expert, {criterion.id: 8 for criterion in life.parameters.rubric})
    gone = {"reason": "另有安排"}
    await life.town.command(first.filer, "application", f"/applications/{first.application}/withdrawal", gone)
    (row,) = (row for row in (await seen(life, first))["rows"] if row["application"] == first.application)
    assert (row["state"], row["closed"]) == ("CLOSED", "withdrawn")
    (other,) = (row for row in (await seen(life, second))["rows"] if row["application"] == second.application)
    assert (other["state"], "closed" in other) == ("RECOMMENDED", False)
    await life.rank(GROUP)
    (panel,) = await life.town.read(SECRETARY, "review", "/panels", round_id=life.round)
    assert [row["application"] for row in panel["ranking"]] == [second.application]


async def test_a_decline_is_upheld_and_escalated_after_the_list_was_sent(tmp_path: Path) -> None:
    """Whoever is declined last may still go to the city (C5.3)."""
    life = await submitted(tmp_path, neighbours())
    listed, declined = life.applicants
    await life.check(declined)
    await life.decline(declined)
    await recommended(life, listed)
    await life.review(declined, "reconsideration-request", {"grounds": "材料属实"}, declined.filer)
    place_ = f"/reviews/{declined.application}/reconsideration"
    reopened = {"outcome": "reopened", "reasons": ["重新审核"]}
    assert await life.town.refused(declined.leader, "review", place_, reopened) == "batch-already-sealed"
    await life.review(declined, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, declined.leader)
    await life.review(declined, "escalation", {"grounds": "区意见有误"}, declined.filer)
    await life.review(declined, "escalation-decision", {"outcome": "admitted", "reason": "条件符合"}, LEADER)


async def test_what_the_city_admits_needs_no_list(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.check(one)
    await life.decline(one)
    await life.review(one, "reconsideration-request", {"grounds": "材料属实"}, one.filer)
    await life.review(one, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, one.leader)
    await life.review(one, "escalation", {"grounds": "区意见有误"}, one.filer)
    await life.review(one, "escalation-decision", {"outcome": "admitted", "reason": "条件符合"}, LEADER)
    await life.constitute([GROUP])
    await life.admit(one, life.members[GROUP][0])
    assert (await life.town.read(one.clerk, "review", f"/reviews/{one.application}"))["state"] == "ADMITTED"


async def test_a_silent_leader_keeps_nobody_from_the_city(tmp_path: Path) -> None:
    """The inbox shows until when the leader may answer (C5.3)."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await life.decline(one)
    await life.review(one, "reconsideration-request", {"grounds": "材料属实"}, one.filer)
    asked = await life.town.read(one.leader, "review", f"/reviews/{one.application}")
    assert (asked["state"], asked["days_left"]) == ("RECONSIDERATION_REQUESTED", 5)
    grounds = {"grounds": "区里未答复"}
    early = await life.town.refused(one.filer, "review", f"/reviews/{one.application}/escalation", grounds)
    assert early == "decline-not-upheld"
    await life.town.at("2017-10-01T00:00:00+08:00")
    await life.review(one, "escalation", grounds, one.filer)
    assert (await life.town.read(one.clerk, "review", f"/reviews/{one.application}"))["state"] == "ESCALATED"
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_a_list_is_read_by_its_district_and_the_city(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    elsewhere = next(code for code in ("310101", "310115") if code != one.organization.district.value)
    for by in (person("elsewhere", Role.DISTRICT_LEADER, elsewhere), person("an expert", Role.EXPERT)):
        with pytest.raises(Refused) as refused:
            await life.town.read(by, "review", place(one))
        assert refused.value.problem["status"] == 403
    assert (await life.town.read(SECRETARY, "review", place(one)))["rows"] == []


async def test_a_complete_list_waits_for_the_deadline_and_for_everybody(tmp_path: Path) -> None:
    """As the round of 2017 asks: nobody who filed in time is left without an answer (C5.2, C5.3)."""
    terms = parameters()
    life = await submitted(tmp_path, neighbours(), replace(terms, batches=replace(terms.batches, complete=True)))
    first, second = life.applicants
    district = first.organization.district.value
    longer = {"scope": "district", "target": district, "reason": "台风", "authority_document": "沪经信企〔2017〕5号"}
    until = {**longer, "new": "2017-09-26T17:00:00+08:00"}
    await life.town.command(OFFICER, "application", f"/rounds/{life.round}/extensions", until)
    await life.judge(first)
    await life.recommend(first)
    sealing = (first.leader, "review", f"{place(first)}/sealing", NUMBER)
    assert await life.town.refused(*sealing) == "filing-is-open"
    await life.town.at("2017-09-26T17:00:00+08:00")
    assert await life.town.refused(*sealing) == "reviews-undecided"
    await life.decline(second)
    assert (await life.town.command(*sealing))["undecided"] == []
    sent = await life.town.command(first.leader, "review", f"{place(first)}/sending")
    assert sent["undecided"] == []
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_the_receipt_names_whom_a_list_leaves_undecided(tmp_path: Path) -> None:
    """Where the round lets a district send what it has (C5.3)."""
    life = await submitted(tmp_path, neighbours())
    first, second = life.applicants
    await life.judge(first)
    await life.recommend(first)
    waiting = [
        {"application": second.application, "organization_name": second.organization.name, "state": "OPEN"},
    ]
    for act, body in (("sealing", NUMBER), ("sending", None)):
        receipt = await life.town.command(first.leader, "review", f"{place(first)}/{act}", body)
        assert receipt["undecided"] == waiting
