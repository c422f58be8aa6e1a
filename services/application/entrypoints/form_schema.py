"""The JSON Schema of FORM.json, titled as the printed form is."""

from collections.abc import Mapping
from typing import Final

from services.application.entrypoints.bodies import IDENTITY_NUMBER
from services.application.entrypoints.form_file import FormFile
from services.application.entrypoints.form_reading import MAY_LACK, OWN_OR_LEASE, PAPERS, SYSTEMS, VOLUMES, WORDS, Doc
from shared.contracts.fields import FIELDS
from shared.contracts.vocabulary import District

DAYS: Final = ("date", "valid_to", "established_on", "operating_since", "lease_to", "from", "to")


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
    _as_people_write(described, shapes)
    described["properties"]["materials"] = {"anyOf": [described["properties"]["materials"], {"type": "null"}]}
    for shape in (described, *shapes.values()):
        shape["properties"] = {name: _titled(name, member) for name, member in shape["properties"].items()}
    return described


def _as_people_write(described: Doc, shapes: Doc) -> None:
    """What loses nothing: counts without quotes, documents by their Chinese names, materials by number or name."""
    for member in VOLUMES:
        shapes["T3Body"]["properties"][member] = {
            "anyOf": [shapes["T3Body"]["properties"][member], {"type": "integer", "minimum": 0}]
        }
    systems = shapes["SystemsBody"]["properties"]
    systems |= {zh: {**systems[name], "title": zh} for zh, name in SYSTEMS.items()}
    names = {"type": "array", "items": {"enum": [*SYSTEMS, *SYSTEMS.values()]}}
    shapes["T4Body"]["properties"]["documents"] = {"anyOf": [shapes["T4Body"]["properties"]["documents"], names]}
    numbered = {"type": "object", "anyOf": [{"required": ["number"]}, {"required": ["material"]}]}
    items = described["properties"]["materials"]["items"]
    items["anyOf"] += [{"type": "string", "pattern": "^[1-9]$"}, numbered]


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
