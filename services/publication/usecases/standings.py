"""Standings as the office and the public see them, and what the clock will bring to an approval or an agreement."""

from typing import Any, TypeAlias, assert_never

from msgspec import to_builtins

from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.publication import (
    AgreementExpired,
    AgreementOffered,
    AgreementSigned,
    ApplicationRejected,
    ApprovalExpired,
    ApprovalRenewed,
    ApprovalRevoked,
    ListCorrected,
    OrganizationApproved,
    RankCorrected,
    RectificationAccepted,
    RectificationOrdered,
    RevocationReversed,
)
from shared.eventstore.documents import Document, Documents
from shared.kernel.instants import LocalDate, end_of_day

STANDINGS = "standings"
"""With the history of its moves, for a list as of any day."""
ROUND_MAX = 100_000
UNSIGNED, NOT_OFFERED = "UNSIGNED", "NOT_OFFERED"
"""Of an approval whose agreement is not signed, and of an agreement that was not offered yet."""
REVOKED = "REVOKED"
"""Of an approval that a leader took back."""
KEPT = ("state", "since", "agreement", "valid_to")
"""What the history says of each move."""
DUE = "due"
"""What the clock brings, by its instant; see `usecases/due.py`."""
DUE_OF = "due-of"
"""The same by what it is about, so that it is found again when it moves."""
APPROVAL, AGREEMENT = "approval", "agreement"


async def project_standing(documents: Documents, recorded: Recorded) -> None:
    """Move them by one event."""
    await _standing(documents, recorded)
    await _due(documents, recorded)


Moving: TypeAlias = RectificationOrdered | RectificationAccepted | ApprovalRevoked | ApprovalRenewed | ApprovalExpired
"""What moves somebody's standing after the agreement was signed."""


async def _standing(documents: Documents, recorded: Recorded) -> None:
    event, data, since = recorded.event, recorded.data(), recorded.envelope.time
    match event:
        case OrganizationApproved():
            approved: dict[str, JSON] = {**data, "state": UNSIGNED, "since": since, "agreement": NOT_OFFERED}
            await _move(documents, event.application, approved, recorded)
        case RankCorrected() | ListCorrected():
            await _listed_anew(documents, event)
        case AgreementOffered() | AgreementExpired():
            await _move(documents, event.application, {"agreement": AGREEMENT_STATE[type(event)]}, recorded)
        case AgreementSigned():
            signed: dict[str, JSON] = {"state": STATE[type(event)], "since": since, "agreement": "SIGNED"}
            await _move(documents, event.application, signed, recorded)
        case ApplicationRejected() | RevocationReversed():
            await _taken_or_given_back(documents, event, recorded)
        case (
            RectificationOrdered() | RectificationAccepted() | ApprovalRevoked() | ApprovalRenewed() | ApprovalExpired()
        ):
            orders = await _orders(documents, event)
            moved: dict[str, JSON] = {**data, "state": STATE[type(event)], "since": since, "orders": orders}
            await _move(documents, event.application, moved, recorded)
        case _:
            return


async def _listed_anew(documents: Documents, event: RankCorrected | ListCorrected) -> None:
    """Whoever stays is on the corrected list from then on, some with another rank."""
    if isinstance(event, RankCorrected):
        before = await documents.get(STANDINGS, event.application)
        if before is not None:
            await documents.put(STANDINGS, event.application, {**before, "rank": event.rank})
        return
    for doc in await documents.find(STANDINGS, {"round": event.round}, limit=ROUND_MAX):
        if doc["state"] != STATE[ApplicationRejected] and doc["application"] not in event.removed:
            await documents.put(STANDINGS, str(doc["application"]), {**doc, "list_hash": event.list_hash})


async def _taken_or_given_back(
    documents: Documents, event: ApplicationRejected | RevocationReversed, recorded: Recorded
) -> None:
    """What is given back waits for another agreement, unless a correction took it from the list meanwhile."""
    since = recorded.envelope.time
    if isinstance(event, ApplicationRejected):
        await _move(documents, event.application, {"state": STATE[type(event)], "since": since}, recorded)
        return
    before = await documents.get(STANDINGS, event.application) or {}
    again: dict[str, JSON] = {"state": UNSIGNED, "since": since, "agreement": NOT_OFFERED}
    moved = again if before.get("state") == REVOKED else {}
    await _move(documents, event.application, {**recorded.data(), **moved, "given_back_at": since}, recorded)


async def _orders(documents: Documents, event: Moving) -> list[JSON]:
    """What is open to be put right, after an event."""
    before: Any = (await documents.get(STANDINGS, event.application) or {}).get("orders", [])
    match event:
        case RectificationOrdered():
            return [*before, {"items": to_builtins(event.items), "due": event.due}]
        case ApprovalRenewed():
            return list(before)
        case RectificationAccepted() | ApprovalRevoked() | ApprovalExpired():
            return []
        case _:
            assert_never(event)


async def _move(documents: Documents, application: str, members: dict[str, JSON], recorded: Recorded) -> None:
    """Every move is kept in the standing's history; who was never approved has none."""
    before = await documents.get(STANDINGS, application)
    if before is None and not isinstance(recorded.event, OrganizationApproved):
        return
    now = {**(before or {}), **members}
    history = now.get("history")
    move: dict[str, JSON] = {"at": recorded.envelope.time, **{member: now[member] for member in KEPT}}
    moves: list[JSON] = [*(history if isinstance(history, list) else []), move]
    await documents.put(STANDINGS, application, {**now, "history": moves})


async def _due(documents: Documents, recorded: Recorded) -> None:
    event = recorded.event
    match event:
        case AgreementOffered():
            await _falls_due(documents, AGREEMENT, event.application, event.due, event.round)
        case OrganizationApproved() | ApprovalRenewed():
            await _falls_due(documents, APPROVAL, event.application, end_of_day(LocalDate(event.valid_to)), event.round)
        case RevocationReversed():
            standing = await documents.get(STANDINGS, event.application) or {}
            if standing.get("state") == UNSIGNED:
                due = end_of_day(LocalDate(str(standing["valid_to"])))
                await _falls_due(documents, APPROVAL, event.application, due, event.round)
        case AgreementSigned() | AgreementExpired():
            await _no_longer_due(documents, AGREEMENT, event.application)
        case ApprovalRevoked() | ApprovalExpired() | ApplicationRejected():
            await _no_longer_due(documents, APPROVAL, event.application)
        case _:
            return


async def _falls_due(documents: Documents, what: str, application: str, due: str, round_id: str) -> None:
    await _no_longer_due(documents, what, application)
    doc: dict[str, JSON] = {"what": what, "application": application, "due": due, "round": round_id}
    await documents.put(DUE, due_key(doc), doc)
    await documents.put(DUE_OF, f"{what}.{application}", doc)


async def _no_longer_due(documents: Documents, what: str, application: str) -> None:
    doc = await documents.get(DUE_OF, f"{what}.{application}")
    if doc is not None:
        await documents.remove(DUE, due_key(doc))
        await documents.remove(DUE_OF, f"{what}.{application}")


def due_key(doc: Document) -> str:
    """The key of something due: the earliest comes first."""
    return f"{doc['due']}.{doc['what']}.{doc['application']}"


STATE: dict[type, str] = {
    ApplicationRejected: "REMOVED",
    AgreementSigned: "ACTIVE",
    RectificationOrdered: "RECTIFYING",
    RectificationAccepted: "ACTIVE",
    ApprovalRevoked: REVOKED,
    ApprovalRenewed: "RENEWED",
    ApprovalExpired: "EXPIRED",
}
AGREEMENT_STATE: dict[type, str] = {AgreementOffered: "OFFERED", AgreementExpired: "EXPIRED"}
