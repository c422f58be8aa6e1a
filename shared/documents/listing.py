"""The lists that the public reads: what is on notice, and what is approved (C5.4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shared.documents.typesetting import typeset
from shared.documents.wording import (
    COMMISSION,
    KINDS,
    OFFICE,
    day,
    district_name,
    local_day,
    moment,
    short_hash,
    subject_of,
    word,
)
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Listed:
    """One organization of a list; the lists keep the order they are given."""

    org_name: str
    uscc: str
    district: str
    kind: str
    category: str | None = None


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


def notice_pdf(notice: NoticeList) -> bytes:
    """The public notice."""
    data = {
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
        **_shared(approved),
    }
    return typeset("approved", data, approved.published_at)


def _shared(listing: NoticeList | ApprovedList) -> dict[str, Any]:
    return {
        "subject": subject_of(listing.round_title),
        "commission": COMMISSION,
        "office": OFFICE,
        "published": moment(listing.published_at),
        "published_on": local_day(listing.published_at),
        "hash": listing.list_hash,
        "short": short_hash(listing.list_hash),
        "count": len(listing.rows),
        "groups": _groups(listing.rows, listing.categories),
    }


def _groups(rows: Iterable[Listed], categories: dict[str, str]) -> list[dict[str, Any]]:
    groups: dict[str, list[list[str]]] = {}
    for row in rows:
        name = word(KINDS, row.kind) if row.category is None else word(categories, row.category)
        groups.setdefault(name, []).append([row.org_name, district_name(row.district), row.uscc])
    return [{"name": name, "rows": members} for name, members in groups.items()]
