"""What people look at: aligned tables, with Chinese where officials read."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Literal

from rich import box
from rich.console import Console
from rich.table import Table

from audit.explain import Explanation
from audit.replay import Replay
from audit.verify import Proven
from shared.contracts.publication import ListRow
from shared.contracts.vocabulary import DISTRICT_NAMES, District
from shared.kernel.instants import Instant, local_text

PIPED_WIDTH = 150
PSEUDONYM = 8
"""Characters of an account id that a person reads."""
GROUPS_ZH = {
    "comprehensive": "综合服务机构",
    "information": "信息服务类",
    "technology_quality": "技术创新和质量服务类",
    "entrepreneurship": "创业服务类",
    "talent_training": "人才和培训服务类",
    "investment_financing": "投融资服务类",
    "market_development": "市场开拓服务类",
    "management_consulting": "管理咨询服务类",
    "legal": "法律服务类",
}


def district_zh(code: str) -> str:
    """A district's Chinese name."""
    return DISTRICT_NAMES[District(code)] if code in set(District) else code


def console() -> Console:
    """Standard output; as wide as the terminal, or wide enough for every table where there is none."""
    return Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)


def plain(title: str, *columns: str) -> Table:
    """A table without clutter; columns that start with `#` are numbers, with `|` are never broken."""
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    for column in columns:
        justify: Literal["left", "right"] = "right" if column.startswith("#") else "left"
        table.add_column(column.lstrip("#|"), justify=justify, overflow="fold", no_wrap=column.startswith("|"))
    return table


def heads(console: Console, proof: Proven) -> None:
    """A proven log, service by service."""
    table = plain("the log is whole", "service", "#events", "last event", "SHA-256 of the last event")
    for service, head in sorted(proof.heads.items()):
        table.add_row(service, str(head.position), head.time, head.hash)
    console.print(table)
    console.print(f"PROVEN: {proof.events} events, contiguous and chained; {proof.resent} sent twice")


def parked(console: Console, streams: Iterable[Mapping[str, object]]) -> None:
    """The streams that wait behind a parked event."""
    table = plain("parked", "service", "source", "stream", "#events", "#from version", "reason")
    for one in streams:
        table.add_row(*(str(one[name]) for name in ("service", "source", "stream", "events", "first", "reason")))
    console.print(table)


def published(console: Console, rows: tuple[ListRow, ...]) -> None:
    """The approved list by category and district."""
    table = plain("2017年上海市中小企业服务机构名单", "类别", "#名次", "机构名称", "区", "统一社会信用代码")
    for group, members in groupby(rows, key=lambda row: row.category or "comprehensive"):
        for index, row in enumerate(members):
            name = GROUPS_ZH.get(group, group) if index == 0 else ""
            table.add_row(name, str(row.rank), row.organization_name, district_zh(row.district), row.uscc)
        table.add_section()
    console.print(table)


def replay(console: Console, done: Replay) -> None:
    """A replayed round: states, rankings, list."""
    title = f"round {done.round} as of {local_text(Instant(done.as_of))} Asia/Shanghai"
    states = plain(title, "|区", "机构名称", "类别", "|state", "|since", "|application")
    for one in done.applications:
        group, since = GROUPS_ZH.get(one.category or "comprehensive", one.category), local_text(Instant(one.since))
        states.add_row(district_zh(one.district), one.organization_name, group, one.state, since, one.application)
    console.print(states)
    for ranking in done.rankings:
        table = plain(
            f"排名 {GROUPS_ZH.get(ranking.group, ranking.group)}", "#名次", "application", "scores", "#mean", "tie"
        )
        for row in ranking.rows:
            tie = f"group {row.tie_group}: {', '.join(row.tie_break)}" if row.tie_group else ""
            scores = " ".join(str(score) for score in row.scores)
            table.add_row(str(row.rank), row.application, scores, row.aggregate, tie)
        console.print(table)
    if done.published:
        published(console, done.rows)
    counts = Counter(one.state for one in done.applications)
    console.print("  ".join(f"{state} {count}" for state, count in sorted(counts.items())))
    console.print("decided again  " + "  ".join(f"{what} {count}" for what, count in done.recomputed.items()))
    again = sum(done.recomputed.values())
    console.print(f"PROVEN: {again} of {done.events} events decided again, all as recorded")


def explanation(console: Console, found: Explanation) -> None:
    """One application's way."""
    title = f"{found.organization_name} {found.uscc}, application {found.application}"
    steps = plain(title, "|Asia/Shanghai", "|event", "", "|role", "|who", "|区", "|service", "#position")
    for step in found.steps:
        district = district_zh(step.district) if step.district else ""
        who = step.actor if step.because else step.actor[:PSEUDONYM]
        steps.add_row(step.at, step.event, step.said, step.role, who, district, step.service, str(step.position))
    console.print(steps)
    if found.rules:
        rules = plain("eligibility", "rule", "clause", "outcome", "observed", "threshold")
        for result in found.rules:
            rules.add_row(result.rule, result.clause, result.outcome, result.observed, result.threshold)
        console.print(rules)
    if found.scores:
        scores = plain("scores", "expert", "#total", *(f"#{name}" for name in found.scores[0].items))
        for score in found.scores:
            scores.add_row(score.expert[:PSEUDONYM], str(score.total), *(str(given) for given in score.items.values()))
        console.print(scores)
    if found.ranked:
        kept = " ".join(str(score) for score in found.ranked.scores)
        console.print(f"ranked {found.ranked.rank}: scores {kept}, mean {found.ranked.aggregate}")
    console.print(f"OUTCOME: {found.outcome}")
