"""The form over HTTP: a table saved, and the whole read in the words in which it is saved (C4.1)."""

from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from msgspec import to_builtins

from services.application.domain.application import APPLICATION_DECIDER, SaveForm
from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.form import Form, Table
from services.application.domain.paper import VersionUnknown
from services.application.domain.states import ApplicationEvent, NotStarted, form_of, versions_of
from services.application.entrypoints.bodies import TABLES, PartnerBody, SaveBody, table_of
from services.application.entrypoints.files import files_of_table
from services.application.entrypoints.parts import Parts, terms
from services.application.entrypoints.rights import may_read_papers, reads_names
from services.application.usecases.handle import handle
from services.application.usecases.people import PEOPLE, commitments, confided, in_words
from services.application.usecases.streams import application_stream
from shared.contracts.application import ApplicationStarted, FormSaved
from shared.contracts.form import T1, T4
from shared.eventstore.transact import in_turn
from shared.kernel.refusal import Malformed
from shared.vault.vault import Confided
from shared.web.authentication import CurrentActor
from shared.web.command import Arriving
from shared.web.models import IdText, Receipt

VersionAsked = Annotated[int | None, Query(ge=1, le=9999, description="A version that was filed; else as it is now")]


class OneTable(Malformed):
    """A save carries one table."""

    title = "Exactly one of t1, t2, t3 and t4 is saved at a time"
    clause = "C4.1"
    field = "t1"


def forms(parts: Parts) -> APIRouter:
    """Every route of the form."""
    router = APIRouter(tags=["applications"])

    @router.post("/applications/{application}/form", response_model=Receipt)
    async def save(application: IdText, body: SaveBody, arrival: Arriving) -> JSONResponse:
        """Save one table of the form at the revision it was read at."""
        events = await _events(parts, application)
        its = _begun(events)
        people = Confided(parts.vault, its.organization)
        table = await _committed(parts, events, people, _one_table(body))
        files = await files_of_table(parts, its, table, arrival.at)
        command = SaveForm(
            application,
            table,
            body.revision,
            arrival.actor,
            arrival.at,
            await terms(parts, its.round, arrival.at),
            await parts.facts.applicant(its.organization, arrival.at),
            final=await parts.facts.final(application),
        )
        context, keep = replace(arrival.context, round=its.round), in_turn(files.check, people.keep)
        return await arrival.answer(
            lambda key: handle(parts.store, command, context, key, organization=its.organization, keep=keep)
        )

    _reading(router, parts)
    return router


def _reading(router: APIRouter, parts: Parts) -> None:
    @router.get("/applications/{application}/form")
    async def form(application: IdText, actor: CurrentActor, version: VersionAsked = None) -> dict[str, Any]:
        """The four tables and the files in the words that they are saved in."""
        state = APPLICATION_DECIDER.fold(await _events(parts, application))
        if isinstance(state, NotStarted):
            raise ApplicationNotStarted
        its = state.started
        await may_read_papers(actor, parts.reads, application, its.district, its.organization)
        if version is None:
            return await _shown(parts, form_of(state), names=reads_names(actor))
        filed = {one.filed.version: one.form for one in versions_of(state)}
        if version not in filed:
            raise VersionUnknown(f"versions: {', '.join(map(str, filed)) or 'none'}")
        return await _shown(parts, filed[version], names=reads_names(actor))


async def _events(parts: Parts, application: str) -> list[ApplicationEvent]:
    recorded = await parts.store.load(application_stream(application, "").name)
    return [cast("ApplicationEvent", one.event) for one in recorded]


def _one_table(body: SaveBody) -> Table:
    tables = {name: getattr(body, name.lower()) for name in TABLES}
    given = [table_of(one, TABLES[name][1]) for name, one in tables.items() if one is not None]
    if len(given) != 1:
        raise OneTable(f"{len(given)} were sent")
    return given[0]


def _begun(events: list[ApplicationEvent]) -> ApplicationStarted:
    first = events[0] if events else None
    if not isinstance(first, ApplicationStarted):
        raise ApplicationNotStarted
    return first


async def _committed(parts: Parts, events: list[ApplicationEvent], people: Confided, table: Table) -> Table:
    """The table with commitments in the place of names."""
    if not isinstance(table, T1):
        return table
    saved = [one.t1 for one in events if isinstance(one, FormSaved) and one.t1 is not None]
    return await confided(people, parts.vault, saved, table)


async def _shown(parts: Parts, form: Form, *, names: bool) -> dict[str, Any]:
    """A form in the words in which it is saved; without `names` its people are left out."""
    tables = {"t1": form.t1, "t2": form.t2, "t3": form.t3, "t4": form.t4}
    plain: dict[str, Any] = {name: to_builtins(table) for name, table in tables.items() if table is not None}
    if form.t1 is not None:
        told = to_builtins(await in_words(parts.vault, form.t1))
        plain["t1"] = {name: value for name, value in told.items() if names or name not in PEOPLE}
    if form.t4 is not None:
        plain["t4"] = {**plain["t4"], "partners": _partners(form.t4)}
    files = [{name: one for name, one in to_builtins(file).items() if name != "application"} for file in form.attached]
    return {
        **plain,
        "materials": files,
        "revisions": dict(zip(tables, form.revisions, strict=True)),
        "commitments": commitments(form.t1) if form.t1 else {},
    }


def _partners(table: T4) -> list[dict[str, Any]]:
    """By the names that a body gives the members."""
    called = {name: field.alias or name for name, field in PartnerBody.model_fields.items()}
    return [{called[name]: value for name, value in to_builtins(one).items()} for one in table.partners]
