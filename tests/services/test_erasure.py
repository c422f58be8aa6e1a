"""Erasing a person's data, service by service: the key goes, the log and what was decided stay."""

from typing import Any

import pytest

from shared.contracts.access import PersonalDataErased
from shared.contracts.category import Stream
from shared.contracts.topics import ERASURE, SERVICES
from shared.eventstore.documents import MemoryDocuments
from shared.eventstore.port import Append, Context, Write
from shared.kernel.actor import Actor, Role
from shared.runtime.personal_data import erasures
from shared.vault.vault import ERASED
from tests.services.opened import Opened
from tests.services.registration.entrypoints.test_organizations import (
    FILER,
    ORGANIZATION,
    PROFILE,
    VERIFIER,
    certified,
    read,
    requested,
    said,
)
from tests.services.registration.house import Registry

ADMINISTRATOR = Actor("6c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017", Role.ADMINISTRATOR)
SUBJECT = "7c9d6f7e-6a55-5b5f-9f43-6f7b8f0a2017"
ORDER = {"authority": "市网信办", "document_number": "沪网信〔2018〕7号", "scope": "联系人"}
ASKED = f"/subjects/{SUBJECT}/erasure"


@pytest.mark.parametrize("service", SERVICES)
async def test_every_service_erases_on_record(service: str) -> None:
    door = Opened(service)
    made = [await door.vault.keep(SUBJECT, kind, "王小明") for kind in ("contact", "name")]
    async with door.client() as client:
        answer = await client.post(ASKED, json=ORDER, headers=door.bearer(ADMINISTRATOR))
        again = await client.post(ASKED, json=ORDER, headers=door.bearer(ADMINISTRATOR))
    assert (answer.status_code, answer.json()["values"], len(answer.json()["events"])) == (200, 2, 1)
    assert (again.status_code, again.json()["events"]) == (200, [])
    assert [await door.vault.reveal(one) for one in made] == [None, None]
    (recorded,) = await door.store.load(f"erasure-{SUBJECT}")
    assert recorded.event == PersonalDataErased(subject=SUBJECT, values=2, **ORDER)
    assert (recorded.envelope.actorid, recorded.envelope.partitionkey) == (ADMINISTRATOR.id, SUBJECT)


async def test_what_is_kept_after_an_erasure_stays_though_the_order_is_repeated() -> None:
    door = Opened("registration")
    await door.vault.keep(SUBJECT, "contact", "王小明")
    async with door.client() as client:
        await client.post(ASKED, json=ORDER, headers=door.bearer(ADMINISTRATOR))
        anew = await door.vault.keep(SUBJECT, "contact", "李四")
        await client.post(ASKED, json=ORDER, headers=door.bearer(ADMINISTRATOR))
    assert await door.vault.reveal(anew) == "李四"


async def test_erasing_somebody_unknown_is_not_found_and_leaves_no_event() -> None:
    door = Opened("registration")
    async with door.client() as client:
        answer = await client.post(ASKED, json=ORDER, headers=door.bearer(ADMINISTRATOR))
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:nianlun:refusal:subject-unknown")
    assert not await door.store.read(0, 10)


async def test_nobody_but_the_administrator_erases() -> None:
    door = Opened("registration")
    kept = await door.vault.keep(SUBJECT, "contact", "王小明")
    async with door.client() as client:
        for role in (Role.CITY_LEADER, Role.FILER, Role.DISCIPLINE_AUDITOR):
            answer = await client.post(ASKED, json=ORDER, headers=door.bearer(Actor(VERIFIER.id, role)))
            assert answer.status_code == 403
    assert await door.vault.reveal(kept) == "王小明"
    assert {type(one.event).__name__ for one in await door.store.read(0, 10)} == {"AccessRefused"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "authority"),
        ({**ORDER, "document_number": ""}, "document_number"),
        ({**ORDER, "scope": "a\nb"}, "scope"),
        ({**ORDER, "name": "王小明"}, "name"),
    ],
)
async def test_a_wrong_order_is_refused_at_its_field(body: dict[str, Any], field: str) -> None:
    door = Opened("registration")
    async with door.client() as client:
        answer = await client.post(ASKED, json=body, headers=door.bearer(ADMINISTRATOR))
    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_an_erasure_that_was_only_recorded_is_carried_out_by_the_projector() -> None:
    door, documents = Opened("registration"), MemoryDocuments()
    kept = await door.vault.keep(SUBJECT, "contact", "王小明")
    event = PersonalDataErased(subject=SUBJECT, values=1, **ORDER)
    context = Context(SUBJECT, ADMINISTRATOR, door.clock.now(), correlation_id=SUBJECT)
    stream = Stream(ERASURE["registration"], SUBJECT, SUBJECT)
    await door.store.append(Append((Write(stream, 0, (event,)),), context))

    for recorded in await door.store.read(0, 10):
        await erasures(door.vault).apply(documents, recorded)
    assert await door.vault.reveal(kept) is None


async def test_an_erased_profile_reads_as_deleted_and_is_certified_all_the_same() -> None:
    registry = Registry()
    looked_at = await requested(registry)
    assert await registry.vault.erase("erasure-1", ORGANIZATION) == 2
    found = await read(registry, FILER)
    assert (found["legal_representative"], found["contact"]) == (ERASED, ERASED)
    assert found["profile_hash"] == looked_at
    assert (await said(registry, VERIFIER, "certification", {"profile_hash": looked_at})).is_success
    assert (await read(registry))["state"] == "CERTIFIED"


async def test_whoever_is_refused_puts_nothing_into_the_vault_not_even_of_the_erased() -> None:
    registry = Registry()
    await certified(registry)
    stranger = Actor(SUBJECT, Role.FILER, None, SUBJECT)
    expert = Actor(SUBJECT, Role.EXPERT)
    other = {**PROFILE, "legal_representative": "攻击者", "contact": "赵六"}
    change = {"contact": "赵六", "effective_from": "2017-08-01"}
    for held in (2, 0):
        for actor in (stranger, expert, FILER):
            assert (await said(registry, actor, "certification-requests", other)).is_client_error
            assert (await said(registry, actor, "amendments", change)).status_code == 403
        assert (
            await said(registry, VERIFIER, "amendments", {**change, "effective_from": "2001-01-01"})
        ).is_client_error
        assert await registry.vault.held(ORGANIZATION) == held
        await registry.vault.erase("erasure-1", ORGANIZATION)


async def test_what_changes_nothing_puts_nothing_into_the_vault() -> None:
    registry = Registry()
    await certified(registry)
    assert (await said(registry, FILER, "certification-requests", PROFILE)).json()["events"] == []
    assert await registry.vault.held(ORGANIZATION) == 2


async def test_a_certified_organization_names_a_new_contact_after_an_erasure() -> None:
    registry = Registry()
    await certified(registry)
    await registry.vault.erase("erasure-1", ORGANIZATION)
    change = {"contact": PROFILE["contact"], "effective_from": "2017-08-01"}
    assert (await said(registry, VERIFIER, "amendments", change)).is_success
    found = await read(registry)
    assert (found["legal_representative"], found["contact"]) == (ERASED, PROFILE["contact"])
