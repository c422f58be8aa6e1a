"""The application as a paper: four tables and the list of materials, each page naming its version (C4.1, C5.2)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.form import T1, T2, T3, T4, Person
from shared.documents.paper_code import PaperCode, qr_svg
from shared.documents.typesetting import typeset
from shared.documents.wording import (
    EDUCATIONS,
    HONOUR_LEVELS,
    KINDS,
    LEGAL_FORMS,
    NONE,
    PARTNER_TYPES,
    TENURES,
    TITLE_LEVELS,
    VOLUME_UNITS,
    amount,
    day,
    district_name,
    moment,
    percent,
    short_hash,
    subject_of,
    until,
    word,
    yes,
)
from shared.kernel.instants import Instant


@dataclass(frozen=True, slots=True)
class MaterialFile:
    """A file of a material."""

    name: str
    sha256: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Material:
    """One of the materials that go with the form (C4), and what was filed of it."""

    number: int
    name_zh: str
    files: tuple[MaterialFile, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplicationPaper:
    """A submitted version with the people's names in it: its `t1` holds words where the event holds commitments."""

    round_title: str
    application: str
    version: int
    snapshot_hash: str
    received_at: Instant
    """When the version was filed; dates the document."""
    t1: T1
    t2: T2
    t3: T3
    t4: T4
    categories: dict[str, str] = field(default_factory=dict)
    """Chinese names of the round's categories by code."""
    materials: tuple[Material, ...] = ()
    professional_share: str | None = None
    """R7 as it was evaluated, such as `7/10`."""


def application_pdf(paper: ApplicationPaper) -> bytes:
    """The application's PDF; no other bytes for the same paper."""
    return typeset("application", _data(paper), paper.received_at)


def _data(paper: ApplicationPaper) -> dict[str, Any]:
    code = PaperCode(paper.application, paper.version, paper.snapshot_hash)
    return {
        "subject": subject_of(paper.round_title),
        "application": paper.application,
        "version": paper.version,
        "code": code.text,
        "short": code.short,
        "snapshot": paper.snapshot_hash,
        "qr": qr_svg(code.text),
        "received": moment(paper.received_at),
        "t1": _t1(paper.t1, paper.categories),
        "t2": _t2(paper.t2, paper.professional_share),
        "t3": _t3(paper.t3),
        "t4": _t4(paper.t4),
        "materials": [_material(one) for one in paper.materials],
    }


def _t1(t1: T1, categories: dict[str, str]) -> dict[str, Any]:
    finance = t1.finance_last_year
    return {
        "org_name": t1.org_name,
        "uscc": t1.uscc,
        "legal_form": word(LEGAL_FORMS, t1.legal_form),
        "established_on": day(t1.established_on),
        "operating_since": day(t1.operating_since),
        "capital": amount(t1.capital),
        "revenue": amount(finance.revenue) if finance else NONE,
        "profit": amount(finance.profit) if finance else NONE,
        "assets": amount(finance.assets) if finance else NONE,
        "liabilities": amount(finance.liabilities) if finance else NONE,
        "qualifications": [[one.name, one.no, one.issuer, until(one.valid_to)] for one in t1.qualifications],
        "reg_address": t1.reg_address,
        "district": district_name(t1.district),
        "kind": word(KINDS, t1.kind),
        "category": "、".join(word(categories, code) for code in t1.category) or NONE,
        "penalties": [[day(one.date), one.authority, one.doc_no] for one in t1.penalties],
        "under_investigation": yes(t1.under_investigation),
        "honours": [[word(HONOUR_LEVELS, one.level), one.issuer, day(one.date)] for one in t1.honours],
        "legal_representative": t1.legal_representative,
        "contact": t1.contact,
    }


def _t2(t2: T2, professional_share: str | None) -> dict[str, Any]:
    fulltime = [person for person in t2.roster if person.fulltime]
    return {
        "staff_total": t2.staff_total,
        "fulltime": len(fulltime),
        "professionals": sum(person.professional for person in fulltime),
        "share": professional_share or NONE,
        "educations": _spread(EDUCATIONS, [person.education for person in fulltime]),
        "titles": _spread(TITLE_LEVELS, [person.title_level for person in fulltime]),
        "roster": [_person(person) for person in t2.roster],
        "premises": [
            [one.address, amount(one.area), word(TENURES, one.tenure), until(one.lease_to) if one.lease_to else NONE]
            for one in t2.premises
        ],
        "equipment": [[one.name, str(one.count)] for one in t2.equipment],
    }


def _person(person: Person) -> list[str]:
    return [
        person.person_key,
        yes(person.fulltime),
        yes(person.professional),
        word(EDUCATIONS, person.education),
        word(TITLE_LEVELS, person.title_level),
        yes(person.practice_certificate),
        short_hash(person.evidence)[:9],
    ]


def _spread(words: dict[str, str], codes: list[str]) -> str:
    """How many full-time staff there are of each level, highest first."""
    counted = Counter(codes)
    return "，".join(f"{words[code]} {counted[code]} 人" for code in words if counted[code]) or NONE


def _t3(t3: T3) -> dict[str, Any]:
    unit = word(VOLUME_UNITS, t3.volume_unit)
    return {
        "smes_served": t3.smes_served,
        "clients_total": t3.clients_total,
        "surveyed": t3.surveyed,
        "satisfied": t3.satisfied,
        "satisfaction": percent(t3.satisfied, t3.surveyed),
        "unit": unit,
        "volume_total": amount(t3.volume_total),
        "volume_public": f"{amount(t3.volume_public)}（{percent(t3.volume_public, t3.volume_total)}）",
        "volume_lowfee": f"{amount(t3.volume_lowfee)}（{percent(t3.volume_lowfee, t3.volume_total)}）",
        "micro_discount": short_hash(t3.micro_discount),
        "fees": t3.fees or NONE,
        "activities": t3.activities,
        "cases": [[one.title, one.summary] for one in t3.cases],
    }


def _t4(t4: T4) -> dict[str, Any]:
    return {
        "partners": [
            [
                one.name,
                one.uscc,
                word(PARTNER_TYPES, one.type),
                f"{day(one.valid_from)} 至 {until(one.valid_to)}" if one.valid_from else NONE,
                short_hash(one.agreement)[:9],
            ]
            for one in t4.partners
        ],
        "management_system": short_hash(t4.documents.management_system),
        "service_process": short_hash(t4.documents.service_process),
        "fee_standard": short_hash(t4.documents.fee_standard),
        "quality_assurance": short_hash(t4.documents.quality_assurance),
        "smes": t4.plan.smes,
        "activities": t4.plan.activities,
        "public_share": t4.plan.public_share,
        "plan_done": t4.plan_done or NONE,
        "narrative": t4.category_narrative,
        "commitment": short_hash(t4.commitment),
    }


def _material(material: Material) -> dict[str, Any]:
    return {
        "number": str(material.number),
        "name": material.name_zh,
        "files": [[one.name, f"{-(-one.size // 1024):,} KiB", short_hash(one.sha256)] for one in material.files],
    }
