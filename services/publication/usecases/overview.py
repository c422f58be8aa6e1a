"""Where a round's list stands: its rows, who waits below the cut and at which rank, what is still to be decided."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, assert_never

from services.publication.domain.appeal import (
    REMIT,
    REVERSE,
)
from services.publication.domain.approval import ORGANIZATION_BARRED
from services.publication.domain.free_places import free_places
from services.publication.domain.listing import group_of
from services.publication.domain.proposal import of_other_versions
from services.publication.domain.states import Approved, NotProposed, Proposed
from services.publication.usecases.handle import correction_notices_of, decision_of, notices_of
from services.publication.usecases.ports import Facts
from shared.contracts.application import ApplicationSubmitted
from shared.contracts.publication import LeftOut, NoticePublished
from shared.contracts.rejections import REJECTIONS
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant

WAITS_FOR: Mapping[str | None, str] = {None: "decision", REMIT: "remit", REVERSE: "correction"}
"""What an appeal waits for, by its outcome."""


async def list_overview(store: EventStore, facts: Facts, round_id: str, now: Instant) -> Mapping[str, Any]:
    """The state of a round's decision, as of the log."""
    decision, _ = await decision_of(store, round_id)
    match decision:
        case NotProposed():
            return {"round": round_id, "state": "NOT_PROPOSED"}
        case Proposed():
            hashes = {one.list_hash for one in await notices_of(store, round_id)}
            state = "ON_NOTICE" if hashes & decision.hashes else "DRAFT"
            return {**_common(round_id, state, decision), **await _waiting(facts, round_id, decision, now)}
        case Approved():
            state = "FINAL" if decision.corrected is None else "CORRECTED"
            return {
                **_common(round_id, state, decision),
                "pending_correction": _pending(decision, await correction_notices_of(store, round_id)),
                "open_objections": [one.objection for one in decision.open_objections],
                "open_appeals": await _open_appeals(facts, round_id),
            }
        case _:
            assert_never(decision)


async def with_names(facts: Facts, round_id: str, docs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Decisions on applications with the organization's name, its group, and the rank that its panel gave it."""
    submissions = await facts.submissions(round_id)
    ranks = {row.application: row.rank for ranking in (await facts.rankings(round_id)).values() for row in ranking.rows}
    return [{**_who(submissions.get(str(doc["application"])), ranks), **doc} for doc in docs]


def _who(filed: ApplicationSubmitted | None, ranks: Mapping[str, int]) -> dict[str, Any]:
    if filed is None:
        return {}
    return {
        "organization_name": filed.organization_name,
        "district": filed.district,
        "kind": filed.kind,
        "category": filed.category,
        "rank": ranks.get(filed.application),
    }


def _common(round_id: str, state: str, decision: Proposed | Approved) -> dict[str, Any]:
    rows = [asdict(row) for row in decision.rows]
    return {"round": round_id, "state": state, "list_hash": decision.list_hash, "rows": rows}


def _pending(decision: Approved, notices: Sequence[NoticePublished]) -> dict[str, Any] | None:
    """The correction that waits, whom it adds, and the notice that shows it as it is."""
    if decision.pending is None:
        return None
    last = notices[-1] if notices and notices[-1].list_hash == decision.pending.list_hash else None
    return {
        **asdict(decision.pending),
        "joining": [row.application for row in decision.joining],
        "notice": None if last is None else {"start": last.start, "end": last.end, "working_days": last.working_days},
    }


async def _open_appeals(facts: Facts, round_id: str) -> list[dict[str, Any]]:
    """Appeals that something still has to follow: a decision, a stage done again, or a correction of the list."""
    gone = await facts.withdrawn(round_id) - await facts.taken_back(round_id)
    can_join = await facts.can_join(round_id) - await facts.revoked(round_id)
    found = sorted((await facts.open_appeals(round_id)).items())
    return [
        {"application": one, "outcome": outcome, "waits_for": _next(outcome, can_join=one in can_join)}
        for one, outcome in found
        if outcome in WAITS_FOR and one not in gone
    ]


def _next(outcome: str | None, *, can_join: bool) -> str:
    """A reversal that no correction can carry out waits for the leader to decide anew."""
    return WAITS_FOR[None if outcome == REVERSE and not can_join else outcome]


def _free(decision: Proposed) -> dict[str, int]:
    """By group, how many places became free since the list was proposed and nobody was put in."""
    proposed = Counter(group_of(row) for row in decision.proposal.rows)
    proposed.subtract(group_of(row) for row in decision.rows)
    return {group: free for group, free in sorted(proposed.items()) if free > 0}


async def left_out_told(facts: Facts, round_id: str, left_out: Sequence[LeftOut]) -> list[dict[str, Any]]:
    """Whom a proposal leaves out, by name: suspended or closed, and whether it still is and why."""
    submissions, grounds = await facts.submissions(round_id), await facts.barred_for()
    return [
        {
            **asdict(one),
            "organization_name": submissions[one.application].organization_name,
            "reason": ORGANIZATION_BARRED,
            "reason_zh": REJECTIONS[ORGANIZATION_BARRED][0],
            "ground": grounds.get(one.organization),
        }
        for one in left_out
        if one.application in submissions
    ]


def _barred(grounds: Mapping[str, str], decision: Proposed) -> list[dict[str, Any]]:
    """Who is on the list and may not be approved, with the ground: it is reinstated, or the list is proposed anew."""
    return [
        {
            "application": row.application,
            "organization_name": row.organization_name,
            "ground": grounds[row.organization],
        }
        for row in decision.rows
        if row.organization in grounds
    ]


async def _waiting(facts: Facts, round_id: str, decision: Proposed, now: Instant) -> dict[str, Any]:
    rankings, ties, plan = await facts.rankings(round_id), await facts.ties(round_id), await facts.plan(round_id, now)
    quotas, grounds = () if plan is None else plan.parameters.quotas, await facts.barred_for()
    withdrawn, barred = await facts.withdrawn(round_id), frozenset(grounds)
    waiting = {one.application: one for one in decision.line}
    line = [
        {**asdict(waiting[application]), "group": ranking.group, "rank": rank}
        for ranking in rankings.values()
        for application, rank in decision.ranks_below({row.application for row in ranking.rows}, ties).items()
    ]
    return {
        "free_places": _free(decision),
        "next_in_line": [
            asdict(one) for one in free_places(decision, rankings.values(), quotas, ties, withdrawn, barred)
        ],
        "left_out": await left_out_told(facts, round_id, decision.proposal.left_out),
        "barred": _barred(grounds, decision),
        "line": sorted(line, key=lambda one: (one["group"], one["rank"])),
        "open_objections": [one.objection for one in decision.open_objections],
        "open_lists": sorted(await facts.open_lists(round_id)),
        "superseded": frozenset(rankings) != frozenset(decision.proposal.rankings)
        or bool(of_other_versions(rankings.values(), await facts.versions(round_id))),
    }
