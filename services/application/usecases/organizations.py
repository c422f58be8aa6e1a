"""The applicants as registration has them, as far as that was heard."""

from typing import cast

import msgspec

from services.application.domain.applicant import Registered, applicant_at
from services.application.domain.terms import Applicant
from services.application.usecases.project import ORGANIZATIONS
from shared.contracts.event import REGISTRY
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant


async def applicant_of(reads: Reads, organization: str, at: Instant) -> Applicant | None:
    """What was certified, amended, moved or suspended and had taken effect, or None when nothing was certified yet."""
    doc = await reads.get(ORGANIZATIONS, organization)
    if doc is None:
        return None
    history = [
        cast("Registered", msgspec.convert(one["data"], REGISTRY[one["type"]]))
        for one in cast("list[dict[str, str]]", doc["history"])
    ]
    return applicant_at(history, at)
