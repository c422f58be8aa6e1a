"""Five organizations that file the same forms whatever the round asks."""

from dataclasses import dataclass
from typing import Any

from rehearsal import materials
from rehearsal.cast import Organization, Part, code
from rehearsal.forms import profile
from shared.contracts.vocabulary import District

CONSULTING, LEGAL = "management_consulting", "legal"


@dataclass(frozen=True, slots=True)
class Qualities:
    """What is true of an organization, in the round's own units."""

    capital: str
    staff: int
    education: str
    title: str
    area: str
    smes: int
    satisfied: int
    """Of a hundred surveyed."""
    partners: int
    strength: tuple[int, int] = (5, 5)
    """Tenths that experts give for the first criterion, and for every other one."""
    law_firm: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """An organization and what it shows under either rule set."""

    organization: Organization
    qualities: Qualities

    @property
    def tables(self) -> dict[str, Any]:
        """What it writes into the four tables."""
        return _tables(self.organization, self.qualities)


def figure(index: int, name: str, group: str, qualities: Qualities) -> Figure:
    """One of the cast, in a district of its own."""
    district = list(District)[index % len(District)]
    part = Part.LEGAL if qualities.law_firm else Part.ORDINARY
    return Figure(Organization(700 + index, name, code(f"{7700 + index}"), district, group, part), qualities)


LARGE = Qualities("5000000.00", 20, "bachelor", "senior", "300", 400, 95, 6, strength=(8, 8))
OTHER_LARGE = Qualities("9000000.00", 20, "bachelor", "senior", "400", 400, 95, 6, strength=(6, 9))
MIDDLING = Qualities("1000000.00", 20, "bachelor", "senior", "300", 400, 95, 3, strength=(7, 7))
MODEST = Qualities("500000.00", 11, "college", "none", "100", 110, 85, 3)
LAW_FIRM = Qualities("6000000.00", 20, "bachelor", "senior", "300", 400, 95, 6, strength=(9, 9), law_firm=True)
CAST = {
    "large": figure(0, "海纳企业管理咨询有限公司", CONSULTING, LARGE),
    "other": figure(1, "滨江企业管理咨询有限公司", CONSULTING, OTHER_LARGE),
    "middling": figure(2, "云帆企业管理咨询有限公司", CONSULTING, MIDDLING),
    "modest": figure(3, "嘉禾企业管理咨询有限公司", CONSULTING, MODEST),
    "law": figure(4, "申城律师事务所", LEGAL, LAW_FIRM),
}


def _tables(organization: Organization, its: Qualities) -> dict[str, Any]:
    asked = profile(organization)
    t1 = {
        "org_name": organization.name,
        "uscc": organization.uscc,
        "legal_form": asked["legal_form"],
        "established_on": "2010-05-18",
        "operating_since": "2010-07-01",
        "capital": its.capital,
        "reg_address": asked["reg_address"],
        "district": asked["district"],
        "kind": organization.kind,
        "category": organization.category,
        "finance_last_year": {"revenue": "1.00", "profit": "1.00", "assets": "2.00", "liabilities": "1.00"},
        "qualifications": [{"name": "从业资质证书", "no": "ZZ-1", "issuer": "行业主管部门"}],
        "honours": [{"level": "municipal", "issuer": "上海市经济和信息化委员会", "date": "2016-11-08"}],
        "penalties": [],
        "under_investigation": False,
        "legal_representative": asked["legal_representative"],
        "contact": asked["contact"],
    }
    return {"t1": t1, "t2": _t2(its), "t3": _t3(organization, its), "t4": _t4(organization, its)}


def _t2(its: Qualities) -> dict[str, Any]:
    person = {"fulltime": True, "professional": True, "education": its.education, "title_level": its.title}
    return {
        "staff_total": its.staff,
        "roster": [{"person_key": f"P{number:03d}", **person} for number in range(its.staff)],
        "premises": [{"address": "办公楼", "area": its.area, "tenure": "own"}],
        "equipment": [{"name": "服务热线", "count": 2}],
    }


def _t3(organization: Organization, its: Qualities) -> dict[str, Any]:
    return {
        "smes_served": its.smes,
        "clients_total": its.smes,
        "surveyed": 100,
        "satisfied": its.satisfied,
        "volume_unit": "visits",
        "volume_total": "1000",
        "volume_public": "150",
        "volume_lowfee": "60",
        "micro_discount": materials.hash_of(materials.handbook(organization)),
        "fees": "公益服务免费。",
        "activities": 10,
        "cases": [],
    }


def _t4(organization: Organization, its: Qualities) -> dict[str, Any]:
    handbook = materials.hash_of(materials.handbook(organization))
    agreement = materials.hash_of(materials.agreements(organization))
    gathered = {"type": "gathered_service_organization", "agreement": agreement, "from": "2015-01-01"}
    return {
        "partners": [
            {"name": f"合作机构{n}", "uscc": code(f"{8000 + organization.index % 100 * 10 + n}"), **gathered}
            for n in range(its.partners)
        ],
        "documents": {
            "management_system": handbook,
            "service_process": handbook,
            "fee_standard": handbook,
            "quality_assurance": handbook,
        },
        "plan": {"smes": 150, "activities": 12, "public_share": "15/100"},
        "plan_done": "已完成。",
        "category_narrative": "服务中小企业。",
        "commitment": materials.hash_of(materials.copy(organization, materials.STATEMENT)),
    }
