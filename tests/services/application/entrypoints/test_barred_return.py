"""A return that ran out while its organization was suspended by mistake: why it did, and what is left (C5.2, C5.3)."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit.replay import replay
from rehearsal.cast import organizations
from rehearsal.forms import tables
from tests.audit.street import ROUND, parameters
from tests.town.life import OFFICER, SECOND_VERIFIER, VERIFIER, Applicant, Life
from tests.town.town import Town

ITEM = {"path": "t2.premises", "code": "LEASE", "note": "租期不足"}
LETTER = {
    "scope": "application",
    "new": "2017-10-05T17:00:00+08:00",
    "reason": "误暂停，予以更正",
    "authority_document": "函1号",
}


async def lapsed(folder: Path, *, suspended: bool = True, stops: bool = False) -> tuple[Life, Applicant]:
    """Returned, suspended or not, and run out where no time stands still; then the round is closed."""
    its = parameters()
    life = Life(Town(folder), replace(its, corrections=replace(its.corrections, suspension_stops=stops)))
    town = life.town
    await town.begin()
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    await town.at("2017-09-12T10:00:00+08:00")
    await life.submit(one)
    await life.review(one, "return", {"version": 1, "items": [ITEM]})
    if suspended:
        await town.command(VERIFIER, "registration", f"/organizations/{one.id}/suspension", {"ground": "误"})
    await town.at("2017-09-20T17:00:00+08:00")
    await town.command(OFFICER, "application", f"/rounds/{ROUND}/closing")
    return life, one


@pytest.mark.parametrize("reinstated", [False, True])
async def test_it_is_told_why_and_which_way_there_is(tmp_path: Path, *, reinstated: bool) -> None:
    life, one = await lapsed(tmp_path)
    if reinstated:
        await life.town.at("2017-09-22T10:00:00+08:00")
        place = f"/organizations/{one.id}/reinstatement"
        await life.town.command(VERIFIER, "registration", place, {"ground": "更正"})
    (told,) = await life.town.read(one.filer, "application", "/worklist")
    assert told["step"] == "lapsed"
    assert told["message_zh"].endswith("（误）")
    assert "发文延期" in told["message_zh"]
    seen = await life.town.read(one.clerk, "application", f"/applications/{one.application}")
    assert seen["barred"] == ("" if reinstated else "误")
    happened = await life.town.read(one.filer, "application", f"/applications/{one.application}/timeline")
    lines = [entry["message_zh"] for entry in happened if entry["service"] == "registration"]
    assert lines == ["机构资格暂停：误", *(["机构资格恢复：更正"] if reinstated else [])]


async def test_by_a_letter_it_goes_on_after_the_closing(tmp_path: Path) -> None:
    life, one = await lapsed(tmp_path)
    town = life.town
    await town.command(VERIFIER, "registration", f"/organizations/{one.id}/reinstatement", {"ground": "更正"})
    letter = {**LETTER, "target": one.application}
    place = f"/rounds/{ROUND}/extensions"
    await town.command(OFFICER, "application", place, letter)
    assert await town.refused(OFFICER, "application", place, {**LETTER, "target": "nobody"}) == "round-is-closed"
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert (task["step"], task["due"]) == ("resubmit", "2017-10-05T09:00:00.000Z")
    t2 = tables(one.organization)["t2"]
    await life.save(one, "t2", {**t2, "premises": [{**t2["premises"][0], "area": "500"}]}, 1)
    await life.submit(one)
    review = await town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert (review["state"], review["version"]) == ("OPEN", 2)
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "SUBMITTED"


async def test_who_was_late_without_a_suspension_hears_of_none(tmp_path: Path) -> None:
    life, one = await lapsed(tmp_path, suspended=False)
    (told,) = await life.town.read(one.filer, "application", "/worklist")
    assert (told["step"], "暂停" in told["message_zh"], "发文延期" in told["message_zh"]) == ("lapsed", False, True)


async def test_where_no_time_runs_meanwhile_it_goes_on_by_itself_with_what_was_left(tmp_path: Path) -> None:
    """Suspended for thirteen days in its time, reinstated after the closing (C5.2, C5.3)."""
    life, one = await lapsed(tmp_path, stops=True)
    town = life.town
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert (task["step"], "停止计算" in task["message_zh"], task.get("due")) == ("suspended", True, None)
    await town.at("2017-09-25T10:00:00+08:00")
    await town.command(VERIFIER, "registration", f"/organizations/{one.id}/reinstatement", {"ground": "更正"})
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert (task["step"], task["due"]) == ("resubmit", "2017-10-03T09:00:00.000Z")
    t2 = tables(one.organization)["t2"]
    await life.save(one, "t2", {**t2, "premises": [{**t2["premises"][0], "area": "500"}]}, 1)
    await town.at("2017-10-03T16:59:59+08:00")
    await life.submit(one)
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "SUBMITTED"


async def test_then_it_runs_out(tmp_path: Path) -> None:
    life, one = await lapsed(tmp_path, stops=True)
    await life.town.command(VERIFIER, "registration", f"/organizations/{one.id}/reinstatement", {"ground": "更正"})
    await life.town.at("2017-10-31T10:00:00+08:00")
    (state,) = replay(await life.town.events(), ROUND).applications
    assert state.state == "LAPSED"


async def closed_by_mistake(folder: Path, *, returned: bool) -> tuple[Life, Applicant]:
    """Closed a day before its draft or its return runs out; the round is closed, then another verifier reopens it."""
    life = Life(Town(folder), parameters())
    town = life.town
    await town.begin()
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    one = await life.register(next(iter(organizations())))
    await life.fill_in(one)
    await town.at("2017-09-13T10:00:00+08:00")
    if returned:
        await life.submit(one)
        await life.review(one, "return", {"version": 1, "items": [ITEM]})
    await town.at("2017-09-19T17:00:00+08:00")
    place = f"/organizations/{one.id}"
    await town.command(VERIFIER, "registration", f"{place}/closure", {"ground": "误注销"})
    await town.at("2017-09-20T17:00:01+08:00")
    await town.command(OFFICER, "application", f"/rounds/{ROUND}/closing")
    reopened = {"ground": "误操作", "document_number": "函2号"}
    await town.at("2017-09-21T17:00:00+08:00")
    await town.command(SECOND_VERIFIER, "registration", f"{place}/reopening", reopened)
    return life, one


@pytest.mark.parametrize(("returned", "step"), [(False, "submit"), (True, "resubmit")])
async def test_a_closure_that_is_taken_back_gives_back_what_was_left(
    tmp_path: Path, *, returned: bool, step: str
) -> None:
    """What lapsed meanwhile goes on for as long as it had left, without a letter (C5.2)."""
    life, one = await closed_by_mistake(tmp_path, returned=returned)
    town = life.town
    seen = await town.read(one.filer, "application", f"/applications/{one.application}")
    assert seen["state"] == "LAPSED"
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert (task["step"], task["due"]) == (step, "2017-09-22T09:00:00.000Z")
    assert "剩余时间" in task["message_zh"]
    if returned:
        t2 = tables(one.organization)["t2"]
        await life.save(one, "t2", {**t2, "premises": [{**t2["premises"][0], "area": "500"}]}, 1)
    await town.at("2017-09-22T16:59:59+08:00")
    await life.submit(one)
    (state,) = replay(await town.events(), ROUND).applications
    assert state.state == "SUBMITTED"


async def test_then_the_draft_is_late(tmp_path: Path) -> None:
    life, one = await closed_by_mistake(tmp_path, returned=False)
    await life.town.at("2017-09-22T17:00:00+08:00")
    assert await life.town.read(one.filer, "application", "/worklist") == []
    place = f"/applications/{one.application}/submission"
    assert await life.town.refused(one.filer, "application", place) == "submission-too-late"
    assert replay(await life.town.events(), ROUND).applications
