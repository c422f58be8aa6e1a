"""Whoever is refused by a real broker takes the password before, and says whose password it was that was refused."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

import pytest
from aiokafka.errors import KafkaConnectionError

from deploy.local.ports import free_ports
from shared.messaging.admission import PasswordRefused
from shared.messaging.kafka import Broker, discard, leave
from shared.testing.kafka import KafkaServer

pytestmark = pytest.mark.asyncio(loop_scope="session")
NOT_TOLD = "what the broker was not told yet"
Begin: TypeAlias = Callable[[Broker], Awaitable[None]]


async def produces(broker: Broker) -> None:
    producer = broker.producer()
    try:
        await producer.start()
    finally:
        await discard(producer)


async def consumes(broker: Broker) -> None:
    consumer = broker.consumer(None)
    try:
        await consumer.start()
    finally:
        await leave(consumer)


async def asks(broker: Broker) -> None:
    await broker.accepted()


@pytest.mark.parametrize("begin", [produces, consumes, asks])
async def test_every_client_begins_while_the_password_is_half_replaced(kafka_server: KafkaServer, begin: Begin) -> None:
    known = kafka_server.broker
    await begin(replace(known, password=lambda: NOT_TOLD, previous=known.password))
    await begin(replace(known, previous=lambda: NOT_TOLD))


async def test_it_tells_which_password_another_client_may_take(kafka_server: KafkaServer) -> None:
    known = kafka_server.broker
    half = replace(known, password=lambda: NOT_TOLD, previous=known.password)
    assert await half.accepted() == await known.accepted() == known.password()


@pytest.mark.parametrize("begin", [produces, consumes, asks])
async def test_whoever_has_no_right_password_is_told_that_it_was_refused(
    kafka_server: KafkaServer, begin: Begin
) -> None:
    for previous in (lambda: None, lambda: NOT_TOLD):
        with pytest.raises(PasswordRefused, match=f"the broker refused the password of {kafka_server.broker.username}"):
            await begin(replace(kafka_server.broker, password=lambda: NOT_TOLD, previous=previous))


async def test_a_password_that_is_replaced_meanwhile_is_read_again(kafka_server: KafkaServer) -> None:
    known = kafka_server.broker
    read = iter([NOT_TOLD, NOT_TOLD])
    await asks(replace(known, password=lambda: next(read, known.password())))


async def test_a_broker_that_is_away_refuses_nobody(kafka_server: KafkaServer) -> None:
    away = replace(kafka_server.broker, bootstrap=f"127.0.0.1:{free_ports(1)[0]}", previous=lambda: NOT_TOLD)
    with pytest.raises(KafkaConnectionError):
        await asks(away)
