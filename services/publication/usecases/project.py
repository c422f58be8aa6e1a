"""Publication's read models: what is known from elsewhere, and what the public and the office see of a round."""

from typing import Any

from services.publication.domain.states import OBJECTION
from services.publication.usecases.obligations import OWED, obligations
from services.publication.usecases.organizations import BARRED, CHANGED, SUSPENSIONS, organizations
from services.publication.usecases.standings import DUE, DUE_OF, STANDINGS, project_standing
from shared.auditlog.canonical import JSON
from shared.contracts.application import (
    ApplicationLapsed,
    ApplicationResubmitted,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PolicyAmended,
    RoundPlanned,
)
from shared.contracts.documents import typed
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
    RankCorrected,
    RemitClosed,
)
from shared.contracts.review import (
    BatchReopened,
    BatchSent,
    DistrictDecisionReconsidered,
    DistrictDeclined,
    DistrictRecommended,
    DistrictReviewClosed,
    DistrictReviewReopened,
    DistrictReviewReturned,
    EscalatedToCity,
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
from shared.eventstore.projection import Projection

ROUNDS = "rounds"
AMENDMENTS = "amendments"
SUBMISSIONS = "submissions"
WITHDRAWN = "withdrawn"
RECOMMENDED = "recommended"
TAKEN_BACK = "taken-back"
"""Applications that a district recommended and then declined or returned, until it recommends them again."""
OPEN_AGAIN = "open-again"
"""By round and district: lists that were opened again and not sent since."""
DECLINED = "declined"
"""Applications that a district declined and nobody opened again or admitted."""
ESCALATED = "escalated"
"""Applications that are before the city, which has not decided on them."""
PANELS = "panels"
RANKINGS = "rankings"
SCORED = "scored"
"""By panel where in review's log a score was last given or taken: a ranking before it is stale."""
TIES = "ties"
LEFT_UNRANKED = "left-unranked"
"""By application, as its panel's last decision has it."""
NOTICES = "notices"
SHOWN = "shown"
"""By application whom a notice showed."""
LISTS = "lists"
OBJECTIONS = "objections"
APPROVALS = "approvals"
APPEALS = "appeals"
AGREEMENTS = "agreements"


async def _rounds(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case RoundPlanned():
            await documents.put(ROUNDS, event.round, typed(recorded))
        case PolicyAmended():
            await documents.put(AMENDMENTS, recorded.envelope.id, {**_in_order(recorded), **typed(recorded)})
        case _:
            return


async def _submissions(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case ApplicationSubmitted() | ApplicationResubmitted():
            await documents.put(SUBMISSIONS, event.application, recorded.data())
            await documents.remove(WITHDRAWN, event.application)
        case ApplicationWithdrawn() | ApplicationLapsed(what="return"):
            await documents.put(WITHDRAWN, event.application, recorded.data())
        case _:
            return


async def _panels(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case PanelConstituted():
            await documents.put(PANELS, event.panel, recorded.data())
        case TieResolved():
            await documents.put(TIES, recorded.envelope.id, _in_order(recorded))
        case RankingComputed():
            await documents.put(RANKINGS, recorded.envelope.id, {**_in_order(recorded), "time": recorded.envelope.time})
        case PanelDecisionRecorded(decision="leave_unranked"):
            await documents.put(LEFT_UNRANKED, event.application, recorded.data())
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


def _in_order(recorded: Recorded) -> dict[str, JSON]:
    return {**recorded.data(), "id": recorded.envelope.id, "position": recorded.position}


async def _recommended(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case DistrictRecommended() | EscalationDecided(outcome="admitted"):
            await documents.put(RECOMMENDED, event.application, recorded.data())
            await documents.remove(TAKEN_BACK, event.application)
        case EscalatedToCity():
            await documents.remove(RECOMMENDED, event.application)
        case DistrictDeclined() | DistrictReviewReturned() if event.revokes is not None:
            await documents.remove(RECOMMENDED, event.application)
            await documents.put(TAKEN_BACK, event.application, recorded.data())
        case DistrictDeclined() | DistrictReviewClosed() | DistrictReviewReopened():
            await documents.remove(RECOMMENDED, event.application)
        case _:
            return


async def _lists(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case BatchReopened():
            await documents.put(OPEN_AGAIN, f"{event.round}.{event.district}", recorded.data())
        case BatchSent():
            await documents.remove(OPEN_AGAIN, f"{event.round}.{event.district}")
        case _:
            return


async def _declined(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case DistrictDeclined():
            await documents.put(DECLINED, event.application, recorded.data())
        case DistrictDecisionReconsidered(outcome="reopened") | EscalationDecided(outcome="admitted"):
            await documents.remove(DECLINED, event.application)
        case DistrictReviewReopened() | DistrictReviewClosed():
            await documents.remove(DECLINED, event.application)
        case _:
            return


async def _escalated(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case EscalatedToCity():
            await documents.put(ESCALATED, event.application, recorded.data())
        case EscalationDecided() | DistrictReviewReopened() | DistrictReviewClosed():
            await documents.remove(ESCALATED, event.application)
        case _:
            return


async def _notices(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case NoticePublished():
            against = await _objections_against(documents, event)
            await documents.put(NOTICES, event.round, {**recorded.data(), "objections_against": against})
            for row in event.rows:
                await documents.put(SHOWN, row.application, {"organization": row.organization})
        case ListPublished():
            await documents.put(LISTS, event.round, recorded.data())
        case ObjectionFiled():
            await documents.put(OBJECTIONS, event.objection, await _objection(documents, event, recorded))
        case ObjectionInadmissible() | ObjectionDismissed() | ObjectionUpheld():
            filed = await documents.get(OBJECTIONS, event.objection) or {}
            decided = {**filed, **recorded.data(), "state": STATE[type(event)], "decided_at": recorded.envelope.time}
            await documents.put(OBJECTIONS, event.objection, decided)
        case _:
            return


async def _objections_against(documents: Documents, event: NoticePublished) -> JSON:
    """Everybody on a proposal; of a correction of the published list, whom it adds."""
    published: Any = await documents.get(LISTS, event.round) or {"rows": []}
    listed = {row["application"] for row in published["rows"]}
    return [row.application for row in event.rows if row.application not in listed]


async def _objection(documents: Documents, event: ObjectionFiled, recorded: Recorded) -> dict[str, JSON]:
    """With the organization that it concerns, which a notice of the round shows."""
    shown = await documents.get(SHOWN, event.application) or {}
    return {**recorded.data(), "state": "OPEN", "organization": shown.get("organization", "")}


async def _decisions(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case OrganizationApproved() | ApplicationRejected():
            await documents.put(APPROVALS, event.application, {**recorded.data(), "state": STATE[type(event)]})
            await _ended(documents, event, recorded.envelope.time)
        case RankCorrected():
            approved = await documents.get(APPROVALS, event.application) or {}
            await documents.put(APPROVALS, event.application, {**approved, "rank": event.rank})
        case AppealFiled():
            await documents.put(APPEALS, event.application, {**recorded.data(), "state": STATE[type(event)]})
        case AppealDecided():
            filed = await documents.get(APPEALS, event.application) or {}
            decided = {**filed, **recorded.data(), "state": STATE[type(event)], "decided_at": recorded.envelope.time}
            await documents.put(APPEALS, event.application, decided)
        case RemitClosed():
            remitted = await documents.get(APPEALS, event.application) or {}
            ended = {"state": STATE[type(event)], "closed_at": recorded.envelope.time, "closed_for": event.reason}
            await documents.put(APPEALS, event.application, {**remitted, **ended})
        case _:
            return


async def _ended(documents: Documents, event: OrganizationApproved | ApplicationRejected, at: str) -> None:
    """A decision follows an appeal; an objection to what the appeal gave takes it away."""
    appeal = await documents.get(APPEALS, event.application)
    if appeal is None:
        return
    taken = isinstance(event, ApplicationRejected) and event.stage == OBJECTION
    now = {**appeal, "ended_at": appeal.get("ended_at", at), **({"taken_at": at} if taken else {})}
    await documents.put(APPEALS, event.application, now)


async def _agreements(documents: Documents, recorded: Recorded) -> None:
    match event := recorded.event:
        case AgreementOffered() | AgreementSigned() | AgreementExpired():
            before = await documents.get(AGREEMENTS, event.application) or {}
            now = {**before, **recorded.data(), "state": STATE[type(event)]}
            await documents.put(AGREEMENTS, event.application, now)
        case _:
            return


PROJECTIONS = (
    Projection("rounds", frozenset({ROUNDS, AMENDMENTS}), _rounds),
    Projection("submissions", frozenset({SUBMISSIONS, WITHDRAWN}), _submissions),
    Projection("organizations", frozenset({BARRED, CHANGED, SUSPENSIONS}), organizations),
    Projection("panels", frozenset({PANELS, RANKINGS, SCORED, TIES, LEFT_UNRANKED}), _panels),
    Projection("recommended", frozenset({RECOMMENDED, TAKEN_BACK}), _recommended),
    Projection("lists", frozenset({OPEN_AGAIN}), _lists),
    Projection("declined", frozenset({DECLINED}), _declined),
    Projection("escalated", frozenset({ESCALATED}), _escalated),
    Projection("notices", frozenset({NOTICES, SHOWN, LISTS, OBJECTIONS}), _notices),
    Projection("decisions", frozenset({APPROVALS, APPEALS}), _decisions),
    Projection("agreements", frozenset({AGREEMENTS}), _agreements),
    Projection("obligations", frozenset({OWED}), obligations),
    Projection("standings", frozenset({STANDINGS, DUE, DUE_OF}), project_standing),
)
STATE: dict[type, str] = {
    ObjectionInadmissible: "INADMISSIBLE",
    ObjectionDismissed: "DISMISSED",
    ObjectionUpheld: "UPHELD",
    OrganizationApproved: "APPROVED",
    ApplicationRejected: "REJECTED",
    AppealFiled: "FILED",
    AppealDecided: "DECIDED",
    RemitClosed: "CLOSED",
    AgreementOffered: "OFFERED",
    AgreementSigned: "SIGNED",
    AgreementExpired: "EXPIRED",
}
