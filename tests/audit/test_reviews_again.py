"""Every corrective path of review, lived through once: each of its decisions is made again from the log alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from audit.commands import decide_again
from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Contradiction, Record
from rehearsal.cast import Organization, Part, organizations, points
from shared.contracts import review
from shared.contracts.event import REGISTRY, Event
from shared.kernel.actor import Role
from tests.audit.street import ROUND, by_ballot, parameters
from tests.services.review.stage import GROUP, ordinary, submitted
from tests.town.life import LEADER, POOL, SECRETARY, Applicant, Life, person

BY_AN_APPEAL = {review.DistrictReviewReopened.TYPE, review.ScoringReopened.TYPE}
NUMBER = {"document_number": "经委〔2017〕1号"}
CORRECTED = {"path": "t4.plan", "code": "INCOMPLETE", "note": "补充年度目标"}


def cast() -> list[Organization]:
    """Three that are scored, and one with a ground for a waiver."""
    return [*ordinary(3), next(one for one in organizations() if one.part is Part.WAIVED)]


async def test_every_decision_of_review_is_made_again(tmp_path: Path) -> None:
    life = await submitted(tmp_path, cast(), by_ballot(parameters()))
    first, second, third, waived = life.applicants
    await _dispute(life, third)
    await _waive(life, waived)
    await _return(life, second)
    await life.judge(first)
    await life.recommend(first)
    await _send(life, first, waived)
    await _score(life, [first, third])
    log = await life.town.events()
    happened = {one.event.TYPE for one in log if one.service == "review"}
    declared = {name for name in REGISTRY if name.startswith("nianlun.review.")}
    assert declared - happened == BY_AN_APPEAL
    record = Record.of(log, None)
    examine(record)
    assert made_again(record, ROUND)["rankings"] == 3


@pytest.mark.parametrize("kind", [review.TieResolved, review.PanelDecisionRecorded])
async def test_a_result_that_nobody_voted_for_is_disproved(tmp_path: Path, kind: type[Event]) -> None:
    """The secretary's word alone is none (C5.4)."""
    life = await submitted(tmp_path, cast()[:3], by_ballot(parameters()))
    first, second, third = life.applicants
    await _dispute(life, third)
    await life.judge(first)
    await life.recommend(first)
    await _send(life, first)
    await _score(life, [first, third])
    log = await life.town.events()
    made_again(Record.of(log, None), ROUND)
    (result, *_) = [one for one in log if isinstance(one.event, kind)]
    without = [one for one in log if not isinstance(one.event, review.BallotCast)]
    record = Record.of(without, None)
    with pytest.raises(Contradiction):
        decide_again(record, result)
    assert second.application


async def _dispute(life: Life, one: Applicant) -> None:
    """Declined, upheld, checked after all, and admitted by the city."""
    await life.decline(one)
    await life.review(one, "reconsideration-request", {"grounds": "材料属实"}, one.filer)
    await life.review(one, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, one.leader)
    await life.check(one)
    await life.review(one, "escalation", {"grounds": "区意见有误"}, one.filer)
    await life.review(one, "escalation-decision", {"outcome": "admitted", "reason": "条件符合"}, LEADER)


async def _waive(life: Life, one: Applicant) -> None:
    """Refused on one ground, granted on another."""
    await life.judge(one, R16="服务成效突出")
    for ground, outcome in (("市级示范平台", "refused"), ("市级示范平台，成效突出", "granted")):
        await life.review(one, "waiver-proposals", {"rule": "R3", "ground": ground})
        body = {"rule": "R3", "outcome": outcome, "reason": "理由不足"}
        await life.review(one, "waivers", body, one.leader)
    await life.recommend(one)


async def _return(life: Life, one: Applicant) -> None:
    """Returned, and withdrawn instead of being corrected."""
    await life.review(one, "return", {"version": 1, "items": [CORRECTED]})
    place = f"/applications/{one.application}/withdrawal"
    await life.town.command(one.filer, "application", place, {"reason": "不再参加"})


async def _send(life: Life, *applicants: Applicant) -> None:
    """Sealed, opened again, sealed and sent after the deadline."""
    await life.town.at("2017-10-01T09:00:00+08:00")
    for district in {one.organization.district.value for one in applicants}:
        leader = person(Role.DISTRICT_LEADER.value, Role.DISTRICT_LEADER, district)
        place = f"/batches/{ROUND}/{district}"
        for act, body in (("sealing", NUMBER), ("reopening", {"authority": "3号"}), ("sealing", NUMBER)):
            await life.town.command(leader, "review", f"{place}/{act}", body)
        await life.town.command(leader, "review", f"{place}/sending")


async def _score(life: Life, applicants: Sequence[Applicant]) -> None:
    """Tied, told apart by a vote; then an expert is recused and replaced, and another's score voided."""
    await life.town.at("2017-10-10T09:00:00+08:00")
    await life.constitute([GROUP])
    panel, members = f"/panels/{life.panels[GROUP]}", life.members[GROUP]
    one, other = applicants
    for expert in members:
        await life.admit(one, expert)
        await life.admit(other, expert)
    for seat, expert in enumerate(members[1:]):
        await life.give(one, expert, points(one.organization, seat))
        await life.give(other, expert, points(one.organization, seat))
    await life.town.at("2017-10-21T09:00:00+08:00")
    await _revise(life, one, other)
    await life.town.command(SECRETARY, "review", f"{panel}/closing")
    await life.town.command(SECRETARY, "review", f"{panel}/ranking")
    order = {"order": [one.application, other.application]}
    await vote(life, f"{panel}/ties", order, {"tie_group": 1})
    await _replace(life, one)
    await life.town.command(SECRETARY, "review", f"{panel}/ranking")
    for expert in members[2:4]:
        body = {"expert": expert.id, "reason": "评分依据不实"}
        await life.town.command(SECRETARY, "review", f"/scorings/{other.application}/voids", body)
    decided = {"application": other.application, "decision": "rank_with_fewer"}
    await vote(life, f"{panel}/decisions", decided, {"reason": "一致"})
    await life.town.command(SECRETARY, "review", f"{panel}/ranking")


async def vote(life: Life, place: str, ballot: dict[str, Any], more: dict[str, Any]) -> None:
    """Three of five vote so, and the secretary records it."""
    for expert in life.members[GROUP][:3]:
        await life.town.command(expert, "review", f"{place}/ballots", ballot)
    await life.town.command(SECRETARY, "review", place, {**ballot, **more})


async def _revise(life: Life, *applicants: Applicant) -> None:
    """An expert changes the same in both, so that they stay tied."""
    given = {**points(applicants[0].organization, 0), "plan": 1}
    items = [{"criterion": name, "score": score} for name, score in given.items()]
    for one in applicants:
        body = {"version": 1, "items": items, "reason": "误读报表"}
        await life.town.command(life.members[GROUP][1], "review", f"/scorings/{one.application}/revisions", body)


async def _replace(life: Life, one: Applicant) -> None:
    gone, place = life.members[GROUP][1], f"/scorings/{one.application}"
    new = next(expert for expert in POOL if expert not in life.members[GROUP])
    recused = {"expert": gone.id, "reason": "事后发现利害关系", "voids_score": True}
    await life.town.command(SECRETARY, "review", f"{place}/recusals", recused)
    given = {"expert": gone.id, "replacement": new.id, "reason": "回避"}
    await life.town.command(SECRETARY, "review", f"{place}/replacements", given)
    await life.admit(one, new)
    await life.give(one, new, points(one.organization, 4))
