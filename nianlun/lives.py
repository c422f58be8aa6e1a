"""What came of whom the demo lets something happen to: what the platform answered, what decided, and how it ended."""

from collections.abc import Iterable

from rich.console import Console

from audit.explain import Explanation, explained
from audit.record import Record
from audit.weights import DECISIVE
from nianlun.tables import plain
from rehearsal.cast import Part
from rehearsal.company import Applicant, Company
from shared.contracts.envelope import Recorded
from shared.contracts.rule_messages import TITLES

SAYS_NOTHING = "submitted"
"""What the platform answers everybody who is in time."""


def lives(console: Console, company: Company, log: Iterable[Recorded]) -> None:
    """One row for each story, from the log alone where the log knows the application."""
    record = Record.of(log, None)
    table = plain("as in life", "机构名称", "what it shows", "what came of it")
    for one in company.applicants:
        if one.part not in (Part.ORDINARY, Part.STRONG):
            table.add_row(one.organization.name, one.part.value, came_of(one, record))
    table.add_row(
        "一名区经办人", "a clerk reaches into another district; the attempt stays in the log", company.trespass
    )
    table.add_row("市中小企业办", "approves before the notice of the promoted one has run", company.early_approval)
    console.print(table)


def came_of(applicant: Applicant, record: Record) -> str:
    """The answer, the decisive facts one below the other, and the outcome."""
    found = explained(record, applicant.application)
    if found is None:
        return applicant.told
    return "\n".join(dict.fromkeys([*_answered(applicant), *_decided(found), f"结果：{found.outcome_zh}"]))


def _answered(applicant: Applicant) -> list[str]:
    """What was answered, where it is more than what a rule said, which the log tells."""
    place = applicant.told.partition(": ")[0]
    return [] if place in {SAYS_NOTHING, ""} or place in TITLES else [applicant.told]


def _decided(found: Explanation) -> list[str]:
    return [f"{fact.at} {fact.en}" for fact in found.story if fact.weight >= DECISIVE]
