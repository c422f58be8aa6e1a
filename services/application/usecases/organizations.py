"""The applicants as registration has them, as far as that was heard."""

from dataclasses import replace
from typing import cast

import msgspec

from services.application.domain.applicant import Registered, applicant_at
from services.application.domain.terms import Applicant
from services.application.usecases.project import ORGANIZATIONS
from shared.contracts.event import REGISTRY
from shared.contracts.suspensions import Moving, suspensions_of
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant


async def applicant_of(reads: Reads, organization: str, at: Instant) -> Applicant | None:
    """What was certified, amended, moved or suspended and had taken effect, or None when nothing was certified yet."""
    doc = await reads.get(ORGANIZATIONS, organization)
    if doc is None:
        return None
    history = [(Instant(one["at"]), _registered(one)) for one in cast("list[dict[str, str]]", doc["history"])]
    found = applicant_at([event for _, event in history], at)
    moves = [(since, event) for since, event in history if isinstance(event, Moving)]
    return found and replace(found, suspensions=suspensions_of(moves))


async def barred_at(reads: Reads, organization: str, at: Instant) -> str | None:
    """Why the organization could file nothing at an instant of the past, or None when it could."""
    doc = await reads.get(ORGANIZATIONS, organization) or {"history": []}
    until = [one for one in cast("list[dict[str, str]]", doc["history"]) if one.get("at", "") <= at]
    then = applicant_at([_registered(one) for one in until], at)
    return then.barred if then else None


def _registered(one: dict[str, str]) -> Registered:
    return cast("Registered", msgspec.convert(one["data"], REGISTRY[one["type"]]))
