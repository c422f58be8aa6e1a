"""The four tables of the application form (C4.1): the fields that this platform's rules read."""

from shared.contracts.event import value


@value
class Penalty:
    """行政处罚: an administrative penalty (C2.1.6)."""

    date: str
    authority: str
    doc_no: str


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
    reg_address: str
    district: str
    kind: str
    """comprehensive or professional."""
    category: tuple[str, ...] = ()
    """Professional categories named; exactly one passes R14."""
    penalties: tuple[Penalty, ...] = ()
    under_investigation: bool
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
class T2:
    """队伍与场地: team and premises (C2.1.2)."""

    staff_total: int
    roster: tuple[Person, ...]
    premises: tuple[Premises, ...]


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


@value
class Partner:
    """合作机构: a cooperating or gathered service organization (C2.1.5)."""

    name: str
    uscc: str
    type: str
    """gathered_service_organization counts for R17; university, institute, association or other do not."""


@value
class T4:
    """资源、制度、计划: resources, systems and plan (C2.1.4, C2.1.5, C4.9)."""

    partners: tuple[Partner, ...]
    plan_smes: int
    """SMEs to serve this year."""
    plan_activities: int
    category_narrative: str
    commitment: str
    """SHA-256 of the signed statement of truth (C4.9)."""
