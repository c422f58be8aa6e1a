"""What an application can be, as far as this house decides: from draft to submitted, returned, withdrawn or lapsed."""

from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from services.application.domain.form import Form
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationReturned,
    ApplicationStarted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    AttachmentAdded,
    AttachmentRemoved,
    EligibilityEvaluated,
    FormSaved,
    LateSubmissionAdmitted,
    LateSubmissionRefused,
    PaperReceived,
    PdfExported,
    WaiverRequested,
)
from shared.kernel.instants import Instant

Filed: TypeAlias = ApplicationSubmitted | ApplicationResubmitted
ApplicationEvent: TypeAlias = (
    ApplicationStarted
    | FormSaved
    | AttachmentAdded
    | AttachmentRemoved
    | EligibilityEvaluated
    | LateSubmissionRefused
    | LateSubmissionAdmitted
    | ApplicationSubmitted
    | PdfExported
    | PaperReceived
    | WaiverRequested
    | ApplicationReturned
    | ApplicationResubmitted
    | ApplicationWithdrawn
    | ApplicationLapsed
)


@dataclass(frozen=True, slots=True)
class NotStarted:
    """The organization has no application in this round."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Being filled in; `evaluated`, `refused` and `admitted` are of the last attempt to submit."""

    started: ApplicationStarted
    form: Form = field(default_factory=Form)
    evaluated: EligibilityEvaluated | None = None
    refused: LateSubmissionRefused | None = None
    admitted: LateSubmissionAdmitted | None = None
    requests: tuple[WaiverRequested, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was filed, with what the rules said of it; it never changes."""

    form: Form
    filed: Filed
    evaluated: EligibilityEvaluated | None


@dataclass(frozen=True, slots=True)
class Submitted:
    """Filed online; the last version is the one that counts."""

    started: ApplicationStarted
    versions: tuple[Version, ...]
    papers: tuple[PaperReceived, ...] = ()
    exports: tuple[PdfExported, ...] = ()
    requests: tuple[WaiverRequested, ...] = ()
    """Those that concern the last version."""
    returns: tuple[ApplicationReturned, ...] = ()
    """Those that were answered by a next version."""

    @property
    def last(self) -> Version:
        """The version that counts."""
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Returned:
    """Sent back: `form` may change where `returned` names it, until it is due."""

    submitted: Submitted
    returned: ApplicationReturned
    form: Form
    evaluated: EligibilityEvaluated | None = None
    admitted: LateSubmissionAdmitted | None = None
    requests: tuple[WaiverRequested, ...] = ()

    @property
    def started(self) -> ApplicationStarted:
        """How the application began."""
        return self.submitted.started


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicant took it back; nothing can follow, unless nothing was filed: then it may be begun anew."""

    before: "Draft | Submitted | Returned | Lapsed"
    withdrawn: ApplicationWithdrawn

    @property
    def started(self) -> ApplicationStarted:
        """How the application began."""
        return self.before.started


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A draft or a return ran out; it goes on within an extension that covers it."""

    before: Draft | Returned
    lapsed: ApplicationLapsed

    @property
    def started(self) -> ApplicationStarted:
        """How the application began."""
        return self.before.started


Application: TypeAlias = NotStarted | Draft | Submitted | Returned | Withdrawn | Lapsed


def versions_of(state: Application) -> tuple[Version, ...]:
    """Every version that was filed, the first one first."""
    match state:
        case Submitted(versions=versions):
            return versions
        case Returned(submitted=submitted):
            return submitted.versions
        case Withdrawn(before=before) | Lapsed(before=before):
            return versions_of(before)
        case NotStarted() | Draft():
            return ()
        case _:
            assert_never(state)


def form_of(state: Application) -> Form:
    """The form as it is now: what may still be changed, or what was filed last."""
    match state:
        case Draft(form=form) | Returned(form=form):
            return form
        case Submitted():
            return state.last.form
        case Withdrawn(before=before) | Lapsed(before=before):
            return form_of(before)
        case NotStarted():
            return Form()
        case _:
            assert_never(state)


def exports_of(state: Application) -> tuple[PdfExported, ...]:
    """What was said to have been made a PDF."""
    match state:
        case Submitted(exports=exports):
            return exports
        case Returned(submitted=submitted):
            return submitted.exports
        case Withdrawn(before=before) | Lapsed(before=before):
            return exports_of(before)
        case NotStarted() | Draft():
            return ()
        case _:
            assert_never(state)


def waits_for_nothing(state: Application) -> bool:
    """Whether its applicant has nothing to file: it is submitted, or withdrawn."""
    return isinstance(state, Submitted | Withdrawn)


def returned_until(state: Application) -> Instant | None:
    """Until when what was returned is, or was, to be corrected; None where nothing is."""
    match state:
        case Returned(returned=returned) | Lapsed(before=Returned(returned=returned)):
            return Instant(returned.due)
        case NotStarted() | Draft() | Submitted() | Withdrawn() | Lapsed():
            return None
        case _:
            assert_never(state)
