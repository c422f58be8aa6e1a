"""The organization as registration has it on a day: certified, amended, moved, suspended or closed (C5.2)."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce
from typing import TypeAlias, assert_never

from services.application.domain.terms import Applicant
from shared.contracts.registration import (
    DistrictTransferred,
    OrganizationCertified,
    OrganizationClosed,
    OrganizationReinstated,
    OrganizationReopened,
    OrganizationSuspended,
    ProfileAmended,
)
from shared.kernel.instants import Instant, LocalDate, local_date

Registered: TypeAlias = (
    OrganizationCertified
    | ProfileAmended
    | DistrictTransferred
    | OrganizationSuspended
    | OrganizationReinstated
    | OrganizationClosed
    | OrganizationReopened
)
"""What registration says of an organization that matters to its applications."""


def applicant_at(history: Iterable[Registered], at: Instant) -> Applicant | None:
    """The applicant at an instant, by what took effect last up to that day in Shanghai; None if not certified."""
    today = local_date(at)
    return reduce(lambda applicant, event: _after(applicant, event, today), sorted(history, key=_takes_effect), None)


def _takes_effect(event: Registered) -> str:
    """Certification, suspension and closure at once and in the log's order, then each change by its day."""
    return event.effective_from if isinstance(event, ProfileAmended | DistrictTransferred) else ""


def _after(applicant: Applicant | None, event: Registered, today: LocalDate) -> Applicant | None:
    if isinstance(event, OrganizationCertified):
        return Applicant(
            event.organization,
            event.uscc,
            event.name,
            event.legal_form,
            event.district,
            certified=True,
            barred=None,
            suspensions=(),
        )
    return None if applicant is None else _changed(applicant, event, today)


def _changed(applicant: Applicant, event: Registered, today: LocalDate) -> Applicant:
    match event:
        case ProfileAmended(effective_from=day) if day <= today:
            return replace(applicant, name=event.name, legal_form=event.legal_form)
        case DistrictTransferred(effective_from=day) if day <= today:
            return replace(applicant, district=event.to_district)
        case OrganizationSuspended() | OrganizationClosed():
            return replace(applicant, barred=event.ground)
        case OrganizationReinstated():
            return replace(applicant, barred=None)
        case OrganizationReopened():
            return replace(applicant, barred=event.suspended)
        case OrganizationCertified() | ProfileAmended() | DistrictTransferred():
            return applicant
        case _:
            assert_never(event)
