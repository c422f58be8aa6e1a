"""The panel's votes over HTTP: nobody votes on what it may not score, and who took a place votes in it (C5.4)."""

from pathlib import Path
from typing import Any

from audit.conduct import examine
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
    await life.town.command(SECRETARY, "review", place, vote(*others, new))
    await life.town.command(SECRETARY, "review", f"/panels/{life.panels[GROUP]}/ranking")
    examine(Record.of(await life.town.events(), None))
