"""What the district sends back: the named items are corrected and filed as the next version in time (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.application.domain.changes import diff_hash, differences
from services.application.domain.editing import to_correct_until
from services.application.domain.form import snapshot_hash
from services.application.domain.states import Application, ApplicationEvent, Returned, Submitted
from services.application.domain.submission import Attempt, SubmitApplication, evaluated, may_file
from services.application.domain.terms import RoundTerms
from shared.contracts.application import ApplicationResubmitted, ApplicationReturned, LateSubmissionAdmitted
from shared.contracts.review import DistrictReviewReturned
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal

DISTRICT_STAGE = "district"


@dataclass(frozen=True, slots=True)
class TakeReturn:
    """The district returned the version that counts (C5.3)."""

    returned: DistrictReviewReturned


class NothingIsCorrected(Refusal):
    """A next version differs from the one that was returned."""

    title = "Nothing of what was returned has changed"
    clause = "C5.3"


def take_return(state: Application, command: TakeReturn) -> Sequence[ApplicationEvent]:
    """The return; nothing when the version no longer counts, for it was withdrawn, or corrected already."""
    returned = command.returned
    if not isinstance(state, Submitted) or state.last.filed.version != returned.version:
        return []
    return [
        ApplicationReturned(
            application=returned.application,
            organization=returned.organization,
            round=returned.round,
            version=returned.version,
            stage=DISTRICT_STAGE,
            items=returned.items,
            due=returned.due,
        )
    ]


def resubmit(state: Returned, command: SubmitApplication) -> Sequence[ApplicationEvent]:
    """The corrected form as the next version, in time or within an extension, which is then said."""
    may_file(state.started, command)
    until = to_correct_until(state, command.terms, command.at)
    last = state.submitted.last
    changed = differences(last.form, state.form)
    if not changed:
        raise NothingIsCorrected
    attempt = Attempt(state.started, state.form, last.filed.version + 1, until, state.evaluated)
    event, evaluation = evaluated(attempt, command)
    started, t1 = state.started, state.form.t1
    assert t1 is not None, "a missing table blocks the submission"
    resubmitted = ApplicationResubmitted(
        application=started.application,
        organization=started.organization,
        uscc=started.uscc,
        organization_name=started.organization_name,
        district=started.district,
        round=started.round,
        kind=t1.kind,
        category=t1.category[0] if t1.category else None,
        version=attempt.version,
        snapshot_hash=snapshot_hash(state.form),
        diff_hash=diff_hash(changed),
        changed=tuple(one.path for one in changed),
        received_at=command.at,
        overall=evaluation.overall,
        failed=evaluation.failed,
        to_judge=evaluation.to_judge,
    )
    return [*_admitted(state, command.terms, command.at), event, resubmitted]


def _admitted(state: Returned, terms: RoundTerms, at: Instant) -> list[LateSubmissionAdmitted]:
    """What a correction after the return's own time rests on."""
    started, due = state.started, Instant(state.returned.due)
    extension = terms.extension_of(started.district, started.application)
    by_itself = max(due, terms.deadline if terms.not_before_deadline else due)
    if extension is None or not by_itself <= at < extension.new:
        return []
    return [
        LateSubmissionAdmitted(
            application=started.application,
            received_at=at,
            deadline=due,
            extended_to=extension.new,
            authority_document=extension.authority_document,
        )
    ]
