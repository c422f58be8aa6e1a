"""One little round at application's door: what people do and see, from the draft to what became of it (C5.2, C5.3)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from audit.replay import replay
from rehearsal.cast import organizations
from rehearsal.forms import tables
from services.application.domain.paper import paper_code
from shared.contracts.application import ApplicationLapsed, ApplicationReturned, PaperReceived, RoundClosed
from shared.contracts.round import RoundParameters
from shared.kernel.actor import Role
from tests.town.life import LEADER, OFFICER, VERIFIER, Applicant, Life, person
from tests.town.town import Refused, Town

PARAMETERS = msgspec.convert(
    json.loads((Path(__file__).parents[4] / "rounds" / "2017.json").read_text()), RoundParameters
)
AUDITOR = person("auditor", Role.DISCIPLINE_AUDITOR)
ITEM = {"path": "t2.premises", "code": "LEASE", "note": "租期不足"}


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, PARAMETERS)
    await town.at("2017-08-25T10:00:00+08:00")
    await life.plan()
    yield life


async def filled(life: Life, count: int) -> list[Applicant]:
    """So many organizations with a form that is filled in."""
    applicants = []
    for organization, _ in zip(organizations(), range(count), strict=False):
        one = await life.register(organization)
        await life.fill_in(one)
        applicants.append(one)
    return applicants


def larger(one: Applicant) -> dict[str, Any]:
    table: dict[str, Any] = tables(one.organization)["t2"]
    return {**table, "premises": [{**table["premises"][0], "area": "500"}]}


async def proven(life: Life) -> None:
    """Every decision is decided again, and the auditor's states are those that the house shows."""
    replayed = replay(await life.town.events(), "2017")
    shown = await life.town.read(OFFICER, "application", "/rounds/2017/applications")
    assert {one["application"]: (one["state"], one["since"]) for one in shown} == {
        one.application: (one.state, one.since) for one in replayed.applications
    }


async def state(life: Life, one: Applicant) -> str:
    doc = await life.town.read(one.filer, "application", f"/applications/{one.application}")
    return str(doc["state"])


async def test_a_return_is_corrected_another_lapses_and_every_instant_is_told(life: Life) -> None:
    """Two applications are returned (C5.3): one comes again in time, one runs out."""
    town = life.town
    first, second, third = await filled(life, 3)
    await town.at("2017-09-12T10:00:00+08:00")
    for one in (first, second):
        await life.submit(one)
        await life.receive(one)
        await life.review(one, "return", {"version": 1, "items": [ITEM]})
        assert await state(life, one) == "RETURNED"
    place = f"/applications/{first.application}"
    results = (await town.read(first.filer, "application", place))["results"]
    (capital,) = [one for one in results if one["rule"] == "R3"]
    assert ("注册资本" in capital["message_zh"], "capital" in capital["message_en"]) == (True, True)
    waiting = await town.read(first.filer, "application", "/worklist")
    assert [(one["step"], one["days_left"]) for one in waiting] == [("resubmit", 8)]
    await town.at("2017-09-14T10:00:00+08:00")
    other = {"revision": 1, "t3": tables(first.organization)["t3"] | {"activities": 99}}
    refused = await town.refused(first.filer, "application", f"{place}/form", other)
    assert refused == "only-named-items-may-change"
    old = await town.read(first.filer, "application", place)
    await life.save(first, "t2", larger(first), 1)
    await life.submit(first)
    assert await state(life, first) == "SUBMITTED"
    clerk = first.official(Role.RECEIPT_CLERK)
    code = {"code": paper_code(first.application, 1, old["snapshot_hash"]), "copies": 2}
    assert await town.refused(clerk, "application", f"{place}/paper", code) == "paper-is-another-version"
    new = await town.read(clerk, "application", place)
    assert (new["version"], new["paper_matches"], new["items"]) == (2, False, [])
    code = {"code": paper_code(first.application, 2, new["snapshot_hash"]), "copies": 2}
    await town.command(clerk, "application", f"{place}/paper", code)
    await town.at("2017-09-18T00:00:00+08:00")
    assert await state(life, second) == "RETURNED"
    await town.at("2017-09-20T17:00:00+08:00")
    assert await state(life, second) == "LAPSED"
    (lost,) = await town.read(second.filer, "application", "/worklist")
    assert (lost["step"], "逾期" in lost["message_zh"], "due" in lost) == ("lapsed", True, False)
    (told,) = await town.read(third.filer, "application", "/worklist")
    assert told["step"] == "lapsed"
    assert await town.refused(second.filer, "application", f"/applications/{second.application}/submission") == (
        "application-has-lapsed"
    )
    events = [one.event for one in await town.houses["application"].log()]
    assert [type(one) for one in events].count(ApplicationReturned) == 2
    assert sorted(one.what for one in events if isinstance(one, ApplicationLapsed)) == ["draft", "return"]
    assert [one.matches for one in events if isinstance(one, PaperReceived)] == [True, True, False, True]
    assert await state(life, third) == "LAPSED"
    await _as_it_was(life, first, second, third)
    await proven(life)


async def _as_it_was(life: Life, first: Applicant, second: Applicant, third: Applicant) -> None:
    asked = "/rounds/2017/applications"

    async def at(text: str | None) -> list[str]:
        query = {"as_of": text} if text else {}
        seen = await life.town.read(AUDITOR, "application", asked, **query)
        states = {one["application"]: one["state"] for one in seen}
        return [states.get(one.application, "-") for one in (first, second, third)]

    assert await at("2017-08-25T09:59:59+08:00") == ["-", "-", "-"]
    assert await at("2017-09-12T09:59:59.999+08:00") == ["DRAFT", "DRAFT", "DRAFT"]
    assert await at("2017-09-12T10:00:00+08:00") == ["RETURNED", "RETURNED", "DRAFT"]
    assert await at("2017-09-14T10:00:00+08:00") == ["UNDER_DISTRICT", "RETURNED", "DRAFT"]
    assert await at("2017-09-20T16:59:59.999+08:00") == ["UNDER_DISTRICT", "RETURNED", "DRAFT"]
    assert await at("2017-09-11") == ["DRAFT", "DRAFT", "DRAFT"]
    assert await at("2017-09-20") == ["UNDER_DISTRICT", "LAPSED", "LAPSED"]
    with pytest.raises(Refused) as nonsense:
        await life.town.read(OFFICER, "application", asked, state="NOPE")
    assert (nonsense.value.problem["status"], nonsense.value.problem["field"]) == (422, "state")
    assert await at(None) == ["UNDER_DISTRICT", "LAPSED", "LAPSED"]
    lapsed = await life.town.read(OFFICER, "application", asked, state="LAPSED", limit=1)
    assert len(lapsed) == 1
    timeline = await life.town.read(second.filer, "application", f"/applications/{second.application}/timeline")
    assert [(one["event"], one["state"]) for one in timeline][-3:] == [
        ("DistrictReviewReturned", "RETURNED"),
        ("ApplicationReturned", "RETURNED"),
        ("ApplicationLapsed", "LAPSED"),
    ]


async def test_a_return_that_ran_out_goes_on_within_an_extension_for_it(life: Life) -> None:
    """An official letter for one application lets it be corrected late; one for nobody is refused (C5.2)."""
    town = life.town
    one, other = await filled(life, 2)
    await life.submit(one)
    await life.submit(other)
    await life.review(one, "return", {"version": 1, "items": [ITEM]})
    await town.at("2017-09-20T17:00:00+08:00")
    assert await state(life, one) == "LAPSED"
    assert (await town.read(one.clerk, "review", f"/reviews/{one.application}"))["state"] == "CLOSED"
    assert [task["step"] for task in await town.read(one.filer, "application", "/worklist")] == ["lapsed"]
    letter = {
        "scope": "application",
        "new": "2017-10-05T17:00:00+08:00",
        "reason": "台风",
        "authority_document": "函1号",
    }
    extending = "/rounds/2017/extensions"
    for_other = {**letter, "target": other.application}
    assert await town.refused(OFFICER, "application", extending, for_other) == "nothing-waits-for-time"
    await town.command(OFFICER, "application", extending, {**letter, "target": one.application})
    (task,) = await town.read(one.filer, "application", "/worklist")
    assert (task["step"], task["due"], task["late"]) == ("resubmit", "2017-10-05T09:00:00.000Z", False)
    await town.at("2017-10-04T10:00:00+08:00")
    await life.save(one, "t2", larger(one), 1)
    await life.submit(one)
    assert await state(life, one) == "SUBMITTED"
    review = await town.read(one.clerk, "review", f"/reviews/{one.application}")
    assert (review["state"], review["version"], review["days_left"]) == ("OPEN", 2, 5)
    told = await town.read(one.filer, "application", f"/applications/{one.application}/timeline")
    assert [entry["event"] for entry in told if "函1号" in entry["message_zh"]] == [
        "DeadlineExtended",
        "LateSubmissionAdmitted",
    ]
    await proven(life)


async def test_a_timeline_tells_its_applicant_who_did_what(life: Life) -> None:
    """Files, a refused submission with the rules that refused it, what was filed and what the paper showed."""
    town = life.town
    (one,) = await filled(life, 1)
    place = f"/applications/{one.application}"
    await life.save(one, "t1", {**tables(one.organization)["t1"], "under_investigation": True}, 1)
    assert await town.refused(one.filer, "application", f"{place}/submission") == "not-eligible"
    await life.save(one, "t1", tables(one.organization)["t1"], 2)
    await life.submit(one)
    (waiting,) = await town.read(one.filer, "application", "/worklist")
    assert (waiting["step"], waiting["due"]) == ("bring_paper", "2017-09-30T16:00:00.000Z")
    clerk = one.official(Role.RECEIPT_CLERK)
    (to_take,) = await town.read(clerk, "application", "/worklist")
    assert (to_take["step"], to_take["due"]) == ("take_paper", waiting["due"])
    code = {"version": 1, "snapshot_hash": "0" * 64, "copies": 2}
    assert await town.refused(clerk, "application", f"{place}/paper", code) == "paper-differs"
    timeline = await town.read(one.filer, "application", f"{place}/timeline")
    by_event = {told["event"]: told for told in timeline}
    assert by_event["AttachmentAdded"]["by"] == {"role": "filer", "account": one.filer.id}
    assert by_event["AttachmentAdded"]["details"]["name"] in by_event["AttachmentAdded"]["message_zh"]
    refused, evaluated = [told for told in timeline if told["event"] == "EligibilityEvaluated"]
    assert [rule["rule"] for rule in refused["details"]["blocking"]] == ["R13"]
    assert "提交未受理" in refused["message_zh"]
    assert "R13" in refused["message_en"]
    assert "blocking" not in evaluated["details"]
    filed = by_event["ApplicationSubmitted"]
    assert filed["details"]["snapshot_hash"][:12] in filed["message_zh"]
    paper = by_event["PaperReceived"]
    assert (paper["by"]["role"], paper["details"]["matches"]) == ("receipt_clerk", False)
    assert "000000000000" in paper["message_en"]


async def test_an_extension_for_one_district(life: Life) -> None:
    """An official letter for one district admits a late receipt there and nowhere else (C5.2)."""
    town = life.town
    here, *others = await filled(life, 6)
    elsewhere = next(one for one in others if one.organization.district != here.organization.district)
    letter = {
        "scope": "district",
        "target": here.organization.district.value,
        "new": "2017-09-22T17:00:00+08:00",
        "reason": "台风",
        "authority_document": "沪经信企〔2017〕512号",
    }
    assert await town.refused(LEADER, "application", "/rounds/2017/extensions", letter) == "not-permitted"
    await town.at("2017-09-20T17:00:00+08:00")
    assert [await state(life, one) for one in (here, elsewhere)] == ["LAPSED", "LAPSED"]
    await town.command(OFFICER, "application", "/rounds/2017/extensions", letter)
    await life.save(here, "t2", larger(here), 1)
    await life.submit(here)
    assert await state(life, here) == "SUBMITTED"
    place = f"/applications/{elsewhere.application}/submission"
    assert await town.refused(elsewhere.filer, "application", place) == "submission-too-late"
    await town.at("2017-09-22T17:00:00+08:00")
    closed = await town.command(OFFICER, "application", "/rounds/2017/closing")
    assert closed["stream"] == "round-2017"
    (event,) = [one.event for one in await town.houses["application"].log() if isinstance(one.event, RoundClosed)]
    assert {head.service for head in event.heads} >= {"application", "registration"}
    assert all(head.hash for head in event.heads)
    late = {**letter, "new": "2017-09-25T17:00:00+08:00"}
    assert await town.refused(OFFICER, "application", "/rounds/2017/extensions", late) == "round-is-closed"
    round_doc = await town.read(None, "application", "/rounds/2017")
    assert (round_doc["state"], len(round_doc["extensions"])) == ("CLOSED", 1)
    await proven(life)


async def test_an_amendment_changes_what_comes_after(life: Life) -> None:
    """Parameters change from an instant on, and no evaluation before it."""
    town = life.town
    first, second = await filled(life, 2)
    await town.at("2017-09-01T10:00:00+08:00")
    await life.submit(first)
    strict = msgspec.to_builtins(PARAMETERS)
    strict["rules"] = [{**one, "threshold": "999999999"} if one["id"] == "R3" else one for one in strict["rules"]]
    amendment = {
        "parameters": strict,
        "effective_from": "2017-09-02T00:00:00+08:00",
        "reason": "提高注册资本要求",
        "authority_document": "沪经信企〔2017〕520号",
    }
    await life.amend(amendment)
    await town.at("2017-09-02T00:00:00+08:00")
    await life.submit(second)
    seen = [await town.read(one.filer, "application", f"/applications/{one.application}") for one in (first, second)]
    assert [("R3" in one["failed"]) for one in seen] == [False, True]
    await proven(life)


async def test_a_suspended_organization_waits_and_one_that_moved_stays(life: Life) -> None:
    """Suspension stops filing until it is over; a transfer moves no submitted application (C5.2)."""
    town = life.town
    one, other = await filled(life, 2)
    await town.at("2017-09-12T10:00:00+08:00")
    ground = {"ground": "涉嫌虚假登记"}
    await town.command(VERIFIER, "registration", f"/organizations/{one.id}/suspension", ground)
    place = f"/applications/{one.application}/submission"
    assert await town.refused(one.filer, "application", place) == "organization-is-suspended"
    (waits,) = await town.read(one.filer, "application", "/worklist")
    assert (waits["step"], "due" in waits) == ("suspended", False)
    assert waits["message_zh"].endswith("（涉嫌虚假登记）")
    await town.command(VERIFIER, "registration", f"/organizations/{one.id}/reinstatement", {"ground": "查无实据"})
    (goes_on,) = await town.read(one.filer, "application", "/worklist")
    assert goes_on["step"] == "submit"
    await life.submit(one)
    await life.submit(other)
    moved = {"district": "310151", "reg_address": "崇明区", "effective_from": "2017-09-12"}
    await town.command(VERIFIER, "registration", f"/organizations/{other.id}/transfer", moved)
    doc = await town.read(other.filer, "application", f"/applications/{other.application}")
    assert doc["district"] == other.organization.district.value
    await proven(life)


async def test_what_people_see(life: Life) -> None:
    """Lists are filtered, sorted and paged; a round is counted; nobody sees what is not theirs."""
    town = life.town
    applicants = await filled(life, 4)
    await town.at("2017-09-12T10:00:00+08:00")
    for one in applicants[:3]:
        await life.submit(one)
        await town.at(f"2017-09-12T1{applicants.index(one) + 1}:00:00+08:00")
    back = f"/applications/{applicants[0].application}/withdrawal"
    await town.command(applicants[0].filer, "application", back, {"reason": "不报了"})
    overview = await town.read(OFFICER, "application", "/rounds/2017/overview")
    assert (overview["applications"], overview["states"]) == (4, {"SUBMITTED": 2, "WITHDRAWN": 1, "DRAFT": 1})
    assert sum(sum(one.values()) for one in overview["districts"].values()) == 4
    newest = await town.read(OFFICER, "application", "/applications", sort="received_at", descending=True, limit=2)
    assert [one["application"] for one in newest] == [applicants[2].application, applicants[1].application]
    rest = await town.read(
        OFFICER, "application", "/applications", sort="received_at", descending=True, after=newest[-1]["application"]
    )
    assert [one["application"] for one in rest] == [applicants[0].application, applicants[3].application]
    mine = await town.read(applicants[3].filer, "application", "/applications", state="DRAFT")
    assert [one["application"] for one in mine] == [applicants[3].application]
    for path in ("", "/timeline", "/form"):
        place = f"/applications/{applicants[0].application}{path}"
        await town.read(applicants[0].filer, "application", place)
        assert await _may_not(town, applicants[1], place) == "not-permitted"
    form = await town.read(OFFICER, "application", f"/applications/{applicants[1].application}/form", version=1)
    assert form["t2"]["staff_total"] == tables(applicants[1].organization)["t2"]["staff_total"]
    assert {one["material"] for one in form["materials"]} >= {2, 3, 5, 6, 7, 9}
    clerk = applicants[1].official(Role.RECEIPT_CLERK)
    there = await town.read(clerk, "application", "/applications")
    assert there
    assert await town.read(clerk, "application", "/applications", district=clerk.district) == there
    assert await town.read(clerk, "application", "/applications", district="310151") == []
    papers = await town.read(clerk, "application", "/worklist")
    assert applicants[1].application in {one["application"] for one in papers}
    await proven(life)


async def _may_not(town: Town, one: Applicant, place: str) -> str:
    try:
        await town.read(one.filer, "application", place)
    except Refused as refusal:
        return refusal.name
    raise AssertionError("it was to be refused")


async def test_a_table_that_is_not_saved_puts_nobody_into_the_vault(life: Life) -> None:
    one, other = await filled(life, 2)
    vault = life.town.houses["application"].vault
    held = await vault.held(one.id)
    named = {**tables(one.organization)["t1"], "contact": "赵六 021-60000009"}
    path = f"/applications/{one.application}/form"
    for by, revision in ((other.filer, 1), (OFFICER, 1), (one.filer, 0)):
        with pytest.raises(Refused):
            await life.town.command(by, "application", path, {"revision": revision, "t1": named})
        assert await vault.held(one.id) == held
    await life.save(one, "t1", named, 1)
    assert await vault.held(one.id) == held + 1


async def test_what_it_applies_as_is_what_t1_says_in_every_list(life: Life) -> None:
    """Before T1 is saved the start speaks, then the table (C2.2.2)."""
    one = await life.register(next(organizations()))
    chosen = {"round": "2017", "kind": "comprehensive", "category": []}
    nonsense = {"round": "2017", "kind": "professional", "category": ["consulting"]}
    assert await life.town.refused(one.filer, "application", "/applications", nonsense) == "category-unknown"
    one.application = (await life.town.command(one.filer, "application", "/applications", chosen))["application"]
    assert await named_everywhere(life, one) == ("comprehensive", [], "comprehensive")
    table = {**tables(one.organization)["t1"], "kind": "professional", "category": ["legal"]}
    await life.save(one, "t1", table, 0)
    assert await named_everywhere(life, one) == ("professional", ["legal"], "legal")


async def named_everywhere(life: Life, one: Applicant) -> tuple[str, list[str], str]:
    """Kind, category and group, which every read says alike."""
    town, place = life.town, f"/applications/{one.application}"
    doc = await town.read(one.filer, "application", place)
    said = (doc["kind"], doc["category"], doc["group"])
    (listed,) = await town.read(OFFICER, "application", "/applications", category=doc["group"])
    (by_name,) = await town.read(OFFICER, "application", "/applications", sort="organization_name")
    (waiting,) = await town.read(one.filer, "application", "/worklist")
    assert all((shown["kind"], shown["category"], shown["group"]) == said for shown in (listed, by_name, waiting))
    overview = await town.read(OFFICER, "application", "/rounds/2017/overview")
    assert overview["categories"] == {doc["group"]: {"DRAFT": 1}}
    return said
