"""Applications as they are looked at: one, its form and timeline, lists, the round at any instant and in sum."""

from collections import Counter
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query
from msgspec import to_builtins

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.form import Form
from services.application.domain.paper import VersionUnknown
from services.application.domain.states import ApplicationEvent, NotStarted, form_of, versions_of
from services.application.entrypoints.lists import Filters, Sort, everything, page_of, seen_by
from services.application.entrypoints.parts import Parts
from services.application.entrypoints.results import explained
from services.application.entrypoints.rights import CITY, may_read_papers
from services.application.usecases.applications import APPLICATIONS, TIMELINES
from services.application.usecases.history import State, state_at
from services.application.usecases.streams import application_stream
from shared.eventstore.documents import Reads
from shared.kernel.instants import last_of
from shared.kernel.refusal import require
from shared.web.authentication import CurrentActor
from shared.web.models import IdText, Token
from shared.web.reads import After, AsOf, AtLeast, Limit

Filtering = Annotated[Filters, Depends()]
Descending = Annotated[bool, Query(description="From the last to the first")]
VersionAsked = Annotated[int | None, Query(ge=1, le=9999, description="A version that was filed; else as it is now")]


def applications(parts: Parts) -> APIRouter:
    """Every route that shows applications."""
    router = APIRouter(tags=["applications"])

    @router.get("/applications/{application}")
    async def one(application: IdText, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """One application as its applicant, the offices and its experts see it."""
        doc = await document(reads, application)
        await may_read_papers(actor, reads, application, doc["district"], doc["organization"])
        return await explained(reads, doc)

    @router.get("/applications/{application}/form")
    async def form(application: IdText, actor: CurrentActor, version: VersionAsked = None) -> dict[str, Any]:
        """The four tables and the files, as they are now or as a version was filed."""
        recorded = await parts.store.load(application_stream(application, "").name)
        state = APPLICATION_DECIDER.fold(cast("ApplicationEvent", one.event) for one in recorded)
        if isinstance(state, NotStarted):
            raise ApplicationNotStarted
        started = state.started
        await may_read_papers(actor, parts.reads, application, started.district, started.organization)
        if version is None:
            return shown(form_of(state))
        filed = {one.filed.version: one.form for one in versions_of(state)}
        if version not in filed:
            raise VersionUnknown(f"versions: {', '.join(map(str, filed)) or 'none'}")
        return shown(filed[version])

    _lists(router)
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
        where = {**filters.where, **seen_by(actor)}
        if sort == "application" and not descending:
            return [dict(doc) for doc in await reads.find(APPLICATIONS, where, after=after, limit=limit)]
        ids = page_of(await everything(reads, where), sort, descending=descending, after=after, limit=limit)
        return [dict(doc) for doc in [await reads.get(APPLICATIONS, one) for one in ids] if doc is not None]

    @router.get("/rounds/{round_id}/applications")
    async def as_of(
        round_id: Token,
        reads: AtLeast,
        actor: CurrentActor,
        as_of: AsOf = None,
        state: State | None = None,
        after: After = "",
        limit: Limit = 100,
    ) -> list[dict[str, Any]]:
        """The state of every application of a round as of a moment, and since when."""
        at = last_of(as_of) if as_of else None
        found: list[dict[str, Any]] = []
        while len(found) < limit:
            page = await reads.find(TIMELINES, {"round": round_id, **seen_by(actor)}, after=after, limit=limit)
            found += [one for one in (_at(dict(doc), at) for doc in page) if one and state in (None, one["state"])]
            if len(page) < limit:
                break
            after = str(page[-1]["application"])
        return found[:limit]

    @router.get("/rounds/{round_id}/overview")
    async def overview(round_id: Token, reads: AtLeast, actor: CurrentActor) -> dict[str, Any]:
        """How many applications of a round are in which state, by district and by category."""
        require(actor, *CITY)
        docs = await everything(reads, {"round": round_id})
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


def shown(form: Form) -> dict[str, Any]:
    """A form as its saved tables, their revisions and its files."""
    tables = {"t1": form.t1, "t2": form.t2, "t3": form.t3, "t4": form.t4}
    files = [{name: one for name, one in to_builtins(file).items() if name != "application"} for file in form.attached]
    return {
        **{name: to_builtins(table) for name, table in tables.items() if table is not None},
        "revisions": dict(zip(tables, form.revisions, strict=True)),
        "materials": files,
    }


def _at(doc: dict[str, Any], at: str | None) -> dict[str, Any] | None:
    state = state_at(doc["entries"], at)
    if state is None:
        return None
    kept = {name: doc[name] for name in ("application", "organization", "organization_name", "district", "round")}
    return {**kept, "state": state[0], "since": state[1]}


def _counted(docs: list[dict[str, Any]], by: str) -> dict[str, Counter[str]]:
    counted: dict[str, Counter[str]] = {}
    for doc in docs:
        counted.setdefault(str(doc[by]), Counter())[doc["state"]] += 1
    return counted
