"""What the rules said of an application, in sentences of Chinese and of English (C2)."""

from typing import Any

import msgspec

from services.application.usecases.project import ROUNDS
from shared.contracts.application import RuleResult
from shared.contracts.rule_messages import message_en, message_zh
from shared.contracts.rule_values import Naming
from shared.eventstore.documents import Reads


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


async def explained(reads: Reads, doc: dict[str, Any]) -> dict[str, Any]:
    """An application's document with every rule's result in words."""
    if "results" not in doc:
        return doc
    naming = await naming_of(reads, doc["round"])
    results = [{**one, **in_words(msgspec.convert(one, RuleResult), naming)} for one in doc["results"]]
    return {**doc, "results": results}
