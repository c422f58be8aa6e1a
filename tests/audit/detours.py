"""The detours that the rehearsed year does not take: three organizations, one place."""

import asyncio
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from rehearsal.cast import Part, organizations
from shared.auditlog.canonical import hash_of
from shared.contracts import application
from shared.contracts.envelope import Recorded
from shared.contracts.publication import OrganizationApproved
from shared.contracts.round import RoundParameters
from tests.audit.street import ROUND, parameters
from tests.town.life import (
    ADMINISTRATOR,
    DEPUTY,
    LEADER,
    OFFICER,
    SECOND_VERIFIER,
    SECRETARY,
    VERIFIER,
    Applicant,
    Life,
)
from tests.town.town import Town

GROUP = "comprehensive"
NAME = "上海浦江服务中心（更名后）"
LATER = "2018-02-28T16:00:00.000Z"
"""When the plan is due after the letter."""
STRICTER = "1000"
"""SMEs that the amended round asks for."""


@cache
def lived_detours() -> tuple[list[Recorded], Life]:
    """Lived once for all tests; not to be changed."""
    with TemporaryDirectory() as folder:
        life = Life(Town(Path(folder)), parameters(places=1))
        return asyncio.run(_lived(life)), life


async def _lived(life: Life) -> list[Recorded]:
    town = life.town
    await town.begin()
    await town.at("2017-08-21T09:00:00+08:00")
    await life.plan()
    cast = [one for one in organizations() if one.group == GROUP and one.part is Part.ORDINARY][:4]
    for organization in cast:
        await life.register(organization)
    await _come_and_go(life.town)
    await _distrust_a_key(life.town)
    await _change_registrations(life)
    await town.at("2017-09-01T09:00:00+08:00")
    first, *others, _ = life.applicants
    for one in life.applicants[:3]:
        await life.fill_in(one)
    await _replace_a_file(life, first)
    await life.submit(first)
    await _amend(life)
    await town.at("2017-09-15T09:00:00+08:00")
    for one in others:
        await life.submit(one)
    for one in life.applicants[:3]:
        await life.receive(one)
        await life.judge(one, **({} if one is first else {"R10": "服务家数虽不足，成效突出"}))
        await life.recommend(one)
    await life.send_lists()
    await _choose(life)
    await _appeal(life)
    await _move_the_calendar(life)
    await _revoke_in_error(life)
    return await town.events()


async def _come_and_go(town: Town) -> None:
    """A verifier gets an account, chooses a password of its own, forgets it, chooses another, and leaves."""
    given, chosen, reset = "chosen-by-somebody-1", "chosen-by-myself-2", "chosen-by-somebody-3"
    person = {"username": "verifier-2", "password": given}
    opened = await town.command(
        ADMINISTRATOR, "registration", "/accounts", {**person, "role": "platform_verifier", "must_change": True}
    )
    await town.command(None, "registration", "/accounts/password", {**person, "new_password": chosen})
    mine = f"/accounts/{opened['account']}"
    forgot = {"new_password": reset, "ground": "持有人遗忘密码"}
    await town.command(ADMINISTRATOR, "registration", f"{mine}/password-reset", forgot)
    again = {**person, "password": reset, "new_password": f"{chosen}-again"}
    await town.command(None, "registration", "/accounts/password", again)
    await town.command(ADMINISTRATOR, "registration", f"{mine}/closure", {"ground": "调离岗位"})


async def _distrust_a_key(town: Town) -> None:
    """A key that was published leaked before it signed anything, and the next one takes its place."""
    leaked, _ = [await town.command(ADMINISTRATOR, "registration", "/signing-keys") for _ in range(2)]
    retired = f"/signing-keys/{leaked['kid']}/retirement"
    await town.command(ADMINISTRATOR, "registration", retired, {"ground": "密钥泄露"})


async def _change_registrations(life: Life) -> None:
    """One takes another name, one is suspended and reinstated, one gets another filer and is closed by mistake."""
    first, second, _, last = (f"/organizations/{one.id}" for one in life.applicants)
    renamed = {"name": NAME, "effective_from": "2017-08-21"}
    chosen = "chosen-by-myself-4"
    successor = {"username": "successor", "password": chosen}
    opened = await life.town.command(None, "registration", "/accounts", successor)
    appointed = {"account": opened["account"], "document_number": "浦江〔2017〕8号"}
    acts: tuple[tuple[str, dict[str, str]], ...] = (
        (f"{first}/amendments", renamed),
        (f"{second}/suspension", {"ground": "核查登记材料"}),
        (f"{second}/reinstatement", {"ground": "核查无误"}),
        (f"{last}/filer", appointed),
        (f"{last}/closure", {"ground": "机构注销"}),
    )
    for place, body in acts:
        await life.town.command(VERIFIER, "registration", place, body)
    reopened = {"ground": "注销的是同名另一机构", "document_number": "沪企认〔2017〕3号"}
    await life.town.command(SECOND_VERIFIER, "registration", f"{last}/reopening", reopened)
    life.applicants[0].organization = replace(life.applicants[0].organization, name=NAME)


async def _replace_a_file(life: Life, one: Applicant) -> None:
    """A lease is attached in a second copy, and taken out again (C4.6)."""
    await life.attach(one, 6, edition=2)
    added = [
        recorded.event
        for recorded in await life.town.events()
        if isinstance(recorded.event, application.AttachmentAdded) and recorded.event.application == one.application
    ]
    place = f"/applications/{one.application}/attachments/{added[-1].sha256}/removal"
    await life.town.command(one.filer, "application", place, {"material": 6})


async def _amend(life: Life) -> None:
    """By an official letter more SMEs are asked for from a day on."""
    rules = tuple(replace(rule, threshold=STRICTER) if rule.id == "R10" else rule for rule in life.parameters.rules)
    stricter: RoundParameters = replace(life.parameters, rules=rules)
    body: dict[str, Any] = {
        "parameters": msgspec.to_builtins(stricter),
        "effective_from": "2017-09-10T00:00:00+08:00",
        "reason": "按市政府专题会议精神调整",
        "authority_document": "沪经信企〔2017〕498号",
    }
    place, refused = f"/rounds/{ROUND}/amendments", hash_of(body["parameters"])
    for ending in ("decline", "withdrawal"):
        await life.town.command(OFFICER, "application", place, body)
        ended = {"new_hash": refused} | ({"reason": "理由不足"} if ending == "decline" else {})
        await life.town.command(LEADER if ending == "decline" else OFFICER, "application", f"{place}/{ending}", ended)
    await life.amend(body)


async def _choose(life: Life) -> None:
    """Scores, one of them void; a ranking, one place, two rejections."""
    town = life.town
    await town.at("2017-10-10T09:00:00+08:00")
    await life.constitute([GROUP])
    for one in life.applicants[:3]:
        await life.score(one)
    void = {"expert": life.members[GROUP][0].id, "reason": "评分依据与材料不符"}
    await town.command(SECRETARY, "review", f"/scorings/{life.applicants[1].application}/voids", void)
    await life.rank(GROUP)
    await life.propose()
    await town.at("2017-10-31T09:00:00+08:00")
    await life.approve()


async def _appeal(life: Life) -> None:
    """One of the rejected appeals; its district is to review it again (C5.4)."""
    one = rejected(life)
    await life.town.command(one.filer, "publication", f"/appeals/{one.application}", {"grounds": "区级意见与事实不符"})
    await life.town.at("2017-11-03T09:00:00+08:00")
    decided = {"outcome": "remit", "stage": "district", "reason": "区级审核遗漏材料"}
    await life.town.command(DEPUTY, "publication", f"/appeals/{one.application}/decision", decided)
    await life.town.at("2017-11-14T00:00:00+08:00")
    await life.town.command(LEADER, "publication", f"/appeals/{one.application}/closing", {"reason": "区级逾期未决定"})


async def _move_the_calendar(life: Life) -> None:
    """Before anything was due an official letter gives more time for the plan, and asks for something else (C3.5)."""
    (approved,) = [
        recorded.event.application
        for recorded in await life.town.events()
        if isinstance(recorded.event, OrganizationApproved)
    ]
    await life.sign(life.of(approved))
    plan, *others = life.parameters.obligations
    moved = replace(plan, due=replace(plan.due, value=LATER))
    extra = replace(others[-1], kind="case", period="extra")
    asked = replace(life.parameters, obligations=(moved, *others, extra))
    body = {
        "parameters": msgspec.to_builtins(asked),
        "effective_from": "2017-11-20T00:00:00+08:00",
        "reason": "适逢春节，顺延报送",
        "authority_document": "沪经信企〔2017〕612号",
    }
    await life.amend(body)


async def _revoke_in_error(life: Life) -> None:
    """A leader mistakes one organization for another, and a second leader gives back what the first took (C5.4)."""
    place = next(
        f"/standings/{recorded.event.application}"
        for recorded in await life.town.events()
        if isinstance(recorded.event, OrganizationApproved)
    )
    revoked = {"ground": "误认为另一机构", "document_number": "沪经信企〔2017〕640号"}
    await life.town.command(LEADER, "publication", f"{place}/revocation", revoked)
    back = {"reason": "撤销所据事实有误", "document_number": "沪经信企〔2017〕641号"}
    await life.town.command(DEPUTY, "publication", f"{place}/revocation-reversal", back)


def rejected(life: Life) -> Applicant:
    """The last of the applicants whose points do not suffice."""
    return min(life.applicants[:3], key=lambda one: one.organization.quality)
