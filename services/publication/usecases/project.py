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
from shared.contracts.review import PanelConstituted, RankingComputed
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
SUBMISSIONS = "submissions"
PANELS = "panels"
RANKINGS = "rankings"
NOTICES = "notices"
LISTS = "lists"
APPROVALS = "approvals"
AGREEMENTS = "agreements"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    event, data = recorded.event, recorded.data()
    match event:
        case PanelConstituted():
            await documents.put(PANELS, event.panel, data)
        case RankingComputed():
            await documents.put(RANKINGS, recorded.envelope.id, {"id": recorded.envelope.id, **data})
        case RoundPlanned() | NoticePublished() | ListPublished():
            await documents.put(OF_A_ROUND[type(event)], event.round, data)
        case ApplicationSubmitted():
            await documents.put(SUBMISSIONS, event.application, data)
        case OrganizationApproved() | ApplicationRejected() | AgreementOffered() | AgreementSigned():
            view, state = OF_AN_APPLICATION[type(event)]
            await documents.put(view, event.application, {**data, "state": state})
        case _:
            return


OF_A_ROUND: dict[type, str] = {RoundPlanned: ROUNDS, NoticePublished: NOTICES, ListPublished: LISTS}
OF_AN_APPLICATION: dict[type, tuple[str, str]] = {
    OrganizationApproved: (APPROVALS, "APPROVED"),
    ApplicationRejected: (APPROVALS, "REJECTED"),
    AgreementOffered: (AGREEMENTS, "OFFERED"),
    AgreementSigned: (AGREEMENTS, "SIGNED"),
}
