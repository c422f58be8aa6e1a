"""What publication knew of the others, and of its own lists, when an event was decided."""

from collections.abc import Mapping, Sequence
from typing import Any

from audit.case import Case
from services.publication.domain.decision import DECISION_DECIDER
from shared.contracts import application, registration, review
from shared.contracts.category import Stream
from shared.contracts.topics import DECISION


def decision_of(case: Case, round_id: str) -> Any:
    """The decision on the round's list, just before the event."""
    return case.fold(DECISION_DECIDER, Stream(DECISION, round_id, round_id).name)


def rankings_of(case: Case, event_ids: Sequence[str]) -> dict[str, Any]:
    """Rankings by the ids of their events."""
    return {event_id: case.record.event(case.recorded, event_id) for event_id in event_ids}


def last_rankings_of(case: Case, round_id: str) -> dict[str, Any]:
    """The last ranking of each panel that was known, by the id of its event."""
    known = case.before(review.RankingComputed, round=round_id)
    pairs = [(one, event) for one, event in case.record.where(review.RankingComputed, round=round_id) if event in known]
    last = {event.panel: one for one, event in pairs}
    return {one.envelope.id: event for one, event in pairs if last[event.panel] is one}


def ties_of(case: Case, rankings: Mapping[str, Any]) -> list[Any]:
    """What panels told apart since they last ranked."""
    ranked = {ranking.panel: case.record.by_id[event_id].position for event_id, ranking in rankings.items()}
    known = [tie for panel in ranked for tie in case.before(review.TieResolved, panel=panel)]
    ties = [pair for panel in ranked for pair in case.record.where(review.TieResolved, panel=panel)]
    return [tie for one, tie in ties if tie in known and one.position > ranked[tie.panel]]


def submissions_of(case: Case, round_id: str) -> dict[str, Any]:
    """The last of each application: what a list says of it never changes from one version to the next."""
    kinds = (application.ApplicationSubmitted, application.ApplicationResubmitted)
    return {event.application: event for kind in kinds for event in case.before(kind, round=round_id)}


def withdrawn_of(case: Case, round_id: str) -> frozenset[str]:
    """Who withdrew, did not correct in time, or was taken back; a draft that lapsed may come within an extension."""
    withdrawn = case.before(application.ApplicationWithdrawn, round=round_id)
    lapsed = case.before(application.ApplicationLapsed, round=round_id, what="return")
    return frozenset(event.application for event in (*withdrawn, *lapsed)) | taken_back_of(case, round_id)


def taken_back_of(case: Case, round_id: str) -> frozenset[str]:
    """What a district recommended, and then declined or returned, and has not recommended since."""
    declined = case.before(review.DistrictDeclined, round=round_id)
    returned = case.before(review.DistrictReviewReturned, round=round_id)
    revoked = {event.application for event in (*declined, *returned) if event.revokes is not None}
    return frozenset(one for one in revoked if not _stands(case, one))


def _stands(case: Case, application_id: str) -> bool:
    """Whether the last that the district or the city said brought the application to the experts."""
    kinds = (review.DistrictRecommended, review.DistrictDeclined, review.DistrictReviewReturned)
    said = [one for kind in kinds for one in case.record.where(kind, application=application_id)]
    admitted = case.record.where(review.EscalationDecided, application=application_id, outcome="admitted")
    known = [(one.position, event) for one, event in (*said, *admitted) if one.envelope.time <= (case.heard or case.at)]
    _, last = max(known, key=lambda one: one[0])
    return isinstance(last, review.DistrictRecommended | review.EscalationDecided)


def versions_of(case: Case, round_id: str) -> dict[str, int]:
    """The version of each application that the district, or the city after an escalation, sent to the experts."""
    kinds = (
        review.DistrictRecommended,
        review.EscalationDecided,
        review.DistrictDeclined,
        review.DistrictReviewReturned,
        review.DistrictReviewReopened,
        review.DistrictReviewClosed,
    )
    known = {id(event) for kind in kinds for event in case.before(kind, round=round_id)}
    said = [pair for kind in kinds for pair in case.record.where(kind, round=round_id) if id(pair[1]) in known]
    found = dict[str, int]()
    for _, event in sorted(said, key=lambda pair: pair[0].position):
        _said(found, event)
    return found


def _said(found: dict[str, int], event: Any) -> None:
    match event:
        case review.DistrictRecommended() | review.EscalationDecided(outcome="admitted"):
            found[event.application] = event.version
        case review.EscalationDecided():
            return
        case _:
            found.pop(event.application, None)


def barred_organizations_of(case: Case) -> frozenset[str]:
    """Who was suspended or closed, and not reinstated since."""
    kinds = (registration.OrganizationSuspended, registration.OrganizationClosed)
    named = {event.organization for kind in kinds for event in case.before(kind)}
    return frozenset(one for one in named if case.barred(one))
