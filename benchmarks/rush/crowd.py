"""The crowd: organizations that are ready but for their last attachment and the submission."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from benchmarks.material import uscc_of
from benchmarks.rush.wire import Request, Wire
from rehearsal import materials
from rehearsal.cast import GROUPS, NAMES, STYLES, Organization, Part
from rehearsal.desk import PASSWORD
from rehearsal.forms import profile, tables
from shared.contracts.vocabulary import District

ROUND = "rush"
ROUND_FILE = Path(__file__).parents[2] / "rounds" / "2017.json"
LAST = 7
"""The material that is attached in the rush: the professionals' certificates (C4.7)."""
AT_ONCE = 24
TOKEN_SECONDS = 600.0
"""Signed in again after so long; a token is good for a quarter of an hour."""

Tell = Callable[[str, int, int], None]


@dataclass(slots=True)
class Member:
    """One organization of the crowd."""

    organization: Organization
    id: str = ""
    application: str = ""
    token: str = ""

    @property
    def username(self) -> str:
        """Its filer's."""
        return f"rush-{self.organization.index:05d}"


@dataclass(slots=True)
class Crowd:
    """Everybody, and the wires to the services they speak to."""

    registration: Wire
    application: Wire
    administrator_password: str
    tell: Tell
    members: list[Member]
    officer: str = ""
    _verifier: tuple[str, float] = ("", -TOKEN_SECONDS)
    """Its token, and when it was signed."""

    async def register(self) -> None:
        """Accounts, registration, certification (C5.2)."""
        administrator = await self.sign_in("administrator", self.administrator_password)
        for name, role in (("verifier", "platform_verifier"), ("officer", "city_officer")):
            account = {"username": name, "password": PASSWORD, "role": role}
            await self.registration.done("/accounts", account, administrator)
        await self._each("registering", self._register)

    async def open_round(self, deadline: datetime) -> None:
        """Plan and open a round with this deadline, otherwise as in 2017."""
        self.officer = await self.sign_in("officer")
        await self.application.done("/rounds", _parameters(deadline), self.officer)
        await self.application.done(f"/rounds/{ROUND}/opening", {}, self.officer)

    async def fill_in(self) -> None:
        """Tables and copies, all but the last one (C4)."""
        await self._each("filling in", self._fill_in)

    async def sign_all_in(self) -> None:
        """Everybody gets a fresh token, which is good for a quarter of an hour."""
        await self._each("signing in", self._sign_in)

    async def sign_in(self, username: str, password: str = PASSWORD) -> str:
        """A token."""
        answered = await self.registration.done("/tokens", {"username": username, "password": password})
        return str(answered["token"])

    async def verifier(self) -> str:
        """The verifier's token; registering everybody takes longer than one is good for."""
        token, signed = self._verifier
        if monotonic() - signed >= TOKEN_SECONDS:
            signed, token = monotonic(), await self.sign_in("verifier")
            self._verifier = (token, signed)
        return token

    async def _sign_in(self, member: Member) -> None:
        member.token = await self.sign_in(member.username)

    async def _register(self, member: Member) -> None:
        await self.registration.done("/accounts", {"username": member.username, "password": PASSWORD})
        await self._sign_in(member)
        names = {"uscc": member.organization.uscc, "name": member.organization.name}
        receipt = await self.registration.done("/organizations", names, member.token)
        member.id, place = receipt["organization"], f"/organizations/{receipt['organization']}"
        asked = profile(member.organization)
        receipt = await self.registration.done(f"{place}/certification-requests", asked, member.token)
        at_least = f"{place}?at_least={receipt['position']}"
        verifier = await self.verifier()
        seen = (await self.registration.get(at_least, verifier)).json()
        await self.registration.done(f"{place}/certification", {"profile_hash": seen["profile_hash"]}, verifier)
        await self._sign_in(member)

    async def _fill_in(self, member: Member) -> None:
        organization = member.organization
        chosen = {"round": ROUND, "kind": organization.kind, "category": organization.category}
        member.application = (await self.application.done("/applications", chosen, member.token))["application"]
        for number in materials.wanted(organization):
            if number != LAST:
                await self.application.done(**attachment(member, number))
        for content in (materials.handbook(organization), materials.agreements(organization)):
            await self.application.done(**brought(member, content))
        for name, table in tables(organization).items():
            place = f"/applications/{member.application}/form"
            await self.application.done(place, {"revision": 0, name: table}, member.token)

    async def _each(self, what: str, work: Callable[[Member], Awaitable[None]]) -> None:
        room, done = asyncio.Semaphore(AT_ONCE), 0

        async def one(member: Member) -> None:
            nonlocal done
            async with room:
                await work(member)
            done += 1
            self.tell(what, done, len(self.members))

        await asyncio.gather(*(one(member) for member in self.members))


def brought(member: Member, content: bytes) -> Request:
    """What `Wire.done` takes to bring a file that a table names."""
    query = f"round_id={ROUND}&name=f.pdf"
    return Request(path="/files", body=content, token=member.token, media_type=materials.PDF, query=query)


def attachment(member: Member, number: int) -> Request:
    """What `Wire.done` and `Wire.post` take to attach one of the materials."""
    return Request(
        path=f"/applications/{member.application}/attachments",
        body=materials.copy(member.organization, number),
        token=member.token,
        media_type=materials.PDF,
        query=f"material={number}&name=m{number}.pdf",
    )


def members(count: int) -> list[Member]:
    """So many organizations, all of them ordinary, in all districts and open categories."""
    return [Member(one) for one in _organizations(count)]


def _organizations(count: int) -> Sequence[Organization]:
    districts = list(District)
    return [
        Organization(
            index,
            f"上海{districts[index % len(districts)].name_zh}{STYLES[index % len(STYLES)]}{NAMES[group]}{index}",
            uscc_of(index),
            districts[index % len(districts)],
            group,
            Part.ORDINARY,
        )
        for index in range(count)
        for group in (GROUPS[index % len(GROUPS)],)
    ]


def _parameters(deadline: datetime) -> dict[str, Any]:
    parameters: dict[str, Any] = json.loads(ROUND_FILE.read_text())
    parameters["round"] = ROUND
    parameters["calendar"]["opens_at"]["value"] = _instant(datetime.now(UTC) - timedelta(hours=1))  # noqa: TID251 - a benchmark has a clock and ids of its own
    parameters["calendar"]["submission_deadline"]["value"] = _instant(deadline)
    parameters["calendar"]["district_deadline"]["value"] = (deadline + timedelta(days=10)).date().isoformat()
    parameters["calendar"]["valid_from"]["value"] = (deadline + timedelta(days=60)).date().isoformat()
    parameters["calendar"]["valid_to"]["value"] = (deadline + timedelta(days=425)).date().isoformat()
    return parameters


def _instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
