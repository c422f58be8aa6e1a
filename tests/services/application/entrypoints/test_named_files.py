"""A hash that a form or a request names is a file that its organization brought or attached (C2.1, C2.1.7, C4.9)."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from rehearsal import materials
from rehearsal.cast import Organization, Part, code
from rehearsal.forms import tables
from shared.contracts.vocabulary import District
from shared.kernel.actor import Role
from tests.audit.street import parameters
from tests.town.life import OFFICER, SECRETARY, Applicant, Life, person
from tests.town.town import Refused, Town

MADE_UP = "ab" * 32
OTHERS = Organization(91, "申城信息技术服务有限公司", code("9191"), District.JINGAN, "information", Part.ORDINARY)
ITS_OWN = Organization(90, "浦江信息技术服务有限公司", code("9190"), District.JINGAN, "information", Part.WAIVED)


@pytest_asyncio.fixture
async def life(tmp_path: Path) -> Life:
    """Two organizations with a form that is filled in, and nothing filed."""
    life = Life(Town(tmp_path), parameters())
    await life.town.begin()
    await life.town.at("2017-09-01T10:00:00+08:00")
    await life.plan()
    for organization in (ITS_OWN, OTHERS):
        await life.fill_in(await life.register(organization))
    return life


def _roster(table: dict[str, Any], sha256: str) -> dict[str, Any]:
    first, second, *rest = table["roster"]
    return {**table, "roster": [first, {**second, "evidence": sha256}, *rest]}


def _partner(table: dict[str, Any], sha256: str) -> dict[str, Any]:
    first, second, *rest = table["partners"]
    return {**table, "partners": [first, {**second, "agreement": sha256}, *rest]}


NAMED: Mapping[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "t2.roster.1.evidence": _roster,
    "t3.micro_discount": lambda table, sha256: {**table, "micro_discount": sha256},
    "t4.documents.fee_standard": lambda table, sha256: {
        **table,
        "documents": {**table["documents"], "fee_standard": sha256},
    },
    "t4.partners.1.agreement": _partner,
    "t4.commitment": lambda table, sha256: {**table, "commitment": sha256},
}


async def _saves(life: Life, one: Applicant, field: str, sha256: str) -> dict[str, Any] | None:
    """The problem with which it is refused to name the file there, or None."""
    name = field.partition(".")[0]
    try:
        await life.save(one, name, NAMED[field](tables(one.organization)[name], sha256), 1)
    except Refused as refused:
        return refused.problem
    return None


@pytest.mark.parametrize("field", NAMED)
async def test_a_form_names_only_what_was_brought(life: Life, field: str) -> None:
    one, other = life.applicants
    for sha256 in (MADE_UP, materials.hash_of(materials.handbook(other.organization))):
        problem = await _saves(life, one, field, sha256)
        assert problem is not None
        assert problem["type"] == "urn:nianlun:refusal:file-not-held"
        assert (problem["status"], problem["field"], problem["clause"]) == (422, field, "C4.1")
    brought = await life.town.deposit(one.filer, "application", materials.paper("one more"), round_id=life.round)
    assert await _saves(life, one, field, brought) is None


async def test_what_is_attached_was_brought(life: Life) -> None:
    one, _ = life.applicants
    attached = materials.hash_of(materials.copy(one.organization, 2))
    assert await _saves(life, one, "t3.micro_discount", attached) is None


async def test_what_was_named_once_stays_named(life: Life) -> None:
    """Nobody is kept from correcting a table by a file that it named before (C5.3)."""
    one, _ = life.applicants
    handbook = materials.hash_of(materials.handbook(one.organization))
    (kept,) = (life.town.folder / "application" / "sha256").rglob(handbook)
    kept.unlink()
    await life.save(one, "t3", {**tables(one.organization)["t3"], "activities": 99}, 1)


async def test_the_statement_is_the_one_that_is_attached(life: Life) -> None:
    """T4 names a file of the ninth material, or nothing is filed (C4.9)."""
    one, _ = life.applicants
    assert await _saves(life, one, "t4.commitment", materials.hash_of(materials.copy(one.organization, 2))) is None
    with pytest.raises(Refused) as refused:
        await life.submit(one)
    problem = refused.value.problem
    assert problem["type"] == "urn:nianlun:refusal:statement-not-attached"
    assert (problem["rule"], problem["clause"], problem["field"]) == ("R18", "C4.9", "t4.commitment")
    await life.save(one, "t4", tables(one.organization)["t4"], 2)
    await life.submit(one)


async def test_a_request_for_a_waiver_names_only_what_was_brought(life: Life) -> None:
    one, _ = life.applicants
    place = f"/applications/{one.application}/waiver-requests"
    asked = {"rules": ["R3"], "ground": "2016年获市级认定，服务成效明显"}
    honours = materials.hash_of(materials.copy(one.organization, materials.HONOURS))
    with pytest.raises(Refused) as refused:
        await life.town.command(one.filer, "application", place, {**asked, "evidence": [honours, MADE_UP]})
    assert (refused.value.name, refused.value.problem["field"]) == ("file-not-held", "evidence.1")
    assert refused.value.problem["clause"] == "C2.1.7"
    await life.town.command(one.filer, "application", place, {**asked, "evidence": [honours]})


async def test_who_may_read_the_form_reads_what_it_names(life: Life) -> None:
    """A district sees the rules that R12 asks for; another district and another applicant do not (C5.3)."""
    one, other = life.applicants
    content = materials.handbook(one.organization)
    place = f"/applications/{one.application}/attachments/{materials.hash_of(content)}"
    for reader in (one.filer, one.clerk, OFFICER, SECRETARY):
        answer = await life.town.read(reader, "application", place)
        assert answer.content == content
    for stranger in (other.filer, person("clerk", Role.DISTRICT_CLERK, District.CHONGMING.value)):
        with pytest.raises(Refused, match="not-permitted"):
            await life.town.read(stranger, "application", place)
    with pytest.raises(Refused, match="file-not-attached"):
        await life.town.read(OFFICER, "application", place.replace(materials.hash_of(content), MADE_UP))
