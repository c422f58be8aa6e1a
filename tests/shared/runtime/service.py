"""A service of one route, run as a process of its own: `python -m tests.shared.runtime.service`."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.contracts.access import AccessRefused
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import ACCESS
from shared.eventstore.documents import Documents
from shared.eventstore.projection import Projection
from shared.eventstore.transact import Target, transact
from shared.kernel.decider import Decider
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import ServiceSettings, read
from shared.web.command import ArrivingFromAnybody
from shared.web.models import Body, Receipt, ShortText
from shared.web.reads import AtLeast

POISON = "a projection cannot bear this"
SLOW_SECONDS = 1.0


class WordBody(Body):
    """What was said."""

    text: ShortText


def said(_state: int, text: str) -> list[AccessRefused]:
    """Everything is accepted."""
    return [AccessRefused(command="Say", stream="words", reason=text)]


WORDS: Decider[int, str, AccessRefused] = Decider(0, said, lambda state, _event: state + 1)


async def project(documents: Documents, recorded: Recorded) -> None:
    """Count the words; refuse the poison."""
    if isinstance(recorded.event, AccessRefused):
        if recorded.event.reason == POISON:
            raise ValueError(POISON)
        await documents.put("words", recorded.envelope.stream, {"text": recorded.event.reason})


def routers(runtime: Runtime) -> Sequence[APIRouter]:
    """Say and count."""
    router = APIRouter()

    @router.post("/words", response_model=Receipt)
    async def say(body: WordBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        word = arrival.context.command_id
        target = Target(WORDS, Stream(ACCESS["review"], word, word))
        return await arrival.answer(lambda key: transact(runtime.store, target, body.text, arrival.context, key))

    @router.post("/words/slowly", response_model=Receipt)
    async def slowly(body: WordBody, arrival: ArrivingFromAnybody) -> JSONResponse:
        await asyncio.sleep(SLOW_SECONDS)
        return await say(body, arrival)

    @router.get("/words")
    async def count(reads: AtLeast) -> int:
        return len(await reads.find("words"))

    return [router]


SERVICE = Service("review", "Words", routers, [Projection("words", frozenset({"words"}), project)])

if __name__ == "__main__":
    run(SERVICE, read(ServiceSettings))
