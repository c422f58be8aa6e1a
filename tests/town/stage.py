"""The street as a stage: the rehearsal's whole year in one process, as its people live it through HTTP."""

import asyncio
from dataclasses import dataclass, field

import httpx

from rehearsal.company import Company
from rehearsal.desk import Desk, Person
from rehearsal.journey import PHASES
from shared.contracts.topics import SERVICES
from shared.kernel.instants import instant
from tests.town.town import ADMINISTRATOR, PASSWORD, Town


@dataclass(slots=True)
class Street(httpx.AsyncBaseTransport):
    """Carries requests to the houses by name; each is answered when every house has heard what the last one did."""

    town: Town
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """See `httpx.AsyncBaseTransport`."""
        async with self._turn:
            await self.town.settle()
            door = httpx.ASGITransport(self.town.houses[request.url.host].app)
            answer = await door.handle_async_request(request)
            await self.town.settle()
        return answer


async def rehearse(town: Town, organizations: int, phases: int = len(PHASES)) -> Company:
    """Live through the first phases of the year with so many organizations."""
    async with httpx.AsyncClient(transport=Street(town)) as client:
        urls = {name: f"http://{name}" for name in SERVICES}
        desk = Desk(urls, town.clock.now, client)

        def advance(text: str) -> None:
            assert instant(text) >= town.clock.instant, text
            town.clock.instant = instant(text)

        company = Company(desk, Person(ADMINISTRATOR, PASSWORD), advance, organizations)
        for _, _, phase in PHASES[:phases]:
            await phase(company)
    return company
