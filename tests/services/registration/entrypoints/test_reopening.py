"""A closure by mistake is taken back at the door by a second verifier, unless the data are erased (C5.2)."""

import pytest

from tests.services.registration.desk import Desk
from tests.services.registration.domain.lives import CODE

WORD, ANOTHER = "chosen-by-the-first-1", "chosen-by-the-second-2"
LETTER = {"ground": "注销的是同名另一机构", "document_number": "沪企认〔2017〕3号"}
ORDER = {"authority": "市中小企业办", "document_number": "沪企删〔2017〕1号", "scope": "全部个人信息"}


@pytest.fixture
async def desk() -> Desk:
    return await Desk.opened()


async def closed(desk: Desk) -> tuple[str, str, str]:
    """The place of an organization that was closed, and the tokens of who closed it and of another verifier."""
    administrator = await desk.token_of("administrator", desk.SECRET)
    await desk.opens("verifier", WORD, administrator, role="platform_verifier")
    await desk.opens("another", ANOTHER, administrator, role="platform_verifier")
    await desk.opens("filer", WORD)
    filer = await desk.token_of("filer", WORD)
    began = await desk.commands("/organizations", filer, {"uscc": CODE, "name": "浦江中心"})
    place = f"/organizations/{began.json()['organization']}"
    verifier = await desk.token_of("verifier", WORD)
    profile = {
        "legal_form": "enterprise",
        "district": "310101",
        "established_on": "2012-05-18",
        "reg_address": "中山路1号",
        "legal_representative": "王某",
        "contact": "李某 13800000000",
        "documents": [],
    }
    asked = await desk.commands(f"{place}/certification-requests", await desk.token_of("filer", WORD), profile)
    assert asked.is_success, asked.text
    async with desk.client() as client:
        shown = await client.get(place, headers={"Authorization": f"Bearer {verifier}"})
    looked_at = {"profile_hash": shown.json()["profile_hash"]}
    for act, body in (("certification", looked_at), ("closure", {"ground": "机构注销"})):
        done = await desk.commands(f"{place}/{act}", verifier, body)
        assert done.is_success, done.text
    return place, verifier, await desk.token_of("another", ANOTHER)


async def state(desk: Desk, place: str, token: str) -> tuple[str, str]:
    """Where it stands, and on which ground."""
    async with desk.client() as client:
        shown = (await client.get(place, headers={"Authorization": f"Bearer {token}"})).json()
    return shown["state"], shown["ground"]


async def test_another_verifier_reopens_it_and_who_closed_it_does_not(desk: Desk) -> None:
    place, verifier, another = await closed(desk)
    refused = await desk.commands(f"{place}/reopening", verifier, LETTER)
    assert refused.json()["type"] == "urn:nianlun:refusal:closer-may-not-reopen"
    assert await state(desk, place, verifier) == ("CLOSED", "机构注销")
    done = await desk.commands(f"{place}/reopening", another, LETTER)
    assert done.is_success, done.text
    assert await state(desk, place, verifier) == ("CERTIFIED", "")
    assert (await desk.commands(f"{place}/closure", another, {"ground": "机构注销"})).is_success
    assert (await desk.commands(f"{place}/reopening", verifier, LETTER)).is_success


async def test_what_is_erased_is_not_reopened(desk: Desk) -> None:
    place, _, another = await closed(desk)
    administrator = await desk.token_of("administrator", desk.SECRET)
    subject = place.rsplit("/", 1)[-1]
    assert (await desk.commands(f"/subjects/{subject}/erasure", administrator, ORDER)).is_success
    refused = await desk.commands(f"{place}/reopening", another, LETTER)
    assert refused.json()["type"] == "urn:nianlun:refusal:organization-is-erased"
