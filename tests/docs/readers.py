"""Who may read what, found out by asking: after a little round every `GET` is asked by everybody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shared.contracts.topics import SERVICES
from shared.kernel.actor import Actor
from tests.docs.little_round import YEAR, Stage, lived
from tests.docs.test_openapi import described

ANYONE: Final = "anyone"
ALL: Final = "ALL"
"""A state that lists with a state of their own take for any."""
JSON: Final = "application/json"
Doc = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """A `GET` of a service, and what came of asking it."""

    service: str
    path: str
    operation: Doc
    everything: Sequence[str]
    """The roles to which it answers alike, whoever in that role asks."""
    own: Sequence[str]
    """The roles to which it answers with what is theirs."""
    answer: Any
    """What somebody reads; None where that is no JSON."""


async def reads(folder: Path) -> list[Read]:
    """Every `GET` of the street in the order of its documents."""
    stage = await lived(folder)
    return [
        await _asked(stage, service, path, one["get"])
        for service in SERVICES
        for path, one in described(service)["paths"].items()
        if "get" in one
    ]


async def _asked(stage: Stage, service: str, path: str, operation: Doc) -> Read:
    names = stage.names(service, path)
    place = re.sub(r"\{(\w+)\}", lambda found: names[found[1]], path)
    known, answer = await _answer(stage, service, place, operation, None)
    everything, own = [ANYONE] if known else [], list[str]()
    for role, (mine, other) in stage.people(path).items():
        has, first = await _answer(stage, service, place, operation, mine)
        also, second = (has, first) if mine == other else await _answer(stage, service, place, operation, other)
        answer = answer or first
        if has and not known:
            alike = mine == other or (also and first == second != [])
            (everything if alike else own).append(role.value)
    return Read(service, path, operation, everything, own, answer)


async def _answer(stage: Stage, service: str, path: str, operation: Doc, by: Actor | None) -> tuple[bool, Any]:
    """Whether somebody is answered, and with which JSON."""
    given: Mapping[str, str | int] = {"year": YEAR, "round_id": stage.life.round}
    asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    query = {one["name"]: given[one["name"]] for one in asked if one.get("required")}
    query |= {one["name"]: ALL for one in asked if f"'{ALL}'" in str(one["schema"])}
    headers = await stage.life.town.bearer(by) if by else {}
    async with stage.life.town.client(service) as client:
        got = await client.get(path, params=query, headers=headers)
    await stage.life.town.settle()
    return got.is_success, got.json() if got.is_success and got.headers["content-type"].startswith(JSON) else None
