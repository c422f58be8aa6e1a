"""A year of service through reporting's door, and decided again from its log alone (C3)."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from audit.commands import decide_again
from audit.record import Contradiction, Incomplete, Record
from rehearsal.forms import FILINGS, report
from services.reporting.entrypoints.priorities import as_of_now
from services.reporting.usecases.approvals import REMOVED, REVOKED
from shared.contracts.category import Stream
from shared.contracts.envelope import Recorded
from shared.contracts.event import Event
from shared.contracts.publication import ApprovalRevoked, RectificationAccepted, RectificationItem, RectificationOrdered
from shared.contracts.reporting import (
    AnnualAssessed,
    AssessmentCorrected,
    ObligationCreated,
    ObligationLifted,
    PriorityRecommended,
    ReminderSent,
    ReportDefaulted,
    ReportOverdue,
    ReportReturned,
    ServicePlanFiled,
    ServiceReportFiled,
)
from shared.contracts.topics import STANDING
from shared.kernel.actor import Actor, Role
from tests.services.application.domain.filed import PARAMETERS
from tests.services.reporting.entrypoints.served import PLANNED, ROUND, Served, served
from tests.town.life import LEADER, OFFICER, VERIFIER
from tests.town.town import Refused

WRONG = [{"path": "metrics.calls", "code": "IMPLAUSIBLE", "note": "与平台记录不符"}]
POINTS = [
    {"criterion": name, "score": score}
    for name, score in {"activities": 28, "platform": 18, "digests": 18, "cooperation": 18, "satisfaction": 9}.items()
]


@pytest.fixture
async def street(tmp_path: Path) -> Served:
    return await served(tmp_path)


async def test_each_kind_of_organization_owes_its_own_part(street: Served) -> None:
    """C3.3: digests and difficulties are a comprehensive organization's."""
    kinds = {}
    for name, one in street.people.items():
        found = await street.town.read(one.filer, "reporting", "/obligations")
        kinds[name] = sorted(f"{owed['kind']} {owed.get('period') or ''}".strip() for owed in found)
    assert kinds["hub"] == sorted([*kinds["firm"], "difficulties", "policy_digest"])
    assert len(kinds["firm"]) == 6


@pytest.mark.parametrize("kind", FILINGS)
async def test_every_kind_is_filed_and_accepted(street: Served, kind: str) -> None:
    obligation = await street.owed("hub", kind, "Q1" if kind == "report" else None)
    await street.file("hub", obligation, FILINGS[kind][0], await street.content("hub", kind))
    await street.town.command(OFFICER, "reporting", f"/obligations/{obligation}/acceptance")
    again = await street.town.command(OFFICER, "reporting", f"/obligations/{obligation}/acceptance", {"version": 1})
    assert again["events"] == []
    assert (await street.state(obligation))["state"] == "ACCEPTED"


async def test_a_return_is_corrected_as_the_next_version(street: Served) -> None:
    obligation = await street.owed("firm", "report", "Q1")
    place = f"/obligations/{obligation}"
    await street.file("firm", obligation, "report", report())
    await street.town.command(OFFICER, "reporting", f"{place}/return", {"items": WRONG})
    returned = await street.state(obligation)
    assert (returned["state"], returned["due_now"]) == ("RETURNED", returned["due"])
    assert returned["returned"]["due"] == "2017-12-06T16:00:00.000Z"
    assert returned["returned"]["items"] == WRONG
    await street.file("firm", obligation, "report", report(version=2))
    filed = await street.state(obligation)
    assert (filed["state"], filed["version"], filed["metrics"]["smes_served"]) == ("FILED", 2, 44)


async def test_what_was_filed_early_and_returned_is_overdue_and_a_default_by_when_it_is_due(street: Served) -> None:
    """C3.1: nothing is overdue or defaulted before the round's own due instant."""
    obligation = await street.owed("firm", "plan")
    returning = f"/obligations/{obligation}/return"
    await street.file("firm", obligation, "plan", await street.content("firm", "plan"))
    await street.town.command(OFFICER, "reporting", returning, {"items": WRONG})
    await street.town.at("2018-01-31T23:59:59+08:00")
    assert (await street.state(obligation))["state"] == "RETURNED"
    targets = {"activities": 13, "smes_served": 160, "public_benefit_share": "1/5"}
    corrected = {**await street.content("firm", "plan"), "version": 2, "targets": targets}
    await street.file("firm", obligation, "plan", corrected)
    filed = await street.state(obligation)
    assert (filed["state"], filed["late"]) == ("FILED", False)


async def test_a_return_that_runs_out_is_overdue_and_then_a_default(street: Served) -> None:
    obligation = await street.owed("firm", "report", "Q1")
    await street.file("firm", obligation, "report", report())
    await street.town.at("2018-04-14T10:00:00+08:00")
    await street.town.command(OFFICER, "reporting", f"/obligations/{obligation}/return", {"items": WRONG})
    for day, state in ((18, "RETURNED"), (20, "OVERDUE"), (29, "OVERDUE"), (30, "DEFAULTED")):
        await street.town.at(f"2018-04-{day}T00:00:00+08:00")
        assert (await street.state(obligation))["state"] == state
    await street.town.at("2018-07-01T00:00:00+08:00")
    with pytest.raises(Refused) as refused:
        await street.file("firm", obligation, "report", report(version=2))
    assert refused.value.name == "report-is-defaulted"


async def test_nothing_is_reported_before_it_happened_nor_assessed_before_it_was_due(tmp_path: Path) -> None:
    """C3.1, C3.6: a quarter is reported once it is over, a year assessed once the last of it was due."""
    street = await served(tmp_path, replace(PLANNED, parameters=PARAMETERS))
    hub, assess = street.people["hub"], {"year": 2018, "items": POINTS}
    owed = await street.town.read(hub.filer, "reporting", "/obligations")
    for one in sorted(owed, key=lambda one: str(one.get("opens_at", ""))):
        way, content = FILINGS[one["kind"]][0], await street.content("hub", one["kind"])
        place = f"/obligations/{one['obligation']}"
        if opens_at := one.get("opens_at"):
            with pytest.raises(Refused) as refused:
                await street.file("hub", one["obligation"], way, content)
            problem = refused.value.problem
            told = (refused.value.name, problem["status"], problem["clause"], problem["field"])
            assert told == ("report-too-early", 409, "C3.1", "obligation")
            await street.town.at(opens_at)
        await street.file("hub", one["obligation"], way, content)
        await street.town.command(OFFICER, "reporting", f"{place}/acceptance")
    place = f"/assessments/{hub.application}"
    assert await street.town.refused(OFFICER, "reporting", place, assess) == "year-not-over"
    await street.town.at(max(str(one["due"]) for one in owed))
    await street.town.command(OFFICER, "reporting", place, assess)


async def test_people_see_what_is_theirs(street: Served) -> None:
    hub, firm = street.people["hub"], street.people["firm"]
    seen = await street.town.read(firm.filer, "reporting", "/obligations")
    assert {one["organization"] for one in seen} == {firm.id}
    everything = await street.town.read(OFFICER, "reporting", "/obligations", limit=500)
    assert {one["organization"] for one in everything} == {firm.id, hub.id}
    due = await street.town.read(OFFICER, "reporting", "/obligations", state="DUE", kind="plan", round_id=ROUND)
    assert len(due) == 2
    mine = await street.town.read(OFFICER, "reporting", "/obligations", application=hub.application, kind="plan")
    assert [one["organization"] for one in mine] == [hub.id]
    with pytest.raises(Refused, match="not-permitted"):
        await street.town.read(hub.clerk, "reporting", "/obligations")


async def test_what_is_owed_is_sorted_paged_and_has_its_days_left(street: Served) -> None:
    """C3.1: the last day to file in time has none left, the day after it is one too many."""
    firm, hub = street.people["firm"], street.people["hub"]
    plan = await street.owed("firm", "plan")
    await street.town.at("2018-01-31T12:00:00+08:00")
    assert (await street.state(plan))["days_left"] == 0
    await street.town.at("2018-02-01T12:00:00+08:00")
    assert ((await street.state(plan))["state"], (await street.state(plan))["days_left"]) == ("OVERDUE", -1)
    await street.file("hub", await street.owed("hub", "plan"), "plan", await street.content("hub", "plan"))
    assert "days_left" not in await street.state(await street.owed("hub", "plan"))
    seen = await street.town.read(firm.filer, "reporting", "/obligations", sort="due_now")
    assert [one["due_now"] for one in seen] == sorted(one["due_now"] for one in seen)
    by_days = await street.town.read(OFFICER, "reporting", "/obligations", sort="days_left", limit=500)
    assert [one.get("days_left") for one in by_days][-1] is None
    pages, after = [], ""
    asked = {"sort": "days_left", "descending": True, "limit": 3}
    while page := await street.town.read(hub.filer, "reporting", "/obligations", **asked, after=after):
        pages += page
        after = page[-1]["obligation"]
    left = [one["days_left"] for one in pages if "days_left" in one]
    assert (len(pages), left) == (8, sorted(left, reverse=True))
    quarter = await street.town.read(OFFICER, "reporting", "/obligations", year=2018, period="Q2")
    assert {one["organization"] for one in quarter} == {firm.id, hub.id}
    with pytest.raises(Refused, match="422"):
        await street.town.read(OFFICER, "reporting", "/obligations", sort="mood")


async def test_the_office_sees_how_many_stand_where(street: Served) -> None:
    """C3.1: by kind and period, in the order in which they are due."""
    place = f"/rounds/{ROUND}/overview"
    await street.file("hub", await street.owed("hub", "plan"), "plan", await street.content("hub", "plan"))
    await street.town.at("2018-02-01T12:00:00+08:00")
    rows = await street.town.read(OFFICER, "reporting", place)
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)
    plan = rows[0]
    assert (plan["kind"], plan["total"], plan["states"], plan["late"]) == ("plan", 2, {"FILED": 1, "OVERDUE": 1}, 0)
    assert {row["kind"]: row["total"] for row in rows}["policy_digest"] == 1
    reports = await street.town.read(OFFICER, "reporting", place, kind="report", year=2018)
    assert [row["period"] for row in reports] == ["Q1", "Q2", "Q3", "Q4"]
    await street.file("firm", await street.owed("firm", "plan"), "plan", await street.content("firm", "plan"))
    assert (await street.town.read(OFFICER, "reporting", place, kind="plan"))[0]["late"] == 1
    assert await street.town.read(OFFICER, "reporting", place, year=2019) == []
    with pytest.raises(Refused, match="round-unknown"):
        await street.town.read(OFFICER, "reporting", "/rounds/1999/overview")
    with pytest.raises(Refused, match="not-permitted"):
        await street.town.read(street.people["firm"].filer, "reporting", place)


async def test_nobody_files_for_another_organization(street: Served) -> None:
    obligation = await street.owed("firm", "plan")
    with pytest.raises(Refused, match="not-permitted"):
        await street.file("hub", obligation, "plan", await street.content("hub", "plan"))


WRONG_BODIES: list[tuple[str, Any]] = [
    ("plan", {}),
    ("plan", {"version": 0, "targets": {"activities": 1, "smes_served": 1, "public_benefit_share": "1/10"}}),
    ("plan", {"version": 1, "targets": {"activities": -1, "smes_served": 1, "public_benefit_share": "1/10"}}),
    ("plan", {"version": 1, "targets": {"activities": 1, "smes_served": 1, "public_benefit_share": "10%"}}),
    ("plan", {"version": 1, "targets": {"activities": 1, "smes_served": 1, "public_benefit_share": "11/10"}}),
    ("report", {**report(), "metrics": {**report()["metrics"], "calls": 1.5}}),
    ("report", {**report(), "evidence": ["not a hash"]}),
    ("report", {**report(), "bribe": 1}),
    ("case", {"version": 1, "title": "", "summary": "x", "evidence": []}),
    ("digest", {"version": 1, "title": "解读", "document": "ed"}),
    ("difficulties", {"version": 1, "answered": 1, "forwarded": "2", "summary": ""}),
    ("return", {"items": []}),
    ("return", {"items": WRONG, "due": "2017-12-05"}),
    ("return", {"items": [{"path": "../x", "code": "A", "note": ""}]}),
    ("return", {"items": [{"path": "metrics", "code": "small", "note": ""}]}),
    ("acceptance", {"version": -1}),
]


@pytest.mark.parametrize(("way", "body"), WRONG_BODIES)
async def test_a_wrong_body_is_refused_and_changes_nothing(street: Served, way: str, body: Any) -> None:
    by = OFFICER if way in ("return", "acceptance") else street.people["hub"].filer
    obligation = await street.owed("hub", "plan")
    before = await street.town.houses["reporting"].log()
    with pytest.raises(Refused) as refused:
        await street.town.command(by, "reporting", f"/obligations/{obligation}/{way}", body)
    assert refused.value.problem["status"] == 422
    assert len(await street.town.houses["reporting"].log()) == len(before)


async def test_nothing_is_assessed_or_recommended_before_its_time(street: Served) -> None:
    firm = street.people["firm"]
    assess = {"year": 2018, "items": POINTS}
    place, priority = f"/assessments/{firm.application}", f"/rounds/{ROUND}/priority"
    assert await street.town.refused(OFFICER, "reporting", place, assess) == "year-not-over"
    assert (
        await street.town.refused(OFFICER, "reporting", place, {**assess, "year": 2019}) == "nothing-owed-in-the-year"
    )
    assert await street.town.refused(LEADER, "reporting", priority, {"year": 2018}) == "nothing-is-assessed"
    assert await street.town.refused(LEADER, "reporting", "/rounds/2018/priority", {"year": 2018}) == "round-unknown"
    with pytest.raises(Refused, match="nothing-recommended"):
        await street.town.read(None, "reporting", priority, year=2018)


async def lived_through(street: Served) -> Served:
    """The hub files everything, the firm nothing; the year is assessed, and the firm revoked at last."""
    hub, firm = street.people["hub"], street.people["firm"]
    for owed in await street.town.read(hub.filer, "reporting", "/obligations"):
        way, content = FILINGS[owed["kind"]][0], await street.content("hub", owed["kind"])
        await street.file("hub", owed["obligation"], way, content)
    first = await street.owed("hub", "report", "Q1")
    await street.town.command(OFFICER, "reporting", f"/obligations/{first}/return", {"items": WRONG})
    await street.file("hub", first, "report", report(version=2))
    for owed in await street.town.read(hub.filer, "reporting", "/obligations"):
        await street.town.command(OFFICER, "reporting", f"/obligations/{owed['obligation']}/acceptance")
    await street.town.at("2018-01-25T10:00:00+08:00")
    await street.town.at("2018-03-01T10:00:00+08:00")
    revoked = ApprovalRevoked(
        application=firm.application, organization=firm.id, round=ROUND, ground="逾期", document_number="1号"
    )
    await street.tell("publication", Stream(STANDING, firm.application, firm.id), revoked, Role.CITY_LEADER)
    for one in (hub, firm):
        await street.town.command(
            OFFICER, "reporting", f"/assessments/{one.application}", {"year": 2018, "items": POINTS}
        )
    await street.town.command(LEADER, "reporting", f"/rounds/{ROUND}/priority", {"year": 2018})
    return street


async def test_a_default_fails_the_year_and_the_revoked_are_not_recommended(street: Served) -> None:
    """C3.6: those that did their tasks well come first."""
    await lived_through(street)
    hub, firm = street.people["hub"], street.people["firm"]
    grades = {one["application"]: one["grade"] for one in await street.town.read(OFFICER, "reporting", "/assessments")}
    assert grades == {hub.application: "优秀", firm.application: "不合格"}
    mine = await street.town.read(firm.filer, "reporting", "/assessments", year=2018)
    assert mine[0]["why_zh"].startswith(f"得分{mine[0]['score']}分，评为不合格；有")
    assert "2018年年度服务计划" in mine[0]["why_zh"]
    assert "service plan of 2018" in mine[0]["why_en"]
    assert [one["application"] for one in mine] == [firm.application]
    assert await street.town.read(OFFICER, "reporting", "/assessments", grade="优秀", round_id=ROUND)
    priority = await street.town.read(None, "reporting", f"/rounds/{ROUND}/priority", year=2018)
    assert [row["application"] for row in priority["rows"]] == [hub.application]
    lifted = await street.town.read(OFFICER, "reporting", "/obligations", state="LIFTED")
    assert {one["application"] for one in lifted} == {firm.application}
    assert len(lifted) == 5


async def test_what_was_heard_after_a_recommendation_in_the_same_instant_does_not_disprove_it(street: Served) -> None:
    """C3.6: under a clock that stands still suspension, recommendation and reinstatement have one time."""
    await lived_through(street)
    hub, priority = street.people["hub"], f"/rounds/{ROUND}/priority"
    place, ground = f"/organizations/{hub.id}", {"ground": "核查"}
    await street.town.command(VERIFIER, "registration", f"{place}/suspension", ground)
    await street.town.command(LEADER, "reporting", priority, {"year": 2018})
    await street.town.command(VERIFIER, "registration", f"{place}/reinstatement", ground)
    events = await street.town.events()
    last = [one for one in events if isinstance(one.event, PriorityRecommended)][-1]
    told: Any = last.event
    assert told.rows == ()
    decide_again(Record.of(events, None), last)


async def test_a_corrected_assessment_leads_to_another_recommendation(street: Served) -> None:
    """C3.6: grade and priority follow the points as they stand; replay decides both alike."""
    await lived_through(street)
    hub, priority = street.people["hub"], f"/rounds/{ROUND}/priority"
    place = f"/assessments/{hub.application}/correction"
    worse = {"year": 2018, "items": [{**one, "score": 0} for one in POINTS], "reason": "重复计分"}
    assert await street.town.refused(OFFICER, "reporting", place, worse) == "not-permitted"
    assert await street.town.refused(LEADER, "reporting", place, {**worse, "year": 2019}) == "year-not-assessed"
    await street.town.command(LEADER, "reporting", place, worse)
    (mine,) = await street.town.read(hub.filer, "reporting", "/assessments", year=2018)
    assert (mine["score"], mine["grade"], mine["reason"]) == (0, "不合格", "重复计分")
    await street.town.command(LEADER, "reporting", priority, {"year": 2018})
    assert (await street.town.read(None, "reporting", priority, year=2018))["rows"] == []
    events = await street.town.events()
    record = Record.of(events, None)
    corrected = next(one for one in events if isinstance(one.event, AssessmentCorrected))
    last = [one for one in events if isinstance(one.event, PriorityRecommended)][-1]
    for one in (corrected, last):
        decide_again(record, one)
    assert corrected.envelope.id in last.event.basis  # type: ignore[attr-defined]  # a recommendation
    told: Any = corrected.event
    for lie in ({"score": 90}, {"grade": "优秀"}, {"year": 2017}):
        forged = replace(corrected, event=replace(told, **lie))
        with pytest.raises((Contradiction, Incomplete)):
            decide_again(Record.of([forged if one is corrected else one for one in events], None), forged)


async def test_whoever_is_suspended_is_recommended_no_longer_and_the_record_stays(street: Served) -> None:
    """C3.6: the public sees who is recommended now, and why somebody is not; replay decides it alike."""
    await lived_through(street)
    hub, priority = street.people["hub"], f"/rounds/{ROUND}/priority"

    async def seen() -> tuple[list[str], list[tuple[str, str]]]:
        answer = await street.town.read(None, "reporting", priority, year=2018)
        gone = [(row["application"], row["reason"]) for row in answer["no_longer"]]
        return [row["application"] for row in answer["rows"]], gone

    async def recommended() -> list[PriorityRecommended]:
        return [one.event for one in await street.town.events() if isinstance(one.event, PriorityRecommended)]

    async def stand(how: str) -> None:
        place, ground = f"/organizations/{hub.id}/{how}", {"ground": f"涉嫌虚假登记：{how}"}
        await street.town.command(VERIFIER, "registration", place, ground)

    assert await seen() == ([hub.application], [])
    await stand("suspension")
    assert await seen() == ([], [(hub.application, "SUSPENDED")])
    assert [len(one.rows) for one in await recommended()] == [1]
    await street.town.command(LEADER, "reporting", priority, {"year": 2018})
    assert await seen() == ([], [])
    await stand("reinstatement")
    await street.town.command(LEADER, "reporting", priority, {"year": 2018})
    assert await seen() == ([hub.application], [])
    await stand("closure")
    assert await seen() == ([], [(hub.application, "CLOSED")])
    assert [len(one.rows) for one in await recommended()] == [1, 0, 1]
    record = Record.of(await street.town.events(), None)
    for one in await street.town.events():
        assert not isinstance(one.event, PriorityRecommended) or decide_again(record, one)


async def test_whoever_is_under_an_order_is_not_recommended_until_it_is_accepted(street: Served) -> None:
    """C3.6: the public sees why; a new recommendation leaves it out, and replay decides it alike."""
    await lived_through(street)
    hub, place = street.people["hub"], f"/rounds/{ROUND}/priority"
    stream = Stream(STANDING, hub.application, hub.id)
    named_ = {"application": hub.application, "organization": hub.id, "round": ROUND}
    items = (RectificationItem(what="收费", note="向小微企业违规收费"),)

    async def seen() -> tuple[int, list[str]]:
        answer = await street.town.read(None, "reporting", place, year=2018)
        return len(answer["rows"]), [row["reason"] for row in answer["no_longer"]]

    await street.tell(
        "publication", stream, RectificationOrdered(items=items, due="2018-04-01T16:00:00.000Z", **named_)
    )
    assert await seen() == (0, ["RECTIFYING"])
    await street.town.command(LEADER, "reporting", place, {"year": 2018})
    assert await seen() == (0, [])
    await street.town.at("2018-03-15T10:00:00+08:00")
    await street.tell("publication", stream, RectificationAccepted(note="已退费", given_up=(), **named_))
    await street.town.command(LEADER, "reporting", place, {"year": 2018})
    assert await seen() == (1, [])
    record = Record.of(events := await street.town.events(), None)
    again = [decide_again(record, one) for one in events if isinstance(one.event, PriorityRecommended)]
    assert len(again) == 3
    assert all(again)


async def test_a_returned_report_comes_back_changed_and_a_file_is_named_once(street: Served) -> None:
    """C3.1: the same again corrects nothing."""
    obligation = await street.owed("hub", "report", "Q1")
    content = await street.content("hub", "report")
    await street.file("hub", obligation, "report", content)
    await street.town.command(OFFICER, "reporting", f"/obligations/{obligation}/return", {"items": WRONG})
    filer, place = street.people["hub"].filer, f"/obligations/{obligation}/report"
    same, twice = {**content, "version": 2}, {**content, "version": 2, "evidence": content["evidence"] * 2}
    assert await street.town.refused(filer, "reporting", place, same) == "nothing-is-corrected"
    with pytest.raises(Refused) as refused:
        await street.town.command(filer, "reporting", place, twice)
    assert refused.value.problem["status"] == 422


@pytest.mark.parametrize(
    ("state", "reason"), [("RECTIFYING", "RECTIFYING"), (REVOKED, "REVOKED"), (REMOVED, "REMOVED")]
)
def test_whoever_lost_the_approval_is_recommended_no_longer(state: str, reason: str) -> None:
    """C3.6: from the revocation on, whether or not somebody recommends again."""
    row: dict[str, Any] = {"application": "a", "organization": "o", "score": 90, "grade": "优秀"}
    other = {**row, "application": "b", "organization": "p"}
    answer = as_of_now({"year": 2018, "rows": [row, other]}, {"a": state}, {"q": "CLOSED"})
    assert answer == {"year": 2018, "rows": [other], "no_longer": [{**row, "reason": reason}]}


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[Recorded]:
    """Everything that was recorded in the year."""

    async def live() -> list[Recorded]:
        street = await lived_through(await served(tmp_path_factory.mktemp("year")))
        return await street.town.events()

    return asyncio.run(live())


def test_every_event_of_the_year_is_decided_again(events: list[Recorded]) -> None:
    record = Record.of(events, None)
    mine = [one for one in events if one.service == "reporting"]
    assert {type(one.event) for one in mine if not decide_again(record, one)} == set()
    assert {ReminderSent, ReportOverdue, ReportDefaulted, ObligationLifted, ReportReturned} <= {
        type(one.event) for one in mine
    }


FORGED: list[tuple[type[Event], dict[str, Any]]] = [
    (ObligationCreated, {"due": "2030-01-01T00:00:00.000Z"}),
    (ObligationCreated, {"period": "Q9"}),
    (ServiceReportFiled, {"late": True}),
    (ReportReturned, {"due": "2019-01-01T00:00:00.000Z"}),
    (ReportOverdue, {"days": 1000}),
    (ReportDefaulted, {"kind": "report"}),
    (ObligationLifted, {"ground": "expired"}),
    (AnnualAssessed, {"grade": "优秀", "score": 99}),
    (PriorityRecommended, {"rows": ()}),
]


@pytest.mark.parametrize(("kind", "change"), FORGED)
def test_a_forged_one_is_disproved(events: list[Recorded], kind: type[Event], change: dict[str, Any]) -> None:
    genuine = next(one for one in events if isinstance(one.event, kind))
    told: Any = genuine.event
    forged = replace(genuine, event=replace(told, **change))
    record = Record.of([forged if one is genuine else one for one in events], None)
    with pytest.raises(Contradiction):
        decide_again(record, forged)


@pytest.mark.parametrize("kind", [ReminderSent, ReportOverdue, ReportDefaulted])
def test_what_the_clock_brought_too_early_is_disproved(events: list[Recorded], kind: type[Event]) -> None:
    genuine = next(one for one in events if isinstance(one.event, kind))
    early = replace(genuine, envelope=replace(genuine.envelope, time="2018-01-20T00:00:00.000Z"))
    record = Record.of([early if one is genuine else one for one in events], None)
    with pytest.raises(Contradiction):
        decide_again(record, early)


async def test_a_repeated_key_is_answered_alike(street: Served) -> None:
    obligation = await street.owed("hub", "plan")
    filer = street.people["hub"].filer
    headers = {**await street.town.bearer(filer), "Idempotency-Key": "once"}
    async with street.town.client("reporting") as client:
        answers = [
            await client.post(f"/obligations/{obligation}/plan", json=FILINGS["plan"][1](()), headers=headers)
            for _ in range(2)
        ]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["Idempotent-Replayed"] == "true"


async def tasks(street: Served, by: Actor) -> list[tuple[str, str]]:
    """What waits for somebody: each step with what it is about."""
    seen = await street.town.read(by, "reporting", "/worklist")
    return [(one["step"], " ".join(filter(None, (one.get("kind"), one.get("period"))))) for one in seen]


async def test_a_default_is_made_up_for_while_its_order_runs(street: Served) -> None:
    """C3.1: what is ordered is taken, until the order is due; the default stays one and fails the year (C3.6)."""
    firm, plan = street.people["firm"], await street.owed("firm", "plan")
    await street.town.at("2018-02-11T00:00:00+08:00")
    assert (await street.state(plan))["state"] == "DEFAULTED"
    (task,) = [one for one in await street.town.read(firm.filer, "reporting", "/worklist") if one["step"] == "make_up"]
    assert (task["obligation"], task["organization_name"], task["late"]) == (plan, firm.organization.name, True)
    assert (task["message_zh"], task["message_en"]) == (
        "按整改要求补报2018年年度服务计划",
        "make up for the service plan of 2018",
    )
    await street.file("firm", plan, "plan", await street.content("firm", "plan"))
    filed = await street.state(plan)
    assert (filed["state"], filed["late"]) == ("FILED", True)
    assert ("decide", "plan") in await tasks(street, OFFICER)
    assert "accept_rectification" not in [step for step, _ in await tasks(street, OFFICER)]
    unseen = {"note": "已补报", "orders": 1}
    acceptance = f"/standings/{firm.application}/rectification-acceptance"
    assert await street.town.refused(OFFICER, "publication", acceptance, unseen) == "order-is-not-met"
    await street.town.at("2018-02-12T10:00:00+08:00")
    await street.town.command(OFFICER, "reporting", f"/obligations/{plan}/acceptance")
    assert "make_up" not in [step for step, _ in await tasks(street, firm.filer)]
    assert ("accept_rectification", "") in await tasks(street, OFFICER)
    standings = await street.town.read(OFFICER, "publication", "/standings", state="RECTIFYING")
    (standing,) = [one for one in standings if one["application"] == firm.application]
    assert [one["due"] for one in standing["orders"]] == [task["due"]]
    place, note = f"/standings/{firm.application}/rectification-acceptance", {"note": "已补报"}
    assert await street.town.refused(OFFICER, "publication", place, {**note, "orders": 2}) == "other-orders-are-open"
    await street.town.command(OFFICER, "publication", place, {**note, "orders": 1})
    assert ("accept_rectification", "") not in await tasks(street, OFFICER)
    events = await street.town.events()
    (made_up,) = [one for one in events if isinstance(one.event, ServicePlanFiled)]
    assert decide_again(Record.of(events, None), made_up)
    unordered = Record.of([one for one in events if not isinstance(one.event, RectificationOrdered)], None)
    with pytest.raises(Contradiction):
        decide_again(unordered, made_up)


async def test_an_order_that_has_ended_takes_nothing_more(street: Served) -> None:
    firm, plan = street.people["firm"], await street.owed("firm", "plan")
    await street.town.at("2018-02-11T00:00:00+08:00")
    (task,) = [one for one in await street.town.read(firm.filer, "reporting", "/worklist") if one["step"] == "make_up"]
    await street.town.at(task["due"])
    assert ("overdue", "plan") in await tasks(street, firm.filer)
    for official in (OFFICER, LEADER):
        assert ("decide_overdue", "") in await tasks(street, official)
    with pytest.raises(Refused, match="report-is-defaulted"):
        await street.file("firm", plan, "plan", await street.content("firm", "plan"))
    place = f"/standings/{firm.application}"
    given_up = [{"what": "plan.2018", "reason": "不再要求"}]
    closing = {"note": "部分事项不再要求", "orders": 1}
    assert await street.town.refused(OFFICER, "publication", f"{place}/rectification-acceptance", closing) == (
        "order-is-not-met"
    )
    longer = {"items": [{"what": "plan.2018", "note": "再延一周"}]}
    await street.town.command(OFFICER, "publication", f"{place}/rectification", longer)
    assert ("make_up", "plan") in await tasks(street, firm.filer)
    overdue = [
        one for one in await street.town.read(OFFICER, "reporting", "/worklist") if one["step"] == "decide_overdue"
    ]
    assert firm.application not in [one["application"] for one in overdue]
    closing = {**closing, "orders": 2, "given_up": given_up}
    await street.town.command(OFFICER, "publication", f"{place}/rectification-acceptance", closing)
    accepted = [one for one in await street.town.events() if isinstance(one.event, RectificationAccepted)]
    assert decide_again(Record.of(await street.town.events(), None), accepted[-1])
    unsaid: Any = accepted[-1].event
    forged = replace(accepted[-1], event=replace(unsaid, given_up=()))
    with pytest.raises(Contradiction, match="not filed and accepted"):
        decide_again(Record.of(await street.town.events(), None), forged)


async def test_the_worklist_shows_what_is_owed_and_can_be_filed(street: Served) -> None:
    """Nothing before it may be filed, nothing that lies with the office, and an overdue one with its days of grace."""
    firm, hub = street.people["firm"], street.people["hub"]
    plan = await street.owed("firm", "plan")
    (seen, *_) = await street.town.read(firm.filer, "reporting", "/worklist")
    assert (seen["step"], seen["obligation"], seen["due"]) == ("file", plan, "2018-01-31T16:00:00.000Z")
    assert (seen["days_left"], seen["late"]) == (61, False)
    await street.town.at("2018-02-02T10:00:00+08:00")
    (seen, *_) = await street.town.read(firm.signatory, "reporting", "/worklist")
    assert (seen["obligation"], seen["due"], seen["late"]) == (plan, "2018-02-10T16:00:00.000Z", True)
    await street.file("firm", plan, "plan", await street.content("firm", "plan"))
    assert ("file", "plan") not in await tasks(street, firm.filer)
    assert ("file", "plan") in await tasks(street, hub.filer)
    assert await tasks(street, OFFICER) == [("decide", "plan")]
    await street.town.command(OFFICER, "reporting", f"/obligations/{plan}/return", {"items": WRONG})
    assert ("correct", "plan") in await tasks(street, firm.filer)
    order = {"items": [{"what": "服务场所", "note": "标识缺失"}], "due": "2018-02-20T17:00:00+08:00"}
    await street.town.command(OFFICER, "publication", f"/standings/{firm.application}/rectification", order)
    (ordered,) = [
        one for one in await street.town.read(firm.filer, "reporting", "/worklist") if one["step"] == "rectify"
    ]
    assert (ordered["message_zh"], ordered["due"]) == ("整改：服务场所（标识缺失）", "2018-02-20T09:00:00.000Z")
    with pytest.raises(Refused, match="not-permitted"):
        await street.town.read(VERIFIER, "reporting", "/worklist")


async def test_who_missed_a_quarter_is_told_which_and_so_is_the_office(street: Served) -> None:
    """By its order, in both languages and in Shanghai's time, whoever gave the order (C3.1)."""
    firm = street.people["firm"]
    order = {"items": [{"what": "report.2018.Q1", "note": "请补报"}], "due": "2018-05-10T17:00:00+08:00"}
    await street.town.at("2018-04-26T10:00:00+08:00")
    standing = await street.town.read(OFFICER, "publication", f"/standings/{firm.application}")
    items = [item for one in standing["orders"] for item in one["items"] if item["what"].startswith("report")]
    assert [one["what"] for one in items] == ["report.2018.Q1"]
    assert "2018-04-16 00:00:00" in items[0]["note"]
    await street.town.command(OFFICER, "publication", f"/standings/{firm.application}/rectification", order)
    seen = await street.town.read(firm.filer, "reporting", "/worklist")
    assert "按整改要求补报2018年第一季度服务情况报告" in [one["message_zh"] for one in seen]
    assert "rectify" not in [one["step"] for one in seen]
