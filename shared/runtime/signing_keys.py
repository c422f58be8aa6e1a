"""The public keys that every service knows, projected from registration's events."""

import asyncio
from time import monotonic

from shared.contracts.envelope import Recorded
from shared.contracts.registration import SigningKeyPublished
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.projection import Projection

VIEW = "signing_keys"
ASK_SECONDS_MIN = 0.2
"""Unknown key ids are asked for no oftener, however many a caller makes up."""


async def _project(documents: Documents, recorded: Recorded) -> None:
    """Keep a published key under its `kid`."""
    if isinstance(recorded.event, SigningKeyPublished):
        event = recorded.event
        doc = {"kid": event.kid, "public_key": event.public_key, "not_before": event.not_before}
        await documents.put(VIEW, event.kid, doc)


SIGNING_KEYS = Projection("signing keys", frozenset({VIEW}), _project)


class PublishedKeys:
    """The `SigningKeys` port on a service's read models; all keys are read again when one is missing."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._keys: dict[str, str] = {}
        self._asked_at = -ASK_SECONDS_MIN
        self._asking = asyncio.Lock()

    async def public_key(self, kid: str) -> str | None:
        """See `SigningKeys.public_key`."""
        if kid not in self._keys:
            async with self._asking:
                if monotonic() - self._asked_at >= ASK_SECONDS_MIN:
                    self._keys = {str(doc["kid"]): str(doc["public_key"]) for doc in await self._reads.find(VIEW)}
                    self._asked_at = monotonic()
        return self._keys.get(kid)
