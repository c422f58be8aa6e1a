"""Databases in their places, however they came to be as old as they are, beside what the broker has."""

from audit.sources import Broker
from deploy.local.databases import Databases
from deploy.local.home import Home
from deploy.local.stack import Tell
from deploy.recovery.bare import bare
from deploy.recovery.brokers_log import brokers_log
from deploy.recovery.dumps import connect
from deploy.recovery.lost import Found, bring_back, compare
from deploy.recovery.places import set_places
from deploy.recovery.sent import sent
from shared.contracts.topics import SERVICES


async def compared(databases: Databases, broker: Broker) -> list[Found]:
    """What each database lacks; nothing is changed."""
    async with brokers_log(broker) as log:
        found = []
        for service in SERVICES:
            connection = await connect(databases, service)
            try:
                found.append(await compare(connection, service, sent(log, service)))
            finally:
                await connection.close()
        return found


async def reconcile(home: Home, tell: Tell, *, bringing_back: bool) -> list[Found]:
    """Compare while the services are down, and bring back what is missing once every database was compared.

    The caller holds the home's lease.
    """
    async with bare(home, tell) as ground:
        databases, broker = ground.databases, ground.broker
        found = await compared(databases, broker)
        if not bringing_back:
            return found
        async with brokers_log(broker) as log:
            for service in SERVICES:
                connection = await connect(databases, service)
                try:
                    await bring_back(connection, service, sent(log, service))
                    await set_places(connection, service, log, same=True)
                finally:
                    await connection.close()
        return found
