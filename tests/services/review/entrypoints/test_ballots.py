"""Ballots over HTTP: the experts vote, nobody sees another's vote, the secretary records what they say (C5.4)."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from shared.contracts.review import TieResolved
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Actor
from tests.audit.street import by_ballot, parameters
from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.life import ADMINISTRATOR, SECRETARY, Applicant, Life


def terms() -> RoundParameters:
    """A round in which each expert votes itself."""
    return by_ballot(parameters())


async def tied(folder: Path) -> tuple[Life, str, list[str]]:
    """Two applications that five experts scored alike, ranked; the panel's place and the two."""
    life = await submitted(folder, ordinary(2), terms())
    await recommended(life, *life.applicants)
    await life.constitute([GROUP])
    for one in life.applicants:
        for expert in life.members[GROUP]:
            await life.admit(one, expert)
            await life.give(one, expert, {criterion.id: 8 for criterion in life.parameters.rubric})
    await life.rank(GROUP)
    return life, f"/panels/{life.panels[GROUP]}", sorted(one.application for one in life.applicants)


async def steps(life: Life, expert: Actor) -> list[tuple[str, Any]]:
    """What an expert is told to do, and what it sees of the votes."""
    return [(task["step"], task.get("votes")) for task in await life.town.read(expert, "review", "/worklist")]


async def test_a_tie_is_told_apart_as_the_experts_vote(tmp_path: Path) -> None:
    life, place, both = await tied(tmp_path)
    first, second, third, fourth, _ = life.members[GROUP]
    open_vote = {"applications": both, "choices": []}
    assert await steps(life, first) == [("vote", [open_vote])] * 2
    result = {"tie_group": 1, "order": both[::-1]}
    assert await life.town.refused(SECRETARY, "review", f"{place}/ties", result) == "too-few-voters"
    for expert, order in ((first, both), (second, both[::-1]), (third, both[::-1])):
        await life.town.command(expert, "review", f"{place}/ties/ballots", {"order": order})
    assert await steps(life, first) == [("done", [{**open_vote, "cast": both}])] * 2
    assert await steps(life, fourth) == [("vote", [open_vote])] * 2
    (vote,) = (await life.town.read(SECRETARY, "review", f"{place}/board"))["votes"]
    assert vote["cast"] == sorted(one.id for one in (first, second, third))
    assert sorted(vote["ballots"]) == sorted([both, both[::-1], both[::-1]])
    await life.town.command(first, "review", f"{place}/ties/ballots", {"order": both[::-1]})
    wrong = {"tie_group": 1, "order": both}
    assert await life.town.refused(SECRETARY, "review", f"{place}/ties", wrong) == "ballots-say-otherwise"
    named = {**result, "voters": [fourth.id]}
    assert await life.town.refused(SECRETARY, "review", f"{place}/ties", named) == "voters-did-not-cast"
    await life.town.command(SECRETARY, "review", f"{place}/ties", result)
    assert await steps(life, fourth) == [("done", None)] * 2
    late = (fourth, "review", f"{place}/ties/ballots", {"order": both})
    assert await life.town.refused(*late) == "tie-already-resolved"
    (resolved,) = [one.event for one in await life.town.events() if isinstance(one.event, TieResolved)]
    assert set(resolved.voters) == {first.id, second.id, third.id}
    await again(life)


async def test_whose_account_is_closed_votes_no_more(tmp_path: Path) -> None:
    life, place, both = await tied(tmp_path)
    voters: Sequence[Actor] = life.members[GROUP][:3]
    for expert in voters:
        await life.town.command(expert, "review", f"{place}/ties/ballots", {"order": both})
    await close(life, voters[0])
    result = {"tie_group": 1, "order": both}
    assert await life.town.refused(SECRETARY, "review", f"{place}/ties", result) == "too-few-voters"
    (vote,) = (await life.town.read(SECRETARY, "review", f"{place}/board"))["votes"]
    assert voters[0].id not in vote["voters"]
    assert vote["ballots"] == []
    await life.town.command(life.members[GROUP][3], "review", f"{place}/ties/ballots", {"order": both})
    await life.town.command(SECRETARY, "review", f"{place}/ties", result)
    await again(life)


async def close(life: Life, expert: Actor) -> None:
    """An expert's account is closed."""
    place = f"/accounts/{expert.id}/closure"
    await life.town.command(ADMINISTRATOR, "registration", place, {"ground": "病退"})


async def test_too_few_scores_are_voted_on_too(tmp_path: Path) -> None:
    life = await submitted(tmp_path, ordinary(1), terms())
    (one,) = life.applicants
    await recommended(life, one)
    await life.constitute([GROUP])
    await scored_by_two(life, one)
    place = f"/panels/{life.panels[GROUP]}"
    await life.town.command(SECRETARY, "review", f"{place}/closing")
    ballot = {"application": one.application, "decision": "rank_with_fewer"}
    result = {**ballot, "reason": "一致"}
    assert await steps(life, life.members[GROUP][4]) == [
        ("vote", [{"applications": [one.application], "choices": ["rank_with_fewer", "leave_unranked"]}])
    ]
    for expert in life.members[GROUP][2:]:
        await life.town.command(expert, "review", f"{place}/decisions/ballots", ballot)
    leave = {**result, "decision": "leave_unranked"}
    assert await life.town.refused(SECRETARY, "review", f"{place}/decisions", leave) == "ballots-say-otherwise"
    await life.town.command(SECRETARY, "review", f"{place}/decisions", result)
    await life.town.command(SECRETARY, "review", f"{place}/ranking")
    await again(life)


async def scored_by_two(life: Life, one: Applicant) -> None:
    """Two of five give a score, the others have none to give."""
    for seat, expert in enumerate(life.members[GROUP]):
        await life.admit(one, expert)
        if seat in (0, 1):
            await life.give(one, expert, {criterion.id: 8 for criterion in life.parameters.rubric})


async def again(life: Life) -> None:
    """Everything that happened is decided again from the log."""
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)
