"""The district's summary table (附件3, 推荐汇总表): one row for each application that it recommends (C5.3)."""

from dataclasses import dataclass, field
from typing import Any

from shared.contracts.rule_messages import in_chinese
from shared.contracts.vocabulary import Outcome
from shared.documents.typesetting import typeset
from shared.documents.wording import (
    KINDS,
    NONE,
    OUTCOMES,
    district_name,
    moment,
    short_hash,
    subject_of,
    word,
)
from shared.kernel.instants import Instant

MARKS: dict[str, str] = {
    Outcome.PASS: "√",
    Outcome.FAIL: "×",
    Outcome.JUDGE: "判",
    Outcome.MISSING: "缺",
    Outcome.WAIVED: "宽",
}
CONTACTS = "联系人和电话属个人信息，只保存在申报系统，见随表报送的申报表"
ON_THE_FORM = "见申报表"
"""Names and telephones are kept by the house of the applications alone; the form that goes with the table has them."""


@dataclass(frozen=True, slots=True)
class Waived:
    """A rule that two officers waived."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """One recommended application."""

    org_name: str
    uscc: str
    kind: str
    category: str | None
    results: dict[str, str]
    """Outcome by rule, after judgements and waivers."""
    opinion: str
    """推荐意见."""
    order: int
    """推荐顺序, from 1."""
    version: int
    pdf_sha256: str | None = None
    """Of the application's PDF, where it was exported."""
    compliance: str = ""
    """合规意见."""
    waived: tuple[Waived, ...] = ()
    contact: str | None = None
    telephone: str | None = None


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """What the district sends with its official letter."""

    round_title: str
    district: str
    """GB/T 2260 code."""
    document_number: str
    sealed_at: Instant
    rules: tuple[str, ...]
    """The round's rules in order."""
    rows: tuple[SummaryRow, ...]
    categories: dict[str, str] = field(default_factory=dict)
    """Chinese names of the round's categories by code."""
    withdrawn: tuple[str, ...] = ()
    """Who withdrew after the sealing; the sealed rows stay as they are, and it is said below them."""


def summary_pdf(table: SummaryTable) -> bytes:
    """The summary table on A3, landscape."""
    data = {
        "subject": subject_of(table.round_title),
        "district": district_name(table.district),
        "document_number": table.document_number,
        "sealed": moment(table.sealed_at),
        "rules": list(table.rules),
        "rows": [_row(table, number, row) for number, row in enumerate(table.rows, 1)],
        "legend": legend(),
        "rules_in_words": rules_in_words(table),
        "contacts": CONTACTS,
        "withdrawn": "、".join(table.withdrawn),
    }
    return typeset("summary", data, table.sealed_at)


def legend() -> str:
    """What the marks mean."""
    return "，".join(f"{mark} {OUTCOMES[outcome]}" for outcome, mark in MARKS.items())


def rules_in_words(table: SummaryTable) -> str:
    """What the rules' columns are, by number and title."""
    return in_chinese(table.rules)


def group_of(table: SummaryTable, row: SummaryRow) -> str:
    """类型/类别 in words."""
    kind = word(KINDS, row.kind)
    return kind if row.category is None else f"{kind}／{word(table.categories, row.category)}"


def marks_of(table: SummaryTable, row: SummaryRow) -> list[str]:
    """规则结果, a mark for each rule of the round."""
    return [MARKS.get(row.results.get(rule, ""), NONE) for rule in table.rules]


def waivers_of(row: SummaryRow) -> str:
    """放宽事项与理由, a line each."""
    return "\n".join(f"{one.rule}：{one.reason}" for one in row.waived) or NONE


def _row(table: SummaryTable, number: int, row: SummaryRow) -> dict[str, Any]:
    return {
        "number": str(number),
        "org_name": row.org_name,
        "uscc": row.uscc,
        "group": group_of(table, row),
        "marks": marks_of(table, row),
        "waivers": waivers_of(row),
        "compliance": row.compliance or NONE,
        "opinion": row.opinion,
        "order": str(row.order),
        "contact": row.contact or ON_THE_FORM,
        "telephone": row.telephone or ON_THE_FORM,
        "version": str(row.version),
        "pdf": short_hash(row.pdf_sha256),
    }
