"""The whole log as the broker has it, read with the auditor's account and proven as far as it reaches."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from tempfile import TemporaryFile
from typing import TypeAlias

from audit.sources import Broker, SourceUnreachable, Spool, live
from audit.verify import Disproved, verify
from audit.verify.log import Partition
from audit.verify.verdict import sentence
from deploy.local.home import Home, StackError
from deploy.local.provision import AUDITOR
from deploy.recovery.sent import begins_with
from shared.contracts.topics import TOPICS

BrokersLog: TypeAlias = Sequence[Spool]
WAY_OUT = "`nianlun reconcile --import --resend` sends everything anew and in order, while the stack is down"


def auditor(home: Home, bootstrap: str) -> Broker:
    """How the auditor reads the broker of a stack whose services are down."""
    return Broker(
        bootstrap,
        "SCRAM-SHA-512",
        AUDITOR,
        home.secret(AUDITOR, "kafka_password"),
        "SASL_PLAINTEXT",
        tuple(topic.name for topic in TOPICS),
        home.previous_secret(AUDITOR, "kafka_password"),
    )


@asynccontextmanager
async def brokers_log(broker: Broker) -> AsyncIterator[BrokersLog]:
    """Its partitions, as long as the context lasts; raise `StackError` when a record is not as it was sent."""
    async with as_it_is(broker) as log:
        verdict = verify(log)
        if isinstance(verdict, Disproved):
            raise StackError(f"the broker's log cannot be used: {sentence(verdict)}; {WAY_OUT}")
        yield log


@asynccontextmanager
async def as_it_is(broker: Broker) -> AsyncIterator[BrokersLog]:
    """Its partitions, whatever they hold."""
    with TemporaryFile() as scratch:
        try:
            async with live(broker, scratch) as topics:
                await topics.read_on()
                yield topics.partitions
        except SourceUnreachable as error:
            raise StackError(str(error)) from error


def goes_on(log: BrokersLog, archive: Iterable[Partition]) -> bool:
    """Whether the broker's log is the one that was archived, so that places in it still mean the same."""
    places = {(one.topic, one.number): one for one in log}
    return all((one.topic, one.number) in places and begins_with(places[one.topic, one.number], one) for one in archive)
