"""The files that a form and a request for a waiver name: attached or brought first, and then named (C2.1.7, C4)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from services.application.domain.form import Table
from services.application.domain.naming import files_in, named_before
from services.application.domain.states import form_of
from services.application.entrypoints.parts import Parts, terms
from services.application.entrypoints.rights import CITY
from services.application.usecases.attach import state_of
from shared.contracts.application import ApplicationStarted
from shared.files.deposits import Limits
from shared.files.naming import Named, Naming, evidence
from shared.kernel.instants import Instant
from shared.web.deposits import Counter, limits_in

FORM_CLAUSE, WAIVER_CLAUSE = "C4.1", "C2.1.7"


def counter(parts: Parts) -> Counter:
    """Where they are brought, by the organization's own people; what a material asks for is attached instead."""
    return Counter(parts.store, parts.depot, partial(_limits, parts), CITY)


async def files_of_table(parts: Parts, its: ApplicationStarted, table: Table, at: Instant) -> Naming:
    """The files that a table names; a form has as many as it has places for them."""
    named = await _brought_now(parts, its, files_in(table))

    async def limits() -> Limits:
        return replace(await _limits(parts, its.round, at), files_max=len(named))

    return Naming(parts.depot.deposits, (its.organization,), named, limits, FORM_CLAUSE)


async def files_of_request(parts: Parts, its: ApplicationStarted, hashes: tuple[str, ...], at: Instant) -> Naming:
    """The files that show the ground of a waiver."""
    named = await _brought_now(parts, its, {one.field: one.sha256 for one in evidence(hashes)})
    return Naming(
        parts.depot.deposits, (its.organization,), named, partial(_limits, parts, its.round, at), WAIVER_CLAUSE
    )


async def _brought_now(parts: Parts, its: ApplicationStarted, files: Mapping[str, str]) -> list[Named]:
    """Where each file that the application neither has nor names yet is named first."""
    if not files:
        return []
    _, state = await state_of(parts.store, its.application)
    known, named = named_before(form_of(state)), dict[str, Named]()
    for place, sha256 in files.items():
        if sha256 not in known:
            named.setdefault(sha256, Named(place, sha256))
    return list(named.values())


async def _limits(parts: Parts, round_id: str, at: Instant) -> Limits:
    return limits_in((await terms(parts, round_id, at)).evidence, parts.depot.limits)
