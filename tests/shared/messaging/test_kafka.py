"""The producer of a relay: what the broker does not answer is never sent again by itself."""

from typing import Any

import pytest
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.produce import ProduceRequest

from shared.messaging.kafka import NotAnswered
from tests.shared.messaging.street import Street


async def test_a_batch_that_is_not_answered_is_not_sent_again(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    send = AIOKafkaClient.send

    async def unanswered(client: AIOKafkaClient, node_id: int, request: Any, **options: Any) -> Any:
        answer = await send(client, node_id, request, **options)
        if isinstance(request, ProduceRequest):
            sent.append(request)
            if len(sent) == 1:
                raise KafkaConnectionError("the connection was lost before the answer came")
        return answer

    await street.produce(b"led by somebody", key=b"key")
    monkeypatch.setattr(AIOKafkaClient, "send", unanswered)
    async with street.broker.producer() as producer:
        with pytest.raises(NotAnswered):
            await producer.send_and_wait(street.topic, b"whole", key=b"key")
        assert len(sent) == 1
    assert sum(len(found) for found in (await street.topic_records()).values()) == 2
