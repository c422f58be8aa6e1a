"""What is read of a form is what is saved, evaluated and said of its people (C4.1)."""

import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator, FormatChecker

from rehearsal.forms import tables
from services.application.entrypoints.form_file import FormFile
from services.application.entrypoints.form_schema import schema
from services.application.usecases.people import PEOPLE
from shared.contracts.application import FormSaved
from shared.kernel.actor import Actor, Role
from shared.vault.vault import ERASED
from tests.services.review.stage import GROUP, ordinary, recommended, submitted
from tests.town.life import OFFICER, SECRETARY, Applicant, Life, person
from tests.town.town import Refused

OTHERWISE: dict[str, dict[str, Any]] = {
    "t1": {"capital": "777777.00"},
    "t2": {"staff_total": 99},
    "t3": {"activities": 77},
    "t4": {"plan_done": "已"},
}


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> Life:
    return await submitted(tmp_path, ordinary(1), received=False)


def place(one: Applicant) -> str:
    return f"/applications/{one.application}/form"


async def read(life: Life, one: Applicant, by: Actor | None = None) -> dict[str, Any]:
    form: dict[str, Any] = await life.town.read(by or one.filer, "application", place(one))
    return form


async def returned(life: Life, one: Applicant) -> None:
    """Everything is to be corrected."""
    items = [{"path": path, "code": "WRONG", "note": "请核对"} for path in ("t1", "t2", "t3", "t4")]
    await life.review(one, "return", {"version": 1, "items": items})


async def saved(life: Life) -> list[FormSaved]:
    return [one.event for one in await life.town.houses["application"].log() if isinstance(one.event, FormSaved)]


async def erase(life: Life, one: Applicant) -> None:
    order = {"authority": "市中小企业办", "document_number": "删1号", "scope": "人员信息"}
    await life.town.command(
        person("administrator", Role.ADMINISTRATOR), "application", f"/subjects/{one.id}/erasure", order
    )


async def test_what_is_read_is_saved_back_and_says_the_same(life: Life) -> None:
    """Each table as it was read changes nothing; with one member changed it changes that one."""
    (one,) = life.applicants
    await returned(life, one)
    before, events = await read(life, one), len(await saved(life))
    for name in OTHERWISE:
        same = {"revision": 1, name: before[name]}
        assert (await life.town.command(one.filer, "application", place(one), same))["events"] == []
        assert len(await saved(life)) == events
    for name, changed in OTHERWISE.items():
        await life.save(one, name, {**before[name], **changed}, 1)
    after = await read(life, one)
    assert after["revisions"] == dict.fromkeys(OTHERWISE, 2)
    assert after["commitments"] == before["commitments"]
    assert {name: after[name] for name in OTHERWISE} == {
        name: {**before[name], **changed} for name, changed in OTHERWISE.items()
    }


async def test_what_is_read_is_what_eligibility_reads(life: Life) -> None:
    """The whole answer is a FORM.json, by its reader and by its published schema."""
    answer = await read(life, life.applicants[0])
    assert answer["t4"]["partners"][0].keys() >= {"from", "to"}
    file = FormFile.model_validate_json(json.dumps(answer))
    assert file.attached == {one["material"] for one in answer["materials"]}
    assert {name for name, table in file.tables if table is not None} == {"T1", "T2", "T3", "T4"}
    Draft202012Validator(schema(), format_checker=FormatChecker()).validate(answer)


async def test_who_telephones_it_reads_whom_and_an_expert_does_not(life: Life) -> None:
    """Its people, its district and the offices read names; whoever scores reads none (C5.4)."""
    (one,) = life.applicants
    names = {name: tables(one.organization)["t1"][name] for name in PEOPLE}
    auditor = person("auditor", Role.DISCIPLINE_AUDITOR)
    for by in (one.filer, one.signatory, one.clerk, one.leader, OFFICER, SECRETARY, auditor):
        form = await read(life, one, by)
        assert {name: form["t1"][name] for name in PEOPLE} == names
        assert form["commitments"].keys() == names.keys()
        assert not set(form["commitments"].values()) & set(names.values())


async def test_an_expert_is_told_no_name(life: Life) -> None:
    (one,) = life.applicants
    await life.receive(one)
    await recommended(life, one)
    await life.constitute([GROUP])
    expert = life.members[GROUP][0]
    await life.admit(one, expert)
    form = await read(life, one, expert)
    assert not form["t1"].keys() & set(PEOPLE)
    FormFile.model_validate_json(json.dumps(form))


async def test_a_commitment_is_never_taken_for_a_name(life: Life) -> None:
    """The one that stands there leaves the name as it is; any other is refused, and nobody comes into the vault."""
    (one,) = life.applicants
    await returned(life, one)
    before = await read(life, one)
    held = await life.town.houses["application"].vault.held(one.id)
    await life.save(one, "t1", {**before["t1"], **before["commitments"], "capital": "777777.00"}, 1)
    after = await read(life, one)
    assert after["commitments"] == before["commitments"]
    assert after["t1"] == {**before["t1"], "capital": "777777.00"}
    for member in PEOPLE:
        for no_name in ("ab" * 32, ERASED, before["commitments"][next(iter({*PEOPLE} - {member}))]):
            with pytest.raises(Refused) as refused:
                await life.save(one, "t1", {**after["t1"], member: no_name}, 2)
            assert (refused.value.name, refused.value.problem["field"]) == ("commitment-is-no-name", f"t1.{member}")
    assert await life.town.houses["application"].vault.held(one.id) == held


async def test_an_earlier_commitment_names_its_name_again(life: Life) -> None:
    (one,) = life.applicants
    await returned(life, one)
    before = await read(life, one)
    await life.save(one, "t1", {**before["t1"], "contact": "赵六 021-60000009"}, 1)
    await life.save(one, "t1", {**before["t1"], "contact": before["commitments"]["contact"]}, 2)
    assert (await read(life, one))["t1"] == before["t1"]


async def test_an_erased_name_says_so_and_is_saved_back_as_it_is(life: Life) -> None:
    """What was erased stays erased, and another name may be told (C4.1)."""
    (one,) = life.applicants
    await returned(life, one)
    before = await read(life, one)
    await erase(life, one)
    erased = await read(life, one)
    assert {erased["t1"][name] for name in PEOPLE} == {ERASED}
    assert erased["commitments"] == before["commitments"]
    await life.save(one, "t1", {**erased["t1"], "contact": "赵六 021-60000009"}, 1)
    after = await read(life, one)
    assert (after["t1"]["legal_representative"], after["t1"]["contact"]) == (ERASED, "赵六 021-60000009")
    assert after["commitments"]["legal_representative"] == before["commitments"]["legal_representative"]
