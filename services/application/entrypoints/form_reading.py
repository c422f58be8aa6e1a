"""How FORM.json may say things: Chinese words, what may be left out, documents by yes or no."""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from shared.contracts.vocabulary import District
from shared.kernel.instants import YEAR_MIN

Doc: TypeAlias = dict[str, Any]
A_FILE: Final = "0" * 64
"""Stands for a document that is said to be there."""
UNSAID: Final = "-"
OWN_OR_LEASE: Final = "own/lease"
LONG_AGO: Final = f"{YEAR_MIN}-01-01"
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "legal_form": {
        "企业": "enterprise",
        "事业单位": "public_institution",
        "社会团体": "social_organization",
        "民办非企业": "private_non_enterprise",
        "民办非企业单位": "private_non_enterprise",
        "律师事务所": "law_firm",
        "分支机构": "branch",
    },
    "kind": {
        "综合": "comprehensive",
        "综合服务机构": "comprehensive",
        "专业": "professional",
        "专业服务机构": "professional",
    },
    "level": {
        "国家级": "national",
        "国家": "national",
        "市级": "municipal",
        "市": "municipal",
        "区级": "district",
        "区": "district",
        "行业": "industry",
    },
    "district": {one.name_zh: one.value for one in District},
    "volume_unit": {"次": "cases", "家次": "visits", "小时": "hours", "元": "yuan"},
    "tenure": {"自有": "own", "租赁": "lease"},
    "education": {
        "中专": "secondary",
        "高中": "secondary",
        "大专": "college",
        "专科": "college",
        "本科": "bachelor",
        "硕士": "master",
        "研究生": "master",
        "博士": "doctor",
        "无": "none",
    },
    "title_level": {
        "初级": "junior",
        "中级": "intermediate",
        "高级": "senior",
        "副高级": "senior",
        "正高级": "senior",
        "无": "none",
    },
    "type": {
        "服务机构": "gathered_service_organization",
        "专业服务机构": "gathered_service_organization",
        "集聚服务机构": "gathered_service_organization",
        "大专院校": "university",
        "科研院所": "institute",
        "行业协会": "association",
        "其他": "other",
    },
}
"""The Chinese words of the printed form, by member; the platform's doors take the English ones alone."""
SYSTEMS: Final[Mapping[str, str]] = {
    "管理制度": "management_system",
    "服务流程": "service_process",
    "收费标准": "fee_standard",
    "质量保证": "quality_assurance",
}
"""Each document of T4 as the printed form calls it; a list of names says that these are there."""
VOLUMES: Final = ("volume_total", "volume_public", "volume_lowfee")
"""Counts by most units, and money by one: whole numbers need no quotes."""
MAY_LACK: Final[Mapping[str, Mapping[str, Any]]] = {
    "T1Body": {
        "org_name": UNSAID,
        "reg_address": UNSAID,
        "district": District.HUANGPU.value,
        "established_on": LONG_AGO,
        "legal_representative": UNSAID,
        "contact": UNSAID,
        "under_investigation": False,
    },
    "PenaltyBody": {"authority": UNSAID, "doc_no": UNSAID},
    "QualificationBody": {"no": UNSAID, "issuer": UNSAID},
    "HonourBody": {"issuer": UNSAID},
    "T2Body": {"roster": [], "premises": []},
    "PersonBody": {"education": "none", "title_level": "none"},
    "PremisesBody": {"address": UNSAID},
    "EquipmentBody": {"count": 1},
    "T3Body": {"clients_total": 0, "volume_unit": "cases"},
    "T4Body": {"partners": [], "plan": {}, "category_narrative": ""},
    "PartnerBody": {"name": UNSAID},
    "PlanBody": {"smes": 0, "activities": 0, "public_share": "0/1"},
}
"""What may be absent, and what then stands for it; no rule reads it, or reads it as nothing."""

PAPERS: Final[Mapping[str, tuple[str, ...]]] = {
    "PersonBody": ("evidence",),
    "T3Body": ("micro_discount",),
    "PartnerBody": ("agreement",),
    "T4Body": ("commitment",),
    "SystemsBody": ("management_system", "service_process", "fee_standard", "quality_assurance"),
}
"""Documents that may be said to be there by yes or no."""


def read(document: Doc) -> Doc:
    """A form as the doors take it: in English, and with what may be left out."""
    tables: dict[str, Callable[[Doc], Doc]] = {"t1": _t1, "t2": _t2, "t3": _t3, "t4": _t4}
    present = {name: member for name, member in document.items() if member is not None}
    if isinstance(present.get("materials"), list):
        present["materials"] = [_number(one) for one in present["materials"]]
    return {
        name: tables[name](member) if name in tables and isinstance(member, dict) else member
        for name, member in present.items()
    }


def _number(material: Any) -> Any:
    """A material by its number, however it is named."""
    if isinstance(material, dict) and "sha256" not in material:
        named = material.get("material", material.get("number"))
        return material if named is None else named
    return int(material) if isinstance(material, str) and material.isascii() and material.isdigit() else material


def _filled(name: str, given: Any) -> Any:
    """With what may be absent, without nulls, and in English."""
    if not isinstance(given, dict):
        return given
    said = {member: value for member, value in given.items() if value is not None}
    return {**MAY_LACK.get(name, {}), **{member: _plain(member, value) for member, value in said.items()}}


def _plain(member: str, value: Any) -> Any:
    if member in WORDS and isinstance(value, str):
        return WORDS[member].get(value, value)
    return str(value) if member in VOLUMES and isinstance(value, int) and not isinstance(value, bool) else value


def _rows(table: Doc, member: str, name: str) -> Doc:
    rows = table.get(member)
    return {**table, member: [_filled(name, row) for row in rows]} if isinstance(rows, list) else table


def _t1(given: Doc) -> Doc:
    table = _filled("T1Body", given)
    if isinstance(table.get("category"), str):
        table = {**table, "category": [table["category"]]}
    for member, name in (
        ("qualifications", "QualificationBody"),
        ("penalties", "PenaltyBody"),
        ("honours", "HonourBody"),
    ):
        table = _rows(table, member, name)
    return dict(table)


def _t2(given: Doc) -> Doc:
    table = _filled("T2Body", given)
    if isinstance(table["roster"], list):
        table = {"staff_total": len(table["roster"]), **table}
    table = _rows(_rows(table, "roster", "PersonBody"), "equipment", "EquipmentBody")
    rows = table["premises"]
    if isinstance(rows, list):
        table = {**table, "premises": [_held(_filled("PremisesBody", row)) for row in rows]}
    return _papers(table, "roster", "evidence")


def _held(row: Any) -> Any:
    """A lease that says until when needs not say that it is one; `own/lease` is another name of `tenure`."""
    if not isinstance(row, dict):
        return row
    named = {name: value for name, value in row.items() if name != OWN_OR_LEASE}
    if OWN_OR_LEASE in row:
        named = {"tenure": WORDS["tenure"].get(str(row[OWN_OR_LEASE]), row[OWN_OR_LEASE]), **named}
    return {"tenure": "lease", **named} if "lease_to" in named else named


def _t3(given: Doc) -> Doc:
    table = _filled("T3Body", given)
    return {**table, **_paper(table, "micro_discount")}


def _t4(given: Doc) -> Doc:
    table = _rows(_filled("T4Body", given), "partners", "PartnerBody")
    table = {**table, "plan": _filled("PlanBody", table["plan"]), **_paper(table, "commitment")}
    documents = table.get("documents")
    if isinstance(documents, list) and all(isinstance(name, str) for name in documents):
        documents = dict.fromkeys(documents, True)
    if isinstance(documents, dict):
        documents = {SYSTEMS.get(name, name): value for name, value in documents.items()}
        held: Doc = {}
        for name in documents:
            held |= _paper(documents, name)
        table = {**table, "documents": held}
    return _papers(table, "partners", "agreement")


def _papers(table: Doc, member: str, name: str) -> Doc:
    rows = table[member]
    if not isinstance(rows, list):
        return table
    return {**table, member: [{**row, **_paper(row, name)} if isinstance(row, dict) else row for row in rows]}


def _paper(table: Doc, name: str) -> Doc:
    """A document by yes or no, where its hash is not at hand."""
    if name not in table or not isinstance(table[name], bool):
        return {name: table[name]} if name in table else {}
    return {name: A_FILE if table[name] else ("" if name == "commitment" else None)}
