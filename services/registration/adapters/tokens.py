"""EdDSA tokens by joserfc; private keys lie in the vault's schema of registration's database."""

import json

from joserfc import jwt
from joserfc.jwk import OKPKey

from services.registration.usecases.ports import SigningKey
from shared.eventstore.postgres import Pool
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant, plus_seconds, to_datetime
from shared.web.authentication import ALGORITHM, AUDIENCE, EDDSA, ISSUER, TOKEN_SECONDS


class EdDsaTokens:
    """The `Tokens` port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._keys: dict[str, OKPKey] = {}

    async def new_key(self) -> SigningKey:
        """See `Tokens.new_key`."""
        key = OKPKey.generate_key("Ed25519", auto_kid=True)
        kid = str(key.kid)
        private = json.dumps(key.as_dict(private=True))
        await self._pool.execute("INSERT INTO vault.signing_keys (kid, private) VALUES ($1, $2)", kid, private)
        return SigningKey(kid, str(key.as_dict(private=False)["x"]))

    async def holds(self, kid: str) -> bool:
        """Whether the private half is here: a database that is older than its log lacks those made since."""
        row = await self._pool.fetchrow("SELECT FROM vault.signing_keys WHERE kid = $1", kid)
        return row is not None

    async def sign(self, kid: str, actor: Actor, generation: int, at: Instant) -> tuple[str, Instant]:
        """See `Tokens.sign`."""
        if kid not in self._keys:
            private = await self._pool.fetchval("SELECT private FROM vault.signing_keys WHERE kid = $1", kid)
            self._keys[kid] = OKPKey.import_key(json.loads(private))
        issued, expires_at = int(to_datetime(at).timestamp()), plus_seconds(at, TOKEN_SECONDS)
        claims: dict[str, str | int] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": actor.id,
            "role": actor.role.value,
            "iat": issued,
            "nbf": issued,
            "exp": issued + TOKEN_SECONDS,
            "generation": generation,
        }
        claims |= {"district": actor.district} if actor.district else {}
        claims |= {"organization": actor.organization} if actor.organization else {}
        return jwt.encode({"alg": ALGORITHM, "kid": kid}, claims, self._keys[kid], registry=EDDSA), expires_at
