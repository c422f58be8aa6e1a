"""An expert's worklist: what waits for its answer, its score or another score, and what it has to know (C5.4)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from services.review.domain.scoring_states import EMPLOYED, NONE
from services.review.usecases.ballots import Vote, votes_of
from services.review.usecases.panels import EXPERTS, PANELS, SCORING, TASKS_MAX, WORKLIST
from services.review.usecases.ports import Facts
from services.review.usecases.project import DECISIONS
from services.review.usecases.reviews import ADMITTED, RECOMMENDED, REVIEWS
from services.review.usecases.streams import panel_stream
from services.review.usecases.subjects import constituted, panel_plan_of
from shared.contracts.application import RoundPlanned
from shared.contracts.round import Panels
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant, plus_days
from shared.runtime.finality import is_decided

STEPS = {
    "answer": ("请说明是否存在利益冲突", "Say whether there is a conflict of interest"),
    "wait": ("等待秘书分配", "Wait for the secretary to assign it"),
    "score": ("请按评分标准评分", "Score it by the rubric"),
    "score_anew": (
        "申诉退回专家评审，请重新评分",
        "An appeal was remitted to the experts: revise the score",
    ),
    "vote": ("请就专家组表决事项投票", "Vote on what the panel has to decide"),
    "done": ("无需办理", "Nothing is to be done"),
}
"""What the expert does next, in words."""


async def worklist_of(store: EventStore, facts: Facts, reads: Reads, expert: str) -> list[dict[str, Any]]:
    """Everything that was or is the expert's, with the next step of each; in no order."""
    tasks: dict[str, Document] = {
        str(task["application"]): task for task in await reads.find(WORKLIST, {"expert": expert}, limit=TASKS_MAX)
    }
    panels: Sequence[Any] = await reads.find(PANELS, limit=TASKS_MAX)
    reopened = frozenset(application for panel in panels for application in panel.get("reopened", ()))
    for panel in panels:
        for application in await _unanswered(reads, panel, expert):
            tasks.setdefault(application, {"expert": expert, "application": application, "round": panel["round"]})
    policies = {
        panel: await _policy(store, facts, panel)
        for panel in {str(task["panel"]) for task in tasks.values() if "panel" in task}
    }
    votes = await _votes(store, facts, expert, [panel for panel in panels if _concerns(panel, expert, tasks)])
    rows = [await _row(reads, task, policies, reopened) for task in tasks.values()]
    return [_with_votes(row, votes.get(str(row["application"]), []), expert) for row in rows]


def _concerns(panel: Any, expert: str, tasks: Mapping[str, Document]) -> bool:
    """Whether the expert has, or had, a seat of the panel."""
    return expert in panel["experts"] or any(task.get("panel") == panel["panel"] for task in tasks.values())


async def _votes(store: EventStore, facts: Facts, expert: str, panels: Iterable[Any]) -> dict[str, list[Vote]]:
    """By application what the expert may vote on."""
    found: dict[str, list[Vote]] = defaultdict(list)
    for panel in panels:
        if panel["state"] != SCORING:
            terms = (await _policy(store, facts, str(panel["panel"]))).parameters.panels
            for vote in await votes_of(store, facts, str(panel["panel"]), terms):
                for application in vote.applications if expert in vote.voters else ():
                    found[application].append(vote)
    return found


def _with_votes(row: dict[str, Any], votes: Sequence[Vote], expert: str) -> dict[str, Any]:
    """The row with what is voted on: the next step of who has not voted, unless its score is still taken."""
    if not votes:
        return row
    asked = [vote.asked_of(expert) for vote in votes]
    zh, en = STEPS["vote"]
    may_score = row["step"] == "score_anew" or (row["step"] == "score" and "replaces" in row)
    waits = not may_score and any("cast" not in one for one in asked)
    step = {"step": "vote", "message_zh": zh, "message_en": en} if waits else {}
    return {**row, "votes": asked, **step}


def score_anew_until(task: Mapping[str, Any], terms: Panels) -> Instant:
    """The end of the days that the round gives for a score, from when the appeal opened it again."""
    return plus_days(Instant(str(task["reopened_at"])), terms.scoring_days.value)


async def _unanswered(reads: Reads, panel: Any, expert: str) -> list[str]:
    """What the panel has not ranked yet; of an expert who has no seat on it nothing."""
    if expert not in panel["experts"]:
        return []
    ranked = {row["application"] for row in panel.get("ranking", ())}
    of = {"round": panel["round"], "group": panel["group"]}
    states = (RECOMMENDED, ADMITTED)
    reviews = [doc for one in states for doc in await reads.find(REVIEWS, {**of, "state": one}, limit=TASKS_MAX)]
    return [str(doc["application"]) for doc in reviews if doc["application"] not in ranked]


async def _policy(store: EventStore, facts: Facts, panel: str) -> RoundPlanned:
    """That under which the panel scores; see `panel_plan_of`."""
    constitution, since = constituted(await store.load(panel_stream(panel, "").name))
    return await panel_plan_of(facts, constitution.round, since)


async def _row(
    reads: Reads, task: Document, policies: Mapping[str, RoundPlanned], reopened: Collection[str]
) -> dict[str, Any]:
    review = await reads.get(REVIEWS, str(task["application"])) or {}
    pooled = await reads.get(EXPERTS, str(task["expert"])) or {}
    if review and pooled.get("employer_uscc") == review.get("uscc"):
        task = {**task, "conflict": EMPLOYED}
    shown = {name: review[name] for name in ("organization_name", "kind", "group", "category") if name in review}
    live = review.get("state") in (RECOMMENDED, ADMITTED)
    decided = task["application"] not in reopened and await is_decided(reads, DECISIONS, str(task["application"]))
    step = next(_steps(task, live=live, decided=decided), "done")
    zh, en = STEPS[step]
    scored_by = _terms(task, policies[str(task["panel"])]) if task.get("assigned") else {}
    return {**task, **shown, **scored_by, "step": step, "message_zh": zh, "message_en": en}


def _terms(task: Document, policy: RoundPlanned) -> dict[str, Any]:
    due = {"due": score_anew_until(task, policy.parameters.panels)} if task.get("again") else {}
    return {"rubric": msgspec.to_builtins(policy.parameters.rubric), "rubric_hash": policy.rubric_hash, **due}


def _steps(task: Document, *, live: bool, decided: bool) -> Iterator[str]:
    """The first is next; none where the expert is out or employed there, or nothing is scored any more."""
    out = any(member in task for member in ("recused", "replaced_by", "voided"))
    if not live or out or task.get("conflict") == EMPLOYED:
        return
    if task.get("again"):
        yield "score_anew" if task.get("scored") else "score"
    if not decided:
        yield from _before_the_decision(task)


def _before_the_decision(task: Document) -> Iterator[str]:
    if "conflict" not in task:
        yield "answer"
    elif task["conflict"] == NONE and not task.get("assigned"):
        yield "wait"
    elif task.get("assigned") and not task.get("scored"):
        yield "score"
