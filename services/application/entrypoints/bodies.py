"""What application's door accepts from applicants and receipt clerks: the four tables (C4.1) and the paper."""

import re
from typing import Annotated, Literal, Self

import msgspec
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.application.domain.paper import PaperOfAnotherApplication, parse_code
from shared.auditlog.canonical import hash_of
from shared.contracts.form import T1, T2, T3, T4
from shared.web.models import (
    Body,
    Count,
    DateText,
    DecimalText,
    DistrictText,
    LongText,
    RatioText,
    ReasonText,
    Sha256Text,
    ShortText,
    SignedDecimalText,
    Token,
    UsccText,
)

KindText = Literal["comprehensive", "professional"]


IDENTITY_NUMBER = r"^-*(?:[0-9]-*){15}$|^-*(?:[0-9]-*){17}[0-9A-Za-z]-*$"
"""A citizen's number (GB 11643) of 18 signs, or of 15 as before 1999, with dashes anywhere."""


def _not_an_identity_number(text: str) -> str:
    if re.search(IDENTITY_NUMBER, text):
        raise ValueError("a key of the organization's own, never an identity number")
    return text


PersonKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$"), AfterValidator(_not_an_identity_number)]


MaterialNumber = Annotated[int, Field(ge=1, le=9)]


class StartBody(Body):
    """What the organization applies as."""

    round: Token
    kind: KindText
    category: Annotated[list[Token], Field(max_length=8, default_factory=list)]


class PenaltyBody(Body):
    """行政处罚."""

    date: DateText
    authority: ShortText
    doc_no: ShortText


class FinanceBody(Body):
    """上年财务状况."""

    revenue: DecimalText
    profit: SignedDecimalText
    assets: DecimalText
    liabilities: DecimalText


class QualificationBody(Body):
    """资质."""

    name: ShortText
    no: ShortText
    issuer: ShortText
    valid_to: DateText | None = None


class HonourBody(Body):
    """认定、表彰、资助."""

    level: Literal["national", "municipal", "district", "industry"]
    issuer: ShortText
    date: DateText


class T1Body(Body):
    """基本情况."""

    org_name: ShortText
    uscc: UsccText
    legal_form: Literal[
        "enterprise", "public_institution", "social_organization", "private_non_enterprise", "law_firm", "branch"
    ]
    established_on: DateText
    operating_since: DateText
    capital: DecimalText
    finance_last_year: FinanceBody | None = None
    qualifications: Annotated[list[QualificationBody], Field(max_length=50, default_factory=list)]
    reg_address: ShortText
    district: DistrictText
    kind: KindText
    category: Annotated[list[Token], Field(max_length=8, default_factory=list)]
    penalties: Annotated[list[PenaltyBody], Field(max_length=100, default_factory=list)]
    under_investigation: bool
    honours: Annotated[list[HonourBody], Field(max_length=100, default_factory=list)]
    legal_representative: ShortText
    contact: ShortText


class PersonBody(Body):
    """One line of the roster; `person_key` is the organization's own key."""

    person_key: PersonKey
    fulltime: bool
    professional: bool
    education: Literal["none", "secondary", "college", "bachelor", "master", "doctor"]
    title_level: Literal["none", "junior", "intermediate", "senior"]
    practice_certificate: bool = False
    evidence: Sha256Text | None = None


class PremisesBody(Body):
    """经营服务场所."""

    address: ShortText
    area: DecimalText
    tenure: Literal["own", "lease"]
    lease_to: DateText | None = None


class EquipmentBody(Body):
    """服务设施、仪器设备."""

    name: ShortText
    count: Count


class T2Body(Body):
    """队伍与场地."""

    staff_total: Count
    roster: Annotated[list[PersonBody], Field(max_length=300)]
    premises: Annotated[list[PremisesBody], Field(max_length=50)]
    equipment: Annotated[list[EquipmentBody], Field(max_length=100, default_factory=list)]


class ServiceCaseBody(Body):
    """服务案例."""

    title: ShortText
    summary: LongText


class T3Body(Body):
    """上年业绩."""

    smes_served: Count
    clients_total: Count
    surveyed: Count
    satisfied: Count
    volume_unit: Literal["cases", "visits", "hours", "yuan"]
    volume_total: DecimalText
    volume_public: DecimalText
    volume_lowfee: DecimalText
    micro_discount: Sha256Text | None = None
    fees: LongText | None = None
    activities: Count = 0
    cases: Annotated[list[ServiceCaseBody], Field(max_length=10, default_factory=list)]


class PartnerBody(Body):
    """合作机构."""

    name: ShortText
    uscc: UsccText
    type: Literal["gathered_service_organization", "university", "institute", "association", "other"]
    agreement: Sha256Text | None = None
    valid_from: DateText | None = Field(None, alias="from")
    valid_to: DateText | None = Field(None, alias="to")


class SystemsBody(Body):
    """管理制度、服务流程、收费标准、质量保证."""

    management_system: Sha256Text | None = None
    service_process: Sha256Text | None = None
    fee_standard: Sha256Text | None = None
    quality_assurance: Sha256Text | None = None


class PlanBody(Body):
    """年度服务目标."""

    smes: Count
    activities: Count
    public_share: RatioText


class T4Body(Body):
    """资源、制度、计划."""

    partners: Annotated[list[PartnerBody], Field(max_length=200)]
    documents: SystemsBody = SystemsBody()
    plan: PlanBody
    plan_done: LongText | None = None
    category_narrative: LongText
    commitment: Sha256Text | Literal[""] = ""


TABLES: dict[str, tuple[type[Body], type[T1 | T2 | T3 | T4]]] = {
    "T1": (T1Body, T1),
    "T2": (T2Body, T2),
    "T3": (T3Body, T3),
    "T4": (T4Body, T4),
}
FORMS_HASH = hash_of({name: body.model_json_schema() for name, (body, _) in TABLES.items()})
"""SHA-256 of the canonical JSON Schemas of the four tables."""


class SaveBody(Body):
    """One table and the revision it was read at; exactly one of the tables is present."""

    revision: Count
    t1: T1Body | None = None
    t2: T2Body | None = None
    t3: T3Body | None = None
    t4: T4Body | None = None


class MaterialBody(Body):
    """An attached file: material 1 to 9 (C4) and its content's hash, size in bytes and type, its name and scan."""

    material: MaterialNumber
    sha256: Sha256Text
    size: Count = 0
    media_type: ShortText | None = None
    name: ShortText | None = None
    scan: ShortText | None = None


DigitsPrinted = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{4}( ?[0-9a-f]{4}){3}$")]
"""The first sixteen digits, as a page prints them."""


class PaperBody(Body):
    """What the receipt clerk scans from a page, or reads from it: `code`, or `version` and `snapshot_hash`."""

    code: ShortText | None = None
    version: Annotated[int, Field(ge=1, le=9999)] | None = None
    snapshot_hash: Sha256Text | DigitsPrinted | None = None
    copies: Annotated[int, Field(ge=1, le=100)]

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        typed = self.version is not None and self.snapshot_hash is not None
        if typed == (self.code is not None) or (self.version is None) != (self.snapshot_hash is None):
            raise ValueError("either code, or version and snapshot_hash")
        return self

    def read(self, application: str) -> tuple[int, str]:
        """Version and hash; raise `NoPaperCode` or `PaperOfAnotherApplication`."""
        if self.code is None:
            assert self.version is not None, "validated"
            assert self.snapshot_hash is not None, "validated"
            return self.version, self.snapshot_hash.replace(" ", "")
        read = parse_code(self.code)
        if read.application != application:
            raise PaperOfAnotherApplication(f"the paper is of application {read.application}")
        return read.version, read.snapshot_hash


class WaiverRequestBody(Body):
    """Which failed rules, on what ground, shown by which files (C2.1.7)."""

    rules: Annotated[list[Token], Field(min_length=1, max_length=50)]
    ground: ReasonText
    evidence: Annotated[list[Sha256Text], Field(max_length=50, default_factory=list)]


class WithdrawalBody(Body):
    """Why it is taken back."""

    reason: ShortText


def table_of(body: Body, table: type[T1 | T2 | T3 | T4]) -> T1 | T2 | T3 | T4:
    """The contract's table of a validated body."""
    return msgspec.convert(body.model_dump(), table)
