"""Accounts at the door: who learns which password, whose tokens end, and who closes whom."""

from functools import partial
from typing import Any

import httpx
import pytest

from shared.contracts.registration import AccountClosed, AccountOpened, PasswordChanged
from shared.web.patience import FREE
from tests.services.registration.desk import Desk
from tests.town.gate import PlainPasswords

FIRST, SECOND = "chosen-by-somebody-1", "chosen-by-the-holder-2"


@pytest.fixture
async def desk() -> Desk:
    return await Desk.opened()


async def test_a_changed_password_signs_in_and_the_one_before_does_not(desk: Desk) -> None:
    await desk.opens("filer-1", FIRST)
    done = await desk.changes("filer-1", FIRST, SECOND)
    assert done.status_code == httpx.codes.OK, done.text
    assert (await desk.signs_in("filer-1", FIRST)).status_code == httpx.codes.UNAUTHORIZED
    assert (await desk.signs_in("filer-1", SECOND)).status_code == httpx.codes.OK
    (event,) = [one.event for one in await desk.log() if isinstance(one.event, PasswordChanged)]
    assert (event.account, event.generation) == (done.json()["account"], 1)
    assert SECOND not in repr(event)


async def test_a_token_waits_for_what_was_stored_before_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.reads.WAIT_SECONDS_MAX", 0.01)
    await desk.opens("filer-1", FIRST)
    desk.models.position -= 1
    behind = await desk.signs_in("filer-1", FIRST)
    assert (behind.status_code, behind.json()["type"]) == (503, "urn:nianlun:refusal:not-yet")
    desk.models.position += 1
    assert (await desk.signs_in("filer-1", FIRST)).status_code == httpx.codes.OK


async def test_a_change_asks_for_the_password_that_it_replaces(desk: Desk) -> None:
    await desk.opens("filer-1", FIRST)
    refused = await desk.changes("filer-1", "not-the-right-one", SECOND)
    assert (refused.status_code, refused.json()["type"]) == (401, "urn:nianlun:refusal:wrong-credentials")
    same = await desk.changes("filer-1", FIRST, FIRST)
    assert same.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await desk.signs_in("filer-1", FIRST)).status_code == httpx.codes.OK


async def test_a_repeated_change_is_answered_again_though_the_password_is_another_now(desk: Desk) -> None:
    await desk.opens("filer-1", FIRST)
    key = {"Idempotency-Key": "once"}
    done, again = [await desk.changes("filer-1", FIRST, SECOND, key) for _ in range(2)]
    assert (done.json(), again.status_code) == (again.json(), 200)
    assert len([one for one in await desk.log() if isinstance(one.event, PasswordChanged)]) == 1


async def test_a_repeated_opening_costs_no_password_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    opening = partial(desk.tries_to_open, "filer-1", FIRST, headers={"Idempotency-Key": "once"})
    opened = await opening()
    monkeypatch.delattr(PlainPasswords, "record")
    again = await opening()
    assert (again.json(), again.status_code) == (opened.json(), httpx.codes.CREATED)
    assert (await desk.tries_to_open("filer-2", FIRST)).status_code == httpx.codes.INTERNAL_SERVER_ERROR


async def test_tokens_of_before_a_change_are_worth_nothing(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    assert (await desk.reads(administrator)).status_code == httpx.codes.OK
    await desk.changes("administrator", desk.SECRET, SECOND)
    ended = await desk.reads(administrator)
    assert (ended.status_code, ended.json()["detail"]) == (401, "ended token")
    assert (await desk.reads(await desk.token_of("administrator", SECOND))).status_code == httpx.codes.OK


@pytest.mark.parametrize(("rehearsal", "asked", "must"), [(False, None, True), (True, None, False), (True, True, True)])
async def test_whom_somebody_else_opened_an_account_for_chooses_another_password_first(
    *, rehearsal: bool, asked: bool | None, must: bool
) -> None:
    desk = await Desk.opened(rehearsal=rehearsal)
    members: dict[str, Any] = {"role": "city_officer"} | ({} if asked is None else {"must_change": asked})
    await desk.opens("officer", FIRST, await desk.token_of("administrator", desk.SECRET), **members)
    tried = await desk.signs_in("officer", FIRST)
    assert tried.is_success is not must
    if must:
        assert (tried.status_code, tried.json()["type"]) == (409, "urn:nianlun:refusal:password-to-be-changed")
        assert (await desk.signs_in("officer", "not-the-right-one")).status_code == httpx.codes.UNAUTHORIZED
        await desk.changes("officer", FIRST, SECOND)
        assert (await desk.signs_in("officer", SECOND)).is_success


async def test_who_opens_its_own_account_has_chosen_already() -> None:
    desk = await Desk.opened(rehearsal=False)
    await desk.opens("filer-1", FIRST, must_change=True)
    assert (await desk.signs_in("filer-1", FIRST)).is_success
    opened = [one.event for one in await desk.log() if isinstance(one.event, AccountOpened)]
    assert [one.must_change for one in opened] == [False, False]


async def test_a_closed_account_signs_in_no_more_and_its_token_is_worth_nothing(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    second = await desk.opens("second", FIRST, administrator, role="administrator")
    token = await desk.token_of("second", FIRST)
    assert (await desk.reads(token)).is_success
    done = await desk.closes(second, administrator)
    assert done.status_code == httpx.codes.OK, done.text
    assert (await desk.reads(token)).status_code == httpx.codes.UNAUTHORIZED
    assert (await desk.signs_in("second", FIRST)).status_code == httpx.codes.UNAUTHORIZED
    assert (await desk.changes("second", FIRST, SECOND)).status_code == httpx.codes.UNAUTHORIZED
    taken = await desk.tries_to_open("second", SECOND, administrator, role="administrator")
    assert taken.json()["type"] == "urn:nianlun:refusal:username-taken"
    (event,) = [one.event for one in await desk.log() if isinstance(one.event, AccountClosed)]
    assert event == AccountClosed(account=second, ground="调离岗位")


async def test_the_last_administrator_stays(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    mine = (await desk.reads(administrator)).json()[0]["account"]
    refused = await desk.closes(mine, administrator)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:nianlun:refusal:last-administrator")
    await desk.opens("second", FIRST, administrator, role="administrator")
    assert (await desk.closes(mine, administrator)).is_success


async def test_the_holder_closes_its_own_account_and_nobody_elses(desk: Desk) -> None:
    mine, other = await desk.opens("filer-1", FIRST), await desk.opens("filer-2", FIRST)
    token = await desk.token_of("filer-1", FIRST)
    assert (await desk.closes(other, token)).status_code == httpx.codes.FORBIDDEN
    assert (await desk.closes(mine, token)).is_success
    assert (await desk.closes(mine, token)).status_code == httpx.codes.UNAUTHORIZED


async def test_the_administrator_reads_which_accounts_there_are(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    await desk.opens("clerk", FIRST, administrator, role="district_clerk", district="310101")
    filer = await desk.opens("filer-1", FIRST)
    (clerk,) = (await desk.reads(administrator, role="district_clerk")).json()
    assert (clerk["username"], clerk["district"], clerk["state"]) == ("clerk", "310101", "OPEN")
    await desk.closes(filer, administrator)
    (closed,) = (await desk.reads(administrator, state="CLOSED")).json()
    assert (closed["username"], closed["ground"]) == ("filer-1", "调离岗位")
    assert (await desk.reads(await desk.token_of("clerk", FIRST))).status_code == httpx.codes.FORBIDDEN


async def test_a_forgotten_password_is_reset_and_signs_in_once_it_was_changed(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    mine = await desk.opens("filer-1", FIRST)
    token = await desk.token_of("filer-1", FIRST)
    assert (await desk.resets(mine, SECOND, token)).status_code == httpx.codes.FORBIDDEN
    assert (await desk.resets(mine, SECOND, administrator)).is_success
    assert (await desk.resets(mine, FIRST, token)).status_code == httpx.codes.UNAUTHORIZED
    assert (await desk.signs_in("filer-1", FIRST)).status_code == httpx.codes.UNAUTHORIZED
    (shown,) = (await desk.reads(administrator, role="filer")).json()
    assert shown["must_change"]
    tried = await desk.signs_in("filer-1", SECOND)
    assert tried.json()["type"] == "urn:nianlun:refusal:password-to-be-changed"
    assert (await desk.changes("filer-1", SECOND, "chosen-by-the-holder-3")).is_success
    assert (await desk.signs_in("filer-1", "chosen-by-the-holder-3")).is_success


ORDER = {"authority": "市网信办", "document_number": "沪网信〔2018〕7号", "scope": "账户"}


async def test_the_last_administrator_s_account_is_not_erased_either(desk: Desk) -> None:
    first = await desk.token_of("administrator", desk.SECRET)
    mine = (await desk.reads(first)).json()[0]["account"]
    refused = await desk.commands(f"/subjects/{mine}/erasure", first, ORDER)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:nianlun:refusal:last-administrator")
    second = await desk.opens("second", FIRST, first, role="administrator")
    assert (await desk.commands(f"/subjects/{second}/erasure", first, ORDER)).is_success
    assert (await desk.closes(mine, first)).json()["type"] == "urn:nianlun:refusal:last-administrator"


async def test_an_erased_account_is_closed_once_and_its_token_is_worth_nothing(desk: Desk) -> None:
    administrator = await desk.token_of("administrator", desk.SECRET)
    mine = await desk.opens("filer-1", FIRST)
    token = await desk.token_of("filer-1", FIRST)
    refused = await desk.commands(f"/subjects/{mine}/erasure", token, ORDER)
    assert refused.status_code == httpx.codes.FORBIDDEN
    assert (await desk.signs_in("filer-1", FIRST)).is_success
    for _ in range(2):
        assert (await desk.commands(f"/subjects/{mine}/erasure", administrator, ORDER)).is_success
    assert (await desk.reads(token)).status_code == httpx.codes.UNAUTHORIZED
    (closed,) = (await desk.reads(administrator, state="CLOSED")).json()
    assert (closed["account"], closed["username"], closed["ground"]) == (mine, "已删除", "市网信办 沪网信〔2018〕7号")
    assert len([one for one in await desk.log() if isinstance(one.event, AccountClosed)]) == 1


async def test_wrong_passwords_in_a_row_are_paused_and_the_right_one_is_taken_afterwards(desk: Desk) -> None:
    """By address and account: nobody guesses for ever, and nobody locks another out (C5.2)."""
    for _ in range(FREE):
        assert (await desk.signs_in("administrator", "guessed")).status_code == httpx.codes.UNAUTHORIZED
    for password in ("guessed", desk.SECRET):
        paused = await desk.signs_in("administrator", password)
        assert (paused.status_code, paused.json()["type"]) == (
            httpx.codes.TOO_MANY_REQUESTS,
            "urn:nianlun:refusal:too-many-wrong",
        )
        assert paused.headers["Retry-After"] == "1"
    assert (await desk.changes("administrator", desk.SECRET, SECOND)).status_code == httpx.codes.TOO_MANY_REQUESTS
    desk.hand.seconds += 1
    assert (await desk.signs_in("administrator", desk.SECRET)).is_success
    assert (await desk.signs_in("administrator", "guessed")).status_code == httpx.codes.UNAUTHORIZED
