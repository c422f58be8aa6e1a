"""How an application moves from one state to the next, by each event that may follow."""

from dataclasses import replace
from typing import assert_never

from services.application.domain.form import formed
from services.application.domain.states import (
    Application,
    ApplicationEvent,
    Draft,
    Lapsed,
    NotStarted,
    Returned,
    Submitted,
    Version,
    Withdrawn,
    versions_of,
)
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
            return _withdrawn(state, event)
        case _:
            assert_never(state)


def _withdrawn(state: Withdrawn, event: ApplicationEvent) -> Application:
    match event:
        case ApplicationStarted():
            return state if versions_of(state) else Draft(event)
        case (
            FormSaved()
            | AttachmentAdded()
            | AttachmentRemoved()
            | EligibilityEvaluated()
            | LateSubmissionRefused()
            | LateSubmissionAdmitted()
            | WaiverRequested()
            | ApplicationSubmitted()
            | PdfExported()
            | PaperReceived()
            | ApplicationReturned()
            | ApplicationResubmitted()
            | ApplicationWithdrawn()
            | ApplicationLapsed()
        ):
            return state
        case _:
            assert_never(event)


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
        case EligibilityEvaluated() | WaiverRequested() | PdfExported() | LateSubmissionAdmitted():
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
            | ApplicationSubmitted()
            | PaperReceived()
            | ApplicationReturned()
        ):
            return state
        case _:
            assert_never(event)


def _noted(
    state: Returned, event: EligibilityEvaluated | WaiverRequested | PdfExported | LateSubmissionAdmitted
) -> Returned:
    match event:
        case EligibilityEvaluated():
            return replace(state, evaluated=event)
        case LateSubmissionAdmitted():
            return replace(state, admitted=event)
        case WaiverRequested():
            return replace(state, requests=(*state.requests, event))
        case PdfExported():
            return replace(state, submitted=replace(state.submitted, exports=(*state.submitted.exports, event)))
        case _:
            assert_never(event)


def _lapsed(state: Lapsed, event: ApplicationEvent) -> Application:
    """What lapsed goes on being a draft or a return, should it be extended."""
    if isinstance(event, ApplicationWithdrawn):
        return Withdrawn(state, event)
    if isinstance(event, ApplicationLapsed):
        return state
    after = evolve(state.before, event)
    if isinstance(after, Draft | Returned):
        return state if after is state.before else replace(state, before=after)
    return after
