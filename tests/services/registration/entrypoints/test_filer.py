"""An organization whose filer is gone goes on with another, at the door (C5.2)."""

import httpx
import pytest

from rehearsal.cast import code
from tests.services.registration.desk import Desk
from tests.services.registration.domain.lives import CODE

MINE, THEIRS, SIGNS = "chosen-by-the-first-1", "chosen-by-the-second-2", "chosen-by-who-signs-3"


@pytest.fixture
async def desk() -> Desk:
    return await Desk.opened()


async def registered(desk: Desk) -> tuple[str, str]:
    """An organization with a filer and who signs for it, and a verifier's token."""
    administrator = await desk.token_of("administrator", desk.SECRET)
    await desk.opens("verifier", MINE, administrator, role="platform_verifier")
    await desk.opens("first", MINE)
    claimed = {"uscc": CODE, "name": "浦江中心"}
    began = await desk.commands("/organizations", await desk.token_of("first", MINE), claimed)
    organization = str(began.json()["organization"])
    filer = await desk.token_of("first", MINE)
    await desk.opens("signs", SIGNS, filer, role="legal_representative", organization=organization)
    return organization, await desk.token_of("verifier", MINE)


async def whose(desk: Desk, username: str, password: str) -> str | None:
    """The organization that somebody acts for who signs in now."""
    signed_in = await desk.signs_in(username, password)
    assert signed_in.is_success, signed_in.text
    of: str | None = signed_in.json()["organization"]
    return of


async def test_the_successor_acts_for_it_and_who_filed_before_does_no_more(desk: Desk) -> None:
    organization, verifier = await registered(desk)
    before = await desk.token_of("first", MINE)
    body = {"account": await desk.opens("second", THEIRS), "document_number": "浦江〔2017〕8号"}
    done = await desk.commands(f"/organizations/{organization}/filer", verifier, body)
    assert done.is_success, done.text
    assert await whose(desk, "second", THEIRS) == await whose(desk, "signs", SIGNS) == organization
    assert await whose(desk, "first", MINE) is None
    refused = await desk.commands(f"/organizations/{organization}/filer", before, body)
    assert (refused.status_code, refused.json()["detail"]) == (401, "ended token")


async def test_whom_the_successor_lets_sign_signs_and_what_the_verifier_looks_at_is_known(desk: Desk) -> None:
    organization, verifier = await registered(desk)
    body = {"account": await desk.opens("second", THEIRS), "document_number": "浦江〔2017〕8号"}
    assert (await desk.commands(f"/organizations/{organization}/filer", verifier, body)).is_success
    theirs = await desk.token_of("second", THEIRS)
    await desk.opens("signs-too", SIGNS, theirs, role="legal_representative", organization=organization)
    assert await whose(desk, "signs-too", SIGNS) == organization
    async with desk.client() as client:
        shown = await client.get(f"/organizations/{organization}", headers={"Authorization": f"Bearer {verifier}"})
    rejected = {"profile_hash": shown.json()["profile_hash"], "reasons": ["无人办理"]}
    done = await desk.commands(f"/organizations/{organization}/certification-rejection", verifier, rejected)
    assert done.is_success, done.text


async def test_an_account_that_files_for_another_or_is_no_filers_takes_nothing_over(desk: Desk) -> None:
    organization, verifier = await registered(desk)
    administrator = await desk.token_of("administrator", desk.SECRET)
    expert = await desk.opens("expert", THEIRS, administrator, role="expert")
    gone = await desk.opens("gone", THEIRS)
    await desk.closes(gone, administrator)
    for account in (expert, gone, organization):
        body = {"account": account, "document_number": "浦江〔2017〕8号"}
        refused = await desk.commands(f"/organizations/{organization}/filer", verifier, body)
        assert refused.status_code == httpx.codes.CONFLICT
        assert refused.json()["type"] == "urn:nianlun:refusal:not-a-filers-account"
    claimed = {"uscc": code("7777"), "name": "另一家中心"}
    other = await desk.opens("other", THEIRS)
    assert (await desk.commands("/organizations", await desk.token_of("other", THEIRS), claimed)).is_success
    body = {"account": other, "document_number": "浦江〔2017〕8号"}
    refused = await desk.commands(f"/organizations/{organization}/filer", verifier, body)
    assert refused.json()["type"] == "urn:nianlun:refusal:files-for-another"
