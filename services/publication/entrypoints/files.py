"""Evidence that goes with objections and appeals: brought here, by anybody or by the applicant, then named (C5.4)."""

from collections.abc import Sequence
from functools import partial

from services.publication.entrypoints.parts import Parts, plan_in
from services.publication.entrypoints.rights import APPLICANT, DECIDING, OFFICE
from shared.files.deposits import Limits
from shared.files.naming import Naming, evidence
from shared.kernel.actor import Actor
from shared.kernel.instants import Instant
from shared.kernel.refusal import NotPermitted
from shared.web.command import WITH_FILE_FROM_ANYBODY
from shared.web.deposits import PUBLIC, Counter, limits_in

CLAUSE = "C5.4"


def counter(parts: Parts) -> Counter:
    """Where it is brought, with or without an account."""
    limits = partial(_limits, parts)
    return Counter(parts.store, parts.depot, limits, DECIDING, owner=owner_of, arriving=WITH_FILE_FROM_ANYBODY)


def owner_of(actor: Actor) -> str:
    """The applicant's files are its own; who else brings any does it as the public, but for who decides on it."""
    if actor.role in OFFICE:
        raise NotPermitted(f"{actor.role.value} brings no evidence", field="role")
    return actor.organization if actor.role in APPLICANT and actor.organization else PUBLIC


def evidence_of(parts: Parts, round_id: str, owners: Sequence[str], hashes: Sequence[str], at: Instant) -> Naming:
    """The evidence that an objection or an appeal names, which has to be one of these owners'."""
    return Naming(parts.depot.deposits, owners, evidence(hashes), partial(_limits, parts, round_id, at), CLAUSE)


async def _limits(parts: Parts, round_id: str, at: Instant) -> Limits:
    return limits_in((await plan_in(parts, round_id, at)).parameters.evidence, parts.depot.limits)
