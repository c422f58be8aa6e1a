"""FORM.json: a whole form outside the platform, read liberally: what no rule needs may be left out (C4.1)."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from services.application.entrypoints import bodies
from services.application.entrypoints.bodies import IDENTITY_NUMBER, MaterialBody, MaterialNumber, T2Body, T3Body
from shared.contracts.vocabulary import District
from shared.documents.fields import FIELDS
from shared.kernel.instants import YEAR_MIN
from shared.web.models import Body, ShortText

Doc: TypeAlias = dict[str, Any]
A_FILE: Final = "0" * 64
"""Stands for a document that is said to be there."""
UNSAID: Final = "-"
CATEGORIES: Final = "categories"
"""What a reader says of its round when it validates a form."""
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
        "本科": "bachelor",
        "硕士": "master",
        "博士": "doctor",
        "无": "none",
    },
    "title_level": {"初级": "junior", "中级": "intermediate", "高级": "senior", "无": "none"},
    "type": {
        "服务机构": "gathered_service_organization",
        "集聚服务机构": "gathered_service_organization",
        "大专院校": "university",
        "科研院所": "institute",
        "行业协会": "association",
        "其他": "other",
    },
}
"""The Chinese words of the printed form, by member; the platform's doors take the English ones alone."""
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
DAYS: Final = ("date", "valid_to", "established_on", "operating_since", "lease_to", "from", "to")


class T1Body(bodies.T1Body):
    """基本情况; whether the code is one is for R1 to say."""

    uscc: ShortText
    category: Annotated[list[ShortText], Field(max_length=8, default_factory=list)]
    """Codes of the round's categories, or their Chinese names."""

    @field_validator("category")
    @classmethod
    def _known(cls, named: list[str], info: ValidationInfo) -> list[str]:
        """As codes; where the reader knows the round's categories (code to Chinese name), none but these."""
        categories: Mapping[str, str] = (info.context or {}).get(CATEGORIES, {})
        codes = [next((code for code, zh in categories.items() if zh == one), one) for one in named]
        if categories and not set(codes) <= categories.keys():
            raise ValueError("a category of the round is expected")
        return codes


class PartnerBody(bodies.PartnerBody):
    """合作机构; whether the code is one is for R17 to say."""

    uscc: ShortText


class T4Body(bodies.T4Body):
    """资源、制度、计划."""

    partners: Annotated[list[PartnerBody], Field(max_length=200)]  # type: ignore[assignment]  # each is one


class FormFile(Body):
    """A whole form outside the platform; a material is named by its number alone, or with its file."""

    t1: T1Body | None = None
    t2: T2Body | None = None
    t3: T3Body | None = None
    t4: T4Body | None = None
    materials: Annotated[list[MaterialNumber | MaterialBody], Field(max_length=200, default_factory=list)]

    @model_validator(mode="before")
    @classmethod
    def _liberally(cls, document: Any) -> Any:
        return _read(document) if isinstance(document, dict) else document

    @property
    def tables(self) -> tuple[tuple[str, Body | None], ...]:
        """The four tables by name."""
        return (("T1", self.t1), ("T2", self.t2), ("T3", self.t3), ("T4", self.t4))

    @property
    def attached(self) -> frozenset[int]:
        """The numbers of the materials."""
        return frozenset(one if isinstance(one, int) else one.material for one in self.materials)


def schema(categories: Mapping[str, str] | None = None) -> Doc:
    """The JSON Schema of FORM.json: what the command takes, with every word and every short way of saying it.

    `categories` are those that a round knows, code to Chinese name. Titles are the printed form's; `x-rules` read it.
    """
    described = FormFile.model_json_schema()
    shapes = described["$defs"]
    for name in (*MAY_LACK, "HonourBody"):
        shape = shapes[name]
        derived = {"T2Body": {"staff_total"}, "PremisesBody": {"tenure"}}.get(name, set())
        shape["required"] = [one for one in shape.get("required", []) if one not in {*MAY_LACK.get(name, {}), *derived}]
        for member, said in shape["properties"].items():
            shape["properties"][member] = _sayable(member, said, absent=member not in shape["required"])
    premises = shapes["PremisesBody"]
    premises["properties"][OWN_OR_LEASE] = premises["properties"]["tenure"]
    premises["anyOf"] = [{"required": [one]} for one in ("tenure", OWN_OR_LEASE, "lease_to")]
    _name_categories(shapes["T1Body"]["properties"]["category"], categories or {})
    for name, members in PAPERS.items():
        for member in members:
            shapes[name]["properties"][member] = {"anyOf": [shapes[name]["properties"][member], {"type": "boolean"}]}
    described["properties"]["materials"] = {"anyOf": [described["properties"]["materials"], {"type": "null"}]}
    for shape in (described, *shapes.values()):
        shape["properties"] = {name: _titled(name, member) for name, member in shape["properties"].items()}
    return described


def _name_categories(category: Doc, categories: Mapping[str, str]) -> None:
    """A list of codes or Chinese names, or one of them alone."""
    known: Doc = {"enum": [*categories, *categories.values()]} if categories else {"minLength": 1}
    category["anyOf"][0]["items"] |= known
    category["anyOf"].append({"type": "string", **known})


def _titled(name: str, member: Doc) -> Doc:
    """A member by the name that the printed form gives it, with its unit and the rules that read it."""
    known = FIELDS.get(name)
    if known is None:
        return member
    more = {"x-unit": known.unit, "x-rules": list(known.rules)}
    return {**member, "title": known.zh, **{key: value for key, value in more.items() if value}}


def _sayable(member: str, said: Doc, *, absent: bool) -> Doc:
    """A member with its Chinese words, and null where it may be left out."""
    if member in WORDS and "enum" in said:
        said = {**said, "enum": [*said["enum"], *WORDS[member]]}
    if member == "district":
        said = {"enum": [*(one.value for one in District), *WORDS[member]]}
    if member == "person_key":
        said = {**said, "not": {"pattern": IDENTITY_NUMBER}}
    if member in DAYS:
        said = {**said, "format": "date"}
    return {"anyOf": [said, {"type": "null"}]} if absent else said


def _read(document: Doc) -> Doc:
    tables: dict[str, Callable[[Doc], Doc]] = {"t1": _t1, "t2": _t2, "t3": _t3, "t4": _t4}
    present = {name: member for name, member in document.items() if member is not None}
    return {
        name: tables[name](member) if name in tables and isinstance(member, dict) else member
        for name, member in present.items()
    }


def _filled(name: str, given: Any) -> Any:
    """With what may be absent, without nulls, and in English."""
    if not isinstance(given, dict):
        return given
    said = {member: value for member, value in given.items() if value is not None}
    told = {
        member: WORDS[member].get(value, value) if member in WORDS and isinstance(value, str) else value
        for member, value in said.items()
    }
    return {**MAY_LACK.get(name, {}), **told}


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
    if isinstance(table.get("documents"), dict):
        documents = table["documents"]
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
