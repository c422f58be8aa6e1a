"""What the rules said of an application, in sentences of Chinese and of English (C2)."""

from typing import Any

import msgspec

from services.application.usecases.profiles import certified_on
from services.application.usecases.project import ROUNDS
from shared.contracts.application import RuleResult
from shared.contracts.fields import place
from shared.contracts.rule_messages import message_en, message_zh
from shared.contracts.rule_values import Naming
from shared.eventstore.documents import Reads
from shared.kernel.instants import Instant, local_date


async def naming_of(reads: Reads, round_id: str) -> Naming:
    """The Chinese names that the round was planned with."""
    doc: Any = await reads.get(ROUNDS, round_id) or {"plan": {"parameters": {"categories": []}}}
    parameters = doc["plan"]["parameters"]
    return Naming(
        {one["code"]: one["name_zh"] for one in parameters["categories"]},
        {one["number"]: one["name_zh"] for one in parameters.get("materials") or ()},
    )


def in_words(result: RuleResult, naming: Naming) -> dict[str, str]:
    """One rule's result in both languages."""
    return {"message_zh": message_zh(result, naming=naming), "message_en": message_en(result, naming=naming)}


async def hinted(reads: Reads, doc: dict[str, Any], at: Instant) -> dict[str, Any]:
    """An application's document with what its T1 says otherwise than what was certified, when it was filed or now."""
    stated = doc.get("stated", {})
    known = await certified_on(reads, doc["organization"], local_date(Instant(doc.get("received_at", at))))
    hints = [_hint(name, stated[name], known[name]) for name in known if stated and stated[name] != known[name]]
    return {**doc, "hints": hints}


def _hint(name: str, stated: str, certified: str) -> dict[str, str]:
    path = f"t1.{name}"
    return {
        "path": path,
        "stated": stated,
        "certified": certified,
        "message_zh": f"{place(path)}与企业认证不一致：申报{stated}，认证{certified}",
        "message_en": f"{path} is not what was certified: {stated} here, {certified} there",
    }


async def explained(reads: Reads, doc: dict[str, Any]) -> dict[str, Any]:
    """An application's document with every rule's result in words."""
    if "results" not in doc:
        return doc
    naming = await naming_of(reads, doc["round"])
    results = [{**one, **in_words(msgspec.convert(one, RuleResult), naming)} for one in doc["results"]]
    return {**doc, "results": results}
