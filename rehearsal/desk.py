"""A desk at which people sit: signs in, sends commands with idempotency keys, reads what it just did."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from types import MappingProxyType
from typing import Any, TypeVar

import httpx

from shared.kernel.ids import named

AnswerT = TypeVar("AnswerT")
PASSWORD = "correct horse battery staple"  # noqa: S105 - of people who exist in a rehearsal only
OUTAGE_SECONDS_MAX = 180.0
"""For a service, a database or a broker that is started again, and for what others deliver after that."""
PAUSE_SECONDS = 0.05
UNAUTHENTICATED = 401
TRY_AGAIN = frozenset({429, 503})
NOT_YET = frozenset(
    f"urn:nianlun:refusal:{name}"
    for name in (
        "organization-not-certified",
        "round-not-planned",
        "round-not-open",
        "round-unknown",
        "review-not-opened",
        "paper-not-matched",
        "nothing-is-ranked",
        "panel-not-ranked",
        "ranked-application-unknown",
        "obligation-not-owed",
        "application-not-recommended",
        "batch-not-sent",
        "submission-not-known",
        "not-rejected",
        "order-is-not-met",
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
        body = {"username": person.username, "password": person.password}
        signed_in = await self._ask("POST", "registration", "/tokens", body, {})
        person.token, person.expires_at = signed_in["token"], signed_in["expires_at"]
        person.account, person.organization = signed_in["account"], signed_in["organization"]
        return person

    async def command(
        self, by: Person | None, service: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Send a command until it is answered; waits for what other services still have to deliver."""
        who = by.username if by else "anybody"
        key = {"Idempotency-Key": named("rehearsal", who, path, str(body))}
        deadline = _time() + OUTAGE_SECONDS_MAX
        while True:
            try:
                headers = {**key, **await self._headers(by)}
                receipt: dict[str, Any] = await self._ask("POST", service, path, body, headers)
            except Refused as refused:
                late = _time() > deadline
                if late or (refused.problem["type"] not in NOT_YET and refused.problem["status"] != UNAUTHENTICATED):
                    raise
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                self.commands += 1
                self.positions[service] = max(self.positions.get(service, 0), receipt["position"])
                return receipt

    async def upload(self, by: Person, service: str, path: str, content: bytes, media_type: str) -> dict[str, Any]:
        """Send a file as it is."""
        key = {"Idempotency-Key": named("rehearsal", by.username, path, sha256(content).hexdigest())}
        headers = {**key, "Content-Type": media_type, **await self._headers(by)}
        receipt: dict[str, Any] = await self._ask("POST", service, path, content, headers)
        self.commands += 1
        self.positions[service] = max(self.positions.get(service, 0), receipt["position"])
        return receipt

    async def deposit(self, by: Person | None, service: str, content: bytes, **query: str) -> str:
        """Bring a PDF that a command is to name; its hash."""
        headers = {"Content-Type": "application/pdf", **await self._headers(by)}
        kept = await self._ask("POST", service, "/files", content, headers, {"name": "附件.pdf", **query})
        return str(kept["sha256"])

    async def refused(self, by: Person | None, service: str, path: str, body: dict[str, Any] | None = None) -> str:
        """The sentence with which a command is refused; raise `AssertionError` when it is not."""
        try:
            await self.command(by, service, path, body)
        except Refused as refused:
            return said(refused.problem)
        raise AssertionError(f"{path} was to be refused")

    async def until(self, ask: Callable[[], Awaitable[AnswerT]], holds: Callable[[AnswerT], bool]) -> AnswerT:
        """The answer once it holds; what falls due by the clock and what other services decide takes a moment."""
        deadline = _time() + OUTAGE_SECONDS_MAX
        while not holds(answer := await ask()):
            if _time() > deadline:
                raise TimeoutError(f"waited in vain, the last answer was {answer}")
            await asyncio.sleep(PAUSE_SECONDS)
        return answer

    async def read(self, by: Person | None, service: str, path: str, **query: Any) -> Any:
        """Ask a question that sees what this desk has done."""
        return await self._ask("GET", service, path, None, await self._headers(by), query)

    async def _headers(self, by: Person | None) -> dict[str, str]:
        if by is None:
            return {}
        if by.expires_at <= self.now():
            await self.sign_in(by)
        return {"Authorization": f"Bearer {by.token}"}

    async def _ask(
        self,
        method: str,
        service: str,
        path: str,
        body: dict[str, Any] | bytes | None,
        headers: dict[str, str],
        query: Mapping[str, Any] = MappingProxyType({}),
    ) -> Any:
        """The answer; whatever was lost on the way is asked again, which the idempotency key makes harmless."""
        url, seen = f"{self.urls[service]}{path}", {"at_least": self.positions.get(service, 0)}
        sent: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        deadline = _time() + OUTAGE_SECONDS_MAX
        while True:
            try:
                answer = await self.client.request(
                    method, httpx.URL(url).copy_merge_params({**query, **seen}), headers=headers, **sent
                )
                if answer.is_success:
                    return answer.json()
                if answer.status_code not in TRY_AGAIN or _time() > deadline:
                    raise Refused(answer.json())
            except httpx.TransportError:
                if _time() > deadline:
                    raise
            await asyncio.sleep(PAUSE_SECONDS)


def said(problem: Mapping[str, Any]) -> str:
    """A problem document in one line: its rule or clause, and what it says."""
    place = problem.get("rule") or problem.get("clause") or problem.get("field") or ""
    return f"{place}: {problem.get('detail')}" if place else str(problem.get("detail"))


def _time() -> float:
    return asyncio.get_running_loop().time()
