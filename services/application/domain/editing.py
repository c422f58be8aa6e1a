"""Who may change the form and when: a draft in time, a return where it was named, a submitted version never (C5.2)."""

from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from services.application.domain.changes import differences
from services.application.domain.form import Form, formed
from services.application.domain.states import Application, Draft, Lapsed, NotStarted, Returned, Submitted, Withdrawn
from services.application.domain.terms import Applicant, RoundTerms
from shared.contracts.application import ApplicationStarted, AttachmentAdded, AttachmentRemoved, FormSaved
from shared.contracts.correction import ItemToCorrect
from shared.contracts.fields import place
from shared.kernel.actor import Actor, Role
from shared.kernel.instants import Instant, local_text
from shared.kernel.refusal import Refusal, Unknown, require


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingAct:
    """What goes into an application: its form, its files, its paper."""

    final: bool
    """Whether the application was approved or rejected, and no appeal remitted it to its district since."""


class Edit(Protocol):
    """A command that changes what is to be filed."""

    @property
    def by(self) -> Actor:
        """Who."""

    @property
    def at(self) -> Instant:
        """When it was received."""

    @property
    def applicant(self) -> Applicant | None:
        """The organization as registration has it now, as far as that was heard."""

    @property
    def terms(self) -> RoundTerms | None:
        """The round's terms; without them a lapsed draft stays closed."""


class ApplicationNotStarted(Unknown):
    """No such application."""

    title = "There is no such application"
    field = "application"


class VersionIsSubmitted(Refusal):
    """A submitted version is immutable."""

    title = "A submitted version never changes"
    clause = "C5.2"


class ApplicationIsWithdrawn(Refusal):
    """The applicant took it back."""

    title = "The application was withdrawn"
    clause = "C5.2"


class ApplicationHasLapsed(Refusal):
    """What ran out, a draft or a return, goes on only within an extension."""

    title = "The time for the application has run out"
    clause = "C5.2"
    rule = "R19"


class ApplicationIsDecided(Refusal):
    """What was approved or rejected is neither taken back nor filed again."""

    title = "The application was approved or rejected"
    clause = "C5.4"


class OnlyNamedItemsMayChange(Refusal):
    """What was not returned stays as it was submitted."""

    title = "Only what was returned may change"
    clause = "C5.3"


class OrganizationIsSuspended(Refusal):
    """A suspended organization begins, fills in and files nothing until it is reinstated; a closed one never."""

    title = "The organization is suspended or closed"
    clause = "C5.2"
    field = "organization"


def unless_barred(applicant: Applicant | None) -> None:
    """Refuse an organization that is suspended or closed."""
    if applicant is not None and applicant.barred is not None:
        raise OrganizationIsSuspended(applicant.barred, detail_zh=applicant.barred)


def following(state: Application, applicant: Applicant | None) -> Application:
    """What is not filed yet goes with its organization: its district, name and legal form now; what is filed stays."""
    match state:
        case Draft(started) if applicant is not None:
            return replace(state, started=_followed(started, applicant))
        case Lapsed(before=Draft() as draft) if applicant is not None:
            return replace(state, before=replace(draft, started=_followed(draft.started, applicant)))
        case NotStarted() | Draft() | Submitted() | Returned() | Withdrawn() | Lapsed():
            return state
        case _:
            assert_never(state)


def district_of(state: Draft | Submitted | Returned | Withdrawn | Lapsed, applicant: Applicant | None) -> str:
    """Where it was filed, or would be today."""
    now = following(state, applicant)
    return state.started.district if isinstance(now, NotStarted) else now.started.district


def _followed(started: ApplicationStarted, applicant: Applicant) -> ApplicationStarted:
    """How an application would begin today."""
    return replace(
        started, organization_name=applicant.name, legal_form=applicant.legal_form, district=applicant.district
    )


def editable(state: Application, command: Edit) -> tuple[ApplicationStarted, Form]:
    """How it began and the form that may change now, or a refusal."""
    match state:
        case NotStarted():
            raise ApplicationNotStarted
        case Draft(started, form):
            require(command.by, Role.FILER, organization=started.organization)
            unless_barred(command.applicant)
            return started, form
        case Returned(form=form):
            require(command.by, Role.FILER, organization=state.started.organization)
            unless_barred(command.applicant)
            to_correct_until(state, command.terms, command.at)
            return state.started, form
        case Lapsed(before=before):
            require(command.by, Role.FILER, organization=state.started.organization)
            unless_barred(command.applicant)
            return state.started, _extended(before, command).form
        case Submitted(started):
            require(command.by, Role.FILER, organization=started.organization)
            raise VersionIsSubmitted
        case Withdrawn():
            require(command.by, Role.FILER, organization=state.started.organization)
            raise ApplicationIsWithdrawn
        case _:
            assert_never(state)


def may_change(state: Application, event: FormSaved | AttachmentAdded | AttachmentRemoved) -> None:
    """Refuse unless the state is no return, or everything that the event changes is of an item that was returned."""
    returned = state.before if isinstance(state, Lapsed) else state
    if not isinstance(returned, Returned):
        return
    for changed in differences(returned.form, formed(returned.form, event)):
        if not any(names(item, changed.path) for item in returned.returned.items):
            named = [item.path for item in returned.returned.items]
            raise OnlyNamedItemsMayChange(
                f"{changed.path} was not returned; returned were {', '.join(named)}",
                detail_zh=f"{place(changed.path)}未被退回；退回的是{'、'.join(map(place, named))}",
                field=changed.path,
            )


def names(item: ItemToCorrect, path: str) -> bool:
    """Whether the item is this place, or a whole that the place is a part of."""
    return path == item.path or path.startswith(f"{item.path}.")


def to_correct_until(state: Returned, terms: RoundTerms | None, at: Instant) -> Instant:
    """The first instant that is too late for what was returned, by an extension too; raise `ApplicationHasLapsed`."""
    started, due = state.started, Instant(state.returned.due)
    until = terms.correct_until(due, started.district, started.application) if terms else due
    if at < until:
        return until
    extension = terms.extension_of(started.district, started.application) if terms else None
    if extension is None or at >= extension.new:
        raise ApplicationHasLapsed(f"it was to be corrected before {until}", detail_zh=f"应于{local_text(until)}前补正")
    return Instant(extension.new)


def _extended(before: Draft | Returned, command: Edit) -> Draft | Returned:
    if isinstance(before, Returned):
        to_correct_until(before, command.terms, command.at)
        return before
    started = before.started
    deadline = command.terms.deadline_of(started.district, started.application) if command.terms else None
    if deadline is None or command.at >= deadline:
        raise ApplicationHasLapsed(
            f"the deadline was {deadline or 'before'}", detail_zh=f"截止时间{local_text(deadline)}" if deadline else ""
        )
    return before
