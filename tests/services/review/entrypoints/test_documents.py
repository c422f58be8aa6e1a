"""The district's summary table over HTTP: sealed, kept, and printed of what the log held then (C5.3)."""

import io
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import python_calamine

from rehearsal.cast import Part, organizations
from shared.auditlog.canonical import sha256_hex
from shared.contracts.review import BatchSealed
from shared.kernel.actor import Actor, Role
from tests.audit.street import parameters
from tests.services.review.stage import submitted
from tests.shared.documents.opened import qr_codes, texts
from tests.town.life import OFFICER, Applicant, Life, person
from tests.town.town import Refused, Town

ROOT = Path(__file__).parents[4]
NUMBER = {"document_number": "黄浦区经委〔2017〕1号"}
EXPERT = person("expert-0", Role.EXPERT)


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> Life:
    """One application, printed, received on paper, checked and recommended."""
    town = Town(tmp_path)
    await town.begin()
    life = Life(town, parameters())
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    one = await life.register(next(one for one in organizations() if one.part is Part.ORDINARY))
    await town.at("2017-09-01T09:00:00+08:00")
    await life.fill_in(one)
    await life.submit(one)
    await town.command(one.filer, "application", f"/applications/{one.application}/pdf")
    await life.receive(one)
    await life.judge(one)
    await life.recommend(one)
    return life


def place(one: Applicant) -> str:
    return f"/batches/2017/{one.organization.district.value}"


async def sealings(life: Life) -> list[BatchSealed]:
    return [one.event for one in await life.town.houses["review"].log() if isinstance(one.event, BatchSealed)]


async def document(life: Life, by: Actor, path: str) -> bytes:
    answer: Any = await life.town.read(by, "review", path)
    content: bytes = answer.content
    return content


def rows(workbook: bytes) -> list[list[Any]]:
    return python_calamine.load_workbook(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()


async def test_the_sealed_table_is_handed_out_as_it_was_sealed(life: Life) -> None:
    (one,) = life.applicants
    for name in ("xlsx", "pdf"):
        with pytest.raises(Refused) as refused:
            await document(life, one.leader, f"{place(one)}/summary.{name}")
        assert refused.value.name == "summary-not-sealed"
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    (sealed,) = await sealings(life)
    workbook = await document(life, one.leader, f"{place(one)}/summary.xlsx")
    assert sha256_hex(workbook) == sealed.xlsx_sha256
    _, _, groups, names, row, *_ = rows(workbook)
    heads = [name or group for group, name in zip(groups, names, strict=True)]
    cells = dict(zip(heads, row, strict=True))
    assert cells["机构名称"] == one.organization.name
    assert cells["合规意见"] == "符合要求"
    assert cells["推荐意见"] == "同意推荐"
    assert cells["R4"] == "√"
    assert cells["PDF sha256"] == sealed.rows[0].pdf_sha256
    (page,) = texts(await document(life, one.leader, f"{place(one)}/summary.pdf"))
    for shown in (
        one.organization.name,
        one.organization.uscc,
        "符合要求",
        "同意推荐",
        NUMBER["document_number"],
        "封存时间",
    ):
        assert shown in page


async def test_sealing_again_names_the_same_table(life: Life) -> None:
    (one,) = life.applicants
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    await life.town.at("2017-09-25T09:00:00+08:00")
    again = await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    assert again["events"] == []
    assert len(await sealings(life)) == 1


async def test_what_was_withdrawn_since_is_named_below_the_sealed_table(life: Life) -> None:
    """The workbook stays byte for byte what was sealed (C5.3)."""
    (one,) = life.applicants
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    before = [await document(life, one.leader, f"{place(one)}/summary.{name}") for name in ("pdf", "xlsx")]
    await life.town.command(one.leader, "review", f"{place(one)}/sending")
    withdrawn = {"reason": "另有安排"}
    await life.town.command(one.filer, "application", f"/applications/{one.application}/withdrawal", withdrawn)
    after = [await document(life, OFFICER, f"{place(one)}/summary.{name}") for name in ("pdf", "xlsx")]
    assert (before[1], "封存后撤回" in texts(before[0])[0]) == (after[1], False)
    assert f"封存后撤回申报：{one.organization.name}" in texts(after[0])[0]


async def test_what_was_waived_is_said_in_the_unit_of_its_rule(tmp_path: Path) -> None:
    """放宽事项与理由: what was filed, as officials write it (C2.1.7, C5.3)."""
    life = await submitted(tmp_path, [next(one for one in organizations() if one.part is Part.WAIVED)])
    (one,) = life.applicants
    await life.judge(one, R16="服务成效突出")
    await life.review(one, "waiver-proposals", {"rule": "R3", "ground": "市级示范平台"})
    await life.review(one, "waivers", {"rule": "R3", "outcome": "granted"}, one.leader)
    await life.recommend(one)
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    table = rows(await document(life, one.leader, f"{place(one)}/summary.xlsx"))
    assert "R3：市级示范平台（申报 50,000.00元）" in table[4]


async def test_a_list_that_was_opened_again_has_no_table_until_it_is_sealed_anew(life: Life) -> None:
    (one,) = life.applicants
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    authority = {"authority": "市中小企业办〔2017〕9号"}
    await life.town.command(one.leader, "review", f"{place(one)}/reopening", authority)
    with pytest.raises(Refused) as refused:
        await document(life, one.leader, f"{place(one)}/summary.xlsx")
    assert refused.value.name == "summary-not-sealed"
    await life.town.at("2017-09-25T09:00:00+08:00")
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    first, second = await sealings(life)
    assert first.xlsx_sha256 != second.xlsx_sha256
    assert sha256_hex(await document(life, one.leader, f"{place(one)}/summary.xlsx")) == second.xlsx_sha256


async def test_only_the_district_and_the_city_read_it(life: Life) -> None:
    (one,) = life.applicants
    await life.town.command(one.leader, "review", f"{place(one)}/sealing", NUMBER)
    elsewhere = person(Role.DISTRICT_CLERK.value, Role.DISTRICT_CLERK, "310151")
    for by in (one.filer, EXPERT, elsewhere):
        with pytest.raises(Refused) as refused:
            await document(life, by, f"{place(one)}/summary.xlsx")
        assert refused.value.name == "not-permitted"
    for by in (one.clerk, OFFICER):
        assert await document(life, by, f"{place(one)}/summary.xlsx")


async def test_nobody_else_seals_and_nothing_is_made_for_them(life: Life, tmp_path: Path) -> None:
    (one,) = life.applicants
    assert await life.town.refused(one.clerk, "review", f"{place(one)}/sealing", NUMBER) == "not-permitted"
    assert not list((tmp_path / "review").rglob("*"))


async def test_the_paper_is_received_by_its_printed_code(life: Life) -> None:
    (one,) = life.applicants
    answer: Any = await life.town.read(one.clerk, "application", f"/applications/{one.application}/pdf")
    (code,) = qr_codes(answer.content)[0]
    clerk = one.official(Role.RECEIPT_CLERK)
    body = {"code": code, "copies": 3}
    again = await life.town.command(clerk, "application", f"/applications/{one.application}/paper", body)
    assert again["events"] == [], "it says what the clerk had typed from the paper"
    other = {**body, "code": code.replace(code[-4:], "0000")}
    refusal = await life.town.refused(clerk, "application", f"/applications/{one.application}/paper", other)
    assert refusal == "paper-received-already"
