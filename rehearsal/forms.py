"""What each organization writes into the four tables (C4.1)."""

from collections.abc import Callable, Sequence
from typing import Any

from rehearsal import materials
from rehearsal.cast import GROUNDED, Organization, Part, chance, code

CORRECTED = frozenset({Part.RETURNED, Part.RETURN_EXPIRES})
"""Whose lease ends too soon for their district."""


def profile(organization: Organization) -> dict[str, Any]:
    """What it asks to be certified."""
    return {
        "legal_form": _legal_form(organization),
        "district": organization.district.value,
        "established_on": "2012-05-18",
        "reg_address": f"上海市{organization.district.name_zh}中山路{organization.index + 1}号",
        "legal_representative": f"法定代表人{organization.index:02d}",
        "contact": f"联系人{organization.index:02d} 021-5555{organization.index:04d}",
        "documents": [],
    }


def tables(organization: Organization) -> dict[str, dict[str, Any]]:
    """The four tables by name."""
    return {"t1": _t1(organization), "t2": _t2(organization), "t3": _t3(organization), "t4": _t4(organization)}


def _t1(organization: Organization) -> dict[str, Any]:
    asked = profile(organization)
    return {
        "org_name": organization.name,
        "uscc": organization.uscc,
        "legal_form": asked["legal_form"],
        "established_on": "2012-05-18",
        "operating_since": "2012-07-01",
        "capital": _capital(organization),
        "reg_address": asked["reg_address"],
        "district": asked["district"],
        "kind": organization.kind,
        "category": organization.category,
        "finance_last_year": {
            "revenue": f"{300 + chance(f'revenue/{organization.index}', 900)}0000.00",
            "profit": f"{chance(f'profit/{organization.index}', 60) - 5}0000.00",
            "assets": "2000000.00",
            "liabilities": "600000.00",
        },
        "qualifications": [{"name": "从业资质证书", "no": f"ZZ-{organization.index:04d}", "issuer": "行业主管部门"}],
        "honours": _honours(organization),
        "penalties": [],
        "under_investigation": False,
        "legal_representative": asked["legal_representative"],
        "contact": asked["contact"],
    }


def _capital(organization: Organization) -> str:
    if organization.part in GROUNDED:
        return "50000.00"
    return f"{(50 + chance(f'capital/{organization.index}', 450)) * 10_000}.00"


def _honours(organization: Organization) -> list[dict[str, str]]:
    if organization.part not in GROUNDED:
        return []
    return [{"level": "municipal", "issuer": "上海市经济和信息化委员会", "date": "2016-11-08"}]


def _t2(organization: Organization) -> dict[str, Any]:
    fulltime = 10 if organization.part is Part.BELOW_RATIO else 10 + chance(f"staff/{organization.index}", 6)
    professionals = 6 if organization.part is Part.BELOW_RATIO else -(-7 * fulltime // 10)
    return {
        "staff_total": fulltime + 2,
        "roster": [
            {
                "person_key": f"P{number:03d}",
                "fulltime": True,
                "professional": number < professionals,
                "education": "bachelor" if number < professionals else "secondary",
                "title_level": "intermediate" if number % 3 == 0 and number < professionals else "none",
            }
            for number in range(fulltime)
        ],
        "premises": [
            {
                "address": f"{organization.district.name_zh}办公楼",
                "area": f"{80 + chance(f'area/{organization.index}', 300)}.50",
                "tenure": "lease",
                "lease_to": "2017-12-31" if organization.part in CORRECTED else "2019-12-31",
            }
        ],
        "equipment": [{"name": "服务热线", "count": 2}, {"name": "培训教室设备", "count": 1}],
    }


def _t3(organization: Organization) -> dict[str, Any]:
    served = 95 if organization.part is Part.SHORT_OF_SMES else 100 + chance(f"smes/{organization.index}", 400)
    return {
        "smes_served": served,
        "clients_total": served + 40,
        "surveyed": 80,
        "satisfied": 66 + chance(f"satisfied/{organization.index}", 14),
        "volume_unit": "visits",
        "volume_total": "1000",
        "volume_public": f"{80 + chance(f'public/{organization.index}', 100)}",
        "volume_lowfee": "60",
        "micro_discount": materials.hash_of(materials.handbook(organization)),
        "fees": "公益服务免费，其余按公示标准收取。",
        "activities": 10 + chance(f"activities/{organization.index}", 20),
        "cases": [{"title": "陪伴式服务一例", "summary": "从需求诊断到跟踪回访，全程无偿。"}],
    }


def _t4(organization: Organization) -> dict[str, Any]:
    handbook = materials.hash_of(materials.handbook(organization))
    return {
        "partners": [
            {
                "name": f"合作服务机构{number}",
                "uscc": code(f"{0x9000 + organization.index * 4 + number:04X}"),
                "type": "gathered_service_organization",
                "agreement": materials.hash_of(materials.agreements(organization)),
                "from": "2015-01-01",
            }
            for number in range(3)
        ],
        "documents": {
            "management_system": handbook,
            "service_process": handbook,
            "fee_standard": handbook,
            "quality_assurance": handbook,
        },
        "plan": {"smes": 150, "activities": 12, "public_share": "15/100"},
        "plan_done": "已按计划完成上半年服务活动。",
        "category_narrative": "面向中小企业提供专业、规范、普惠的服务。",
        "commitment": materials.hash_of(materials.copy(organization, materials.STATEMENT)),
    }


def _legal_form(organization: Organization) -> str:
    if organization.part in (Part.LEGAL, Part.LAW_FIRM):
        return "law_firm"
    return "social_organization" if organization.kind == "comprehensive" else "enterprise"


def corrected_premises(organization: Organization) -> dict[str, Any]:
    """The second table with a lease that runs on."""
    table = _t2(organization)
    return {**table, "premises": [{**site, "lease_to": "2020-12-31"} for site in table["premises"]]}


def plan(_brought: Sequence[str] = ()) -> dict[str, Any]:
    """What the year is to bring (C3.1)."""
    return {"version": 1, "targets": {"activities": 12, "smes_served": 150, "public_benefit_share": "15/100"}}


def report(brought: Sequence[str] = (), version: int = 1) -> dict[str, Any]:
    """A quarter's service, with the hashes of what was brought for it (C3.1)."""
    return {
        "version": version,
        "metrics": {
            "activities": 4,
            "smes_served": 42 + version,
            "consultations": 80,
            "calls": 19,
            "public_benefit_share": "15/100",
            "surveyed": 30,
            "satisfied": 28,
            "cases": 1,
        },
        "evidence": list(brought),
    }


def case(brought: Sequence[str] = ()) -> dict[str, Any]:
    """A service case (C3.3)."""
    return {
        "version": 1,
        "title": "陪伴式服务一例",
        "summary": "从需求诊断到跟踪回访，全程无偿。",
        "evidence": list(brought),
    }


def digest(brought: Sequence[str]) -> dict[str, Any]:
    """A digest of policies, which was brought (C3.3)."""
    return {"version": 1, "title": "中小企业政策解读（第一辑）", "document": brought[0]}


def difficulties(_brought: Sequence[str] = ()) -> dict[str, Any]:
    """What SMEs found difficult (C3.3)."""
    return {"version": 1, "answered": 37, "forwarded": 5, "summary": "融资难、用工成本上升与场地续租为主要诉求。"}


FILINGS: dict[str, tuple[str, Callable[[Sequence[str]], dict[str, Any]]]] = {
    "plan": ("plan", plan),
    "report": ("report", report),
    "case": ("case", case),
    "policy_digest": ("digest", digest),
    "difficulties": ("difficulties", difficulties),
}
"""For each kind of obligation where it is filed, and what, with the files that were brought for it."""
