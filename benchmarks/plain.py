"""The baseline of commands: FastAPI, one transaction a request, an outbox table beside the entity. No more.

`POST /nothing` is the same without the database: what FastAPI alone comes to, and so the end of every ratio.
"""

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4  # noqa: TID251 - a benchmark has a clock and ids of its own

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

POOL = 16
TABLES = """
CREATE SCHEMA IF NOT EXISTS bench;
DROP TABLE IF EXISTS bench.organizations, bench.outbox;
CREATE TABLE bench.organizations (id uuid PRIMARY KEY, uscc text UNIQUE NOT NULL, name text NOT NULL);
CREATE TABLE bench.outbox (n bigserial PRIMARY KEY, id uuid UNIQUE NOT NULL, type text NOT NULL, payload jsonb NOT NULL)
"""


class Organization(BaseModel):
    """What is posted."""

    uscc: str
    name: str


def create(dsn: str) -> FastAPI:
    """The application."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(dsn, min_size=POOL, max_size=POOL) as app.state.pool:
            await app.state.pool.execute(TABLES)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/organizations", status_code=201)
    async def register(body: Organization) -> dict[str, str]:
        organization, event = uuid4(), uuid4()
        payload = json.dumps({"organization": str(organization), **body.model_dump()})
        async with app.state.pool.acquire() as connection, connection.transaction():
            await connection.execute(
                "INSERT INTO bench.organizations VALUES ($1, $2, $3)", organization, body.uscc, body.name
            )
            await connection.execute(
                "INSERT INTO bench.outbox (id, type, payload) VALUES ($1, 'OrganizationRegistered', $2)", event, payload
            )
        return {"organization": str(organization)}

    @app.post("/nothing", status_code=201)
    async def nothing(body: Organization) -> dict[str, str]:
        return {"organization": body.uscc}

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return app


if __name__ == "__main__":
    uvicorn.run(create(os.environ["BENCH_DSN"]), port=int(sys.argv[1]), access_log=False, log_level="warning")
