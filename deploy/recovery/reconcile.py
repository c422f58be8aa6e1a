"""Databases beside the broker's log: compared, brought back from it, and sent to it once more."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias, TypeVar

import asyncpg

from audit.sources import Broker
from deploy.local.administrator import administrator_of
from deploy.local.databases import Databases, in_one_line
from deploy.local.home import Home, StackError
from deploy.local.provision import STATISTICS, make_topics_anew
from deploy.local.stack import Tell
from deploy.recovery.bare import bare
from deploy.recovery.brokers_log import as_it_is, brokers_log
from deploy.recovery.dumps import connected
from deploy.recovery.lost import Found, bring_back, compare
from deploy.recovery.places import hear_anew, overtaken, require_order, set_places
from deploy.recovery.sent import in_any_order, lacking, sent
from deploy.recovery.unrecorded import leave_out, unrecorded
from shared.contracts.topics import SERVICES
from shared.messaging.parked import Spot
from shared.messaging.record import Record

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
T = TypeVar("T")

_CURSOR = "SELECT position FROM delivery.relay"


async def compared(databases: Databases, broker: Broker) -> list[Found]:
    """Every database beside the broker's log; raise `StackError` where one cannot be told."""
    cursors = await _each(databases, lambda _, one: one.fetchval(_CURSOR))
    async with brokers_log(broker) as log:
        found = await _each(databases, lambda service, one: compare(one, service, sent(log, service)))
        late = await _each(databases, lambda service, one: overtaken(one, service, log))
        return [
            replace(one, lacking=lacking(log, one.service, cursor), overtaken=bool(event))
            for one, cursor, event in zip(found, cursors, late, strict=True)
        ]


async def all_unrecorded(databases: Databases, broker: Broker) -> list[Record]:
    """Every record of a topic that is not, byte for byte, an event of its service's database; proven or not."""
    async with as_it_is(broker) as log:
        found = await _each(databases, lambda service, one: unrecorded(one, service, log))
    return [record for records in found for record in records]


async def reconcile(home: Home, tell: Tell) -> list[Found]:
    """Bring back what is missing while the services are down, and let the relays send what the broker lacks.

    Nothing is changed before all was compared. The caller holds the home's lease.
    """
    async with bare(home, tell) as ground:
        databases, broker = ground.databases, ground.broker
        found = await compared(databases, broker)
        async with brokers_log(broker) as log:

            async def put_right(service: str, connection: Connection) -> None:
                await bring_back(connection, service, sent(log, service))
                await set_places(connection, service, log, same=True)

            await _each(databases, lambda service, one: require_order(one, service, log))
            await _each(databases, put_right)
    if any(one.lacking for one in found):
        _forget_figures(home)
    return found


async def send_anew(home: Home, tell: Tell, without: Collection[Spot]) -> list[Found]:
    """Bring back what is missing, empty the topics, and let every relay send its whole log and every inbox begin anew.

    Records `without` which a person wants the log to go on are kept in the home, and not brought back. Nothing is
    changed before all was compared, and no topic before every inbox is ready to begin anew: wherever it ends it may
    be given again. The caller holds the home's lease.
    """
    async with bare(home, tell) as ground:
        databases = ground.databases
        async with as_it_is(ground.broker) as whole:
            log = leave_out(home, whole, without)
            await _each(databases, lambda service, one: compare(one, service, in_any_order(log, service)))
            found = await _each(databases, lambda service, one: bring_back(one, service, in_any_order(log, service)))
        admin = await asyncio.to_thread(administrator_of, home, ground.broker.bootstrap)
        await _each(databases, lambda _, one: hear_anew(one))
        with _to_be_given_again(home):
            await asyncio.to_thread(make_topics_anew, admin, ground.replicas)
            await _each(databases, lambda service, one: set_places(one, service, (), same=False))
    _forget_figures(home)
    return [replace(one, lacking=one.stored + one.missing) for one in found]


async def _each(databases: Databases, work: Callable[[str, Connection], Awaitable[T]]) -> list[T]:
    done = []
    for service in SERVICES:
        async with connected(databases, service) as connection:
            done.append(await work(service, connection))
    return done


@contextmanager
def _to_be_given_again(home: Home) -> Iterator[None]:
    """Raise what fails as a `StackError` that says so: relays stand behind events that their topics lost."""
    try:
        with in_one_line(home):
            yield
    except StackError as error:
        raise StackError(f"{error}; topics are empty by now: give the same command again") from error


def _forget_figures(home: Home) -> None:
    """The live statistics hear everything again."""
    shutil.rmtree(home.root / STATISTICS, ignore_errors=True)
