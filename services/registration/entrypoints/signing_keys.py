"""The keys that sign tokens, over HTTP."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.registration.domain.signing_keys import PublishSigningKey, RetireSigningKey
from services.registration.entrypoints.bodies import GroundBody, KidText
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.handle import handle
from shared.kernel.actor import Role
from shared.kernel.refusal import require
from shared.runtime.signing_keys import VIEW as SIGNING_KEYS
from shared.web.command import Arriving
from shared.web.models import Receipt
from shared.web.reads import AtLeast


def router(parts: Parts) -> APIRouter:
    """The keys that sign tokens."""
    routes = APIRouter(tags=["signing keys"])

    @routes.post("/signing-keys", status_code=201, response_model=Receipt)
    async def rotate(arrival: Arriving) -> JSONResponse:
        """Publish a new signing key; the older ones stay valid."""
        require(arrival.actor, Role.ADMINISTRATOR)
        key = await parts.tokens.new_key()
        command = PublishSigningKey(key.kid, key.public_key, arrival.actor, arrival.at)
        return await arrival.answer(lambda again: handle(parts.store, command, arrival.context, again), kid=key.kid)

    @routes.post("/signing-keys/{kid}/retirement", response_model=Receipt)
    async def retire(kid: KidText, body: GroundBody, arrival: Arriving) -> JSONResponse:
        """Trust a key no more that signs nothing now, nor any token that it signed."""
        command = RetireSigningKey(kid, body.ground, arrival.actor, arrival.at)
        return await arrival.answer(lambda again: handle(parts.store, command, arrival.context, again))

    @routes.get("/.well-known/jwks.json")
    async def jwks(reads: AtLeast) -> dict[str, list[dict[str, Any]]]:
        """The public keys that verify the tokens."""
        keys = await reads.find(SIGNING_KEYS)
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": key["kid"], "x": key["public_key"]} for key in keys]}

    return routes
