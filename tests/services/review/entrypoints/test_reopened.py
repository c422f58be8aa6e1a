"""A list that is opened again over HTTP: what the district changes on it, and how it stands until it is sent (C5.3)."""

from pathlib import Path
from typing import Any

from audit.conduct import examine
from audit.decisions import made_again
from audit.record import Record
from rehearsal.forms import tables
from tests.services.review.stage import GROUP, neighbours, recommended, submitted
from tests.town.life import OFFICER, SECRETARY, Applicant, Life

NUMBER = {"document_number": "经委〔2017〕2号"}
AUTHORITY = {"authority": "市中小企业办函〔2017〕3号"}
PLAN = [{"path": "t4", "code": "INCOMPLETE", "note": "补充年度目标"}]


async def of_its_list(life: Life, one: Applicant, act: str, body: Any = None) -> None:
    by = OFFICER if act == "reopening" else one.leader
    await life.town.command(by, "review", f"/batches/{life.round}/{one.organization.district.value}/{act}", body)


async def seen(life: Life, one: Applicant) -> Any:
    return await life.town.read(one.clerk, "review", f"/reviews/{one.application}")


async def test_what_stands_on_a_list_changes_only_while_it_is_open(tmp_path: Path) -> None:
    life = await submitted(tmp_path, neighbours())
    first, second = life.applicants
    await recommended(life, first, second)
    order = {"version": 1, "opinion": "同意推荐", "order": 3}
    returned, reasons = {"version": 1, "items": PLAN}, {"version": 1, "reasons": ["复核不实"]}
    acts = (("recommendation", order), ("return", returned), ("decline", reasons))
    for act, body in acts:
        refusal = await life.town.refused(first.clerk, "review", f"/reviews/{first.application}/{act}", body)
        assert refusal == "batch-already-sealed"
    await life.town.at("2017-10-08T09:00:00+08:00")
    await of_its_list(life, first, "reopening", AUTHORITY)
    await life.review(first, "recommendation", order)
    await life.review(second, "return", returned)
    shown = await seen(life, second)
    assert (shown["state"], shown["revoked"]) == ("RETURNED", 2)
    corrected = {**tables(second.organization)["t4"], "plan": {"smes": 321, "activities": 20, "public_share": "30/100"}}
    await life.save(second, "t4", corrected, 1)
    await life.submit(second)
    second.version = 2
    await life.receive(second)
    await life.judge(second)
    await life.review(second, "recommendation", {"version": 2, "opinion": "同意推荐", "order": 1})
    await of_its_list(life, first, "sealing", NUMBER)
    await of_its_list(life, first, "sending")
    place = f"/batches/{life.round}/{first.organization.district.value}"
    rows = (await life.town.read(first.leader, "review", place))["rows"]
    assert [(row["application"], row["version"]) for row in rows] == [(second.application, 2), (first.application, 1)]
    record = Record.of(await life.town.events(), None)
    examine(record)
    made_again(record, life.round)


async def test_what_is_declined_after_all_says_what_it_revokes(tmp_path: Path) -> None:
    """The secretary's board says whose list is open again, also when it is sealed and not sent (C5.3)."""
    life = await submitted(tmp_path, neighbours())
    first, second = life.applicants
    await recommended(life, first, second)
    await life.constitute([GROUP])
    place = f"/panels/{life.panels[GROUP]}/board"
    assert (await life.town.read(SECRETARY, "review", place))["open_lists"] == []
    await of_its_list(life, first, "reopening", AUTHORITY)
    await life.decline(second)
    shown = await seen(life, second)
    assert (shown["state"], shown["revoked"]) == ("DECLINED", 2)
    district = first.organization.district.value
    assert (await life.town.read(SECRETARY, "review", place))["open_lists"] == [district]
    await of_its_list(life, first, "sealing", NUMBER)
    assert (await life.town.read(SECRETARY, "review", place))["open_lists"] == [district]
    await of_its_list(life, first, "sending")
    assert (await life.town.read(SECRETARY, "review", place))["open_lists"] == []
