"""What an application can be, as far as this house decides: from draft to submitted, returned, withdrawn or lapsed."""

from dataclasses import dataclass, field, replace
from typing import TypeAlias, assert_never

from services.application.domain.form import Form, formed
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
    requests: tuple[WaiverRequested, ...] = ()

    @property
    def started(self) -> ApplicationStarted:
        """How the application began."""
        return self.submitted.started


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The applicant took it back; nothing can follow."""

    before: "Draft | Submitted | Returned | Lapsed"
    withdrawn: ApplicationWithdrawn

    @property
    def started(self) -> ApplicationStarted:
        """How the application began."""
        return self.before.started


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A draft or a return ran out; a draft goes on within an extension that covers it."""

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


def evolve(state: Application, event: ApplicationEvent) -> Application:
    """The state after `event`; an event that cannot follow leaves the state as it is."""
    match state:
        case NotStarted():
            return Draft(event) if isinstance(event, ApplicationStarted) else state
        case Draft():
            return _draft(state, event)
        case Submitted():
            return _submitted(state, event)
        case Returned():
            return _returned(state, event)
        case Lapsed():
            return _lapsed(state, event)
        case Withdrawn():
            return state
        case _:
            assert_never(state)


def _draft(state: Draft, event: ApplicationEvent) -> Application:
    match event:
        case FormSaved() | AttachmentAdded() | AttachmentRemoved():
            return replace(state, form=formed(state.form, event))
        case ApplicationSubmitted():
            return Submitted(
                _as_filed(state, event), (Version(state.form, event, state.evaluated),), requests=state.requests
            )
        case ApplicationWithdrawn():
            return Withdrawn(state, event)
        case ApplicationLapsed():
            return Lapsed(state, event)
        case EligibilityEvaluated() | LateSubmissionRefused() | LateSubmissionAdmitted() | WaiverRequested():
            return _tried(state, event)
        case ApplicationStarted() | PdfExported() | PaperReceived() | ApplicationReturned() | ApplicationResubmitted():
            return state
        case _:
            assert_never(event)


def _as_filed(draft: Draft, event: ApplicationSubmitted) -> ApplicationStarted:
    """How it began, as its first version has it: district and name stay those from now on."""
    form = draft.form.t1.legal_form if draft.form.t1 else draft.started.legal_form
    return replace(draft.started, organization_name=event.organization_name, district=event.district, legal_form=form)


def _tried(
    state: Draft, event: EligibilityEvaluated | LateSubmissionRefused | LateSubmissionAdmitted | WaiverRequested
) -> Draft:
    match event:
        case EligibilityEvaluated():
            return replace(state, evaluated=event)
        case LateSubmissionRefused():
            return replace(state, refused=event)
        case LateSubmissionAdmitted():
            return replace(state, admitted=event)
        case WaiverRequested():
            return replace(state, requests=(*state.requests, event))
        case _:
            assert_never(event)


def _submitted(state: Submitted, event: ApplicationEvent) -> Application:
    match event:
        case PaperReceived():
            return replace(state, papers=(*state.papers, event))
        case PdfExported():
            return replace(state, exports=(*state.exports, event))
        case WaiverRequested():
            return replace(state, requests=(*state.requests, event))
        case ApplicationReturned():
            return Returned(state, event, state.last.form)
        case ApplicationWithdrawn():
            return Withdrawn(state, event)
        case (
            ApplicationStarted()
            | FormSaved()
            | AttachmentAdded()
            | AttachmentRemoved()
            | EligibilityEvaluated()
            | LateSubmissionRefused()
            | LateSubmissionAdmitted()
            | ApplicationSubmitted()
            | ApplicationResubmitted()
            | ApplicationLapsed()
        ):
            return state
        case _:
            assert_never(event)


def _returned(state: Returned, event: ApplicationEvent) -> Application:
    match event:
        case FormSaved() | AttachmentAdded() | AttachmentRemoved():
            return replace(state, form=formed(state.form, event))
        case EligibilityEvaluated() | WaiverRequested() | PdfExported():
            return _noted(state, event)
        case ApplicationResubmitted():
            filed = Version(state.form, event, state.evaluated)
            before = state.submitted
            return replace(
                before,
                versions=(*before.versions, filed),
                requests=state.requests,
                returns=(*before.returns, state.returned),
            )
        case ApplicationWithdrawn():
            return Withdrawn(state, event)
        case ApplicationLapsed():
            return Lapsed(state, event)
        case (
            ApplicationStarted()
            | LateSubmissionRefused()
            | LateSubmissionAdmitted()
            | ApplicationSubmitted()
            | PaperReceived()
            | ApplicationReturned()
        ):
            return state
        case _:
            assert_never(event)


def _noted(state: Returned, event: EligibilityEvaluated | WaiverRequested | PdfExported) -> Returned:
    match event:
        case EligibilityEvaluated():
            return replace(state, evaluated=event)
        case WaiverRequested():
            return replace(state, requests=(*state.requests, event))
        case PdfExported():
            return replace(state, submitted=replace(state.submitted, exports=(*state.submitted.exports, event)))
        case _:
            assert_never(event)


def _lapsed(state: Lapsed, event: ApplicationEvent) -> Application:
    """A lapsed draft goes on being one, should it be extended; a lapsed return is over."""
    if isinstance(event, ApplicationWithdrawn):
        return Withdrawn(state, event)
    if isinstance(event, ApplicationLapsed):
        return state
    match state.before:
        case Draft() as draft:
            after = evolve(draft, event)
            went_on = replace(state, before=after) if isinstance(after, Draft) and after is not draft else state
            return after if isinstance(after, Submitted) else went_on
        case Returned() as returned:
            printed = evolve(returned, event) if isinstance(event, PdfExported) else returned
            return replace(state, before=printed) if isinstance(printed, Returned) else state
        case _:
            assert_never(state.before)
