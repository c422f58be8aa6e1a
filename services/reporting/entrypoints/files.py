"""Evidence that goes with reports and cases, and the digests themselves: brought here, then named (C3.1, C3.3)."""

from collections.abc import Sequence
from functools import partial

from services.reporting.entrypoints.parts import Parts
from shared.contracts.reporting import ObligationCreated
from shared.files.deposits import Limits
from shared.files.naming import Named, Naming
from shared.kernel.actor import Role
from shared.kernel.instants import Instant
from shared.web.deposits import Counter, limits_in

CLAUSE = "C3.1"
READERS = (Role.CITY_OFFICER, Role.CITY_LEADER, Role.DISCIPLINE_AUDITOR)


def counter(parts: Parts) -> Counter:
    """Where it is brought, by the organization's own people."""
    return Counter(parts.store, parts.depot, partial(_limits, parts), READERS)


def files_of(parts: Parts, created: ObligationCreated, files: Sequence[Named], at: Instant) -> Naming:
    """The files that a filing names, which are its organization's own."""
    limits = partial(_limits, parts, created.round, at)
    return Naming(parts.depot.deposits, (created.organization,), files, limits, CLAUSE)


async def _limits(parts: Parts, round_id: str, at: Instant) -> Limits:
    return limits_in((await parts.parameters(round_id, at)).evidence, parts.depot.limits)
