"""The secretary's board of a panel: who has done what, by application; scores are shown only after closing (C5.4)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.review.domain.scoring_states import EMPLOYED, NONE
from services.review.domain.voting import ballots_cast
from services.review.usecases.ballots import Vote
from services.review.usecases.barring import barred_for
from services.review.usecases.panels import EXPERTS, SCORES, SCORING, TASKS_MAX, WORKLIST
from services.review.usecases.reviews import ADMITTED, BATCHES, RECOMMENDED, REVIEWS
from services.review.usecases.worklist import score_anew_until
from shared.contracts.round import Panels
from shared.eventstore.documents import Document, Reads

NOT_ANSWERED = "not answered"
HUNDREDTH = Decimal("0.01")


async def board_of(reads: Reads, panel: Document, terms: Panels, votes: Sequence[Vote]) -> dict[str, Any]:
    """The panel with every application of its group, every seat of each, and what each lacks; `open_lists` may change.

    `terms` are those under which it scores and ranks.
    """
    of: dict[str, str | int | bool] = {"round": str(panel["round"])}
    group = {**of, "group": str(panel["group"])}
    states = (RECOMMENDED, ADMITTED)
    reviews = [doc for one in states for doc in await reads.find(REVIEWS, {**group, "state": one}, limit=TASKS_MAX)]
    tasks: dict[str, dict[str, Document]] = defaultdict(dict)
    for task in await reads.find(WORKLIST, of, limit=TASKS_MAX):
        tasks[str(task["application"])][str(task["expert"])] = task
    shown = await _scores(reads, panel)
    employers = {str(one["expert"]): one["employer_uscc"] for one in await reads.find(EXPERTS, limit=TASKS_MAX)}
    rows = [
        _row(review, panel, _as_due(tasks[str(review["application"])], terms), shown, employers) for review in reviews
    ]
    barred = await barred_for(reads)
    rows = [{**row, "barred": barred.get(str(row["organization"]), "")} for row in rows]
    rows = [{**row, **_lacking(row["seats"], terms.minimum_scores.value)} for row in rows]
    opened = await reads.find(BATCHES, {**of, "open_again": True}, limit=TASKS_MAX)
    open_votes = {"votes": [one.counted() for one in votes]} if ballots_cast(terms) else {}
    lists = {"open_lists": [str(doc["district"]) for doc in opened]}
    return {**panel, **lists, **open_votes, "applications": rows}


def _as_due(tasks: Mapping[str, Document], terms: Panels) -> dict[str, Document]:
    """The tasks, with the time of what is to be scored anew."""
    return {
        expert: {**task, "due": score_anew_until(task, terms)} if task.get("again") else task
        for expert, task in tasks.items()
    }


def _row(
    review: Document,
    panel: Any,
    tasks: Mapping[str, Document],
    scores: Mapping[str, Any],
    employers: Mapping[str, Any],
) -> dict[str, Any]:
    application, of = str(review["application"]), review["uscc"]
    experts = dict.fromkeys([*panel["experts"], *tasks])
    there = {one: {"conflict": EMPLOYED} if employers.get(one) == of else {} for one in experts}
    seats = [_seat(one, {**tasks.get(one, {}), **there[one]}, scores.get(f"{application}.{one}")) for one in experts]
    facts = {name: review[name] for name in ("application", "organization", "organization_name", "district", "version")}
    return {**facts, "seats": seats}


def _lacking(seats: Sequence[Mapping[str, Any]], minimum: int) -> dict[str, Any]:
    """How many scores an application has, and how many seats, that are not left, lack what comes next."""
    taken = [seat for seat in seats if "recused" not in seat and "replaced_by" not in seat]
    scores = sum(1 for seat in seats if _counts(seat))
    missing = {
        "answers": sum(1 for seat in taken if seat["conflict"] == NOT_ANSWERED),
        "conflicts": sum(1 for seat in taken if seat["conflict"] == EMPLOYED and _counts(seat)),
        "assignments": sum(1 for seat in taken if seat["conflict"] == NONE and not seat["assigned"]),
        "scores": sum(1 for seat in taken if seat["assigned"] and not seat["scored"]),
        "again": sum(1 for seat in taken if seat.get("again") and _counts(seat)),
        "overdue": sum(1 for seat in taken if seat["overdue"]),
        "too_few": max(0, minimum - scores),
    }
    return {"scores": scores, "missing": missing}


def _counts(seat: Mapping[str, Any]) -> bool:
    return bool(seat["scored"]) and "voided" not in seat


def _seat(expert: str, task: Document, score: Mapping[str, Any] | None) -> dict[str, Any]:
    """One expert's place; not having been asked or not having answered is said in words and never a null."""
    seat = {
        "expert": expert,
        "conflict": task.get("conflict", NOT_ANSWERED),
        "assigned": task.get("assigned", False),
        "scored": task.get("scored", False),
        "overdue": task.get("overdue", False) and not task.get("scored", False),
    }
    more = {name: task[name] for name in ("due", "recused", "replaced_by", "replaces", "voided") if name in task}
    again = {"again": True} if task.get("again") else {}
    return {**seat, **more, **again, **(score or {})}


async def _scores(reads: Reads, panel: Document) -> dict[str, Any]:
    """By application and expert the score and its z; nothing while the panel scores."""
    if panel["state"] == SCORING:
        return {}
    docs: Sequence[Any] = await reads.find(SCORES, {"panel": str(panel["panel"])}, limit=TASKS_MAX)
    totals: dict[str, list[int]] = defaultdict(list)
    for doc in docs:
        if doc["counts"]:
            totals[doc["expert"]].append(doc["total"])
    return {f"{doc['application']}.{doc['expert']}": _shown(doc, totals[doc["expert"]]) for doc in docs}


def _shown(doc: Any, totals: Sequence[int]) -> dict[str, Any]:
    score = {name: doc[name] for name in ("total", "items", "counts")}
    z = z_score(doc["total"], totals) if doc["counts"] else None
    return score if z is None else {**score, "z": z}


def z_score(total: int, totals: Sequence[int]) -> str | None:
    """How many standard deviations a total lies from its expert's mean, for display only; None without spread."""
    mean = Decimal(sum(totals)) / len(totals)
    squares = sum(((one - mean) * (one - mean) for one in totals), Decimal())
    deviation = (squares / len(totals)).sqrt()
    return str(((total - mean) / deviation).quantize(HUNDREDTH)) if deviation else None
