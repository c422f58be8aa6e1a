"""The cooperation agreement that the office offers to each approved organization (C3, C5.4)."""

from dataclasses import dataclass

from shared.contracts.obligations import PERIODS
from shared.contracts.vocabulary import Kind
from shared.documents.typesetting import typeset
from shared.documents.wording import (
    COMMISSION,
    KINDS,
    OBLIGATIONS,
    OFFICE,
    day,
    district_name,
    last_moment,
    local_day,
    moment,
    short_hash,
    subject_of,
    word,
)
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that the organization files in the year."""

    kind: str
    year: int
    due: str
    """First instant that is late."""
    period: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """That the agreement was signed online."""

    at: Instant
    account: str
    """Of the legal representative."""
    terms_sha256: str
    """The text that was signed: the agreement without the signature."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """The parties, and what one of them owes."""

    round_title: str
    number: str
    """Names the agreement for people."""
    org_name: str
    uscc: str
    district: str
    kind: str
    category_name: str | None
    """Chinese, None for a comprehensive organization."""
    valid_from: str
    valid_to: str
    list_hash: str
    """The list that approved it."""
    offered_at: Instant
    due: str
    """First instant that is too late to sign."""
    owed: tuple[Owed, ...] = ()
    signature: Signature | None = None
    """Absent in the text that is offered and signed."""


def agreement_pdf(agreement: Agreement) -> bytes:
    """The agreement's PDF; its hash is what both parties sign."""
    data = {
        "subject": subject_of(agreement.round_title),
        "commission": COMMISSION,
        "office": OFFICE,
        "number": agreement.number,
        "org_name": agreement.org_name,
        "uscc": agreement.uscc,
        "district": district_name(agreement.district),
        "group": word(KINDS, agreement.kind) + (f"（{agreement.category_name}）" if agreement.category_name else ""),
        "comprehensive": agreement.kind == Kind.COMPREHENSIVE,
        "valid_from": day(agreement.valid_from),
        "valid_to": day(agreement.valid_to),
        "list": short_hash(agreement.list_hash),
        "offered_on": local_day(agreement.offered_at),
        "due": last_moment(agreement.due),
        "signature": _signed(agreement.signature),
        "owed": [[word(OBLIGATIONS, one.kind), _period(one), last_moment(one.due)] for one in agreement.owed],
    }
    return typeset("agreement", data, agreement.offered_at if agreement.signature is None else agreement.signature.at)


def _signed(signature: Signature | None) -> dict[str, str] | None:
    if signature is None:
        return None
    return {"at": moment(signature.at), "account": signature.account, "terms": signature.terms_sha256}


def _period(owed: Owed) -> str:
    return f"{owed.year}年" + (word(PERIODS, owed.period) if owed.period else "")
