"""Tokens (RFC 7519, EdDSA): verified with keys that registration published as events."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Any, Protocol

import msgspec
from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer as HTTPBearerModel
from fastapi.security.base import SecurityBase
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import OKPKey
from joserfc.jws import JWSRegistry, extract_compact

from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, to_datetime
from shared.observability.metrics import UNAUTHENTICATED
from shared.web.failures import Unauthenticated, WrongCredentials
from shared.web.observed import observe

ISSUER, AUDIENCE, ALGORITHM = "nianlun/registration", "nianlun", "EdDSA"
TOKEN_SECONDS = 900
"""How long a token is good; registration gives none that lasts longer."""
VERIFIED_TOKENS_MAX = 4096
TOKEN, COMMAND, COMMAND_OR_NOT = "token", "command", "command_or_not"
"""Names by which OpenAPI knows what a route asks for: a token or none, the last two with a command's headers."""


class OnlyEdDsa(JWSRegistry):
    """Knows one algorithm, whatever a token's header says; answers RFC 9864's warning about its name.

    The name stays `EdDSA` (RFC 8037), which every JWT library reads; the curve is fixed by the key.
    """

    def get_alg(self, name: str) -> JWSAlgModel:
        """The algorithm; raise `UnsupportedAlgorithmError` for any other name."""
        if name != ALGORITHM:
            raise UnsupportedAlgorithmError(f"{ALGORITHM} is expected")
        return self.algorithms[name]


EDDSA = OnlyEdDsa(algorithms=[ALGORITHM])
"""For `jwt.encode` and `jwt.decode` alike."""


class SigningKeys(Protocol):
    """Public keys by `kid`."""

    async def public_key(self, kid: str) -> str | None:
        """The Ed25519 public key `x`, base64url, or None when no such key was published, or it was retired since."""
        ...


class EndedTokens(Protocol):
    """Tokens that are worth nothing before they run out."""

    async def ended(self, account: str, generation: int, at: Instant) -> bool:
        """Whether, as far as is known at `at`, the account was closed or its password changed since."""
        ...


class Claims(msgspec.Struct, frozen=True):
    """What a token says; times in seconds since 1970."""

    iss: str
    aud: str
    sub: str
    role: Role
    nbf: int
    exp: int
    district: str | None = None
    organization: str | None = None
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """A token whose signature and shape are right; `not_before` and `expires` are seconds since 1970."""

    actor: Actor
    kid: str
    not_before: int
    expires: int
    generation: int
    """How often the account's password had been changed when the token was given."""


class TokenVerifier:
    """Turns a token into an actor or raises `Unauthenticated`.

    What was verified once is kept by the token's SHA-256, at most `VERIFIED_TOKENS_MAX` of them: a published
    key never changes; whether it is still trusted and the token valid at an instant is asked each time.
    """

    def __init__(self, keys: SigningKeys, ended: EndedTokens) -> None:
        self._keys, self._ended = keys, ended
        self._known: dict[str, OKPKey] = {}
        self._verified: OrderedDict[bytes, Verified] = OrderedDict()

    async def actor(self, token: str, at: Instant) -> Actor:
        """The actor that a token names which is valid at `at`."""
        verified = await self._verify(token)
        now = to_datetime(at).timestamp()
        if now < verified.not_before:
            raise refused("token not valid yet")
        if now >= verified.expires:
            raise refused("expired token")
        if await self._keys.public_key(verified.kid) is None:
            raise refused("retired key")
        if await self._ended.ended(verified.actor.id, verified.generation, at):
            raise refused("ended token")
        return verified.actor

    async def _verify(self, token: str) -> Verified:
        digest = sha256(token.encode()).digest()
        if (known := self._verified.get(digest)) is not None:
            self._verified.move_to_end(digest)
            return known
        kid = _kid(token)
        key = await self._key(kid)
        try:
            claims = jwt.decode(token, key, registry=EDDSA).claims
        except (JoseError, ValueError, RecursionError):
            raise refused("wrong signature") from None
        verified = self._verified[digest] = _read(kid, claims)
        if len(self._verified) > VERIFIED_TOKENS_MAX:
            self._verified.popitem(last=False)
        return verified

    async def _key(self, kid: str) -> OKPKey:
        if kid not in self._known:
            public = await self._keys.public_key(kid)
            if public is None:
                raise refused("unknown key")
            self._known[kid] = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})
        return self._known[kid]


def refused(reason: str) -> Unauthenticated:
    """Count and make the refusal of a token; the entrance logs it, without the token."""
    UNAUTHENTICATED.labels(reason).inc()
    return Unauthenticated(reason)


def wrong_credentials() -> WrongCredentials:
    """The same for what is exchanged for a token, whatever of it is wrong."""
    reason = "wrong user name or password"
    UNAUTHENTICATED.labels(reason).inc()
    return WrongCredentials(reason)


async def actor_or_nobody(request: Request) -> Actor | None:
    """The actor of the request's token; None without a token, while a wrong one is refused."""
    return await actor_of(request) if "authorization" in request.headers else None


async def actor_of(request: Request) -> Actor:
    """The actor of the request's token, judged at the instant of its arrival; without a valid one refused.

    Whatever asks who reads asks here: so a read of the discipline auditor is recorded here, before it is answered.
    """
    header = request.headers.get("authorization")
    if header is None:
        raise refused("no token")
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        raise refused("malformed token")
    verifier: TokenVerifier = request.app.state.web.verifier
    actor = await verifier.actor(token.strip(), request.state.received_at)
    request.state.actor = actor
    await observe(request, actor)
    return actor


class Bearer(SecurityBase):
    """A dependency that OpenAPI describes as a bearer token.

    It is one step for FastAPI, whose bookkeeping for nested dependencies costs more than the check itself.
    """

    def __init__(self, scheme_name: str) -> None:
        self.scheme_name = scheme_name
        self.model = HTTPBearerModel(description="From registration's POST /tokens")


class _Actor(Bearer):
    async def __call__(self, request: Request) -> Actor:
        return await actor_of(request)


CurrentActor = Annotated[Actor, Depends(_Actor(TOKEN))]


def _kid(token: str) -> str:
    try:
        header = extract_compact(token.encode()).protected
    except (JoseError, ValueError, RecursionError):
        raise refused("malformed token") from None
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise refused("wrong algorithm or no key id")
    return str(header["kid"])


def _read(kid: str, claims: dict[str, Any]) -> Verified:
    try:
        said = msgspec.convert(claims, Claims)
    except msgspec.ValidationError:
        raise refused("malformed claims") from None
    if said.iss != ISSUER or said.aud != AUDIENCE:
        raise refused("foreign token")
    actor = Actor(said.sub, said.role, said.district, said.organization)
    return Verified(actor, kid, said.nbf, said.exp, said.generation)
