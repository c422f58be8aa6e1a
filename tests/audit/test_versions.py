"""A superseded version asks less of whoever is read in it: none follows the version that superseded it (C5.4)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from audit.record import Contradiction, Record
from audit.replay import replay
from audit.versions import TOGETHER, in_their_versions
from shared.auditlog.canonical import encode, hash_of, prune
from shared.contracts.application import PolicyAmended, PolicyAmendmentProposed, RoundPlanned
from shared.contracts.codec import decode
from shared.contracts.earlier.parameters import RoundParameters
from shared.contracts.envelope import Recorded
from shared.contracts.event import EARLIER, Event
from tests.audit.detours import lived_detours
from tests.audit.street import ROUND


def before(log: Sequence[Recorded], *kinds: type[Event]) -> list[Recorded]:
    """The log with these written in their former version, and every hash of their parameters made anew."""
    written = [_former(one) if isinstance(one.event, kinds) else (one.body.decode(), {}) for one in log]
    anew = {old: new for _, hashes in written for old, new in hashes.items()}
    return [decode(encode(json.loads(_renamed(text, anew)))) for text, _ in written]


def _former(recorded: Recorded) -> tuple[str, dict[str, str]]:
    body: dict[str, Any] = json.loads(recorded.body)
    data, hashed = body["data"], "parameters_hash" if isinstance(recorded.event, RoundPlanned) else "new_hash"
    data["parameters"] = prune(msgspec.to_builtins(msgspec.convert(data["parameters"], RoundParameters)))
    body["type"] = body["type"].replace(".v2", ".v1")
    body["dataschema"] = body["dataschema"].replace(".v2", ".v1")
    return json.dumps(body, ensure_ascii=False), {data[hashed]: hash_of(data["parameters"])}


def _renamed(text: str, anew: dict[str, str]) -> str:
    for old, new in anew.items():
        text = text.replace(old, new)
    return text


def test_an_amendment_in_the_former_version_after_a_plan_in_the_present_one_is_disproved() -> None:
    forged = before(lived_detours()[0], PolicyAmendmentProposed, PolicyAmended)
    with pytest.raises(Contradiction, match="superseded before") as caught:
        replay(forged, ROUND)
    assert caught.value.recorded.envelope.type == "nianlun.application.PolicyAmendmentProposed.v1"


def test_a_plan_in_the_former_version_after_another_in_the_present_one_is_disproved() -> None:
    (plan,) = [one for one in lived_detours()[0] if isinstance(one.event, RoundPlanned)]
    (former,) = before([plan], RoundPlanned)
    later = replace(former, envelope=replace(former.envelope, id="another", sequence=f"{plan.position + 1:020}"))
    in_their_versions(
        Record.of([former, replace(plan, envelope=replace(plan.envelope, sequence=f"{2**40:020}"))], None)
    )
    with pytest.raises(Contradiction) as caught:
        in_their_versions(Record.of([plan, later], None))
    assert caught.value.recorded == later


def test_a_round_that_goes_on_after_an_upgrade_is_none_of_it() -> None:
    log = before(lived_detours()[0], RoundPlanned)
    in_their_versions(Record.of(log, None))


def test_every_superseded_version_is_looked_for() -> None:
    later = {kind.TYPE.rpartition(".")[0] for kinds in TOGETHER for kind in kinds}
    assert later == {name.rpartition(".")[0] for name in EARLIER}
