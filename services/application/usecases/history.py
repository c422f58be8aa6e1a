"""Where an application stands: its events, own and foreign, in the order in which they happened, each moving it or not.

Topics arrive in any order; so the state is told from all that is known, and can be told as of any instant.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from msgspec import to_builtins

from services.application.domain.terms import ONE_APPLICATION
from shared.auditlog.canonical import JSON
from shared.contracts import application, publication, review
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.topics import SERVICES
from shared.contracts.vocabulary import Outcome

DRAFT, SUBMITTED, UNDER_DISTRICT, RETURNED, LAPSED = "DRAFT", "SUBMITTED", "UNDER_DISTRICT", "RETURNED", "LAPSED"
RECOMMENDED, DECLINED, ESCALATED, UNDER_EXPERT = "RECOMMENDED", "DECLINED", "ESCALATED", "UNDER_EXPERT"
PROPOSED, NOT_SELECTED, APPROVED, REJECTED = "PROPOSED", "NOT_SELECTED", "APPROVED", "REJECTED"
WITHDRAWN, REVOKED, EXPIRED = "WITHDRAWN", "REVOKED", "EXPIRED"
State: TypeAlias = Literal[
    "DRAFT",
    "SUBMITTED",
    "UNDER_DISTRICT",
    "RETURNED",
    "RECOMMENDED",
    "DECLINED",
    "ESCALATED",
    "UNDER_EXPERT",
    "PROPOSED",
    "NOT_SELECTED",
    "APPROVED",
    "REJECTED",
    "WITHDRAWN",
    "LAPSED",
    "REVOKED",
    "EXPIRED",
]
"""Where an application can stand."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event in an application's history, and where it moves it: `to`, from one of `only_from` if any."""

    application: str
    to: str | None = None
    only_from: tuple[str, ...] = ()


MOVES: Final[Mapping[type[Event], str]] = {
    application.ApplicationStarted: DRAFT,
    application.ApplicationSubmitted: SUBMITTED,
    application.ApplicationResubmitted: SUBMITTED,
    application.ApplicationReturned: RETURNED,
    application.ApplicationWithdrawn: WITHDRAWN,
    review.DistrictReviewReturned: RETURNED,
    review.DistrictRecommended: RECOMMENDED,
    review.DistrictDeclined: DECLINED,
    review.EscalatedToCity: ESCALATED,
    review.DistrictReviewReopened: UNDER_DISTRICT,
    review.ScoringReopened: UNDER_EXPERT,
    publication.OrganizationApproved: APPROVED,
    publication.ApplicationRejected: REJECTED,
    publication.ApprovalRevoked: REVOKED,
    publication.ApprovalRenewed: APPROVED,
    publication.ApprovalExpired: EXPIRED,
}
"""From whatever state that is no end."""
MOVES_FROM: Final[Mapping[type[Event], tuple[str, tuple[str, ...]]]] = {
    application.ApplicationLapsed: (LAPSED, (DRAFT, RETURNED)),
    application.PaperReceived: (UNDER_DISTRICT, (SUBMITTED,)),
    review.ReviewAssigned: (UNDER_EXPERT, (RECOMMENDED,)),
    publication.RevocationReversed: (APPROVED, (REVOKED,)),
}
UNDER_WAY: Final = (UNDER_DISTRICT, RECOMMENDED, ESCALATED, UNDER_EXPERT)
"""Somebody is to decide on it, at last after an appeal that sent it back."""
ENDS: Final = (APPROVED, REJECTED, REVOKED, EXPIRED)
"""What publication decided; nothing moves it but publication itself, and what a remitted appeal opens again."""
BEYOND: Final = frozenset(
    kind.__name__
    for kind in (
        review.DistrictReviewReopened,
        review.ScoringReopened,
        publication.OrganizationApproved,
        publication.ApplicationRejected,
        publication.ApprovalRevoked,
        publication.RevocationReversed,
        publication.ApprovalRenewed,
        publication.ApprovalExpired,
    )
)
"""Events that move also what has ended."""
BEGUN: Final = application.ApplicationStarted.__name__
"""What alone moves what was withdrawn: a draft may be begun anew."""
OUTCOMES: Final[Mapping[type[Event], tuple[str, Mapping[str, str]]]] = {
    review.DistrictDecisionReconsidered: ("outcome", {"reopened": UNDER_DISTRICT}),
    review.EscalationDecided: ("outcome", {"admitted": RECOMMENDED, "dismissed": DECLINED}),
    publication.ObjectionUpheld: ("effect", {"remove": NOT_SELECTED}),
}
"""By what the event decides."""
ASIDE: Final = (
    application.AttachmentAdded,
    application.AttachmentRemoved,
    application.EligibilityEvaluated,
    application.LateSubmissionRefused,
    application.LateSubmissionAdmitted,
    application.WaiverRequested,
    application.PdfExported,
    review.PaperMatched,
    review.ComplianceChecked,
    review.WaiverProposed,
    review.WaiverGranted,
    review.WaiverRefused,
    review.ReconsiderationRequested,
    publication.ObjectionFiled,
    publication.RankCorrected,
    publication.AgreementOffered,
    publication.AgreementSigned,
    publication.AgreementExpired,
    publication.AppealFiled,
    publication.AppealDecided,
    publication.RectificationOrdered,
    publication.RectificationAccepted,
)
"""What is told and moves nothing; who scored what is not told."""
DETAILS: Final = (
    "kind",
    "category",
    "district",
    "material",
    "name",
    "size",
    "media_type",
    "sha256",
    "overall",
    "version",
    "snapshot_hash",
    "failed",
    "to_judge",
    "pdf_sha256",
    "copies",
    "due",
    "deadline",
    "received_at",
    "extended_to",
    "old",
    "new",
    "authority_document",
    "reason",
    "reasons",
    "codes",
    "ground",
    "grounds",
    "evidence",
    "document_number",
    "rule",
    "rules",
    "outcome",
    "result",
    "effect",
    "revokes",
    "silence",
    "rank",
    "rank_before",
    "what",
    "note",
    "valid_from",
    "valid_to",
    "signed_on",
    "start",
    "end",
    "stage",
    "items",
    "changed",
    "matches",
    "suspended",
)
"""Members that an applicant's timeline shows where an event has them; none of them names a person."""
UNMET: Final = (Outcome.FAIL, Outcome.MISSING)
"""Outcomes of rules that may stop a submission."""
OF_AN_OBJECTION: Final = (publication.ObjectionInadmissible, publication.ObjectionDismissed)
"""Told of the application that the objection names."""
NAMELESS: Final = (publication.ObjectionFiled,)
"""Told without who did it, and without what that person brought."""
OF_NOBODY: Final[Mapping[str, JSON]] = {"role": "public", "account": ""}
QUIET: Final = (review.ReviewAssigned,)
"""Told without details."""


def told(event: Event) -> Iterator[Told]:
    """The applications in whose history the event is, and where it moves them."""
    if isinstance(event, publication.ApprovalListProposed):
        yield from (Told(row.application, PROPOSED) for row in event.rows)
        yield from (Told(below.application, NOT_SELECTED) for below in event.not_selected)
    elif isinstance(event, application.DeadlineExtended):
        yield from [Told(event.target)] if event.scope == ONE_APPLICATION and event.target else []
    elif isinstance(event, publication.NextInLinePromoted):
        yield Told(event.row.application, PROPOSED)
    elif type(event) in MOVES:
        yield Told(_its(event), MOVES[type(event)])
    elif type(event) in MOVES_FROM:
        yield from _if_it_counts(event)
    elif type(event) in OUTCOMES:
        member, states = OUTCOMES[type(event)]
        yield Told(_its(event), states.get(getattr(event, member)))
    elif isinstance(event, ASIDE):
        yield Told(_its(event))


def entry(recorded: Recorded, one: Told) -> dict[str, JSON]:
    """What the history keeps of an event."""
    event, envelope = recorded.event, recorded.envelope
    kept: dict[str, JSON] = {
        "at": envelope.time,
        "service": recorded.service,
        "position": recorded.position,
        "id": envelope.id,
        "event": type(event).__name__,
        "by": dict(OF_NOBODY)
        if isinstance(event, NAMELESS)
        else {"role": envelope.actorrole, "account": envelope.actorid},
        "details": _shown(event, recorded.data()),
    }
    if envelope.causationid:
        kept["cause"] = envelope.causationid
    if one.to:
        kept["to"] = one.to
    if one.only_from:
        kept["only_from"] = list(one.only_from)
    return kept


def _shown(event: Event, data: dict[str, JSON]) -> dict[str, JSON]:
    if isinstance(event, QUIET):
        return {}
    shown: dict[str, JSON] = {str(name): data[name] for name in DETAILS if name in data}
    if isinstance(event, NAMELESS):
        shown.pop("evidence", None)
    if isinstance(event, application.EligibilityEvaluated):
        shown["unmet"] = [to_builtins(one) for one in event.results if one.outcome in UNMET]
    return shown


def in_time(entries: Iterable[Any]) -> list[Any]:
    """As it happened: by time, each service's own in the order of its log, and none before what caused it."""
    waiting: dict[str, deque[Any]] = {}
    for one in sorted(entries, key=lambda one: (SERVICES.index(one["service"]), one["position"])):
        waiting.setdefault(one["service"], deque()).append(one)
    ahead = {one["id"] for own in waiting.values() for one in own}
    merged: list[Any] = []
    while waiting:
        heads = [own[0] for own in waiting.values()]
        ready = [one for one in heads if one.get("cause") not in ahead]
        first = min(ready or heads, key=lambda one: (one["at"], SERVICES.index(one["service"])))
        merged.append(waiting[first["service"]].popleft())
        ahead.discard(first["id"])
        waiting = {service: own for service, own in waiting.items() if own}
    return merged


def state_at(entries: Iterable[Any], at: str | None = None) -> tuple[str, str] | None:
    """The state after all entries, or those up to and with an instant, and since when; None before the beginning."""
    state, since = "", ""
    for one in entries:
        if at is not None and one["at"] > at:
            continue
        to = one.get("to", state)
        if state != to and _may_move(state, one):
            state, since = to, one["at"]
    return (state, since) if state else None


def _may_move(state: str, one: Any) -> bool:
    if state == WITHDRAWN:
        return bool(one["event"] == BEGUN)
    if state in ENDS and one["event"] not in BEYOND:
        return False
    return state in one.get("only_from", [state])


def _if_it_counts(event: Event) -> Iterator[Told]:
    to, only_from = MOVES_FROM[type(event)]
    wrong = isinstance(event, application.PaperReceived) and not event.matches
    yield Told(_its(event)) if wrong else Told(_its(event), to, only_from)


def _its(event: Event) -> str:
    return str(getattr(event, "application", ""))
