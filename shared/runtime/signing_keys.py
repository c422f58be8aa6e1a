"""The public keys that every service knows, projected from registration's events."""

from shared.contracts.envelope import Recorded
from shared.contracts.registration import SigningKeyPublished
from shared.eventstore.documents import Documents, Reads

VIEW = "signing_keys"


async def project_signing_key(documents: Documents, recorded: Recorded) -> None:
    """Keep a published key under its `kid`."""
    if isinstance(recorded.event, SigningKeyPublished):
        event = recorded.event
        doc = {"kid": event.kid, "public_key": event.public_key, "not_before": event.not_before}
        await documents.put(VIEW, event.kid, doc)


class PublishedKeys:
    """The `SigningKeys` port on a service's read models."""

    def __init__(self, reads: Reads) -> None:
        self._reads = reads

    async def public_key(self, kid: str) -> str | None:
        """See `SigningKeys.public_key`."""
        doc = await self._reads.get(VIEW, kid)
        return None if doc is None else str(doc["public_key"])
