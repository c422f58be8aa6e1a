"""A house of the drill, run as a process of its own: it notes words, tells them, and echoes those it hears.

`python -m tests.faults.house SERVICE`, with the settings of that service. Everything but the decision is the
real thing: door, store, projector, relay, inbox and their wiring.
"""

import sys
from collections.abc import Sequence
from hashlib import sha256

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.contracts.access import AccessRefused
from shared.contracts.category import Category, Stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import AGREEMENT, APPLICATION, DISTRICT, OBLIGATION, ORGANIZATION
from shared.eventstore.documents import Documents
from shared.eventstore.port import Append
from shared.eventstore.projection import Projection
from shared.eventstore.transact import Target, transact
from shared.kernel.decider import Decider
from shared.messaging.delivery import Load
from shared.messaging.reaction import react_with
from shared.runtime.process import run
from shared.runtime.service import Runtime, Service
from shared.runtime.settings import ServiceSettings, read
from shared.web.command import ArrivingFromAnybody
from shared.web.models import Body, Receipt, ShortText
from tests.faults.planted import PLANTED_VARIABLE, plant

CATEGORIES: dict[str, Category] = {
    category.service: category for category in (ORGANIZATION, APPLICATION, DISTRICT, AGREEMENT, OBLIGATION)
}
"""Where each house keeps its words; all but reporting's are heard by another."""
VIEW = "words"


class WordBody(Body):
    """What is said, and about what."""

    stream: ShortText
    text: ShortText


def _said(_state: int, text: str) -> list[AccessRefused]:
    return [AccessRefused(command="Say", stream="words", reason=text)]


WORDS: Decider[int, str, AccessRefused] = Decider(0, _said, lambda state, _event: state + 1)


def stream_of(service: str, name: str) -> Stream:
    """The stream of `name` in a house."""
    return Stream(CATEGORIES[service], name, name)


async def project(documents: Documents, recorded: Recorded) -> None:
    """Count a stream's events and chain their ids: a repetition, a loss and another order all show."""
    stream = recorded.envelope.stream
    known = await documents.get(VIEW, stream) or {"count": 0, "digest": ""}
    count, digest = known["count"], known["digest"]
    assert isinstance(count, int), "we wrote it"
    chained = sha256(f"{digest}{recorded.envelope.id}".encode()).hexdigest()
    await documents.put(VIEW, stream, {"count": count + 1, "digest": chained})


def house(service: str) -> Service:
    """The service of this process."""

    async def react(load: Load, _documents: Documents, recorded: Recorded) -> Sequence[Append]:
        name = recorded.envelope.stream.partition("-")[2]
        target = Target(WORDS, stream_of(service, name))
        return await react_with(load, service, recorded, target, f"echo of {recorded.envelope.id}")

    def routers(runtime: Runtime) -> Sequence[APIRouter]:
        router = APIRouter()

        @router.post("/words", response_model=Receipt)
        async def say(body: WordBody, arrival: ArrivingFromAnybody) -> JSONResponse:
            target = Target(WORDS, stream_of(service, body.stream))
            return await arrival.answer(lambda key: transact(runtime.store, target, body.text, arrival.context, key))

        return [router]

    return Service(service, "A house of the drill", routers, [Projection("chain", frozenset({VIEW}), project)], react)


if __name__ == "__main__":
    name = sys.argv.pop(1)
    plant(PLANTED_VARIABLE)
    run(house(name), read(ServiceSettings))
