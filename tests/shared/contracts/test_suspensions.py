"""Time stands still while an organization is suspended, and what was left of it is left afterwards (C5.2)."""

import pytest

from shared.contracts.registration import (
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
)
from shared.contracts.suspensions import STANDS_STILL, Moving, Suspension, runs_until, suspensions_of
from shared.kernel.instants import Instant

SUSPENDED = OrganizationSuspended(organization="o", ground="调查")
REINSTATED = OrganizationReinstated(organization="o", ground="更正")
CLOSED = OrganizationClosed(organization="o", ground="注销")
REOPENED = OrganizationReopened(organization="o", ground="误操作", document_number="函1号")
STILL = OrganizationReopened(organization="o", ground="误操作", document_number="函1号", suspended="调查")


def day(number: int) -> Instant:
    """Noon of a day of September."""
    return Instant(f"2017-09-{number:02}T04:00:00.000Z")


@pytest.mark.parametrize(
    ("moves", "found"),
    [
        ([], []),
        ([SUSPENDED], [(1, None)]),
        ([SUSPENDED, REINSTATED], [(1, 2)]),
        ([SUSPENDED, REINSTATED, SUSPENDED], [(1, 2), (3, None)]),
        ([CLOSED], []),
        ([CLOSED, REOPENED], [(1, 2)]),
        ([CLOSED, REOPENED, CLOSED], [(1, 2)]),
        ([SUSPENDED, CLOSED, REOPENED, SUSPENDED], [(1, 2), (2, 3), (4, None)]),
        ([SUSPENDED, CLOSED], [(1, 2)]),
        ([SUSPENDED, CLOSED, STILL], [(1, 2), (2, 3), (3, None)]),
        ([SUSPENDED, CLOSED, STILL, REINSTATED], [(1, 2), (2, 3), (3, 4)]),
    ],
)
def test_a_suspension_lasts_until_it_is_ended_and_a_closure_that_is_taken_back_was_one(
    moves: list[Moving], found: list[tuple[int, int | None]]
) -> None:
    told = suspensions_of((day(number), one) for number, one in enumerate(moves, 1))
    assert told == tuple(Suspension(day(since), None if until is None else day(until)) for since, until in found)


@pytest.mark.parametrize(
    ("suspensions", "until"),
    [
        ([], day(20)),
        ([(10, 15)], day(25)),
        ([(10, 12), (14, 15)], day(23)),
        ([(10, 15), (24, 26)], day(27)),
        ([(1, 4)], day(20)),
        ([(1, 8)], day(23)),
        ([(20, 28)], day(20)),
        ([(10, None)], STANDS_STILL),
        ([(20, None)], day(20)),
    ],
    ids=str,
)
def test_what_was_left_is_left(suspensions: list[tuple[int, int | None]], until: Instant) -> None:
    """Of time from the 5th to the 20th."""
    lived = [Suspension(day(since), None if end is None else day(end)) for since, end in suspensions]
    assert runs_until(day(20), day(5), lived) == until
