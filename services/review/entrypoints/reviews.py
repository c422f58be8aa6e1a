"""What districts, the city and applicants read of reviews (C5.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query

from services.review.domain.district_states import ReviewNotOpened
from services.review.domain.returns import time_for
from services.review.domain.waivers import grounds_to_judge, waivable_of
from services.review.entrypoints.parts import Parts
from services.review.entrypoints.rights import district_seen_by, may_read_review
from services.review.entrypoints.stories import told
from services.review.usecases.barring import barred_for
from services.review.usecases.ports import Facts
from services.review.usecases.project import EVALUATIONS, WAIVER_REQUESTS
from services.review.usecases.reviews import REVIEWS, STORIES
from shared.contracts.application import EligibilityEvaluated, RoundPlanned, RuleResult
from shared.contracts.policy import days_of
from shared.contracts.round import RoundParameters
from shared.contracts.rule_messages import message_en, message_zh
from shared.contracts.rule_values import Naming
from shared.eventstore.documents import Document, Reads
from shared.kernel.instants import Instant, days_left, end_of_day_after
from shared.web.authentication import CurrentActor
from shared.web.models import DistrictText, IdText, Token
from shared.web.query import page
from shared.web.reads import After, AtLeast, Limit, ReceivedAt

REVIEWS_MAX = 10_000
State = Literal[
    "OPEN",
    "RETURNED",
    "RECOMMENDED",
    "DECLINED",
    "RECONSIDERATION_REQUESTED",
    "UPHELD",
    "ESCALATED",
    "ADMITTED",
    "DISMISSED",
    "CLOSED",
    "ALL",
]
Sort = Literal["application", "organization_name", "order", "days_left"]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reviews, in which order, and which page of them."""

    state: Annotated[State, Query(description="Or ALL; OPEN where none is named")] = "OPEN"
    round_id: Token | None = None
    district: DistrictText | None = None
    group: Token | None = None
    sort: Annotated[Sort, Query(description="What the reviews are sorted by")] = "application"
    after: After = ""
    limit: Limit = 100

    def where(self, district: str | None) -> dict[str, str | int | bool]:
        """The members that the reviews have."""
        state = None if self.state == "ALL" else self.state
        of = {"state": state, "round": self.round_id, "district": district, "group": self.group}
        return {member: value for member, value in of.items() if value is not None}


Asking = Annotated[Asked, Depends()]


def router(parts: Parts) -> APIRouter:
    """The reviews of a district or of the city, and one review in full."""
    routes, facts = APIRouter(tags=["district reviews"]), parts.facts

    @routes.get("/reviews")
    async def many(reads: AtLeast, actor: CurrentActor, now: ReceivedAt, asked: Asking) -> list[dict[str, Any]]:
        """The district reviews in one state, or all, with the days that are left."""
        own = district_seen_by(actor, asked.district)
        if asked.district not in (None, own):
            return []
        where = asked.where(own)
        if asked.sort == "application":
            docs = await reads.find(REVIEWS, where, after=asked.after, limit=asked.limit)
            return await _shown(facts, docs, reads, now)
        docs = await reads.find(REVIEWS, where, limit=REVIEWS_MAX)
        return page(await _shown(facts, docs, reads, now), asked.sort, asked.after, asked.limit)

    @routes.get("/reviews/{application}")
    async def one(reads: AtLeast, actor: CurrentActor, now: ReceivedAt, application: IdText) -> dict[str, Any]:
        """One review in full: as it stands, its rules, and all that happened."""
        doc = await reads.get(REVIEWS, application)
        if doc is None:
            raise ReviewNotOpened
        may_read_review(actor, str(doc["district"]), str(doc["organization"]))
        (review,) = await _shown(facts, [doc], reads, now)
        plan = await facts.plan(str(doc["round"]), now)
        evaluation = await facts.evaluation(application, int(str(doc["version"])))
        full = await _in_full(reads, application, str(doc["version"]), _naming(plan))
        return {**review, "to_judge": _to_judge(doc, plan, evaluation), **full}

    return routes


async def _in_full(reads: Reads, application: str, version: str, naming: Naming) -> dict[str, Any]:
    evaluation: Mapping[str, Any] = await reads.get(EVALUATIONS, f"{application}.{version}") or {}
    of: dict[str, str | int | bool] = {"application": application}
    return {
        "results": [_in_words(result, naming) for result in evaluation.get("results", [])],
        "waiver_requests": list(await reads.find(WAIVER_REQUESTS, of)),
        "story": [told(one) for one in await reads.find(STORIES, of)],
    }


def _to_judge(doc: Document, plan: RoundPlanned | None, evaluation: EligibilityEvaluated | None) -> list[str]:
    """What a person judges of the version: rules, and a ground of waivers that its evaluation leaves to one."""
    rules: Any = doc["to_judge"]
    grounds = () if plan is None else grounds_to_judge(waivable_of(plan.parameters, evaluation))
    return [*rules, *sorted(grounds)]


def _naming(plan: RoundPlanned | None) -> Naming:
    if plan is None:
        return Naming()
    categories, materials = plan.parameters.categories, plan.parameters.materials
    return Naming(
        {category.code: category.name_zh for category in categories}, {one.number: one.name_zh for one in materials}
    )


def _in_words(result: Mapping[str, Any], naming: Naming) -> dict[str, Any]:
    """What a rule said, and the same in a sentence of Chinese and of English."""
    said = msgspec.convert(result, RuleResult)
    return {**result, "message_zh": message_zh(said, naming=naming), "message_en": message_en(said, naming=naming)}


async def _shown(facts: Facts, docs: Sequence[Document], reads: Reads, now: Instant) -> list[dict[str, Any]]:
    """The reviews with the end of whose turn it is and the days left until then, where time runs.

    Whose organization may not act now is marked with the ground, as `barred`.
    """
    barred = await barred_for(reads)
    rounds = {str(doc["round"]) for doc in docs}
    plans = {round_id: await facts.plan(round_id, now) for round_id in rounds}
    return [
        {
            **_with_days_left(doc, _ends(doc, plans[str(doc["round"])]), now),
            "barred": barred.get(str(doc["organization"]), ""),
        }
        for doc in docs
    ]


def _with_days_left(doc: Document, end: Instant | None, now: Instant) -> dict[str, Any]:
    if end is None:
        return dict(doc)
    return {**doc, "ends_at": end, "days_left": days_left(end, now)}


def _answered_by(parameters: RoundParameters, since: Instant) -> Instant | None:
    """Until when there is time to turn against a decision, or to answer that; None where the round gives none."""
    days = days_of(parameters.corrections.reconsider_days)
    return None if days is None else end_of_day_after(since, days)


def _ends(doc: Document, plan: RoundPlanned | None) -> Instant | None:
    match doc["state"]:
        case "OPEN" if plan is not None and not doc.get("reopened"):
            returns: Any = doc.get("returns", ())
            arrived = Instant(str(doc.get("arrived", plan.parameters.calendar.opens_at.value)))
            until: Any = doc.get("remitted_until")
            return time_for(plan.parameters, arrived, [(one["at"], one["due"]) for one in returns], until)
        case "RETURNED":
            return Instant(str(doc["due"]))
        case "RECONSIDERATION_REQUESTED" if plan is not None:
            return _answered_by(plan.parameters, Instant(str(doc["requested_at"])))
        case "DECLINED" | "UPHELD" if plan is not None:
            return _answered_by(plan.parameters, Instant(str(doc["decided_at"])))
        case _:
            return None
