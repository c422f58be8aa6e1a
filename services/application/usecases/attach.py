"""Taking files in for the materials (C4): who may, by the round's limits, and from the bytes to the event."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import cast

from services.application.domain.application import APPLICATION_DECIDER
from services.application.domain.attachments import AddAttachment, FileNotAttached, may_attach
from services.application.domain.editing import ApplicationNotStarted
from services.application.domain.naming import named_by
from services.application.domain.round_states import RoundNotPlanned
from services.application.domain.states import Application, ApplicationEvent, NotStarted
from services.application.usecases.ports import Facts
from services.application.usecases.streams import application_stream
from shared.contracts.application import ApplicationStarted, AttachmentAdded
from shared.contracts.event import Event
from shared.eventstore.port import Context, EventStore
from shared.eventstore.transact import leave_trace
from shared.files.deposits import Deposit
from shared.files.depot import Depot
from shared.files.intake import TakenIn, Wanted
from shared.files.refusals import FileEmpty, FileInfected, FileTooLarge, TypeNotTaken
from shared.files.uploads import About, Upload
from shared.kernel.refusal import NotPermitted

MATERIAL = "material"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where files are taken in: the log, the facts and the depot."""

    store: EventStore
    facts: Facts
    depot: Depot


@dataclass(frozen=True, slots=True)
class Sending:
    """A file that somebody wants to attach, as it was announced."""

    application: str
    material: int
    name: str
    media_type: str
    sha256: str | None
    size: int | None

    @property
    def about(self) -> About:
        """The announcement of a resumable upload, which says hash and size."""
        assert self.sha256 is not None, "announced"
        assert self.size is not None, "announced"
        purpose = {MATERIAL: str(self.material)}
        return About(self.application, self.name, self.media_type, self.size, self.sha256, purpose)


@dataclass(frozen=True, slots=True)
class Sought:
    """A file that may be attached: what it has to be, and the command that it will become."""

    started: ApplicationStarted
    state: Application
    command: AddAttachment
    wanted: Wanted

    def made(self, taken: TakenIn) -> AddAttachment:
        """The command, now that the file is known."""
        return replace(self.command, sha256=taken.sha256, size=taken.size, media_type=taken.media_type, scan=taken.scan)

    def accept(self, taken: TakenIn) -> None:
        """Raise what refuses to attach it, before it is kept."""
        APPLICATION_DECIDER.decide(self.state, self.made(taken))


def sending_of(upload: Upload) -> Sending:
    """What an upload under way is for."""
    about = upload.about
    return Sending(about.owner, int(about.purpose[MATERIAL]), about.name, about.media_type, about.sha256, about.size)


async def seek(desk: Desk, sending: Sending, context: Context) -> Sought:
    """What a file has to be; raise, before a byte of it is read, what would refuse any or what was announced."""
    started, state = await state_of(desk.store, sending.application)
    terms = await desk.facts.terms(started.round, context.at)
    if terms is None:
        raise RoundNotPlanned
    command = AddAttachment(
        application=sending.application,
        material=sending.material,
        sha256=sending.sha256 or "",
        size=sending.size or 0,
        media_type=sending.media_type,
        name=sending.name,
        scan="",
        terms=terms,
        by=context.actor,
        at=context.at,
        applicant=await desk.facts.applicant(started.organization, context.at),
        final=await desk.facts.final(sending.application),
    )
    async with _traced(desk.store, started, command, context):
        rule = may_attach(state, command)
    wanted = Wanted(sending.media_type, rule.media_types, rule.size_max, sending.name, sending.sha256, sending.size)
    return Sought(started, state, command, wanted)


async def take(desk: Desk, sought: Sought, content: AsyncIterator[bytes], context: Context) -> AddAttachment:
    """Take the whole file in; the command that attaches it."""
    async with _traced(desk.store, sought.started, sought.command, context):
        return sought.made(await desk.depot.intake.take(content, sought.wanted, sought.accept))


async def begin(desk: Desk, sought: Sought, sending: Sending, context: Context) -> Upload:
    """Begin a resumable upload, or go on with the same one."""
    async with _traced(desk.store, sought.started, sought.command, context):
        return await desk.depot.uploads.begin(sending.about, sought.wanted)


async def finish(desk: Desk, sought: Sought, upload: Upload, context: Context) -> AddAttachment:
    """Take in what an upload brought; the command that attaches it."""
    async with _traced(desk.store, sought.started, sought.command, context):
        return sought.made(await desk.depot.uploads.finish(upload, sought.wanted, sought.accept))


async def held(desk: Desk, application: str, sha256: str) -> tuple[ApplicationStarted, AttachmentAdded | Deposit]:
    """A file that goes, or once went, with an application, or that it names; raise `FileNotAttached`."""
    events = [one.event for one in await desk.store.load(application_stream(application, "").name)]
    started, _ = _folded(events)
    for one in events:
        if isinstance(one, AttachmentAdded) and one.sha256 == sha256:
            return started, one
    if any(sha256 in named_by(one) for one in events):
        deposit = await desk.depot.deposits.held(sha256, started.organization)
        if deposit is not None:
            return started, deposit
    raise FileNotAttached(sha256)


async def state_of(store: EventStore, application: str) -> tuple[ApplicationStarted, Application]:
    """Whose it is, by its first version once that is filed, and where it is; raise `ApplicationNotStarted`."""
    return _folded([one.event for one in await store.load(application_stream(application, "").name)])


def _folded(events: Sequence[Event]) -> tuple[ApplicationStarted, Application]:
    state = APPLICATION_DECIDER.fold(cast("Sequence[ApplicationEvent]", events))
    if isinstance(state, NotStarted):
        raise ApplicationNotStarted
    return state.started, state


@asynccontextmanager
async def _traced(
    store: EventStore, started: ApplicationStarted, command: AddAttachment, context: Context
) -> AsyncIterator[None]:
    """Say of which material a file is refused; who may not, or what is infected, leaves its trace in the log."""
    try:
        yield
    except (NotPermitted, FileInfected) as refusal:
        stream = application_stream(started.application, started.organization)
        await leave_trace(store, stream, command, context, refusal)
        raise
    except (FileTooLarge, FileEmpty, TypeNotTaken) as refusal:
        detail = f"material {command.material}: {refusal.detail}"
        raise type(refusal)(detail, field=refusal.field, clause=f"C4.{command.material}") from None
