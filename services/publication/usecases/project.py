"""Publication's read models: what is known from elsewhere, and what the public and the office see of a round."""

from services.publication.usecases.project_standing import project_standing
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PolicyAmended,
    RoundPlanned,
)
from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    AppealDecided,
    AppealFiled,
    ApplicationRejected,
    ListPublished,
    NoticePublished,
    ObjectionDismissed,
    ObjectionFiled,
    ObjectionInadmissible,
    ObjectionUpheld,
    OrganizationApproved,
)
from shared.contracts.registration import OrganizationClosed, OrganizationReinstated, OrganizationSuspended
from shared.contracts.review import (
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewReopened,
    EscalationDecided,
    ExpertRecused,
    ExpertScored,
    PanelConstituted,
    PanelDecisionRecorded,
    RankingComputed,
    ScoreRevised,
    ScoreVoided,
    TieResolved,
)
from shared.eventstore.documents import Documents

ROUNDS = "rounds"
AMENDMENTS = "amendments"
SUBMISSIONS = "submissions"
WITHDRAWN = "withdrawn"
BARRED = "barred"
"""By organization: suspended or closed."""
RECOMMENDED = "recommended"
PANELS = "panels"
RANKINGS = "rankings"
SCORED = "scored"
"""By panel where in review's log a score was last given or taken: a ranking before it is stale."""
TIES = "ties"
LEFT_UNRANKED = "left-unranked"
"""By application, as its panel's last decision has it."""
NOTICES = "notices"
LISTS = "lists"
OBJECTIONS = "objections"
APPROVALS = "approvals"
APPEALS = "appeals"
AGREEMENTS = "agreements"


async def project(documents: Documents, recorded: Recorded) -> None:
    """Move the read models by one event, own or foreign."""
    await _from_elsewhere(documents, recorded)
    await _of_a_round(documents, recorded)
    await _of_an_application(documents, recorded)
    await project_standing(documents, recorded)


async def _from_elsewhere(documents: Documents, recorded: Recorded) -> None:
    event, data = recorded.event, recorded.data()
    match event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, data)
        case PolicyAmended() | TieResolved() | RankingComputed():
            known = {**data, "id": recorded.envelope.id, "position": recorded.position}
            await documents.put(IN_ORDER[type(event)], recorded.envelope.id, known)
        case ApplicationSubmitted() | ApplicationResubmitted():
            await documents.put(SUBMISSIONS, event.application, data)
        case ApplicationWithdrawn() | ApplicationLapsed(what="return"):
            await documents.put(WITHDRAWN, event.application, data)
        case OrganizationSuspended() | OrganizationClosed():
            await documents.put(BARRED, event.organization, data)
        case OrganizationReinstated():
            await documents.remove(BARRED, event.organization)
        case _:
            await _of_a_panel(documents, recorded)
            await _recommended(documents, recorded)


async def _of_a_panel(documents: Documents, recorded: Recorded) -> None:
    event, data = recorded.event, recorded.data()
    match event:
        case PanelConstituted():
            await documents.put(PANELS, event.panel, data)
        case PanelDecisionRecorded(decision="leave_unranked"):
            await documents.put(LEFT_UNRANKED, event.application, data)
        case PanelDecisionRecorded():
            await documents.remove(LEFT_UNRANKED, event.application)
        case ExpertScored() | ScoreRevised() | ScoreVoided() | ExpertRecused(voids_score=True):
            await _scored(documents, event.panel, event.round, recorded.position)
        case _:
            return


async def _scored(documents: Documents, panel: str, round_id: str, position: int) -> None:
    """Scores of a panel come from several partitions, in any order."""
    before = await documents.get(SCORED, panel) or {"position": 0}
    last = max(position, int(str(before["position"])))
    await documents.put(SCORED, panel, {"panel": panel, "round": round_id, "position": last})


async def _recommended(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case DistrictRecommended():
            await documents.put(RECOMMENDED, event.application, recorded.data())
        case EscalationDecided(outcome="admitted"):
            await documents.put(RECOMMENDED, event.application, recorded.data())
        case DistrictDeclined() | DistrictReviewClosed() | DistrictReviewReopened():
            await documents.remove(RECOMMENDED, event.application)
        case _:
            return


async def _of_a_round(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case NoticePublished():
            await documents.put(NOTICES, event.round, recorded.data())
        case ListPublished():
            await documents.put(LISTS, event.round, recorded.data())
        case ObjectionFiled():
            await documents.put(OBJECTIONS, event.objection, {**recorded.data(), "state": "OPEN"})
        case ObjectionInadmissible() | ObjectionDismissed() | ObjectionUpheld():
            filed = await documents.get(OBJECTIONS, event.objection) or {}
            decided = {**filed, **recorded.data(), "state": STATE[type(event)], "decided_at": recorded.envelope.time}
            await documents.put(OBJECTIONS, event.objection, decided)
        case _:
            return


async def _of_an_application(documents: Documents, recorded: Recorded) -> None:
    event, data = recorded.event, recorded.data()
    match event:
        case OrganizationApproved() | ApplicationRejected():
            await documents.put(APPROVALS, event.application, {**data, "state": STATE[type(event)]})
        case AppealFiled():
            await documents.put(APPEALS, event.application, {**data, "state": STATE[type(event)]})
        case AppealDecided():
            filed = await documents.get(APPEALS, event.application) or {}
            decided = {**filed, **data, "state": STATE[type(event)], "decided_at": recorded.envelope.time}
            await documents.put(APPEALS, event.application, decided)
        case AgreementOffered() | AgreementSigned() | AgreementExpired():
            before = await documents.get(AGREEMENTS, event.application) or {}
            await documents.put(AGREEMENTS, event.application, {**before, **data, "state": STATE[type(event)]})
        case _:
            return


IN_ORDER: dict[type, str] = {PolicyAmended: AMENDMENTS, TieResolved: TIES, RankingComputed: RANKINGS}
STATE: dict[type, str] = {
    ObjectionInadmissible: "INADMISSIBLE",
    ObjectionDismissed: "DISMISSED",
    ObjectionUpheld: "UPHELD",
    OrganizationApproved: "APPROVED",
    ApplicationRejected: "REJECTED",
    AppealFiled: "FILED",
    AppealDecided: "DECIDED",
    AgreementOffered: "OFFERED",
    AgreementSigned: "SIGNED",
    AgreementExpired: "EXPIRED",
}
