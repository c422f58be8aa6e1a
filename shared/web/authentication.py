"""Tokens (RFC 7519, EdDSA): verified with keys that registration published as events."""

from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.jws import extract_compact

from shared.kernel.actor import Actor, Role
from shared.kernel.clock import Clock
from shared.kernel.instants import to_datetime
from shared.observability.metrics import UNAUTHENTICATED
from shared.web.problem import Unauthenticated

ISSUER, AUDIENCE, ALGORITHM = "nianlun/registration", "nianlun", "EdDSA"
_BEARER = HTTPBearer(auto_error=False, description="A token from registration's POST /tokens")


class SigningKeys(Protocol):
    """Public keys by `kid`."""

    async def public_key(self, kid: str) -> str | None:
        """The Ed25519 public key `x`, base64url, or None when no such key was published."""
        ...


class TokenVerifier:
    """Turns a token into an actor or raises `Unauthenticated`; published keys never change, so they are kept."""

    def __init__(self, keys: SigningKeys, clock: Clock) -> None:
        self._keys, self._clock = keys, clock
        self._known: dict[str, OKPKey] = {}

    async def actor(self, token: str) -> Actor:
        """The actor that a valid token names."""
        try:
            claims = await self._claims(token)
            return Actor(claims["sub"], Role(claims["role"]), claims.get("district"), claims.get("organization"))
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise refused("malformed token") from error

    async def _claims(self, token: str) -> dict[str, Any]:
        kid = _kid(token)
        if kid not in self._known:
            public = await self._keys.public_key(kid)
            if public is None:
                raise refused("unknown key")
            self._known[kid] = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": public})
        try:
            claims = jwt.decode(token, self._known[kid], algorithms=[ALGORITHM]).claims
        except JoseError as error:
            raise refused("wrong signature") from error
        self._check(claims)
        return claims

    def _check(self, claims: dict[str, Any]) -> None:
        now = to_datetime(self._clock.now()).timestamp()
        if claims["iss"] != ISSUER or claims["aud"] != AUDIENCE:
            raise refused("foreign token")
        if not int(claims["nbf"]) <= now:
            raise refused("token not valid yet")
        if not now < int(claims["exp"]):
            raise refused("expired token")


def refused(reason: str) -> Unauthenticated:
    """Count and make the refusal of a token."""
    UNAUTHENTICATED.labels(reason).inc()
    return Unauthenticated(reason)


async def optional_actor(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
) -> Actor | None:
    """The actor of the request's token; None without a token."""
    if credentials is None:
        return None
    verifier: TokenVerifier = request.app.state.web.verifier
    return await verifier.actor(credentials.credentials)


async def current_actor(actor: Annotated[Actor | None, Depends(optional_actor)]) -> Actor:
    """The actor of the request; without a valid token the request is refused."""
    if actor is None:
        raise refused("no token")
    return actor


CurrentActor = Annotated[Actor, Depends(current_actor)]
OptionalActor = Annotated[Actor | None, Depends(optional_actor)]


def _kid(token: str) -> str:
    header = extract_compact(token.encode()).protected
    if header.get("alg") != ALGORITHM or not isinstance(header.get("kid"), str):
        raise refused("wrong algorithm or no key id")
    return str(header["kid"])
