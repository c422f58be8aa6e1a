"""A district that does nothing in its time, or sends nothing: its applicants go to the city (C5.3)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from shared.contracts.round import RoundParameters
from tests.audit.street import parameters
from tests.services.review.stage import neighbours, submitted
from tests.town.life import CHECKED, LEADER, OFFICER, Applicant, Life

GROUNDS = {"grounds": "区级期限已过"}
NUMBER = {"document_number": "经委〔2017〕1号"}
OVER = "2017-10-01T00:00:00+08:00"


def terms() -> RoundParameters:
    """A round in which silence goes to the city."""
    plan = parameters()
    return replace(plan, corrections=replace(plan.corrections, silence_escalates=True))


async def step(life: Life, one: Applicant) -> dict[str, Any]:
    """What the applicant is told to do."""
    (task,) = await life.town.read(one.filer, "application", "/worklist")
    return {name: task[name] for name in ("step", "state", "due") if name in task}


async def test_what_is_not_decided_goes_to_the_city_and_what_is_not_sent_too(tmp_path: Path) -> None:
    life = await submitted(tmp_path, neighbours(), terms())
    listed, waiting = life.applicants
    assert await step(life, waiting) == {"step": "wait", "state": "UNDER_DISTRICT", "due": "2017-09-30T16:00:00.000Z"}
    await life.judge(listed)
    await life.recommend(listed)
    assert await step(life, listed) == {"step": "wait", "state": "RECOMMENDED", "due": "2017-09-30T16:00:00.000Z"}
    place = f"/batches/{life.round}/{listed.organization.district.value}"
    await life.town.command(listed.leader, "review", f"{place}/sealing", NUMBER)
    for one in (listed, waiting):
        asked = (one.filer, "review", f"/reviews/{one.application}/escalation", GROUNDS)
        assert await life.town.refused(*asked) == "district-has-time"
    await life.town.at(OVER)
    for one, state in ((listed, "RECOMMENDED"), (waiting, "UNDER_DISTRICT")):
        assert await step(life, one) == {"step": "escalate", "state": state}
        await life.review(one, "escalation", GROUNDS, one.filer)
        assert (await step(life, one))["state"] == "ESCALATED"
    assert await life.town.refused(listed.leader, "review", f"{place}/sending") == "rows-are-gone"
    admitted = {"outcome": "admitted", "reason": "条件符合"}
    of = f"/reviews/{waiting.application}/escalation-decision"
    assert await life.town.refused(LEADER, "review", of, admitted) == "compliance-not-checked"
    await life.review(waiting, "compliance", {"version": 1, "items": CHECKED}, OFFICER)
    for one in (listed, waiting):
        await life.review(one, "escalation-decision", admitted, LEADER)
    await life.town.command(listed.leader, "review", f"{place}/reopening", {"authority": "3号"})
    await life.town.command(listed.leader, "review", f"{place}/sealing", NUMBER)
    await life.town.command(listed.leader, "review", f"{place}/sending")
    assert (await life.town.read(listed.leader, "review", place))["rows"] == []
    assert await step(life, listed) == {"step": "wait", "state": "RECOMMENDED"}
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_what_was_sent_in_time_is_with_the_experts(tmp_path: Path) -> None:
    life = await submitted(tmp_path, neighbours()[:1], terms())
    (one,) = life.applicants
    await life.judge(one)
    await life.recommend(one)
    await life.send_lists()
    await life.town.at(OVER)
    assert await step(life, one) == {"step": "wait", "state": "RECOMMENDED"}
    asked = (one.filer, "review", f"/reviews/{one.application}/escalation", GROUNDS)
    assert await life.town.refused(*asked) == "decline-not-upheld"


async def test_the_city_takes_the_paper_that_a_silent_district_did_not(tmp_path: Path) -> None:
    """And whom its district declines too late goes to the city at once (C5.3)."""
    life = await submitted(tmp_path, neighbours(), terms(), received=False)
    unopened, late = life.applicants
    place = f"/applications/{unopened.application}"
    seen = await life.town.read(OFFICER, "application", place)
    paper = {"version": 1, "snapshot_hash": seen["snapshot_hash"], "copies": 3}
    asked = (OFFICER, "application", f"{place}/paper", paper)
    assert await life.town.refused(*asked) == "not-permitted"
    await life.town.at(OVER)
    await life.decline(late)
    for one in (unopened, late):
        assert (await step(life, one))["step"] == "escalate"
        await life.review(one, "escalation", GROUNDS, one.filer)
    await life.town.command(*asked)
    await life.review(unopened, "compliance", {"version": 1, "items": CHECKED}, OFFICER)
    await life.review(unopened, "escalation-decision", {"outcome": "admitted", "reason": "条件符合"}, LEADER)
    await life.review(late, "escalation-decision", {"outcome": "dismissed", "reason": "区意见成立"}, LEADER)
    assert await life.town.refused(*asked) == "not-permitted"
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)
