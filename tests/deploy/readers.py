"""Clients that tell what the real broker answered."""

import time
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message, Producer

from deploy.local.embedded import Embedded

ANSWER_SECONDS_MAX, POLL_SECONDS = 20.0, 0.1
NAMES = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED: "topic refused",
    KafkaError.GROUP_AUTHORIZATION_FAILED: "group refused",
    KafkaError.UNKNOWN_TOPIC_OR_PART: "unknown topic",
    KafkaError._UNKNOWN_TOPIC: "unknown topic",
    KafkaError._MSG_TIMED_OUT: "unknown topic",
    KafkaError._AUTHENTICATION: "login refused",
}


class Client:
    """One principal and its password."""

    def __init__(self, bootstrap: str, name: str, password: str) -> None:
        self._name = name
        self._settings: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": name,
            "sasl.password": password,
            "log_level": 0,
        }

    def write(self, topic: str) -> str:
        """`written`, or why not."""
        answers: list[str] = []

        def answered(error: KafkaError | None, _message: Message) -> None:
            answers.append(_said(error) if error else "written")

        producer = Producer({**self._settings, "message.timeout.ms": 5000})
        producer.produce(topic, b"{}", on_delivery=answered)
        producer.flush(ANSWER_SECONDS_MAX)
        return answers[0]

    def read(self, *topics: str, group: str = "") -> str:
        """`read` once every topic gave something or its end, or why not; as a member of a group."""
        failures: list[KafkaError] = []
        settings: dict[str, Any] = {
            **self._settings,
            "group.id": group or f"{self._name}-probe",
            "enable.partition.eof": True,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "error_cb": failures.append,
        }
        consumer = Consumer(settings)
        try:
            consumer.subscribe(list(topics))
            return _first_answer(consumer, set(topics), failures)
        finally:
            consumer.close()


def _first_answer(consumer: Consumer, missing: set[str], failures: list[KafkaError]) -> str:
    deadline = time.monotonic() + ANSWER_SECONDS_MAX
    while time.monotonic() < deadline:
        message = consumer.poll(POLL_SECONDS)
        if any(failure.code() == KafkaError._AUTHENTICATION for failure in failures):
            return "login refused"
        error = message.error() if message else None
        if error and error.code() != KafkaError._PARTITION_EOF:
            return _said(error)
        missing -= {message.topic() or ""} if message else set()
        if not missing:
            return "read"
    return "silence"


def client_of(pair: Embedded, principal: str) -> Client:
    return Client(pair.broker.bootstrap, principal, pair.home.secret(principal, "kafka_password"))


def _said(error: KafkaError) -> str:
    return NAMES.get(error.code(), error.str())
