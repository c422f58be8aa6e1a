"""The panel's votes over HTTP: nobody votes on what it may not score, and who took a place votes in it (C5.4)."""

from pathlib import Path
from typing import Any

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from rehearsal.cast import points
from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.life import POOL, SECRETARY, Applicant, Life


async def conflicted(folder: Path) -> tuple[Life, Applicant]:
    """Three of five have a conflict in an application, the other two scored it; scoring is closed."""
    life = await submitted(folder, ordinary(1))
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    first, second, third, *others = life.members[GROUP]
    for expert in (first, second, third):
        place = f"/scorings/{one.application}/conflict"
        await life.town.command(expert, "review", place, {"answer": "conflict", "detail": "曾任顾问"})
    for expert in others:
        await life.admit(one, expert)
        await life.give(one, expert, points(one.organization, 0))
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/closing")
    return life, one


async def test_only_who_may_score_decides_on_missing_scores(tmp_path: Path) -> None:
    life, one = await conflicted(tmp_path)
    first, second, third, *others = life.members[GROUP]
    place = f"/panels/{life.panels[GROUP]}/decisions"

    def vote(*voters: Any) -> dict[str, Any]:
        ids = [expert.id for expert in voters]
        return {"application": one.application, "decision": "rank_with_fewer", "reason": "一致", "voters": ids}

    at_odds = vote(first, second, third)
    assert await life.town.refused(SECRETARY, "review", place, at_odds) == "voter-has-a-conflict"
    recusal = {"expert": first.id, "reason": "利害关系", "voids_score": False}
    await life.town.command(SECRETARY, "review", f"/scorings/{one.application}/recusals", recusal)
    assert await life.town.refused(SECRETARY, "review", place, at_odds) == "voter-has-a-conflict"
    assert await life.town.refused(SECRETARY, "review", place, vote(*others)) == "too-few-voters"
    new = next(expert for expert in POOL if expert not in life.members[GROUP])
    assert await life.town.refused(SECRETARY, "review", place, vote(*others, new)) == "voters-not-of-the-panel"
    given = {"expert": first.id, "replacement": new.id, "reason": "回避"}
    await life.town.command(SECRETARY, "review", f"/scorings/{one.application}/replacements", given)
    assert await life.town.refused(SECRETARY, "review", place, vote(*others, new)) == "voter-has-not-answered"
    await life.town.command(new, "review", f"/scorings/{one.application}/conflict", {"answer": "none"})
    await life.town.command(SECRETARY, "review", place, vote(*others, new))
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/ranking")
    examine(Record.of(await life.town.events(), None))


async def test_who_takes_up_a_post_with_the_applicant_scores_no_more_and_is_recused_before_the_ranking(
    tmp_path: Path,
) -> None:
    """The pool hears of the post after the score was given (C5.4)."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    await life.score(one)
    moved = life.members[GROUP][0]
    post = {"expert": moved.id, "employer_uscc": one.organization.uscc, "specialties": [GROUP]}
    await life.town.command(SECRETARY, "review", "/experts", post)
    items = [{"criterion": criterion.id, "score": criterion.maximum} for criterion in life.parameters.rubric]
    better = {"version": 1, "items": items, "reason": "再议"}
    scoring, panel = f"/scorings/{one.application}", f"/panels/{life.panels[GROUP]}"
    assert await life.town.refused(moved, "review", f"{scoring}/revisions", better) == "expert-is-employed-there"
    board = await life.town.read(SECRETARY, "review", f"{panel}/board")
    (row,) = board["applications"]
    assert [seat["conflict"] for seat in row["seats"] if seat["expert"] == moved.id] == ["employed"]
    assert row["missing"]["conflicts"] == 1
    (task,) = await life.town.read(moved, "review", "/worklist")
    assert (task["step"], task["conflict"]) == ("done", "employed")
    await life.town.command(SECRETARY, "review", f"{panel}/closing")
    assert await life.town.refused(SECRETARY, "review", f"{panel}/ranking") == "seat-has-a-conflict"
    recusal = {"expert": moved.id, "reason": "已任职于申报单位", "voids_score": True}
    await life.town.command(SECRETARY, "review", f"{scoring}/recusals", recusal)
    await life.town.command(SECRETARY, "review", f"{panel}/ranking")
    board = await life.town.read(SECRETARY, "review", f"{panel}/board")
    assert board["applications"][0]["missing"]["conflicts"] == 0
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_a_new_employer_is_recorded_while_something_is_assigned_and_what_is_unscored_follows_it(
    tmp_path: Path,
) -> None:
    """One application is scored, the other, of the new employer, is not (C5.4)."""
    life = await submitted(tmp_path, ordinary(2))
    one, other = life.applicants
    for applicant in (one, other):
        await recommended(life, applicant)
    await life.constitute([GROUP])
    moved = life.members[GROUP][0]
    for applicant in (one, other):
        await life.admit(applicant, moved)
    await life.give(one, moved, points(one.organization, 0))
    post = {"expert": moved.id, "employer_uscc": other.organization.uscc, "specialties": [GROUP]}
    await life.town.command(SECRETARY, "review", "/experts", post)
    items = [{"criterion": criterion.id, "score": criterion.maximum} for criterion in life.parameters.rubric]
    score = {"version": 1, "items": items}
    place = f"/scorings/{other.application}/scores"
    assert await life.town.refused(moved, "review", place, score) == "expert-is-employed-there"
    better = {**score, "reason": "再议"}
    await life.town.command(moved, "review", f"/scorings/{one.application}/revisions", better)
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)
