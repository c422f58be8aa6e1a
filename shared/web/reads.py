"""Reads: a caller may ask for a state that holds at least what it just did."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Protocol, TypeAlias, TypeVar

from fastapi import Depends, Query, Request

from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore, LogMoved
from shared.kernel.instants import Instant, instant, local_date, local_text
from shared.kernel.refusal import Malformed
from shared.web.failures import NotReachedYet
from shared.web.models import AsOfText

AnswerT = TypeVar("AnswerT")
Where: TypeAlias = dict[str, str | int | bool]
"""Members that documents have, as the read models are asked."""
WAIT_SECONDS_MAX = 5.0
ATTEMPTS_MAX = 50
PAGE_MAX = 500
READ_AT_ONCE = 1000
POSITION_MAX = 2**53 - 1


class Reaching(Protocol):
    """Waits for the read models."""

    position: int

    async def reached(self, position: int, timeout_seconds: float) -> bool:
        """Whether they are at least there within the time."""
        ...


class PositionNotInLog(Malformed):
    """A read asks for a position that nothing was stored at."""

    title = "There is no such position in this service's log"
    field = "at_least"


async def at_least(
    request: Request,
    at_least: Annotated[int, Query(ge=0, le=POSITION_MAX, description="A receipt's position to wait for")] = 0,
) -> Reads:
    """The read models, once they hold position `at_least`; waits up to five seconds.

    A position beyond the log's end was on no receipt: it is refused, so that nobody makes requests wait.
    """
    web = request.app.state.web
    if at_least > web.projector.position:
        head = await web.store.head()
        if at_least > head.position:
            raise PositionNotInLog(f"the log ends at position {head.position}")
        if not await web.projector.reached(at_least, WAIT_SECONDS_MAX):
            raise NotReachedYet(f"position {at_least} was asked for, {web.projector.position} is there")
    reads: Reads = web.reads
    return reads


async def everything(reads: Reads, view: str, key: str, where: Where | None = None) -> list[dict[str, Any]]:
    """Every document of a view that has these members, page by page; `key` is the member that it is kept under."""
    found, after = list[dict[str, Any]](), ""
    while page := await reads.find(view, where or {}, after=after, limit=READ_AT_ONCE):
        found.extend(dict(doc) for doc in page)
        after = str(page[-1][key])
    return found


async def all_that_is_stored(store: EventStore, projector: Reaching) -> int:
    """The log's position, once the read models hold it; raises `NotReachedYet` when they stay behind."""
    head = await store.head()
    if not await projector.reached(head.position, WAIT_SECONDS_MAX):
        raise NotReachedYet(f"the decision needs everything up to position {head.position}")
    return head.position


async def on_everything(store: EventStore, projector: Reaching, work: Callable[[int], Awaitable[AnswerT]]) -> AnswerT:
    """Do `work` on read models that hold all that is stored, and again when the log moved on before it was written.

    `work` is given the log's position, which its append guards. Raises `NotReachedYet` when the read models stay
    behind, and `LogMoved` when others were first every time.
    """
    for attempt in range(1, ATTEMPTS_MAX + 1):
        position = await all_that_is_stored(store, projector)
        try:
            return await work(position)
        except LogMoved:
            if attempt == ATTEMPTS_MAX:
                raise
    raise AssertionError("the last attempt returned or raised")


AtLeast = Annotated[Reads, Depends(at_least)]
After = Annotated[str, Query(max_length=100, pattern=r"^[0-9A-Za-z._-]*$", description="Key of the last one seen")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]


class AsOfTheFuture(Malformed):
    """Nobody knows what will have happened by then."""

    title = "The day or the instant lies in the future"
    field = "as_of"


async def received_at(request: Request) -> Instant:
    """When the server accepted the request."""
    at: Instant = request.state.received_at
    return at


ReceivedAt = Annotated[Instant, Depends(received_at)]
"""The instant as of which a read answers what changes by the calendar alone."""


async def past_or_present(
    now: ReceivedAt,
    as_of: Annotated[
        AsOfText | None,
        Query(description="A day up to today such as 2018-06-01, to its end in Shanghai, or an instant with an offset"),
    ] = None,
) -> str | None:
    """The moment that a read is asked about, which is not in the future: today counts as far as it has come."""
    if as_of is not None and (instant(as_of) > now if "T" in as_of else as_of > local_date(now)):
        detail_zh = f"现在是{local_text(now)}（上海时间），只能查询今天或以前"
        raise AsOfTheFuture(f"it is {local_text(now)} in Shanghai now", detail_zh=detail_zh)
    return as_of


AsOf = Annotated[str | None, Depends(past_or_present)]
