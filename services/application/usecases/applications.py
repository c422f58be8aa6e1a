"""Each application as it is shown: its document, the same in short, and its history."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from services.application.domain.choice import group_of
from services.application.usecases.barring import BARRED, barred_by, barring
from services.application.usecases.corrections import corrected
from services.application.usecases.history import DRAFT, OF_AN_OBJECTION, Told, entry, in_time, state_at, told
from services.application.usecases.notices import noticed, public
from services.application.usecases.profiles import SAID_AGAIN
from shared.auditlog.canonical import JSON
from shared.contracts.application import (
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    AttachmentAdded,
    AttachmentRemoved,
    EligibilityEvaluated,
    FormSaved,
    PaperReceived,
    PdfExported,
    WaiverRequested,
)
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import AgreementSigned, ObjectionFiled
from shared.eventstore.documents import Documents

APPLICATIONS = "applications"
SUMMARIES = "summaries"
"""Each application in short: what lists are filtered, sorted and counted by."""
TIMELINES = "timelines"
OBJECTIONS = "objections"
"""Which application each objection concerns."""
IN_SHORT: Final = (
    "application",
    "organization",
    "organization_name",
    "uscc",
    "district",
    "round",
    "kind",
    "category",
    "group",
    "state",
    "since",
    "public_state",
    "public_since",
    "version",
    "received_at",
    "overall",
    "paper_matches",
    "due",
    BARRED,
)
STANDS: Final = ("state", "since", "public_state", "public_since", BARRED)
SIGNED_ON = "agreement_signed_on"
KEPT: Final = (*STANDS, SIGNED_ON)
"""What an application that is begun anew keeps of its document; a signature may be heard of before its beginning."""
Members: TypeAlias = dict[str, Any]


async def applications(documents: Documents, recorded: Recorded) -> None:
    """Move the documents of the applications that an event, own or foreign, is about."""
    its = whose(recorded.event) if isinstance(recorded.event, ApplicationStarted | ApplicationSubmitted) else {}
    for one in (*told(recorded.event), *await _of_an_objection(documents, recorded.event)):
        await _tell(documents, one.application, entry(recorded, one), its)
    for application_id, notice in await noticed(documents, recorded):
        await _tell(documents, application_id, notice, {})
    for application_id, more in (*await corrected(documents, recorded), *await barring(documents, recorded)):
        await _tell(documents, application_id, more, {})
    if changed := CHANGES.get(type(recorded.event)):
        named = str(getattr(recorded.event, "application", ""))
        present: Members = dict(await documents.get(APPLICATIONS, named) or {})
        if isinstance(recorded.event, ApplicationStarted):
            await documents.put(APPLICATIONS, named, {name: present[name] for name in KEPT if name in present})
        await _change(documents, named, changed(recorded.event, recorded.data(), present))


async def _tell(documents: Documents, application_id: str, new: Mapping[str, JSON], its: Members) -> None:
    """One more entry of an application's history, and where it stands by all of them: in truth, and in public."""
    timeline: Members = dict(await documents.get(TIMELINES, application_id) or {"entries": []})
    entries = in_time([*timeline["entries"], new])
    await documents.put(TIMELINES, application_id, {**timeline, **its, "entries": entries})
    state, since = state_at(entries) or (DRAFT, new["at"])
    public_state, public_since = state_at(public(entries)) or (DRAFT, new["at"])
    stands = (state, since, public_state, public_since, barred_by(entries))
    await _change(documents, application_id, dict(zip(STANDS, stands, strict=True)))


async def _of_an_objection(documents: Documents, event: Event) -> list[Told]:
    """The application that an objection concerns, which its dismissal does not name."""
    if isinstance(event, ObjectionFiled):
        await documents.put(OBJECTIONS, event.objection, {"application": event.application})
    if isinstance(event, OF_AN_OBJECTION) and (filed := await documents.get(OBJECTIONS, event.objection)) is not None:
        return [Told(str(filed["application"]))]
    return []


def whose(started: ApplicationStarted | ApplicationSubmitted) -> dict[str, JSON]:
    """Whose application it is, and where."""
    return {
        "application": started.application,
        "organization": started.organization,
        "organization_name": started.organization_name,
        "district": started.district,
        "round": started.round,
    }


async def _change(documents: Documents, application_id: str, members: Members) -> None:
    present = await documents.get(APPLICATIONS, application_id) or {}
    doc = {**present, "application": application_id, **members}
    await documents.put(APPLICATIONS, application_id, doc)
    if "organization" in doc:
        await documents.put(SUMMARIES, application_id, {name: doc[name] for name in IN_SHORT if name in doc})


def _started(event: Any, data: Members, _: Members) -> Members:
    return {**data, **_as(event.kind, event.category), "materials": [], "version": 0}


def _filed(event: Any, data: Members, _: Members) -> Members:
    named = [event.category] if event.category else []
    return {**data, **_as(event.kind, named), "items": [], "due": "", "paper_matches": False}


def _saved(event: Any, _: Members, __: Members) -> Members:
    named = _as(event.t1.kind, event.t1.category) if event.t1 else {}
    stated = {"stated": {name: getattr(event.t1, name) for name in SAID_AGAIN}} if event.t1 else {}
    return {f"revision_{event.table.lower()}": event.revision, **named, **stated}


def _of(*names: str) -> "Change":
    return lambda _, data, __: {name: data[name] for name in names}


def _paper(event: Any, _: Members, __: Members) -> Members:
    return {"paper_matches": True} if event.matches else {}


def _exported(event: Any, _: Members, __: Members) -> Members:
    return {"pdf_sha256": event.pdf_sha256, "pdf_version": event.version}


def _signed(event: Any, _: Members, __: Members) -> Members:
    return {SIGNED_ON: event.signed_on}


def _attached(_: Any, data: Members, present: Members) -> Members:
    file = {name: member for name, member in data.items() if name != "application"}
    return {"materials": [*present.get("materials", []), file]}


def _detached(event: Any, _: Members, present: Members) -> Members:
    this = (event.material, event.sha256)
    return {"materials": [one for one in present.get("materials", []) if (one["material"], one["sha256"]) != this]}


def _asked(_: Any, data: Members, present: Members) -> Members:
    asked = {name: data[name] for name in ("rules", "ground", "evidence")}
    return {"waivers_asked": [*present.get("waivers_asked", []), asked]}


Change: TypeAlias = Callable[[Any, Members, Members], Members]
"""From the event, its members as JSON and the document to what changes of the document."""
CHANGES: Final[Mapping[type[Event], Change]] = {
    ApplicationStarted: _started,
    ApplicationSubmitted: _filed,
    ApplicationResubmitted: _filed,
    FormSaved: _saved,
    EligibilityEvaluated: _of("overall", "results"),
    ApplicationReturned: _of("items", "due"),
    PaperReceived: _paper,
    PdfExported: _exported,
    AgreementSigned: _signed,
    AttachmentAdded: _attached,
    AttachmentRemoved: _detached,
    WaiverRequested: _asked,
}


def _as(kind: str, category: Iterable[str]) -> Members:
    """What it applies as: as it began, and from the first saved T1 on as that says."""
    named = list(category)
    return {"kind": kind, "category": named, "group": group_of(kind, named)}
