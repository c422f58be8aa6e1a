"""The statistics as a process, on a broker that was not told their new password yet."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import httpx
import pytest

from deploy.local.databases import READER, REPORTING
from deploy.local.embedded import embedded
from deploy.local.ports import free_ports
from deploy.local.provision import STATISTICS
from shared.runtime.secret_files import PREVIOUS
from shared.runtime.start import KAFKA_PASSWORD

READY_SECONDS_MAX = 120.0


@pytest.mark.asyncio
async def test_they_count_while_their_broker_password_is_half_replaced(tmp_path: Path) -> None:
    async with embedded() as pair:
        shutil.copytree(pair.home.secrets_of(STATISTICS), secrets := tmp_path / "secrets")
        (secrets / KAFKA_PASSWORD).rename(secrets / f"{KAFKA_PASSWORD}{PREVIOUS}")
        (secrets / KAFKA_PASSWORD).write_text("not the broker's yet")
        (port,) = free_ports(1)
        settings = {
            "NIANLUN_HTTP_PORT": str(port),
            "NIANLUN_DATABASE_PORT": str(pair.cluster.port),
            "NIANLUN_DATABASE_NAME": REPORTING,
            "NIANLUN_DATABASE_USER": READER,
            "NIANLUN_KAFKA_BOOTSTRAP": pair.broker.bootstrap,
            "NIANLUN_KAFKA_USERNAME": STATISTICS,
            "NIANLUN_SECRETS_DIR": str(secrets),
            "NIANLUN_FILES_URL": tmp_path.as_uri(),
            "NIANLUN_TABLES_DIR": str(tmp_path),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.reporting.entrypoints.stream"), env={**os.environ, **settings}
        )
        try:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                async with asyncio.timeout(READY_SECONDS_MAX):
                    while not await ready(client):
                        assert process.returncode is None
                        await asyncio.sleep(0.2)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()


async def ready(client: httpx.AsyncClient) -> bool:
    """Whether the stream behind them runs."""
    try:
        return (await client.get("/health/ready")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
