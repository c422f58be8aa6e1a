"""What a backup is worth, told the night it is taken: what its log lacks, and which database no restore would take."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from audit.verify.log import Partition
from deploy.local.databases import Databases
from deploy.local.home import StackError
from deploy.recovery.dumps import connected
from deploy.recovery.lost import compare
from deploy.recovery.moment import Moment
from deploy.recovery.sent import sent

RELAYS_SECONDS_MAX = 20.0
LOOK_SECONDS = 0.2
_SENT = "SELECT position FROM delivery.relay"


@dataclass(frozen=True, slots=True)
class Worth:
    """What is wrong with databases and log of a backup; nothing where both are empty."""

    lacking: Mapping[str, int]
    """How many events a service's database has and the log lacks; only services that lack some."""
    broken: Sequence[str]
    """What a restore will say of each database that it does not take."""


async def relays_have_sent(databases: Databases, moment: Mapping[str, Moment]) -> None:
    """Wait until what the databases had at that moment was sent, together at most `RELAYS_SECONDS_MAX`."""
    with suppress(TimeoutError):
        async with asyncio.timeout(RELAYS_SECONDS_MAX):
            for service, one in moment.items():
                async with connected(databases, service) as now:
                    while await now.fetchval(_SENT) < one.dumped.events:
                        await asyncio.sleep(LOOK_SECONDS)


async def worth_of(moment: Mapping[str, Moment], log: Sequence[Partition]) -> Worth:
    """Follow every database's chain beside the log, as a restore will; the log is one up to that moment."""
    lacking, broken = {}, []
    for service, one in moment.items():
        try:
            found = await compare(one.connection, service, sent(log, service))
        except StackError as error:
            broken.append(str(error))
        else:
            if found.sent < found.stored:
                lacking[service] = found.stored - found.sent
    return Worth(lacking, broken)
