"""When an organization was suspended, and until when time runs that stands still meanwhile (C5.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from shared.contracts.registration import (
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.kernel.instants import Instant, later_by

Moving: TypeAlias = OrganizationSuspended | OrganizationReinstated | OrganizationClosed | OrganizationReopened
"""What begins a suspension or ends it."""
STANDS_STILL: Final = Instant("9999-12-31T23:59:59.999Z")
"""In the place of an end that nobody knows yet."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """From when until when an organization was suspended; it still is where there is no end."""

    since: Instant
    until: Instant | None


def suspensions_of(moves: Iterable[tuple[Instant, Moving]]) -> tuple[Suspension, ...]:
    """The suspensions of one organization, from everything that moved it in the order of the log.

    A closure that was taken back was one; time runs for whoever is closed and stays so.
    """
    found = list[Suspension]()
    since: Instant | None = None
    closed: Instant | None = None
    for at, event in moves:
        begun = closed if isinstance(event, OrganizationReopened) else since
        if isinstance(event, OrganizationSuspended):
            since = since or at
            continue
        if begun is not None:
            found.append(Suspension(begun, at))
        since = at if isinstance(event, OrganizationReopened) and event.suspended is not None else None
        closed = at if isinstance(event, OrganizationClosed) else None
    return (*found, Suspension(since, None)) if since is not None else tuple(found)


def runs_until(due: Instant, since: Instant, suspensions: Iterable[Suspension]) -> Instant:
    """The first instant that is too late, of time that began at `since` and stands still in every suspension.

    Whoever is reinstated has the time left that it had when it was suspended; `STANDS_STILL` while it is not.
    """
    for one in suspensions:
        if one.since >= due:
            break
        if one.until is None:
            return STANDS_STILL
        if one.until > since:
            due = later_by(due, max(one.since, since), one.until)
    return due
