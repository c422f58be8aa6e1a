"""The documents that go with a request for certification: brought here, then named by it (C5.2)."""

from services.registration.domain.profile import Profile
from services.registration.entrypoints.parts import Parts
from services.registration.entrypoints.rights import DECIDING
from shared.files.deposits import Limits
from shared.files.naming import Named, Naming
from shared.kernel.instants import Instant
from shared.web.deposits import Counter, no_round

CLAUSE = "C5.2"


def counter(parts: Parts) -> Counter:
    """Where they are brought; no round says what may be."""

    async def limits(_no_round: str, _at: Instant) -> Limits:
        return parts.depot.limits

    return Counter(parts.store, parts.depot, limits, DECIDING, about=no_round)


def documents_of(parts: Parts, organization: str, profile: Profile) -> Naming:
    """The documents that a profile names: the organization's own, and what it says of them."""
    files = [
        Named(f"documents.{index}.sha256", one.sha256, one.media_type, one.size)
        for index, one in enumerate(profile.documents)
    ]

    async def limits() -> Limits:
        return parts.depot.limits

    return Naming(parts.depot.deposits, (organization,), files, limits, CLAUSE)
