"""What people look at: aligned tables, with Chinese where officials read."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.console import Console

from audit.replay import Replay
from audit.verify import Proven
from audit.words.terms import Names, group
from deploy.recovery.lost import Found
from deploy.recovery.missing import Missing
from nianlun.layout import Column, Table
from shared.contracts.publication import ListRow
from shared.contracts.review import RankingComputed
from shared.contracts.vocabulary import DISTRICT_NAMES, District
from shared.documents.wording import subject_of
from shared.kernel.instants import Instant, local_text
from shared.messaging.record import Record, event_in

PIPED_WIDTH = 150


def district_zh(code: str) -> str:
    """A district's Chinese name."""
    return DISTRICT_NAMES[District(code)] if code in set(District) else code


def group_zh(code: str | None, groups: Mapping[str, str]) -> str:
    """A group's Chinese name, as its round names it."""
    return group(code, Names(groups))[0]


def console() -> Console:
    """Standard output; as wide as the terminal or COLUMNS, or wide enough for every table where there is neither."""
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return Console(width=None if known else PIPED_WIDTH)


def plain(title: str, *columns: str) -> Table:
    """A table without clutter; columns that start with `#` are numbers, with `|` are never broken."""
    return Table(title, tuple(Column(one.lstrip("#|"), one.startswith("#"), one.startswith("|")) for one in columns))


def heads(console: Console, proof: Proven) -> None:
    """A proven log, service by service."""
    table = plain("the log is whole", "service", "#events", "last event", "|SHA-256 of the last event")
    for service, head in sorted(proof.heads.items()):
        table.add_row(service, str(head.position), head.time, head.hash)
    console.print(table)
    console.print(f"PROVEN: {proof.events} events, contiguous and chained; {proof.resent} sent twice")


def parked(console: Console, streams: Iterable[Mapping[str, object]], others: Iterable[Mapping[str, object]]) -> None:
    """The streams that wait behind a parked event, and how many records of no stream, by topic."""
    table = plain("parked", "service", "source", "stream", "#events", "#from version", "reason")
    for one in streams:
        table.add_row(*(str(one[name]) for name in ("service", "source", "stream", "events", "first", "reason")))
    for one in others:
        table.add_row(str(one["service"]), str(one["topic"]), "–", str(one["records"]), "–", str(one["reason"]))
    console.print(table)


def parked_records(console: Console, records: Iterable[Mapping[str, object]]) -> None:
    """Every parked record by itself."""
    table = plain("parked records", "service", "|record", "stream", "#version", "#bytes", "reason")
    for one in records:
        row = (one[name] for name in ("service", "record", "stream", "version", "bytes", "reason"))
        table.add_row(*("–" if cell is None else str(cell) for cell in row))
    console.print(table)


def found(console: Console, title: str, rows: Iterable[Found], *, done: bool, broker: bool = False) -> None:
    """What each database has, what was sent of it, and what it lacked; for `broker` what that lacked, too."""
    columns = ["service", "#events in the database", "#sent", "#brought back" if done else "#missing"]
    if broker:
        columns.append("#to be sent again" if done else "#the broker lacks")
    table = plain(title, *columns)
    for one in rows:
        figures = (one.stored, one.sent, one.missing, one.lacking)
        table.add_row(one.service, *map(str, figures[: len(columns) - 1]))
    console.print(table)


def unrecorded(console: Console, records: Iterable[Record]) -> None:
    """Each record of a topic that its service's database does not have."""
    table = plain("on the broker, and in no database", "|record", "#event", "|recorded", "type", "stream")
    for record in records:
        one = event_in(record.topic, record.value)
        if one is None:
            table.add_row(str(record), "–", "–", "no event of its topic", "–")
        else:
            event = one.type.removeprefix(f"{one.source.replace('/', '.')}.")
            table.add_row(str(record), str(int(one.sequence)), one.time, event, one.stream)
    console.print(table)


def missing(console: Console, rows: Sequence[Missing]) -> None:
    """What a restored log names and nobody has."""
    table = plain("named by the log, and nobody has it", "|service", "|what", "|named by", "#position")
    for one in rows:
        event = one.event.removeprefix(f"nianlun.{one.service}.")
        table.add_row(one.service, one.what, event, str(one.position))
    console.print(table)


def orphans(console: Console, rows: Iterable[Mapping[str, object]], *, done: bool) -> None:
    """What a collection of files did, or would do."""
    title = "collected" if done else "would be collected; --delete does it"
    table = plain(title, "service", "what", "|object", "#bytes", "modified")
    for one in rows:
        table.add_row(*(str(one[name]) for name in ("service", "what", "name", "size", "modified")))
    console.print(table)


def published(console: Console, title_zh: str, rows: tuple[ListRow, ...], groups: Mapping[str, str]) -> None:
    """The approved list by category and district."""
    table = plain(f"{subject_of(title_zh)}名单", "类别", "#名次", "机构名称", "区", "统一社会信用代码")
    for code, members in groupby(rows, key=lambda row: row.category):
        for index, row in enumerate(members):
            name = group_zh(code, groups) if index == 0 else ""
            table.add_row(name, str(row.rank), row.organization_name, district_zh(row.district), row.uscc)
        table.add_section()
    console.print(table)


def replay(console: Console, done: Replay) -> None:
    """A replayed round: states, rankings, list."""
    _states(console, done)
    names = {one.application: one.organization_name for one in done.applications}
    for ranking in done.rankings:
        _ranking(console, ranking, done.groups, names)
    if done.published:
        published(console, done.title_zh, done.rows, done.groups)
    for number, one in enumerate(done.lists[:-1], start=1):
        at = local_text(Instant(one.at))
        console.print(f"superseded list {number}: {one.rows} rows, published {at}, {one.list_hash}")
    for late in done.passed_over:
        console.print(late.told)
    counts = Counter(one.state for one in done.applications)
    console.print("  ".join(f"{state} {count}" for state, count in sorted(counts.items())))
    standings = Counter(one.standing for one in done.applications if one.standing)
    if standings:
        console.print("standing  " + "  ".join(f"{name} {count}" for name, count in sorted(standings.items())))
    console.print("decided again  " + "  ".join(f"{what} {count}" for what, count in done.recomputed.items()))
    again = sum(done.recomputed.values())
    console.print(f"PROVEN: {again} of {done.events} events decided again, all as recorded")


def _states(console: Console, done: Replay) -> None:
    title = f"round {done.round} as of {local_text(Instant(done.as_of))} Asia/Shanghai"
    states = plain(title, "|区", "机构名称", "类别", "|state", "|since", "|standing", "|统一社会信用代码")
    for one in done.applications:
        name, since = group_zh(one.category.split(",")[0], done.groups), local_text(Instant(one.since))
        place = district_zh(one.district)
        states.add_row(place, one.organization_name, name, one.state, since, one.standing, one.uscc)
    console.print(states)


def _ranking(console: Console, ranking: RankingComputed, groups: Mapping[str, str], names: Mapping[str, str]) -> None:
    table = plain(f"排名 {group_zh(ranking.group, groups)}", "#名次", "机构名称", "scores", "#mean", "tie")
    for row in ranking.rows:
        tie = f"group {row.tie_group}: {', '.join(row.tie_break)}" if row.tie_group else ""
        scores = " ".join(str(score) for score in row.scores)
        name = names.get(row.application, row.application)
        table.add_row(str(row.rank), name, scores, row.aggregate, tie)
    console.print(table)
