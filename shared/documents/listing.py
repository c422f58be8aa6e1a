"""The lists that the public reads: what is on notice, and what is approved (C5.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.documents.typesetting import typeset
from shared.documents.wording import (
    AGREEMENTS,
    COMMISSION,
    GROUNDS,
    KINDS,
    OFFICE,
    STANDINGS,
    VACANCIES,
    day,
    district_name,
    local_day,
    moment,
    short_hash,
    subject_of,
    word,
)
from shared.kernel.instants import Instant

DAY_LENGTH = len("2001-02-03")
ENDED = frozenset({"REVOKED", "EXPIRED", "REMOVED"})
"""Standings of approvals that hold no more."""
OVERDUE = "EXPIRED"
"""The state of an agreement that nobody signed in time."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One organization of a list; the lists keep the order they are given."""

    org_name: str
    uscc: str
    district: str
    kind: str
    rank: int
    """In its group, as the experts' ranking and what followed left it; others' ranks never move up in silence."""
    category: str | None = None
    standing: str = ""
    """A code of `STANDINGS`, in a list as of a day."""
    agreement: str = ""
    """A code of `AGREEMENTS`, in a list as of a day."""
    name_now: str = ""
    """Its name then, in a list as of a day, where it had changed it."""


@dataclass(frozen=True, slots=True)
class Vacant:
    """A rank that nobody on the list has, and why."""

    group: str
    """A category, or the kind of those that have none."""
    rank: int
    reason: str
    """A code of `VACANCIES`."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What a correction of the list changed, and why."""

    document_number: str
    reason: str
    joined: tuple[tuple[str, str], ...]
    """Organizations, each with a code of `GROUNDS`."""
    left: tuple[str, ...]
    moved: tuple[tuple[str, int, int], ...]
    """Organizations, each with its rank before and now."""
    beyond_quota: tuple[tuple[str, int, int], ...] = ()
    """Groups that were let go beyond their quota, each with its places and how many are on the list."""


@dataclass(frozen=True, slots=True)
class NoticeList:
    """The proposed list while it is on public notice (公示)."""

    round_title: str
    rows: tuple[Listed, ...]
    start: str
    """ISO date, first day."""
    end: str
    """ISO date, last day."""
    working_days: int
    list_hash: str
    published_at: Instant
    categories: dict[str, str] = field(default_factory=dict)
    """Chinese names of the round's categories by code."""
    vacant: tuple[Vacant, ...] = ()
    objections_to: str = ""
    """Where an objection is filed, as the round has it."""
    corrects: str | None = None
    """The hash of the published list that the correction on notice would replace; None of a proposal."""
    changes: Changes | None = None
    """What the correction on notice would change; None of a proposal."""


@dataclass(frozen=True, slots=True)
class ApprovedList:
    """The approved list as it is published."""

    round_title: str
    rows: tuple[Listed, ...]
    valid_from: str
    valid_to: str
    list_hash: str
    published_at: Instant
    categories: dict[str, str] = field(default_factory=dict)
    """Chinese names of the round's categories by code."""
    supersedes: str | None = None
    """The hash of the list that it corrects."""
    vacant: tuple[Vacant, ...] = ()
    changes: Changes | None = None
    """What its last correction changed; None of the list that was approved first."""
    as_of: str | None = None
    """A day in Shanghai or an instant, where rows say how they stood then."""


def notice_pdf(notice: NoticeList) -> bytes:
    """The public notice."""
    data = {
        "objections_to": notice.objections_to,
        "corrects": short_hash(notice.corrects) if notice.corrects else "",
        "changes": [] if notice.changes is None else _changes(notice.changes, notice.categories),
        "against": "" if notice.changes is None else "、".join(name for name, _ in notice.changes.joined),
        "start": day(notice.start),
        "end": day(notice.end),
        "working_days": notice.working_days,
        **_shared(notice),
    }
    return typeset("notice", data, notice.published_at)


def approved_pdf(approved: ApprovedList) -> bytes:
    """The approved list."""
    data = {
        "valid_from": day(approved.valid_from),
        "valid_to": day(approved.valid_to),
        "supersedes": short_hash(approved.supersedes) if approved.supersedes else "",
        "changes": [] if approved.changes is None else _changes(approved.changes, approved.categories),
        "as_of": "" if approved.as_of is None else _moment(approved.as_of),
        "ended": sum(_has_ended(row) for row in approved.rows),
        **_shared(approved),
    }
    return typeset("approved", data, approved.published_at)


def _moment(as_of: str) -> str:
    return day(as_of) if len(as_of) == DAY_LENGTH else moment(as_of)


def _shared(listing: NoticeList | ApprovedList) -> dict[str, Any]:
    return {
        "subject": subject_of(listing.round_title),
        "commission": COMMISSION,
        "office": OFFICE,
        "published": moment(listing.published_at),
        "published_on": local_day(listing.published_at),
        "hash": listing.list_hash,
        "short": short_hash(listing.list_hash),
        "count": sum(not _has_ended(row) for row in listing.rows),
        "groups": _groups(listing),
    }


def _groups(listing: NoticeList | ApprovedList) -> list[dict[str, Any]]:
    groups: dict[str, list[list[str]]] = {}
    for row in listing.rows:
        shown = [str(row.rank), _called(row), district_name(row.district), row.uscc]
        stood = [word(STANDINGS, row.standing), word(AGREEMENTS, row.agreement)] if row.standing else []
        groups.setdefault(row.category or row.kind, []).append([*shown, *stood])
    return [
        {
            "name": _name(group, listing.categories),
            "rows": members,
            "count": sum((row.category or row.kind) == group and not _has_ended(row) for row in listing.rows),
            "note": _note(group, listing.vacant),
        }
        for group, members in groups.items()
    ]


def _called(row: Listed) -> str:
    """The name that the list has, and the one that the organization has had since."""
    return f"{row.org_name}（现名：{row.name_now}）" if row.name_now else row.org_name


def _has_ended(row: Listed) -> bool:
    """Whether nothing of the approval holds any more, as far as the list says how each stood."""
    return row.standing in ENDED or row.agreement == OVERDUE


def _name(group: str, categories: dict[str, str]) -> str:
    return KINDS[group] if group in KINDS else word(categories, group)


def _changes(changes: Changes, categories: dict[str, str]) -> list[str]:
    """A line each of why the list was corrected, who joined, who left, who moved, and what went beyond a quota."""
    joined = (f"{name}（{word(GROUNDS, ground)}）" if ground else name for name, ground in changes.joined)
    moved = (f"{name}由第{before}名改为第{now}名" for name, before, now in changes.moved)
    beyond = (
        f"{_name(group, categories)}名额{places}个，更正后{listed}家" for group, places, listed in changes.beyond_quota
    )
    said = {
        "更正依据：": [f"{changes.document_number}，{changes.reason}"],
        "增列：": joined,
        "移出：": changes.left,
        "名次变动：": moved,
        "经批准超出名额：": beyond,
    }
    lines = {label: "；".join(of) for label, of in said.items()}
    return [f"{label}{text}。" for label, text in lines.items() if text]


def _note(group: str, vacant: Iterable[Vacant]) -> str:
    """Why ranks of a group are skipped."""
    ranks: dict[str, list[str]] = {}
    for one in vacant:
        if one.group == group:
            ranks.setdefault(one.reason, []).append(f"第{one.rank}名")
    return "；".join(f"{'、'.join(of)}空缺：{word(VACANCIES, reason)}" for reason, of in ranks.items())
