"""Redrive: parked events of a stream are handled after all, in their order, each exactly once."""

from shared.contracts.codec import decode
from shared.eventstore.documents import UnitOfWork
from shared.eventstore.postgres import Pool
from shared.messaging.delivery import Delivery


async def redrive(pool: Pool, delivery: Delivery, source: str, stream: str) -> int:
    """Handle what is parked of `stream`; all or nothing, so that a later event never overtakes an earlier one.

    Returns how many events were handled; raises what the handler raises, and then everything stays parked.
    """
    async with pool.acquire() as connection, connection.transaction():
        rows = await connection.fetch(
            "SELECT id, body FROM delivery.parked WHERE source = $1 AND stream = $2 ORDER BY id FOR UPDATE",
            source,
            stream,
        )
        documents = UnitOfWork(connection)
        for row in rows:
            await delivery.handle(connection, documents, decode(row["body"]))
        await documents.flush()
        await connection.execute("DELETE FROM delivery.parked WHERE id = ANY ($1::bigint[])", [r["id"] for r in rows])
        return len(rows)
