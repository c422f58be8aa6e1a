"""What of a list everybody may know: a proposal or a promotion counts from the public notice that shows it (C5.4).

Proposals and notices come on two topics, in any order; so a notice is told to every application that either names,
whichever comes first, and what is public is told from an application's own history.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from services.application.usecases.history import PROPOSED, Told, entry
from shared.auditlog.canonical import JSON
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ApprovalListProposed, NextInLinePromoted, NoticePublished
from shared.eventstore.documents import Documents, Reads

NOTICES = "notices"
"""Of each round its notices, and every application that was ever proposed or left out of a proposal."""
A_NOTICE: Final = NoticePublished.__name__
A_PROPOSAL: Final = ApprovalListProposed.__name__
OF_A_DRAFT: Final = (A_PROPOSAL, NextInLinePromoted.__name__)
"""Events that move an application on a list which nobody outside the city's offices knows yet."""


async def noticed(documents: Documents, recorded: Recorded) -> list[tuple[str, Mapping[str, JSON]]]:
    """Applications, and what is added to the history of each: the notices that concern it and were not told there."""
    event = recorded.event
    if isinstance(event, NoticePublished):
        return await _published(documents, event, recorded)
    if isinstance(event, ApprovalListProposed | NextInLinePromoted):
        return await _drafted(documents, event.round, _named(event))
    return []


def public(entries: Iterable[Any], at: str | None = None) -> list[Any]:
    """A history, or what there was of it at an instant, as everybody may know it.

    A draft's entry stands before the notice that shows it and has its instant; a proposal takes the place of what no
    notice had shown.
    """
    shown: list[Any] = []
    waiting: list[Any] = []
    for one in entries:
        if at is not None and one["at"] > at:
            continue
        if one["event"] in OF_A_DRAFT:
            waiting = [one] if one["event"] == A_PROPOSAL else [*waiting, one]
            continue
        if one["event"] == A_NOTICE:
            shows = [draft for draft in waiting if (draft["to"] == PROPOSED) == one["details"]["listed"]]
            waiting = [draft for draft in waiting if draft not in shows]
            shown += [{**draft, "at": one["at"]} for draft in shows]
        shown.append(one)
    return shown


async def was_noticed(reads: Reads, round_id: str) -> bool:
    """Whether a notice of the round was heard of."""
    doc: Any = await reads.get(NOTICES, round_id)
    return bool(doc and doc["notices"])


def _named(event: ApprovalListProposed | NextInLinePromoted) -> list[str]:
    if isinstance(event, NextInLinePromoted):
        return [event.row.application]
    return [*(row.application for row in event.rows), *(below.application for below in event.not_selected)]


async def _published(
    documents: Documents, event: NoticePublished, recorded: Recorded
) -> list[tuple[str, Mapping[str, JSON]]]:
    doc = await _of(documents, event.round)
    rows = [row.application for row in event.rows]
    kept: dict[str, JSON] = {**entry(recorded, Told("")), "rows": [*rows]}
    await documents.put(NOTICES, event.round, {**doc, "notices": [*doc["notices"], kept]})
    return [(one, _told(kept, one)) for one in dict.fromkeys([*rows, *doc["drafted"]])]


async def _drafted(documents: Documents, round_id: str, named: list[str]) -> list[tuple[str, Mapping[str, JSON]]]:
    doc = await _of(documents, round_id)
    known = set(doc["drafted"])
    new = [one for one in named if one not in known]
    await documents.put(NOTICES, round_id, {**doc, "drafted": [*doc["drafted"], *new]})
    return [(one, _told(kept, one)) for kept in doc["notices"] for one in new if one not in kept["rows"]]


async def _of(documents: Documents, round_id: str) -> dict[str, Any]:
    return dict(await documents.get(NOTICES, round_id) or {"round": round_id, "notices": [], "drafted": []})


def _told(kept: Mapping[str, Any], application: str) -> Mapping[str, JSON]:
    """A notice as one application's history has it: whether that is on the list."""
    said = {name: member for name, member in kept.items() if name != "rows"}
    return {**said, "details": {**kept["details"], "listed": application in kept["rows"]}}
