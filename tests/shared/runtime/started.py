"""Processes of the little service, on a database and a broker that are real."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.embedded import Embedded
from deploy.local.ports import free_ports
from shared.runtime.settings import ServiceSettings

ROOT = Path(__file__).parents[3]
NOON = "2017-08-01T04:00:00.000Z"
START_SECONDS_MAX, STOP_SECONDS_MAX = 20.0, 10.0


@dataclass(frozen=True, slots=True)
class Started:
    """One process; its door, and what it says."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    output: Path

    def lines(self) -> list[dict[str, Any]]:
        """Its log, each line a JSON object."""
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    async def ready(self) -> dict[str, Any]:
        """Wait for 200 on `/health/ready`; the document."""
        async with asyncio.timeout(START_SECONDS_MAX):
            while True:
                assert self.process.returncode is None, self.output.read_text()
                try:
                    answer = await self.client.get("/health/ready")
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                    continue
                if answer.status_code == httpx.codes.OK:
                    document: dict[str, Any] = answer.json()
                    return document
                await asyncio.sleep(0.05)

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        async with asyncio.timeout(STOP_SECONDS_MAX):
            return await self.process.wait()

    async def say(self, text: str, path: str = "/words", **headers: str) -> httpx.Response:
        """Send the command."""
        return await self.client.post(path, json={"text": text}, headers=headers)


@dataclass(frozen=True, slots=True)
class Ground:
    """Where processes start: the pair, a folder and the clock file."""

    pair: Embedded
    folder: Path

    @property
    def clock(self) -> Path:
        """The rehearsal's clock file."""
        return self.folder / "clock.json"

    def set_clock(self, now: str) -> None:
        """Replace it as `nianlun clock` does."""
        draft = self.folder / "clock.draft"
        draft.write_text(json.dumps({"rehearsal": True, "now": now}))
        draft.replace(self.clock)

    @asynccontextmanager
    async def process(self, *arguments: str, **settings: str) -> AsyncIterator[Started]:
        """Start one, with `settings` besides the usual ones; it is killed at the end if it still runs."""
        port = int(settings.get("NIANLUN_HTTP_PORT", free_ports(1)[0]))
        output = self.folder / f"{port}-{len(list(self.folder.iterdir()))}.jsonl"
        with output.open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.shared.runtime.service", *arguments),
                cwd=ROOT,
                env={**os.environ, **self.environment(port), **settings},
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
            )
        client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)
        try:
            async with client:
                yield Started(process, client, output)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    def elsewhere(self, service: str = "publication") -> dict[str, str]:
        """The settings of a database that no other test sees."""
        return {
            "NIANLUN_DATABASE_NAME": service,
            "NIANLUN_DATABASE_USER": f"{service}_runtime",
            "NIANLUN_KAFKA_USERNAME": service,
            "NIANLUN_SECRETS_DIR": str(self.pair.home.secrets_of(service)),
        }

    def settings(self, monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
        """The same as a process reads them, for what runs in this one."""
        for name, value in self.environment(0).items():
            if name != "NIANLUN_HTTP_PORT":
                monkeypatch.setenv(name, value)
        return ServiceSettings()

    def environment(self, port: int) -> dict[str, str]:
        """The usual settings of a process."""
        return {
            "NIANLUN_HTTP_PORT": str(port),
            "NIANLUN_DATABASE_PORT": str(self.pair.cluster.port),
            "NIANLUN_DATABASE_NAME": "review",
            "NIANLUN_DATABASE_USER": "review_runtime",
            "NIANLUN_KAFKA_BOOTSTRAP": self.pair.broker.bootstrap,
            "NIANLUN_KAFKA_USERNAME": "review",
            "NIANLUN_SECRETS_DIR": str(self.pair.home.secrets_of("review")),
            "NIANLUN_FILES_URL": self.pair.home.files_of("review").as_uri(),
            "NIANLUN_CLOCK": "rehearsal",
            "NIANLUN_CLOCK_FILE": str(self.clock),
            "PYTHONUNBUFFERED": "1",
        }
