"""The public keys that every service knows, projected from registration's events."""

from collections.abc import Mapping

from shared.contracts.envelope import Recorded
from shared.contracts.registration import SigningKeyPublished, SigningKeyRetired
from shared.eventstore.documents import Documents, Reads
from shared.eventstore.projection import Projection
from shared.runtime.lately import Lately

VIEW = "signing_keys"
ASK_SECONDS_MIN = 0.2
"""Unknown key ids are asked for no oftener, however many a caller makes up."""
KNOWN_SECONDS_MAX = 1.0
"""A key that was retired is believed no longer than that after a service heard of it."""


async def _project(documents: Documents, recorded: Recorded) -> None:
    """Keep a published key under its `kid`, until it is retired."""
    event = recorded.event
    if isinstance(event, SigningKeyPublished):
        doc = {"kid": event.kid, "public_key": event.public_key, "not_before": event.not_before}
        await documents.put(VIEW, event.kid, doc)
    elif isinstance(event, SigningKeyRetired):
        await documents.remove(VIEW, event.kid)


SIGNING_KEYS = Projection("signing keys", frozenset({VIEW}), _project)


class PublishedKeys:
    """The `SigningKeys` port on a service's read models: what it has heard, at most `KNOWN_SECONDS_MAX` ago."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads
        self._keys = Lately[Mapping[str, str]]({})

    async def public_key(self, kid: str) -> str | None:
        """See `SigningKeys.public_key`."""
        bound = KNOWN_SECONDS_MAX if kid in self._keys.answer else ASK_SECONDS_MIN
        return (await self._keys.within(bound, self._read)).get(kid)

    async def _read(self) -> Mapping[str, str]:
        return {str(doc["kid"]): str(doc["public_key"]) for doc in await self._reads.find(VIEW)}
