"""An auditor's reads: each is in the service's log before it is answered, or it is not answered."""

from fastapi import Request

from shared.contracts.access import RecordRead
from shared.contracts.category import Stream
from shared.contracts.topics import ACCESS
from shared.eventstore.connections import DISCONNECTED
from shared.eventstore.port import Append, Context, EventStore, OutcomeUnknown, StoreBusy, Write
from shared.kernel.actor import Actor, Role
from shared.web.failures import ReadNotRecorded

READING = frozenset({"GET", "HEAD"})


async def observe(request: Request, actor: Actor) -> None:
    """Record that the discipline auditor reads this, once a request; raise `ReadNotRecorded` when that fails."""
    if actor.role is not Role.DISCIPLINE_AUDITOR or request.method not in READING:
        return
    if getattr(request.state, "observed", False):
        return
    store: EventStore = request.app.state.web.store
    stream = Stream(ACCESS[store.service], actor.id, actor.id)
    command_id: str = request.state.command_id
    context = Context(command_id, actor, request.state.received_at, correlation_id=command_id)
    try:
        await store.append(Append((Write(stream, None, (_read(request),)),), context))
    except (StoreBusy, OutcomeUnknown, *DISCONNECTED) as error:
        raise ReadNotRecorded from error
    request.state.observed = True


def _read(request: Request) -> RecordRead:
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query: bytes = request.scope["query_string"]
    return RecordRead(path=_told(path.partition(b"?")[0]), query=_told(query))


def _told(sent: bytes) -> str:
    """What was sent, percent-encoded as it was; what is not ASCII all the same is written out."""
    return sent.decode("ascii", "backslashreplace")
