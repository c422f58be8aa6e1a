"""Publication's read models: rounds, submissions and rankings from elsewhere; the list and the agreements."""

from shared.contracts.application import ApplicationSubmitted, RoundPlanned
from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    AgreementOffered,
    AgreementSigned,
    ApplicationRejected,
    ListPublished,
    NoticePublished,
    OrganizationApproved,
)
from shared.contracts.review import RankingComputed
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
SUBMISSIONS = "submissions"
RANKINGS = "rankings"
NOTICES = "notices"
LISTS = "lists"
APPROVALS = "approvals"
AGREEMENTS = "agreements"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, data)
        case ApplicationSubmitted():
            await documents.put(SUBMISSIONS, event.application, data)
        case RankingComputed():
            await documents.put(RANKINGS, recorded.envelope.id, {"id": recorded.envelope.id, **data})
        case NoticePublished():
            await documents.put(NOTICES, event.round, data)
        case ListPublished():
            await documents.put(LISTS, event.round, data)
        case OrganizationApproved():
            await documents.put(APPROVALS, event.application, {**data, "state": "APPROVED"})
        case ApplicationRejected():
            await documents.put(APPROVALS, event.application, {**data, "state": "REJECTED"})
        case AgreementOffered():
            await documents.put(AGREEMENTS, event.application, {**data, "state": "OFFERED"})
        case AgreementSigned():
            await documents.put(AGREEMENTS, event.application, {**data, "state": "SIGNED"})
        case _:
            return
