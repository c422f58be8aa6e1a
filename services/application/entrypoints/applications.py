"""Applications as they are looked at: one, lists of them, the round at any instant and in sum."""

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from services.application.domain.editing import ApplicationNotStarted
from services.application.entrypoints.lists import Filters, Sort, as_seen, history_seen, narrowed, page_of, seen_by
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.results import explained, hinted
from services.application.entrypoints.rights import CITY, may_read_papers
from services.application.usecases.applications import APPLICATIONS, SUMMARIES, TIMELINES
from services.application.usecases.history import State, state_at
from shared.eventstore.documents import Reads
from shared.kernel.actor import Actor
from shared.kernel.instants import last_of
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.models import IdText, Token
from shared.web.reads import After, AsOf, AtLeast, Limit, everything

Filtering = Annotated[Filters, Depends()]
Descending = Annotated[bool, Query(description="From the last to the first")]


def applications(parts: Parts) -> APIRouter:
    """Every route that shows applications."""
    router = APIRouter(tags=["applications"])

    @router.get("/applications/{application}")
    async def one(application: IdText, reads: AtLeast, actor: CurrentActor, request: Request) -> dict[str, Any]:
        """One application as its applicant, the offices and its experts see it."""
        doc = await document(reads, application)
        await may_read_papers(actor, parts.reads, application, doc["district"], doc["organization"])
        return await hinted(reads, await explained(reads, as_seen(doc, actor)), request.state.received_at)

    _lists(router)
    _of_a_round(router)
    return router


def _lists(router: APIRouter) -> None:
    @router.get("/applications")
    async def many(
        reads: AtLeast,
        actor: CurrentActor,
        filters: Filtering,
        sort: Sort = "application",
        descending: Descending = False,  # noqa: FBT002 - a query parameter
        after: After = "",
        limit: Limit = 100,
    ) -> list[dict[str, Any]]:
        """The applications that the actor may see, filtered, in an order, a page at a time."""
        where = narrowed(filters, actor)
        if where is None:
            return []
        if sort == "application" and not descending:
            return [as_seen(doc, actor) for doc in await reads.find(APPLICATIONS, where, after=after, limit=limit)]
        docs = [as_seen(doc, actor) for doc in await everything(reads, SUMMARIES, "application", where)]
        ids = page_of(docs, sort, descending=descending, after=after, limit=limit)
        return [as_seen(doc, actor) for doc in [await reads.get(APPLICATIONS, one) for one in ids] if doc is not None]


def _of_a_round(router: APIRouter) -> None:
    @router.get("/rounds/{round_id}/applications")
    async def as_of(
        round_id: Token,
        reads: AtLeast,
        actor: CurrentActor,
        as_of: AsOf,
        state: State | None = None,
        after: After = "",
        limit: Limit = 100,
    ) -> list[dict[str, Any]]:
        """The state of every application of a round as of a moment, and since when."""
        at = last_of(as_of) if as_of else None
        found: list[dict[str, Any]] = []
        while len(found) < limit:
            page = await reads.find(TIMELINES, {"round": round_id, **seen_by(actor)}, after=after, limit=limit)
            found += [
                one for one in (_at(dict(doc), actor, at) for doc in page) if one and state in (None, one["state"])
            ]
            if len(page) < limit:
                break
            after = str(page[-1]["application"])
        return found[:limit]

    @router.get("/rounds/{round_id}/overview")
    async def overview(round_id: Token, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """How many applications of a round are in which state, by district and by category."""
        require(actor, *CITY)
        docs = await everything(reads, SUMMARIES, "application", {"round": round_id})
        return {
            "round": round_id,
            "applications": len(docs),
            "states": Counter(doc["state"] for doc in docs),
            "districts": _counted(docs, "district"),
            "categories": _counted(docs, "group"),
        }


async def document(reads: Reads, application: str) -> dict[str, Any]:
    """An application's document; raise `ApplicationNotStarted`."""
    doc = await reads.get(APPLICATIONS, application)
    if doc is None or "organization" not in doc:
        raise ApplicationNotStarted
    return dict(doc)


def _at(doc: dict[str, Any], actor: Actor, at: str | None) -> dict[str, Any] | None:
    state = state_at(history_seen(doc["entries"], actor, at))
    if state is None:
        return None
    kept = {name: doc[name] for name in ("application", "organization", "organization_name", "district", "round")}
    return {**kept, "state": state[0], "since": state[1]}


def _counted(docs: list[dict[str, Any]], by: str) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for doc in docs:
        counted.setdefault(str(doc[by]), Counter())[doc["state"]] += 1
    return counted
