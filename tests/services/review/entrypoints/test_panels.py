"""The panel over HTTP: its board, its replacements, its votes, and what keeps going wrong elsewhere (C5.4)."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from rehearsal.cast import points
from shared.contracts.review import RankingComputed
from shared.kernel.actor import Actor, Role
from tests.services.review.stage import GROUP, assigned, ordinary, recommended, submitted
from tests.town.life import POOL, SECRETARY, Applicant, Life, person
from tests.town.town import Refused


async def scoring(folder: Path, count: int = 1) -> Life:
    """So many applications, assigned to a whole panel."""
    life = await submitted(folder, ordinary(count))
    await recommended(life, *life.applicants)
    await assigned(life, *life.applicants)
    return life


async def board(life: Life) -> Any:
    return await life.town.read(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/board")


async def seats(life: Life) -> dict[str, Any]:
    (row, *_) = (await board(life))["applications"]
    return {seat["expert"]: seat for seat in row["seats"]}


async def rankings(life: Life) -> list[RankingComputed]:
    return [one.event for one in await life.town.houses["review"].log() if isinstance(one.event, RankingComputed)]


def stranger(life: Life) -> Actor:
    """An expert of the pool who is not on the panel."""
    return next(one for one in POOL if one not in life.members[GROUP])


async def test_not_asked_is_told_from_none_and_from_a_conflict(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    first, second, third, *_ = life.members[GROUP]
    place = f"/scorings/{one.application}/conflict"
    await life.town.command(first, "review", place, {"answer": "none"})
    await life.town.command(second, "review", place, {"answer": "conflict", "detail": "曾任顾问"})
    shown = await seats(life)
    assert [shown[expert.id]["conflict"] for expert in (first, second, third)] == ["none", "conflict", "not answered"]
    assert not any(value is None for seat in shown.values() for value in seat.values())
    for expert, refusal in ((second, "expert-has-a-conflict"), (third, "conflict-not-answered")):
        asked = (SECRETARY, "review", f"/scorings/{one.application}/assignments", {"expert": expert.id})
        assert await life.town.refused(*asked) == refusal


async def tasks(life: Life, expert: Actor) -> list[Any]:
    listed: list[Any] = await life.town.read(expert, "review", "/worklist")
    return listed


async def test_an_expert_is_told_what_to_answer_and_by_what_to_score(tmp_path: Path) -> None:
    """Before the answer the applicant's name alone, after the assignment what the score rests on (C5.4)."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    first = life.members[GROUP][0]
    asked, stranger_s = await tasks(life, first), await tasks(life, stranger(life))
    assert stranger_s == []
    (row,) = asked
    assert (row["application"], row["group"], row["step"]) == (one.application, GROUP, "answer")
    assert row["organization_name"] == one.organization.name
    assert "rubric" not in row
    await life.town.command(first, "review", f"/scorings/{one.application}/conflict", {"answer": "none"})
    assert [row["step"] for row in await tasks(life, first)] == ["wait"]
    await life.admit(one, first)
    (row,) = await tasks(life, first)
    assert (row["step"], row["organization_name"], row["version"]) == ("score", one.organization.name, 1)
    assert [item["id"] for item in row["rubric"]] == [item.id for item in life.parameters.rubric]
    assert row["due"].startswith("2017-")
    await life.give(one, first, points(one.organization, 0))
    assert [row["step"] for row in await tasks(life, first)] == ["done"]


async def test_a_panel_closes_when_somebody_is_assigned_or_nobody_may_be(tmp_path: Path) -> None:
    """C5.4."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    closing, place = f"/panels/{life.panels[GROUP]}/closing", f"/scorings/{one.application}/conflict"
    assert await life.town.refused(SECRETARY, "review", closing) == "nobody-is-assigned"
    for expert in life.members[GROUP]:
        await life.town.command(expert, "review", place, {"answer": "conflict", "detail": "曾任顾问"})
    await life.town.command(SECRETARY, "review", closing)
    made_again(Record.of(await life.town.events(), None), life.round)


async def test_a_replacement_is_asked_and_the_recused_is_not(tmp_path: Path) -> None:
    """C5.4."""
    life = await scoring(tmp_path)
    (one,) = life.applicants
    gone, other = life.members[GROUP][2], stranger(life)
    place = f"/scorings/{one.application}"
    body = {"expert": gone.id, "reason": "利害", "voids_score": True}
    await life.town.command(gone, "review", f"{place}/recusals", body)
    given = {"expert": gone.id, "replacement": other.id, "reason": "回避"}
    await life.town.command(SECRETARY, "review", f"{place}/replacements", given)
    assert [row["step"] for row in await tasks(life, gone)] == ["done"]
    assert [(row["step"], row["organization_name"]) for row in await tasks(life, other)] == [
        ("answer", one.organization.name)
    ]


async def test_no_score_is_seen_before_closing(tmp_path: Path) -> None:
    life = await scoring(tmp_path)
    (one,) = life.applicants
    first, second, *_ = life.members[GROUP]
    await life.give(one, first, points(one.organization, 0))
    assert (await seats(life))[first.id]["scored"] is True
    assert "total" not in msgspec.json.encode(await board(life)).decode()
    for expert in (first, second):
        tasks = await life.town.read(expert, "review", "/worklist")
        assert {task["expert"] for task in tasks} == {expert.id}
        assert "total" not in msgspec.json.encode(tasks).decode()
        with pytest.raises(Refused) as refused:
            await life.town.read(expert, "review", f"/panels/{life.panels[GROUP]}/board")
        assert refused.value.problem["status"] == 403
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/closing")
    assert (await seats(life))[first.id]["total"] == sum(points(one.organization, 0).values())


async def test_a_score_is_overdue_by_the_clock(tmp_path: Path) -> None:
    life = await scoring(tmp_path)
    (one,) = life.applicants
    first, second, *_ = life.members[GROUP]
    await life.give(one, first, points(one.organization, 0))
    await life.town.at("2017-10-20T08:59:59.999+08:00")
    assert not any(seat["overdue"] for seat in (await seats(life)).values())
    await life.town.at("2017-10-20T09:00:00.000+08:00")
    assert {expert for expert, seat in (await seats(life)).items() if not seat["overdue"]} == {first.id}
    await life.give(one, second, points(one.organization, 1))
    assert (await seats(life))[second.id]["overdue"] is False


async def whole(life: Life, one: Applicant, but: int = 0) -> None:
    """All of the panel, but so many, score."""
    for seat, expert in enumerate(life.members[GROUP][: len(life.members[GROUP]) - but]):
        await life.give(one, expert, points(one.organization, seat))


async def test_a_recused_expert_stays_on_the_board_with_the_score_that_no_longer_counts(tmp_path: Path) -> None:
    """Also after closing and after the ranking, which is then computed again (C5.4)."""
    life = await scoring(tmp_path)
    (one,) = life.applicants
    await whole(life, one)
    await life.rank(GROUP)
    gone, other = life.members[GROUP][2], stranger(life)
    place = f"/scorings/{one.application}"
    body = {"expert": gone.id, "reason": "事后发现利害关系", "voids_score": True}
    await life.town.command(gone, "review", f"{place}/recusals", body)
    given = {"expert": gone.id, "replacement": other.id, "reason": "回避"}
    await life.town.command(SECRETARY, "review", f"{place}/replacements", given)
    await life.admit(one, other)
    await life.give(one, other, points(one.organization, 4))
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/ranking")
    shown = await seats(life)
    assert (shown[gone.id]["counts"], shown[gone.id]["replaced_by"]) == (False, other.id)
    assert (shown[other.id]["counts"], shown[other.id]["replaces"]) == (True, gone.id)
    before, after = await rankings(life)
    assert (len(before.rows[0].scores), len(after.rows[0].scores)) == (5, 5)
    assert before.inputs_hash != after.inputs_hash
    asked = (gone, "review", f"{place}/scores", {"version": 1, "items": [{"criterion": "plan", "score": 1}]})
    assert await life.town.refused(*asked) == "expert-is-out"


async def test_a_ranking_waits_for_missing_scores_and_counts_none_as_zero(tmp_path: Path) -> None:
    life = await scoring(tmp_path)
    (one,) = life.applicants
    await whole(life, one, but=3)
    panel = f"/panels/{life.panels[GROUP]}"
    await life.town.command(SECRETARY, "review", f"{panel}/closing")
    assert await life.town.refused(SECRETARY, "review", f"{panel}/ranking") == "too-few-scores"
    voters = [expert.id for expert in life.members[GROUP][:3]]
    decided = {"application": one.application, "decision": "rank_with_fewer", "reason": "评分一致", "voters": voters}
    await life.town.command(SECRETARY, "review", f"{panel}/decisions", decided)
    await life.town.command(SECRETARY, "review", f"{panel}/ranking")
    ((row,),) = [ranking.rows for ranking in await rankings(life)]
    given = sorted(sum(points(one.organization, seat).values()) for seat in (0, 1))
    assert row.scores == tuple(given)
    assert row.aggregate in {str(sum(given) // 2), f"{sum(given)}/2"}


async def test_a_revision_does_not_overwrite(tmp_path: Path) -> None:
    life = await scoring(tmp_path)
    (one,) = life.applicants
    first = life.members[GROUP][0]
    await life.give(one, first, points(one.organization, 0))
    given = {**points(one.organization, 0), "plan": 1}
    items = [{"criterion": name, "score": score} for name, score in given.items()]
    place = f"/scorings/{one.application}"
    again = (first, "review", f"{place}/scores", {"version": 1, "items": items})
    assert await life.town.refused(*again) == "already-scored"
    revision = {"version": 1, "items": items, "reason": "误读报表"}
    await life.town.command(first, "review", f"{place}/revisions", revision)
    log = [type(entry.event).__name__ for entry in await life.town.houses["review"].log()]
    assert (log.count("ExpertScored"), log.count("ScoreRevised")) == (1, 1)


@pytest.mark.parametrize("effective", ["2017-10-11T00:00:00+08:00", "2017-10-10T09:00:00+08:00"])
async def test_a_form_that_changes_in_mid_review_does_not_reach_the_panel(tmp_path: Path, effective: str) -> None:
    """A panel scores by the rubric that was in force before it was constituted, also in that instant (C5.4)."""
    life = await scoring(tmp_path)
    (one,) = life.applicants
    body: Any = msgspec.to_builtins(life.parameters)
    rubric = [{**criterion, "id": f"new_{criterion['id']}"} for criterion in body["rubric"]]
    order, more = [f"new_{name}" for name in body["panels"]["tie_order"]], {"value": 6, "source": "design"}
    panels = {**body["panels"], "tie_order": order, "minimum_scores": more, "experts": more}
    amended = {
        "parameters": {**body, "rubric": rubric, "panels": panels},
        "effective_from": effective,
        "reason": "调整评分表",
        "authority_document": "沪经信〔2017〕9号",
    }
    await life.amend(amended)
    await life.town.at("2017-10-12T09:00:00+08:00")
    await whole(life, one)
    await life.rank(GROUP)
    ((row,),) = [ranking.rows for ranking in await rankings(life)]
    assert len(row.scores) == 5


async def test_a_withdrawn_application_is_no_longer_ranked(tmp_path: Path) -> None:
    life = await scoring(tmp_path, 2)
    for one in life.applicants:
        await whole(life, one)
    gone, stays = life.applicants
    await life.town.command(
        gone.filer, "application", f"/applications/{gone.application}/withdrawal", {"reason": "不再参加"}
    )
    await life.rank(GROUP)
    ((row,),) = [ranking.rows for ranking in await rankings(life)]
    assert row.application == stays.application
    assert (await life.town.read(gone.clerk, "review", f"/reviews/{gone.application}"))["state"] == "CLOSED"


async def test_a_tie_is_told_apart_by_a_recorded_vote_alone(tmp_path: Path) -> None:
    life = await scoring(tmp_path, 2)
    left, right = life.applicants
    for one in (left, right):
        for seat, expert in enumerate(life.members[GROUP]):
            await life.give(one, expert, points(left.organization, seat))
    await life.rank(GROUP)
    panel = f"/panels/{life.panels[GROUP]}"
    assert [row["rank"] for row in (await board(life))["ranking"]] == [1, 1]
    order = sorted((left.application, right.application), reverse=True)
    voters = [expert.id for expert in life.members[GROUP][:3]]
    vote = {"tie_group": 1, "order": order, "voters": voters}
    assert await life.town.refused(SECRETARY, "review", f"{panel}/ties", {**vote, "voters": voters[:2]}) == (
        "too-few-voters"
    )
    await life.town.command(SECRETARY, "review", f"{panel}/ties", vote)
    assert [(row["application"], row["rank"]) for row in (await board(life))["ranking"]] == [
        (order[0], 1),
        (order[1], 2),
    ]


async def test_the_board_says_what_each_application_lacks(tmp_path: Path) -> None:
    """Filtered, sorted and paged; an answer that was not given is missing and no score is zero (C5.4)."""
    life = await scoring(tmp_path, 2)
    left, right = sorted(life.applicants, key=lambda one: one.application)
    for one, count in ((left, 4), (right, 1)):
        for expert in life.members[GROUP][:count]:
            await life.give(one, expert, points(one.organization, 0))
    await life.town.at("2017-10-20T09:00:00+08:00")
    place = f"/panels/{life.panels[GROUP]}/board"

    async def asked(**query: Any) -> list[str]:
        seen = await life.town.read(SECRETARY, "review", place, **query)
        return [row["application"] for row in seen["applications"]]

    seen = {row["application"]: row for row in (await board(life))["applications"]}
    nothing = {"answers": 0, "conflicts": 0, "assignments": 0, "again": 0}
    assert seen[left.application]["missing"] == {**nothing, "scores": 1, "overdue": 1, "too_few": 0}
    assert (seen[right.application]["scores"], seen[right.application]["missing"]["too_few"]) == (1, 2)
    assert await asked(missing="too_few") == [right.application]
    assert await asked(missing="overdue") == [left.application, right.application]
    assert await asked(missing="answers") == []
    assert await asked(sort="scores") == [right.application, left.application]
    assert await asked(sort="scores", limit=1) == [right.application]
    assert await asked(sort="scores", limit=1, after=right.application) == [left.application]
    assert await asked(district=left.organization.district.value, missing="too_few") in ([], [right.application])
    assert await asked(at_least=1, limit=1) == [left.application]


async def test_only_the_city_and_the_secretary_read_a_board(tmp_path: Path) -> None:
    life = await scoring(tmp_path)
    (one,) = life.applicants
    for by in (one.clerk, one.filer, person("an administrator", Role.ADMINISTRATOR)):
        with pytest.raises(Refused) as refused:
            await life.town.read(by, "review", f"/panels/{life.panels[GROUP]}/board")
        assert refused.value.problem["status"] == 403


async def test_who_finds_a_conflict_after_scoring_leaves_with_its_score(tmp_path: Path) -> None:
    """It says so once; its place is free for another, and each decision is made again (C5.4)."""
    life = await scoring(tmp_path)
    (one,) = life.applicants
    await whole(life, one)
    await life.rank(GROUP)
    gone, other = life.members[GROUP][2], stranger(life)
    place = f"/scorings/{one.application}"
    found = await life.town.command(gone, "review", f"{place}/conflict", {"answer": "conflict", "detail": "曾任顾问"})
    assert len(found["events"]) == 2
    seat = (await seats(life))[gone.id]
    assert (seat["conflict"], seat["recused"], seat["counts"]) == ("conflict", "曾任顾问", False)
    given = {"expert": gone.id, "replacement": other.id, "reason": "回避"}
    await life.town.command(SECRETARY, "review", f"{place}/replacements", given)
    await life.admit(one, other)
    await life.give(one, other, points(one.organization, 4))
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/ranking")
    record = Record.of(await life.town.events(), None)
    examine(record)
    assert made_again(record, "2017")["rankings"] == 2
