"""Publication's streams: what is about one organization is keyed by it, what is about a round by the round."""

from shared.contracts.category import Stream
from shared.contracts.event import Event
from shared.contracts.publication import ApplicationRejected, OrganizationApproved, RankCorrected
from shared.contracts.topics import AGREEMENT, APPEAL, APPROVAL, DECISION, NOTICE, STANDING


def decision_stream(round_id: str) -> Stream:
    """The decision on a round's list."""
    return Stream(DECISION, round_id, round_id)


def notice_stream(round_id: str) -> Stream:
    """What the public sees of a round."""
    return Stream(NOTICE, round_id, round_id)


def approval_stream(application: str, organization: str) -> Stream:
    """The approval or rejection of one application."""
    return Stream(APPROVAL, application, organization)


def appeal_stream(application: str, organization: str) -> Stream:
    """The appeal against one application's rejection."""
    return Stream(APPEAL, application, organization)


def agreement_stream(application: str, organization: str) -> Stream:
    """The agreement with one organization."""
    return Stream(AGREEMENT, application, organization)


def standing_stream(application: str, organization: str) -> Stream:
    """The standing of one approved organization."""
    return Stream(STANDING, application, organization)


def decided_stream(event: Event, round_id: str) -> Stream:
    """Where an event of the decision goes: what is about one application has a stream of its own."""
    if isinstance(event, OrganizationApproved | ApplicationRejected | RankCorrected):
        return approval_stream(event.application, event.organization)
    return decision_stream(round_id)
