"""The public list as it stood at any moment: as it was published or corrected then, and where each stood."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.publication.domain.vacancies import Vacancy, vacancies
from services.publication.usecases.corrections import Correction, correction_of, told
from services.publication.usecases.organizations import changed_since
from services.publication.usecases.standings import NOT_OFFERED, STANDINGS, UNSIGNED
from services.publication.usecases.streams import decision_stream, notice_stream
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListPublished, ListRow
from shared.documents.wording import AGREEMENTS, VACANCIES, word
from shared.documents.wording import STANDINGS as STANDING_WORDS
from shared.eventstore.documents import Document, Reads
from shared.eventstore.port import EventStore
from shared.kernel.instants import Instant, last_of, local_date

ROUND_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Stood:
    """Where one row of a list stood at a moment."""

    row: ListRow
    standing: str
    """UNSIGNED, ACTIVE, RECTIFYING, RENEWED, REVOKED or EXPIRED; REMOVED while a correction is not published yet."""
    since: str
    agreement: str
    """NOT_OFFERED, OFFERED, SIGNED or EXPIRED."""
    valid_to: str | None
    now: Mapping[str, str]
    """Its name and district then, as far as the list says another."""


@dataclass(frozen=True, slots=True)
class ListThen:
    """A list that was public at a moment."""

    as_of: str
    listed: ListPublished
    published_at: Instant
    supersedes: tuple[str, ...]
    """Hashes of the lists that it corrects, the first one first."""
    rows: tuple[Stood, ...]
    vacant: tuple[Vacancy, ...]
    correction: Correction | None
    """What brought it about; None of the list that was approved first."""


async def list_then(store: EventStore, reads: Reads, round_id: str, as_of: str) -> ListThen | None:
    """The list as of a day's end in Shanghai, or of an instant, which counts; None when none was public then."""
    by_then = _by_then(as_of)
    lists = [one for one in await published(store, round_id) if by_then(one.envelope.time)]
    if not lists:
        return None
    *before, last = lists
    event, published_at, day = _list(last), Instant(last.envelope.time), local_date(last_of(as_of))
    stood = {
        str(doc["application"]): moves[-1]
        for doc in await reads.find(STANDINGS, {"round": round_id}, limit=ROUND_MAX)
        if (moves := [one for one in _history(doc) if by_then(str(one["at"]))])
    }
    return ListThen(
        as_of=as_of,
        listed=event,
        published_at=published_at,
        supersedes=tuple(_list(one).list_hash for one in before),
        rows=tuple(
            [
                _stood(row, stood.get(row.application), published_at, await changed_since(reads, asdict(row), day))
                for row in event.rows
            ]
        ),
        vacant=await vacant_in(store, round_id, last),
        correction=await correction_of(store, round_id, last),
    )


def shown(then: ListThen) -> dict[str, Any]:
    """The list as of a moment for everybody who reads it."""
    return {
        "round": then.listed.round,
        "as_of": then.as_of,
        "list_hash": then.listed.list_hash,
        "published_at": then.published_at,
        "corrections": len(then.supersedes),
        "correction": None if then.correction is None else told(then.correction),
        "rows": [_row(one) for one in then.rows],
        "vacancies": [{**asdict(one), "reason_zh": word(VACANCIES, one.reason)} for one in then.vacant],
    }


async def published(store: EventStore, round_id: str) -> Sequence[Recorded]:
    """The lists that were published of a round, in that order."""
    recorded = await store.load(notice_stream(round_id).name)
    return [one for one in recorded if isinstance(one.event, ListPublished)]


async def vacant_in(store: EventStore, round_id: str, shown_in: Recorded) -> tuple[Vacancy, ...]:
    """The ranks that a notice or a list skips, with what its decision had brought by then."""
    decided = await store.load(decision_stream(round_id).name)
    rows: tuple[ListRow, ...] = getattr(shown_in.event, "rows", ())
    return vacancies(rows, [one.event for one in decided if one.position < shown_in.position])


def _list(recorded: Recorded) -> ListPublished:
    assert isinstance(recorded.event, ListPublished), "found as one"
    return recorded.event


def _by_then(as_of: str) -> Callable[[str], bool]:
    last = last_of(as_of)
    return lambda at: at <= last


def _history(doc: Document) -> list[Mapping[str, Any]]:
    history = doc.get("history")
    return [one for one in history if isinstance(one, dict)] if isinstance(history, list) else []


def _stood(row: ListRow, move: Mapping[str, Any] | None, published_at: Instant, now: Mapping[str, str]) -> Stood:
    if move is None:
        return Stood(row, UNSIGNED, published_at, NOT_OFFERED, None, now)
    return Stood(row, str(move["state"]), str(move["since"]), str(move["agreement"]), str(move["valid_to"]), now)


def _row(one: Stood) -> dict[str, Any]:
    return {
        **asdict(one.row),
        "standing": one.standing,
        "standing_zh": word(STANDING_WORDS, one.standing),
        "since": one.since,
        "agreement": one.agreement,
        "agreement_zh": word(AGREEMENTS, one.agreement),
        "valid_to": one.valid_to,
        "now": dict(one.now),
    }
