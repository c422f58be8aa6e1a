"""Registration's parts in memory: who signs in, and with which key, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from fastapi import APIRouter
from joserfc import jwt
from joserfc.jwk import OKPKey

from services.registration.entrypoints.http import routers
from services.registration.entrypoints.parts import Parts
from services.registration.usecases.ports import SigningKey
from services.registration.usecases.sign_in import SignIn
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.memory import MemoryEventStore
from shared.files.depot import Depot
from shared.kernel.actor import Actor
from shared.kernel.clock import Clock
from shared.kernel.ids import named
from shared.kernel.instants import Instant, plus_seconds, to_datetime
from shared.vault.vault import MemoryVault
from shared.web.authentication import AUDIENCE, EDDSA, ISSUER, TOKEN_SECONDS
from shared.web.reads import Reaching


@dataclass(slots=True)
class PlainPasswords:
    """The `Passwords` port, fast on purpose: nobody here has anything to hide."""

    async def record(self, password: str) -> str:
        """See `Passwords.record`."""
        return sha256(password.encode()).hexdigest()

    async def matches(self, password: str, record: str | None) -> bool:
        """See `Passwords.matches`."""
        return await self.record(password) == record


@dataclass(slots=True)
class NamedAccountIds:
    """The `AccountIds` port without a pepper."""

    async def of(self, username: str) -> str:
        """See `AccountIds.of`."""
        return named("account", username)


@dataclass(slots=True)
class TownTokens:
    """The `Tokens` port with keys that end with the process."""

    keys: dict[str, OKPKey] = field(default_factory=dict)

    async def new_key(self) -> SigningKey:
        """See `Tokens.new_key`."""
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        self.keys[str(key.kid)] = key
        return SigningKey(str(key.kid), str(key.as_dict(private=False)["x"]))

    async def sign(self, kid: str, actor: Actor, generation: int, at: Instant) -> tuple[str, Instant]:
        """See `Tokens.sign`."""
        issued = int(to_datetime(at).timestamp())
        said: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor.id,
            "role": actor.role.value,
            "iat": issued,
            "nbf": issued,
            "exp": issued + TOKEN_SECONDS,
            "generation": generation,
            "district": actor.district,
            "organization": actor.organization,
        }
        claims = {name: value for name, value in said.items() if value is not None}
        header = {"alg": "EdDSA", "kid": kid}
        return jwt.encode(header, claims, self.keys[kid], registry=EDDSA), plus_seconds(at, TOKEN_SECONDS)


TOKENS = TownTokens()
"""Every town's keys; each has its own `kid`."""


def registration_routers(
    store: MemoryEventStore,
    documents: MemoryDocuments,
    vault: MemoryVault,
    clock: Clock,
    depot: Depot,
    projector: Reaching,
) -> Sequence[APIRouter]:
    """Registration's own routes on parts in memory."""
    passwords, accounts = PlainPasswords(), NamedAccountIds()
    sign_in = SignIn(store, documents, vault, passwords, accounts, TOKENS, clock)
    return routers(Parts(store, vault, passwords, accounts, TOKENS, sign_in, depot, documents, projector, clock))
