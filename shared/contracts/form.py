"""The four tables of the application form (C4.1), each field with the clause it serves."""

from shared.contracts.event import value


@value
class Penalty:
    """行政处罚: an administrative penalty (C2.1.6)."""

    date: str
    authority: str
    doc_no: str


@value
class Finance:
    """上年财务状况: last year's accounts (C2.1.1, C4.5), yuan as decimal strings; only profit may be negative."""

    revenue: str
    profit: str
    assets: str
    liabilities: str


@value
class Qualification:
    """资质: a licence or qualification to serve (C2.1.1, C4.4)."""

    name: str
    no: str
    issuer: str
    valid_to: str | None = None
    """ISO date of its last day; absent when it does not end."""


@value
class Honour:
    """认定、表彰、资助: recognition, commendation or funding (C2.1.7, C4.8)."""

    level: str
    """national, municipal, district or industry; district (区级) and above count."""
    issuer: str
    date: str


@value
class T1:
    """基本情况: who applies (C2.1.1, C2.1.6, C2.2)."""

    org_name: str
    uscc: str
    legal_form: str
    established_on: str
    operating_since: str
    capital: str
    """注册资本/开办资金, yuan as a decimal string."""
    finance_last_year: Finance | None = None
    qualifications: tuple[Qualification, ...] = ()
    reg_address: str
    district: str
    kind: str
    """comprehensive or professional."""
    category: tuple[str, ...] = ()
    """Professional categories named; exactly one passes R14."""
    penalties: tuple[Penalty, ...] = ()
    under_investigation: bool
    """协查中: assisting a case investigation."""
    honours: tuple[Honour, ...] = ()
    legal_representative: str
    """Commitment."""
    contact: str
    """Commitment."""


@value
class Person:
    """One line of the roster (人员名册); `person_key` is the organization's own key, never a name or ID number."""

    person_key: str
    fulltime: bool
    professional: bool
    education: str
    """none, secondary, college, bachelor, master or doctor; college (大专) and above count."""
    title_level: str
    """none, junior, intermediate or senior; intermediate (中级) and above count."""
    practice_certificate: bool = False
    """执业资格."""
    evidence: str | None = None
    """SHA-256 of the certificates' copy (C4.7)."""


@value
class Premises:
    """经营服务场所 (C2.1.2)."""

    address: str
    area: str
    """m², decimal string."""
    tenure: str
    """own or lease."""
    lease_to: str | None = None
    """ISO date of the lease's last day."""


@value
class Equipment:
    """服务设施、仪器设备 (C2.1.2)."""

    name: str
    count: int


@value
class T2:
    """队伍与场地: team and premises (C2.1.2)."""

    staff_total: int
    roster: tuple[Person, ...]
    premises: tuple[Premises, ...]
    equipment: tuple[Equipment, ...] = ()


@value
class ServiceCase:
    """服务案例 (C4.2)."""

    title: str
    summary: str


@value
class T3:
    """上年业绩: last year's service (C2.1.3)."""

    smes_served: int
    """Distinct SMEs by USCC."""
    clients_total: int
    surveyed: int
    """Questionnaires returned."""
    satisfied: int
    volume_unit: str
    """cases, visits, hours or yuan."""
    volume_total: str
    """In `volume_unit`, decimal string; the two below are disjoint parts of it."""
    volume_public: str
    volume_lowfee: str
    micro_discount: str | None = None
    """SHA-256 of the discount rules for small and micro enterprises."""
    fees: str | None = None
    """收费情况, in words."""
    activities: int = 0
    """Service activities held."""
    cases: tuple[ServiceCase, ...] = ()


@value
class Partner:
    """合作机构: a cooperating or gathered service organization (C2.1.5)."""

    name: str
    uscc: str
    type: str
    """gathered_service_organization counts for R17; university, institute, association or other do not."""
    agreement: str | None = None
    """SHA-256 of the cooperation agreement."""
    valid_from: str | None = None
    """ISO date of its first day."""
    valid_to: str | None = None
    """ISO date of its last day; absent when it does not end."""


@value
class Systems:
    """管理制度、服务流程、收费标准、质量保证 (C2.1.4): SHA-256 of each document that there is."""

    management_system: str | None = None
    service_process: str | None = None
    fee_standard: str | None = None
    quality_assurance: str | None = None


@value
class Plan:
    """年度服务目标: what this year is to bring (C2.1.4)."""

    smes: int
    activities: int
    public_share: str
    """公益性服务占比, a ratio such as 15/100."""


@value
class T4:
    """资源、制度、计划: resources, systems and plan (C2.1.4, C2.1.5, C4.9)."""

    partners: tuple[Partner, ...]
    documents: Systems = Systems()
    plan: Plan
    plan_done: str | None = None
    """完成情况, in words."""
    category_narrative: str
    commitment: str
    """SHA-256 of the signed statement of truth (C4.9)."""
