"""What touched one application: its own events, and those of its round, district, list, panel and organization."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.record import Record
from shared.contracts import access, application, publication, registration, reporting, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.vocabulary import COMPREHENSIVE

OF_ITS_ORGANIZATION = (
    registration.OrganizationRegistered,
    registration.CertificationRequested,
    registration.CertificationReturned,
    registration.CertificationRejected,
    registration.OrganizationCertified,
    registration.ProfileAmended,
    registration.DistrictTransferred,
    registration.OrganizationSuspended,
    registration.OrganizationReinstated,
    registration.OrganizationClosed,
    registration.OrganizationReopened,
    registration.FilerAppointed,
)
OF_ITS_PANEL = (review.PanelConstituted, review.ScoringClosed)
OF_ITS_BATCH = (review.BatchSent, review.BatchReopened, review.BatchLate)
OF_ITS_OBJECTION = (publication.ObjectionInadmissible, publication.ObjectionDismissed, publication.ObjectionUpheld)
OF_EVERYONE = (application.PolicyAmended, application.RoundClosed, application.RoundArchived)


@dataclass(frozen=True, slots=True)
class Subject:
    """One application and everything that is told of it by another name."""

    started: application.ApplicationStarted
    districts: frozenset[str]
    """Where it began, and where it was filed."""
    groups: frozenset[str]
    obligations: frozenset[str]
    objections: frozenset[str]
    listed: bool
    """Whether a batch of its district held it."""
    district: str
    """Where it was filed last, or began."""
    group: str
    """Under which category it was filed last, or began."""


def subject_of(record: Record, started: application.ApplicationStarted) -> Subject:
    """The application with the names under which other events tell of it."""
    mine = started.application
    openings = record.where(review.DistrictReviewOpened, application=mine)
    groups = {_group(event.category) for _, event in openings} | set(started.category or (COMPREHENSIVE,))
    filed = record.where(application.ApplicationSubmitted, application=mine)
    owed = record.where(reporting.ObligationCreated, application=mine)
    objections = record.where(publication.ObjectionFiled, application=mine)
    batches = record.all(review.BatchSealed, started.round)
    return Subject(
        started=started,
        districts=frozenset({started.district, *(event.district for _, event in filed)}),
        groups=frozenset(groups),
        obligations=frozenset(event.obligation for _, event in owed),
        objections=frozenset(event.objection for _, event in objections),
        district=filed[-1][1].district if filed else started.district,
        group=_group(openings[-1][1].category if openings else next(iter(started.category), None)),
        listed=any(row.application == mine for _, event in batches for row in event.rows),
    )


def _group(category: str | None) -> str:
    return category or COMPREHENSIVE


def touches(subject: Subject, recorded: Recorded) -> bool:
    """Whether the event is part of the application's story."""
    event, mine = recorded.event, subject.started.application
    if getattr(event, "application", None) == mine or mine in _held(event):
        return True
    return any(is_it(subject, event) for kinds, is_it in OTHERWISE.items() if isinstance(event, kinds))


def _held(event: Event) -> set[str]:
    """The applications that an event holds in its rows or lists."""
    rows = [row for name in ("rows", "not_selected", "left_out") for row in getattr(event, name, ())]
    named = {str(getattr(row, "application", "")) for row in (*rows, getattr(event, "row", None))}
    lists = (getattr(event, name, ()) for name in ("applications", "added", "removed", "order"))
    return named | {one for many in lists if isinstance(many, tuple) for one in many}


def _extended(subject: Subject, event: application.DeadlineExtended) -> bool:
    covered: dict[str | None, bool] = {None: True, **dict.fromkeys(subject.districts, event.scope == "district")}
    covered[subject.started.application] = event.scope == "application"
    return event.round == subject.started.round and covered.get(event.target, False)


def _of_its_group(subject: Subject, event: review.PanelConstituted | review.ScoringClosed) -> bool:
    return event.round == subject.started.round and event.group in subject.groups


def _of_its_district(subject: Subject, event: review.BatchSent) -> bool:
    return subject.listed and event.round == subject.started.round and event.district in subject.districts


def _attempted(subject: Subject, event: access.AccessRefused) -> bool:
    return event.stream.endswith(f"-{subject.started.application}")


def _given_up(subject: Subject, event: access.ParkedRecordDiscarded) -> bool:
    return (event.stream or "").endswith(f"-{subject.started.application}")


def _read(subject: Subject, event: access.RecordRead) -> bool:
    return subject.started.application in event.path


OTHERWISE: Mapping[type[Event] | tuple[type[Event], ...], Callable[[Subject, Any], bool]] = {
    OF_ITS_ORGANIZATION: lambda subject, event: event.organization == subject.started.organization,
    OF_ITS_PANEL: _of_its_group,
    OF_ITS_BATCH: _of_its_district,
    OF_ITS_OBJECTION: lambda subject, event: event.objection in subject.objections,
    OF_EVERYONE: lambda subject, event: event.round == subject.started.round,
    application.DeadlineExtended: _extended,
    access.AccessRefused: _attempted,
    access.RecordRead: _read,
    access.ParkedRecordDiscarded: _given_up,
    access.PersonalDataErased: lambda subject, event: (
        event.subject in {subject.started.organization, subject.started.application}
    ),
    Event: lambda subject, event: getattr(event, "obligation", None) in subject.obligations,
}
"""How an event that does not name the application tells of it."""
