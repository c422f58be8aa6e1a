"""Every event is on one topic of its service, and what is confidential on none that outsiders read."""

from collections import Counter

import pytest

from shared.contracts.access import (
    AccessRefused,
    ClockPassedOver,
    ParkedRecordDiscarded,
    PersonalDataErased,
    RecordRead,
)
from shared.contracts.category import Stream, Visibility
from shared.contracts.codec import MODULES
from shared.contracts.event import REGISTRY
from shared.contracts.topics import (
    ACCESS,
    ACCOUNT,
    CATEGORIES,
    ERASURE,
    SERVICES,
    TOPICS,
    consumed_by,
    topic_of,
)

assert MODULES, "importing the codec declares every event"
OF_EVERY_SERVICE = {AccessRefused, RecordRead, PersonalDataErased, ParkedRecordDiscarded, ClockPassedOver}
BY_NAME = {topic.name: topic for topic in TOPICS}
OPEN = {
    "nianlun.registration.SigningKeyPublished.v1",
    "nianlun.registration.SigningKeyRetired.v1",
    "nianlun.application.RoundPlanned.v2",
    "nianlun.application.RoundOpened.v1",
    "nianlun.publication.NoticePublished.v1",
    "nianlun.publication.ListPublished.v1",
    "nianlun.publication.OrganizationApproved.v1",
    "nianlun.publication.ApplicationRejected.v1",
    "nianlun.publication.AgreementOffered.v1",
    "nianlun.publication.AgreementSigned.v1",
    "nianlun.reporting.ObligationCreated.v1",
    "nianlun.reporting.ServiceReportFiled.v1",
    "nianlun.application.DeadlineExtended.v1",
    "nianlun.application.PolicyAmended.v2",
    "nianlun.application.PolicyAmendmentDeclined.v1",
    "nianlun.application.PolicyAmendmentProposed.v2",
    "nianlun.application.PolicyAmendmentWithdrawn.v1",
    "nianlun.application.RoundArchived.v1",
    "nianlun.application.RoundClosed.v1",
    "nianlun.publication.AgreementExpired.v1",
    "nianlun.publication.ApprovalExpired.v1",
    "nianlun.publication.ApprovalRenewed.v1",
    "nianlun.publication.ApprovalRevoked.v1",
    "nianlun.publication.RevocationReversed.v1",
    "nianlun.publication.RankCorrected.v1",
    "nianlun.publication.RectificationAccepted.v1",
    "nianlun.publication.RectificationOrdered.v1",
    "nianlun.reporting.DifficultiesReported.v1",
    "nianlun.reporting.ObligationLifted.v1",
    "nianlun.reporting.ObligationRescheduled.v1",
    "nianlun.reporting.PolicyDigestFiled.v1",
    "nianlun.reporting.PriorityRecommended.v1",
    "nianlun.reporting.ReminderSent.v1",
    "nianlun.reporting.ReportAccepted.v1",
    "nianlun.reporting.ReportDefaulted.v1",
    "nianlun.reporting.ReportOverdue.v1",
    "nianlun.reporting.ReportReturned.v1",
    "nianlun.reporting.ServiceCaseFiled.v1",
    "nianlun.reporting.ServicePlanFiled.v1",
}
"""What anyone outside may read without being named; whatever else is declared is confidential."""


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_events_category_is_a_topic_of_its_service(name: str) -> None:
    category = REGISTRY[name].CATEGORY
    if category is None:
        assert REGISTRY[name] in OF_EVERY_SERVICE
        return
    topic = BY_NAME[category.topic]
    assert topic.service == category.service == name.split(".")[1]
    assert topic_of(category.service, Stream(category, "x-1", "k").name) == topic.name


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_nothing_confidential_is_on_an_integrators_topic(name: str) -> None:
    category = REGISTRY[name].CATEGORY
    visible = category is not None and BY_NAME[category.topic].visibility is not Visibility.CONFIDENTIAL
    assert visible == (name in OPEN)


def test_every_category_is_a_topic_once_and_carries_something() -> None:
    assert set(Counter(topic.name for topic in TOPICS).values()) == {1}
    carried = {event.CATEGORY for event in REGISTRY.values()} | {*ACCESS.values(), *ERASURE.values()}
    assert carried - {None} == set(CATEGORIES)
    assert set(ACCESS) == set(ERASURE) == set(SERVICES)
    assert all(one.visibility is Visibility.CONFIDENTIAL for one in (ACCOUNT, *ACCESS.values(), *ERASURE.values()))


def test_services_consume_others_topics_only() -> None:
    for topic in TOPICS:
        assert topic.service in SERVICES
        assert topic.service not in topic.consumers
        assert set(topic.consumers) <= {*SERVICES, "statistics"}
        assert topic.purpose
        assert topic.key in {"organization", "round", "account", "expert", "key", "subject"}
    assert consumed_by("review") == tuple(topic.name for topic in TOPICS if "review" in topic.consumers)
    assert consumed_by("nobody") == ()


def test_a_stream_is_named_after_its_category() -> None:
    stream = Stream(ACCOUNT, "a-1", "a-1")
    assert (stream.name, stream.subject) == ("account-a-1", "account/a-1")
    assert topic_of("registration", stream.name) == ACCOUNT.topic
