"""Personal data over HTTP, for the administrator: erasing a subject's, and wrapping keys anew after a rotation."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from shared.contracts.access import PersonalDataErased
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.topics import ERASURE
from shared.eventstore.documents import Documents
from shared.eventstore.port import EventStore
from shared.eventstore.projection import Projection
from shared.eventstore.transact import Target, transact
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.vault.erasure import ERASURE_DECIDER, EraseSubject
from shared.vault.postgres import PostgresVault
from shared.vault.vault import Vault
from shared.web.authentication import CurrentActor
from shared.web.command import Arrival, Arriving
from shared.web.models import Body, Receipt, ShortText, Token

BeforeErasure: TypeAlias = Callable[[str, str, Arrival], Awaitable[None]]
"""What ends with a subject's data, by its id, the order and the command that carries it out; may refuse."""


async def nothing_ends(_subject: str, _order: str, _arrival: Arrival) -> None:
    """Where no account rests on the values."""


class ErasureBody(Body):
    """Who ordered the erasure, by which document, and what it covers; no name of the person."""

    authority: ShortText
    document_number: ShortText
    scope: ShortText


class Rewrapped(BaseModel):
    """What wrapping anew did, and the ids of the master keys that wrap something."""

    rewrapped: int
    masters: list[str] = Field(description="Ids: the beginnings of the keys' digests")


def erasure_router(store: EventStore, vault: Vault, before: BeforeErasure = nothing_ends) -> APIRouter:
    """The route of every service: each has a vault of its own."""
    routes = APIRouter(tags=["personal data"])

    @routes.post("/subjects/{subject}/erasure", response_model=Receipt)
    async def erase(subject: Token, body: ErasureBody, arrival: Arriving) -> JSONResponse:
        """Destroy the key to a subject's personal data."""
        stream = Stream(ERASURE[store.service], subject, subject)
        await before(subject, f"{body.authority} {body.document_number}", arrival)
        values = await vault.held(subject)
        command = EraseSubject(
            subject, body.authority, body.document_number, body.scope, values, arrival.actor, arrival.at
        )
        target = Target(ERASURE_DECIDER, stream)
        answer = await arrival.answer(lambda key: transact(store, target, command, arrival.context, key), values=values)
        for recorded in await store.load(stream.name):
            await erase_recorded(vault, recorded)
        return answer

    return routes


def keys_router(vault: PostgresVault) -> APIRouter:
    """What `nianlun vault rotate` asks for."""
    routes = APIRouter(tags=["operations"])

    @routes.post("/vault/rewrapping")
    async def rewrap(actor: CurrentActor) -> Rewrapped:
        """Wrap every subject's key with the newest master key."""
        require(actor, Role.ADMINISTRATOR)
        return Rewrapped(rewrapped=await vault.rewrap(), masters=await vault.masters_in_use())

    return routes


def erasures(vault: Vault) -> Projection:
    """What was recorded as erased is erased: also when the process that recorded it stopped before."""

    async def erase(_documents: Documents, recorded: Recorded) -> None:
        await erase_recorded(vault, recorded)

    return Projection("erasures", frozenset(), erase)


async def erase_recorded(vault: Vault, recorded: Recorded) -> None:
    """Carry out a recorded erasure, once."""
    if isinstance(recorded.event, PersonalDataErased):
        await vault.erase(recorded.envelope.id, recorded.event.subject)
