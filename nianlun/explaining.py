"""What an official is shown of one application: its story in a few lines, rules, scores, and the whole trail."""

from rich.console import Console
from rich.text import Text

from audit.explain import Explanation, Step
from audit.words.terms import PSEUDONYM, role, word
from nianlun.layout import wrapped
from nianlun.tables import district_zh, plain

RULE_COLUMNS = ("规则 rule", "|条款", "结果 outcome", "申报 observed", "要求 asked", "人工决定 decided")
DAY = 12
"""Cells of a date and the gap behind it."""


def explanation(console: Console, found: Explanation, *, whole: bool) -> None:
    """What decided first; every event only where the whole is asked for."""
    _head(console, found)
    _rules(console, found)
    _scores(console, found)
    if whole:
        _trail(console, found)
    else:
        _say(console, f"共{len(found.steps)}条记录，--all 列出全部 / {len(found.steps)} events; --all lists every one")


def _head(console: Console, found: Explanation) -> None:
    _say(console, f"{found.organization_name}  {found.uscc}  {found.who[0]}  / {found.who[1]}")
    for fact in found.story:
        _say(console, fact.zh, fact.at)
        _say(console, fact.en, " ")
    if found.folded:
        _say(console, f"另有：{'，'.join(f'{one.zh}{one.count}次' for one in found.folded)}")
        _say(console, f"and: {', '.join(f'{one.en}, {one.count}' for one in found.folded)}")
    _say(console, f"结果：{found.outcome_zh}")
    _say(console, f"OUTCOME: {found.outcome_en}")
    for late in found.passed_over:
        _say(console, late.told)


def _say(console: Console, text: str, before: str = "") -> None:
    """A paragraph with what stands before it, as wide as the console."""
    indent = DAY if before else 0
    lines = wrapped(text, console.width - indent)
    for number, line in enumerate(lines):
        start = before.ljust(indent) if number == 0 else " " * indent
        console.print(Text(f"{start}{line}".rstrip()), soft_wrap=True)


def _rules(console: Console, found: Explanation) -> None:
    if not found.rules:
        return
    console.print()
    table = plain("条件审查 eligibility", *RULE_COLUMNS)
    for one in found.rules:
        decided = [*word(one.decided), one.why] if one.decided else []
        told = (one.title, (one.clause,), one.said, one.seen, one.asked, decided)
        table.add_row(*("\n".join(filter(None, dict.fromkeys(cell))) for cell in told))
    console.print(table)


def _scores(console: Console, found: Explanation) -> None:
    if not found.scores:
        return
    scores = plain("专家评分 scores", "|专家", "#总分", *(f"#{name}" for name in found.criteria), "作废 void")
    for score in found.scores:
        given = (str(points) for points in score.items.values())
        scores.add_row(score.expert[:PSEUDONYM], str(score.total), *given, score.void)
    console.print(scores)


def _trail(console: Console, found: Explanation) -> None:
    steps = plain("全部记录 every event", "|时间 Asia/Shanghai", "内容", "who", "event")
    for step in found.steps:
        steps.add_row(step.at, f"{step.zh}\n{step.en}", _who(step), f"{step.event} {step.service} {step.position}")
    console.print(steps)


def _who(step: Step) -> str:
    """Who did it: by role and pseudonym, an official with its district."""
    if step.because:
        return role(step.role)[0]
    place = district_zh(step.district) if step.district else ""
    return f"{place}{role(step.role)[0]} {step.actor[:PSEUDONYM]}"
