"""What a clerk's check names, and what the city says of what it overrules, over HTTP (C5.3)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from tests.audit.street import parameters
from tests.services.review.stage import ordinary, submitted
from tests.town.life import CHECKED, JUDGED, LEADER
from tests.town.town import Refused


async def test_each_material_that_the_applicant_brought_is_checked_before_the_recommendation(tmp_path: Path) -> None:
    """It holds qualifications and no honours (C4.4, C4.8, C5.3)."""
    life = await submitted(tmp_path, ordinary(1))
    (one,) = life.applicants
    for rule, rationale in JUDGED.items():
        await life.review(one, "judgements", {"rule": rule, "outcome": "PASS", "rationale": rationale})

    def but(*items: str) -> dict[str, Any]:
        return {"version": 1, "items": [one for one in CHECKED if one["item"] not in items]}

    made_up = {"version": 1, "items": [*CHECKED, {"item": "nonsense.42", "result": "conforms"}]}
    with pytest.raises(Refused) as unknown:
        await life.review(one, "compliance", made_up)
    assert (unknown.value.name, unknown.value.problem["status"]) == ("nothing-of-the-filing", 422)
    await life.review(one, "compliance", but("materials.4", "materials.8"))
    opinion = {"version": 1, "opinion": "同意推荐", "order": 1}
    with pytest.raises(Refused, match=r"materials\.4$") as lacking:
        await life.review(one, "recommendation", opinion)
    assert lacking.value.name == "materials-unchecked"
    await life.review(one, "compliance", but("materials.8"))
    await life.review(one, "recommendation", opinion)
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_the_city_says_why_it_admits_what_its_district_found_amiss(tmp_path: Path) -> None:
    """As the round of 2017 asks; the applicant's people read it in the review (C5.3)."""
    terms = parameters()
    life = await submitted(tmp_path, ordinary(1), replace(terms, batches=replace(terms.batches, overrulings=True)))
    (one,) = life.applicants
    await life.judge(one)
    await life.review(one, "judgements", {"rule": "R9", "outcome": "FAIL", "rationale": "流程未成文"})
    await life.decline(one)
    await life.review(one, "reconsideration-request", {"grounds": "流程已成文"}, one.filer)
    await life.review(one, "reconsideration", {"outcome": "upheld", "reasons": ["维持"]}, one.leader)
    await life.review(one, "escalation", {"grounds": "请复核"}, one.filer)
    place = f"/reviews/{one.application}/escalation-decision"
    admitted = {"outcome": "admitted", "reason": "条件符合"}
    assert await life.town.refused(LEADER, "review", place, admitted) == "overruling-not-reasoned"
    reasons = [{"what": "R9", "rationale": "现场复核，流程文件齐备"}]
    await life.town.command(LEADER, "review", place, {**admitted, "overruled": reasons})
    for reader in (one.filer, one.signatory, one.clerk):
        seen = await life.town.read(reader, "review", f"/reviews/{one.application}")
        assert seen["story"][-1]["data"]["overruled"] == reasons
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)
