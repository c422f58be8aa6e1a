"""The public list as it stood at any moment: as it was published or corrected then, with what had ended."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from services.publication.usecases.handle import lists_of
from services.publication.usecases.project_standing import ENDINGS
from shared.eventstore.documents import Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant, LocalDate, end_of_day

DAY_LENGTH = len("2001-02-03")
ROUND_MAX = 100_000


async def list_as_of(store: EventStore, reads: Reads, round_id: str, as_of: str) -> Mapping[str, Any] | None:
    """The list as of a day's end in Shanghai, or of an instant, which counts; None when none was public then.

    A row's standing is APPROVED, or from its instant on REVOKED or EXPIRED.
    """
    by_then = _by_then(as_of)
    lists = [(at, listed) for at, listed in await lists_of(store, round_id) if by_then(at)]
    if not lists:
        return None
    published_at, listed = lists[-1]
    ended = {
        str(doc["application"]): doc
        for doc in await reads.find(ENDINGS, {"round": round_id}, limit=ROUND_MAX)
        if by_then(str(doc["since"]))
    }
    return {
        "round": round_id,
        "as_of": as_of,
        "list_hash": listed.list_hash,
        "published_at": published_at,
        "corrections": len(lists) - 1,
        "rows": [{**asdict(row), **_standing(ended.get(row.application))} for row in listed.rows],
    }


def _by_then(as_of: str) -> Callable[[str], bool]:
    if len(as_of) == DAY_LENGTH:
        end: Instant = end_of_day(LocalDate(as_of))
        return lambda at: at < end
    return lambda at: at <= as_of


def _standing(ending: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"standing": "APPROVED"} if ending is None else {"standing": ending["state"], "since": ending["since"]}
