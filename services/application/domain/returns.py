"""What the district sends back: the named items are corrected and filed as the next version in time (C5.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.application.domain.changes import diff_hash, differences
from services.application.domain.editing import ApplicationHasLapsed
from services.application.domain.form import snapshot_hash
from services.application.domain.states import Application, ApplicationEvent, Returned, Submitted
from services.application.domain.submission import Attempt, SubmitApplication, evaluated, may_file
from shared.contracts.application import ApplicationResubmitted, ApplicationReturned
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
    """The corrected form as the next version; it is late from the return's due instant on."""
    may_file(state.started, command)
    due = Instant(state.returned.due)
    if command.at >= due:
        raise ApplicationHasLapsed(f"it was to be corrected before {due}")
    last = state.submitted.last
    changed = differences(last.form, state.form)
    if not changed:
        raise NothingIsCorrected
    attempt = Attempt(state.started, state.form, last.filed.version + 1, due, state.evaluated)
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
    return [event, resubmitted]
