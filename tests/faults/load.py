"""Callers who command without pause, try again under the same key until they are answered, and remember the answer."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.faults.judge import Acknowledged

TRY_SECONDS_MAX = 5.0
PAUSE_SECONDS = 0.05
REFUSED_FOR_GOOD = frozenset({400, 401, 403, 404, 405, 413, 415, 422})


@dataclass(slots=True)
class Load:
    """So many callers on the doors of one house, with a pause of `pace_seconds` on average between two commands."""

    urls: Sequence[str]
    seed: int
    callers: int = 8
    streams: int = 24
    pace_seconds: float = 0.08
    acknowledged: list[Acknowledged] = field(default_factory=list)
    tries: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _over: bool = False

    def begin(self) -> None:
        """Let the callers begin."""
        self._tasks = [
            asyncio.create_task(self._call(number), name=f"caller-{number}") for number in range(self.callers)
        ]

    async def end(self, seconds_max: float) -> list[str]:
        """Let each get the answer it waits for; returns what is wrong with those that do not."""
        self._over = True
        done, pending = await asyncio.wait(self._tasks, timeout=seconds_max)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for task in done:
            task.result()
        return [f"{task.get_name()} got no answer in {seconds_max:g} s" for task in pending]

    async def _call(self, caller: int) -> None:
        chance = random.Random(f"{self.seed} {caller}")
        async with httpx.AsyncClient(trust_env=False, timeout=TRY_SECONDS_MAX) as client:
            number = 0
            while not self._over:
                number += 1
                await self._command(client, chance, f"{self.seed}-{caller}-{number}")
                await asyncio.sleep(chance.uniform(0, 2 * self.pace_seconds))

    async def _command(self, client: httpx.AsyncClient, chance: random.Random, text: str) -> None:
        body = {"stream": f"s{chance.randrange(self.streams)}", "text": text}
        while True:
            self.tries += 1
            url = chance.choice(self.urls)
            try:
                answer = await client.post(f"{url}/words", json=body, headers={"Idempotency-Key": text})
            except httpx.TransportError:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if answer.status_code == httpx.codes.OK:
                said = answer.json()
                self.acknowledged.append(Acknowledged(text, said["position"], said["stream"], said["version"]))
                return
            if answer.status_code in REFUSED_FOR_GOOD:
                raise AssertionError(f"{text} was refused: {answer.status_code} {answer.text}")
            await asyncio.sleep(PAUSE_SECONDS)
