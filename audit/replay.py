"""Replay: the round again from its log alone, as it stood at an instant."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from audit import conduct
from audit.decisions import made_again
from audit.passed_over import PassedOver, passed_over
from audit.record import Contradiction, Incomplete, Record
from audit.states import ApplicationState, states
from audit.words.terms import names_of
from services.publication.domain.listing import list_bytes
from shared.contracts.application import PolicyAmended
from shared.contracts.envelope import Recorded
from shared.contracts.publication import ListPublished, ListRow
from shared.contracts.review import RankingComputed
from shared.kernel.instants import Instant

__all__ = ["ApplicationState", "Contradiction", "Incomplete", "Publication", "Replay", "replay"]


@dataclass(frozen=True, slots=True)
class Publication:
    """A list as it was published; a corrected one supersedes it, and it stays in the log."""

    at: str
    list_hash: str
    rows: int


@dataclass(frozen=True, slots=True)
class Replay:
    """The round as of an instant; `rows` are the list's, once it is published, as it was last corrected."""

    round: str
    as_of: str
    title_zh: str
    groups: Mapping[str, str]
    """The round's names of its categories."""
    applications: list[ApplicationState]
    rankings: list[RankingComputed]
    rows: tuple[ListRow, ...]
    published: bool
    lists: list[Publication]
    """Every list that was published, first to last."""
    passed_over: Sequence[PassedOver]
    """Where somebody let a clock go on before the end of its log."""
    events: int
    recomputed: dict[str, int]

    @property
    def list(self) -> bytes:
        """The list's canonical bytes, the same that the publication service serves; empty before publication."""
        return list_bytes(self.round, self.rows) if self.published else b""


def replay(
    log: Iterable[Recorded], round_id: str, as_of: Instant | None = None, *, believing_clocks: bool = False
) -> Replay:
    """Replay `round_id` up to and with `as_of` (UTC); raise `Contradiction` or `Incomplete`.

    `Incomplete` also where a wrong date was passed over, unless whoever asks believes who says that it was wrong.
    """
    record = Record.of(log, as_of)
    conduct.examine(record)
    recomputed = made_again(record, round_id)
    wrong = passed_over(record)
    if wrong and not believing_clocks:
        raise Incomplete(f"{wrong[0].told}; whoever believes that adds --believe-clocks")
    published = record.all(ListPublished, round_id)
    parameters = record.plan(round_id)[1].parameters
    amended = [event.parameters for _, event in record.all(PolicyAmended, round_id)]
    return Replay(
        round=round_id,
        as_of=as_of or max(one.envelope.time for one in record.by_id.values()),
        title_zh=parameters.title_zh,
        groups=names_of([parameters, *amended]).groups,
        applications=states(record, round_id),
        rankings=_last_of_each_panel(record, round_id),
        rows=published[-1][1].rows if published else (),
        published=bool(published),
        lists=[Publication(one.envelope.time, event.list_hash, len(event.rows)) for one, event in published],
        passed_over=wrong,
        events=len(record.by_id),
        recomputed=recomputed,
    )


def _last_of_each_panel(record: Record, round_id: str) -> list[RankingComputed]:
    """A ranking that was computed again supersedes the one before."""
    return list({event.panel: event for _, event in record.all(RankingComputed, round_id)}.values())
