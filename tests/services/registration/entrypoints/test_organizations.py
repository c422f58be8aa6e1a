"""The registry's door: an organization's way through certification, changes and closure, and what is read of it."""

from typing import Any

import httpx
import pytest

from shared.kernel.actor import Actor, Role
from shared.kernel.ids import organization_id
from shared.kernel.instants import Instant
from tests.services.registration.house import Registry

CODE = "9144030071526726XG"
ORGANIZATION = str(organization_id(CODE))
FILER = Actor("2c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.FILER, None, ORGANIZATION)
VERIFIER = Actor("3c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.PLATFORM_VERIFIER)
AUDITOR = Actor("4c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.DISCIPLINE_AUDITOR)
PROFILE: dict[str, Any] = {
    "legal_form": "enterprise",
    "district": "310101",
    "established_on": "2012-05-18",
    "reg_address": "中山路1号",
    "legal_representative": "王小明",
    "contact": "李四 021-60000000",
    "documents": [],
}


@pytest.fixture
def registry() -> Registry:
    return Registry()


async def said(registry: Registry, actor: Actor, what: str, body: dict[str, Any]) -> httpx.Response:
    async with registry.acting(actor) as client:
        answer = await client.post(f"/organizations/{ORGANIZATION}/{what}", json=body)
    await registry.catch_up()
    return answer


async def read(registry: Registry, actor: Actor = VERIFIER) -> dict[str, Any]:
    async with registry.acting(actor) as client:
        answer = await client.get(f"/organizations/{ORGANIZATION}")
    assert answer.status_code == httpx.codes.OK, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def requested(registry: Registry, **changes: Any) -> str:
    """Registered and asked; the profile's hash as the verifier reads it."""
    async with registry.acting(FILER) as client:
        await client.post("/organizations", json={"uscc": CODE, "name": "浦江服务中心"})
    assert (await said(registry, FILER, "certification-requests", {**PROFILE, **changes})).is_success
    return str((await read(registry))["profile_hash"])


async def certified(registry: Registry) -> None:
    looked_at = await requested(registry)
    assert (await said(registry, VERIFIER, "certification", {"profile_hash": looked_at})).is_success


async def test_a_verifier_and_the_filer_see_the_people_of_a_profile(registry: Registry) -> None:
    await requested(registry)
    for actor in (VERIFIER, FILER, AUDITOR):
        assert (await read(registry, actor))["legal_representative"] == "王小明"


async def test_a_verifier_sees_which_documents_it_certifies(registry: Registry) -> None:
    """What `GET /files/{sha256}` hands out is named with the profile that rests on it (C5.2)."""
    content = b"%PDF-1.7\n%%EOF\n"
    async with registry.acting(FILER) as client:
        await client.post("/organizations", json={"uscc": CODE, "name": "浦江服务中心"})
        sent = {"Content-Type": "application/pdf"}
        brought = await client.post("/files", params={"name": "licence.pdf"}, content=content, headers=sent)
    assert brought.is_success, brought.text
    named = {"name": "business_licence", "sha256": brought.json()["sha256"], "media_type": "application/pdf"}
    await requested(registry, documents=[{**named, "size": len(content)}])
    assert (await read(registry))["documents"] == [{**named, "size": len(content)}]


async def test_a_returned_profile_names_its_items_until_it_is_asked_for_again(registry: Registry) -> None:
    looked_at = await requested(registry)
    items = [{"path": "contact", "code": "INCOMPLETE", "note": "缺少电话"}]
    back = {"profile_hash": looked_at, "items": items}
    assert (await said(registry, VERIFIER, "certification-return", back)).is_success
    found = await read(registry, FILER)
    assert (found["state"], found["items"]) == ("RETURNED", items)
    same = await said(registry, FILER, "certification-requests", PROFILE)
    assert (same.status_code, same.json()["type"]) == (409, "urn:nianlun:refusal:profile-not-corrected")
    assert await requested(registry, contact="李四 021-60000001") != looked_at
    found = await read(registry, FILER)
    assert (found["state"], found["items"]) == ("CERTIFICATION_PENDING", [])


async def test_a_rejection_says_why_and_is_final(registry: Registry) -> None:
    looked_at = await requested(registry)
    no = {"profile_hash": looked_at, "reasons": ["执照系伪造"]}
    assert (await said(registry, VERIFIER, "certification-rejection", no)).is_success
    found = await read(registry, FILER)
    assert (found["state"], found["reasons"]) == ("REJECTED", ["执照系伪造"])
    again = await said(registry, FILER, "certification-requests", {**PROFILE, "reg_address": "别处"})
    assert (again.status_code, again.json()["clause"]) == (409, "C5.2")


@pytest.mark.parametrize("returned", [False, True], ids=["registered", "returned"])
async def test_who_squats_on_a_code_is_rejected_and_the_organization_registers(
    registry: Registry, *, returned: bool
) -> None:
    """A registration that was never certified does not keep the organization itself out (C5.2)."""
    squatter, owner = Actor("squatter", Role.FILER), Actor("owner", Role.FILER)
    async with registry.acting(squatter) as client:
        await client.post("/organizations", json={"uscc": CODE, "name": "占位"})
    if returned:
        await said(registry, squatter, "certification-requests", PROFILE)
        looked_at = (await read(registry))["profile_hash"]
        items = [{"path": "contact", "code": "INCOMPLETE", "note": "缺少电话"}]
        await said(registry, VERIFIER, "certification-return", {"profile_hash": looked_at, "items": items})
    await registry.catch_up()
    no = {"profile_hash": (await read(registry))["profile_hash"], "reasons": ["冒用他人代码"]}
    assert (await said(registry, squatter, "certification-rejection", no)).status_code == httpx.codes.FORBIDDEN
    assert (await said(registry, VERIFIER, "certification-rejection", no)).is_success
    assert (await read(registry))["state"] == "REJECTED"
    async with registry.acting(owner) as client:
        assert (await client.post("/organizations", json={"uscc": CODE, "name": "浦江服务中心"})).is_success
    await registry.catch_up()
    stale = await said(registry, VERIFIER, "certification-rejection", no)
    assert (stale.status_code, stale.json()["field"]) == (409, "profile_hash")
    found = await read(registry)
    assert (found["state"], found["name"], found["reasons"]) == ("REGISTERED", "浦江服务中心", [])


async def test_a_change_shows_from_its_day_on(registry: Registry) -> None:
    await certified(registry)
    change = {"name": "浦江企业服务中心", "contact": "赵六", "effective_from": "2017-08-02"}
    move = {"district": "310115", "reg_address": "世纪大道1号", "effective_from": "2017-08-03"}
    assert (await said(registry, VERIFIER, "amendments", change)).is_success
    assert (await said(registry, VERIFIER, "transfer", move)).is_success
    shown = []
    for at in ("2017-08-01T15:59:59.999Z", "2017-08-01T16:00:00.000Z", "2017-08-02T16:00:00.000Z"):
        registry.clock.instant = Instant(at)
        found = await read(registry)
        shown.append((found["name"], found["contact"], found["district"], found["reg_address"]))
    assert shown == [
        ("浦江服务中心", "李四 021-60000000", "310101", "中山路1号"),
        ("浦江企业服务中心", "赵六", "310101", "中山路1号"),
        ("浦江企业服务中心", "赵六", "310115", "世纪大道1号"),
    ]


async def test_suspended_reinstated_closed(registry: Registry) -> None:
    await certified(registry)
    told = []
    for what in ("suspension", "reinstatement", "closure"):
        assert (await said(registry, VERIFIER, what, {"ground": what})).is_success
        found = await read(registry)
        told.append((found["state"], found["ground"]))
    assert told == [("SUSPENDED", "suspension"), ("CERTIFIED", ""), ("CLOSED", "closure")]
    async with registry.acting(FILER) as client:
        again = await client.post("/organizations", json={"uscc": CODE, "name": "同码另一家"})
    assert again.json()["type"] == "urn:nianlun:refusal:organization-already-registered"


async def test_lists_show_one_state_and_no_people(registry: Registry) -> None:
    await certified(registry)
    async with registry.acting(VERIFIER) as client:
        (found,) = (await client.get("/organizations", params={"state": "CERTIFIED"})).json()
    assert found["organization"] == ORGANIZATION
    assert not {"contact", "legal_representative"} & found.keys()


async def test_a_list_is_of_one_state_or_of_all_and_of_no_other(registry: Registry) -> None:
    await certified(registry)
    async with registry.acting(VERIFIER) as client:
        waiting = (await client.get("/organizations")).json()
        every = (await client.get("/organizations", params={"state": "ALL"})).json()
        nonsense = await client.get("/organizations", params={"state": "NOPE"})
        misspelt = await client.get("/organizations", params={"sate": "CERTIFIED"})
    assert (waiting, [one["state"] for one in every]) == ([], ["CERTIFIED"])
    told = nonsense.json()
    assert (nonsense.status_code, told["field"]) == (422, "state")
    assert "'SUSPENDED'" in told["errors"][0]["detail"]
    assert (misspelt.status_code, misspelt.json()["field"]) == (422, "sate")


@pytest.mark.parametrize(
    ("what", "body", "field"),
    [
        ("certification-return", {"profile_hash": "0" * 64, "items": []}, "items"),
        ("certification-return", {"profile_hash": "0" * 64}, "items"),
        ("certification-return", {"profile_hash": "0", "items": [{}]}, "profile_hash"),
        (
            "certification-return",
            {"profile_hash": "0" * 64, "items": [{"path": "contact", "code": "low", "note": "x"}]},
            "items.0.code",
        ),
        ("certification-rejection", {"profile_hash": "0" * 64, "reasons": []}, "reasons"),
        ("certification-rejection", {"profile_hash": "0" * 64, "reasons": [""]}, "reasons.0"),
        ("amendments", {"name": "x"}, "effective_from"),
        ("amendments", {"effective_from": "2017-02-29", "name": "x"}, "effective_from"),
        ("amendments", {"effective_from": "2017-08-02"}, "name"),
        ("amendments", {"effective_from": "2017-08-02", "district": "310115"}, "district"),
        ("amendments", {"effective_from": "2017-08-02", "legal_form": "church"}, "legal_form"),
        ("transfer", {"district": "110000", "reg_address": "x", "effective_from": "2017-08-02"}, "district"),
        ("transfer", {"district": "310115", "effective_from": "2017-08-02"}, "reg_address"),
        ("suspension", {"ground": ""}, "ground"),
        ("suspension", {}, "ground"),
        ("reinstatement", {"ground": "x" * 201}, "ground"),
        ("closure", {"ground": "a\nb"}, "ground"),
    ],
)
async def test_a_wrong_body_is_refused_at_its_field(
    registry: Registry, what: str, body: dict[str, Any], field: str
) -> None:
    await certified(registry)
    answer = await said(registry, VERIFIER, what, body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"legal_form": "church"}, "legal_form"),
        ({"district": "310000"}, "district"),
        ({"established_on": "2012-02-30"}, "established_on"),
        ({"established_on": "2099-01-01"}, "established_on"),
        ({"reg_address": ""}, "reg_address"),
        ({"legal_representative": "王\n小明"}, "legal_representative"),
        ({"contact": 13800000000}, "contact"),
        ({"documents": [{"name": "x", "sha256": "0", "media_type": "text/html", "size": -1}]}, "documents.0.sha256"),
        ({"uscc": CODE}, "uscc"),
    ],
)
async def test_a_wrong_profile_is_refused_at_its_field(registry: Registry, change: dict[str, Any], field: str) -> None:
    async with registry.acting(FILER) as client:
        await client.post("/organizations", json={"uscc": CODE, "name": "浦江服务中心"})
    answer = await said(registry, FILER, "certification-requests", {**PROFILE, **change})
    assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("body", "field", "rule"),
    [
        ({"uscc": CODE[:-1] + "H", "name": "x"}, "uscc", "R1"),
        ({"uscc": CODE.lower(), "name": "x"}, "uscc", None),
        ({"uscc": CODE, "name": ""}, "name", None),
        ({"uscc": CODE}, "name", None),
    ],
)
async def test_a_wrong_registration_is_refused_at_its_field(
    registry: Registry, body: dict[str, Any], field: str, rule: str | None
) -> None:
    filer = Actor(FILER.id, Role.FILER)
    async with registry.acting(filer) as client:
        answer = await client.post("/organizations", json=body)
    assert (answer.status_code, answer.json()["field"], answer.json().get("rule")) == (422, field, rule)


async def test_the_vault_keeps_nothing_for_who_may_not_amend(registry: Registry) -> None:
    await certified(registry)
    before = await registry.vault.held(ORGANIZATION)
    answer = await said(registry, FILER, "amendments", {"contact": "陌生人", "effective_from": "2017-08-02"})
    assert (answer.status_code, await registry.vault.held(ORGANIZATION)) == (403, before)


@pytest.mark.parametrize("what", ["suspension", "reinstatement", "closure"])
async def test_a_filer_does_not_judge_its_own_organization(registry: Registry, what: str) -> None:
    await certified(registry)
    answer = await said(registry, FILER, what, {"ground": "x"})
    assert (answer.status_code, answer.json()["field"]) == (403, "role")
    (refused,) = await registry.store.load(f"access-{FILER.id}")
    assert refused.envelope.actorid == FILER.id
