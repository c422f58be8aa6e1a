"""A desk at which people sit: signs in, sends commands with idempotency keys, reads what it just did."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from shared.kernel.ids import named

PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in a rehearsal only
WAIT_SECONDS_MAX = 20.0
PAUSE_SECONDS = 0.05
NOT_YET = frozenset(
    f"urn:nianlun:refusal:{name}"
    for name in (
        "organization-not-certified",
        "round-not-planned",
        "round-not-open",
        "round-unknown",
        "review-not-opened",
        "paper-not-matched",
        "ranked-application-unknown",
        "obligation-not-owed",
        "not-yet",
        "busy",
    )
)
"""Refusals that mean: what another service decided has not arrived here yet."""


class Refused(Exception):
    """A service refused; `problem` is its RFC 9457 document."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('status')} {problem.get('type')}: {problem.get('detail')}")
        self.problem = problem


@dataclass(slots=True)
class Person:
    """Somebody with an account; the token is renewed when the clock has moved on."""

    username: str
    password: str = PASSWORD
    account: str = ""
    organization: str | None = None
    token: str = ""
    expires_at: str = ""


@dataclass(slots=True)
class Desk:
    """Speaks HTTP to the five services for everybody."""

    urls: dict[str, str]
    now: Callable[[], str]
    client: httpx.AsyncClient
    positions: dict[str, int] = field(default_factory=dict)
    commands: int = 0

    async def open_account(self, username: str, by: Person | None = None, **members: str) -> Person:
        """Open an account, by itself or by somebody who may."""
        body = {"username": username, "password": PASSWORD, **members}
        receipt = await self.command(by, "registration", "/accounts", body)
        return Person(username, account=receipt["account"])

    async def sign_in(self, person: Person) -> Person:
        """Get a fresh token."""
        query = {"at_least": self.positions.get("registration", 0)}
        body = {"username": person.username, "password": person.password}
        answer = await self.client.post(f"{self.urls['registration']}/tokens", json=body, params=query)
        signed_in = _checked(answer)
        person.token, person.expires_at = signed_in["token"], signed_in["expires_at"]
        person.account, person.organization = signed_in["account"], signed_in["organization"]
        return person

    async def command(
        self, by: Person | None, service: str, path: str, body: dict[str, Any] | None = None, *, attempt: str = ""
    ) -> dict[str, Any]:
        """Send a command until it is answered; waits for what other services still have to deliver."""
        who = by.username if by else "anybody"
        headers = {"Idempotency-Key": named("rehearsal", who, path, str(body), attempt)}
        deadline = asyncio.get_running_loop().time() + WAIT_SECONDS_MAX
        while True:
            try:
                receipt: dict[str, Any] = await self._send(by, service, path, body, headers)
            except Refused as refused:
                late = asyncio.get_running_loop().time() > deadline
                if late or (refused.problem["type"] not in NOT_YET and refused.problem["status"] != 401):  # noqa: PLR2004
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self.commands += 1
                self.positions[service] = max(self.positions.get(service, 0), receipt["position"])
                return receipt

    async def read(self, by: Person | None, service: str, path: str, **query: Any) -> Any:
        """Ask a question that sees what this desk has done."""
        query["at_least"] = self.positions.get(service, 0)
        headers = await self._headers(by)
        return _checked(await self.client.get(f"{self.urls[service]}{path}", params=query, headers=headers))

    async def _send(
        self, by: Person | None, service: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> Any:
        query = {"at_least": self.positions.get(service, 0)}
        url, headers = f"{self.urls[service]}{path}", {**headers, **await self._headers(by)}
        return _checked(await self.client.post(url, json=body, params=query, headers=headers))

    async def _headers(self, by: Person | None) -> dict[str, str]:
        if by is None:
            return {}
        if by.expires_at <= self.now():
            await self.sign_in(by)
        return {"Authorization": f"Bearer {by.token}"}


def _checked(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json()
    raise Refused(answer.json())
