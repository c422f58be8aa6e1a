"""How a service connects to Kafka; secrets come from the caller."""

import ssl
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=utf-8")


@dataclass(frozen=True, slots=True)
class Broker:
    """The broker and who we are to it."""

    bootstrap: str
    username: str
    password: str
    security: str = "SASL_PLAINTEXT"

    def producer(self) -> AIOKafkaProducer:
        """An idempotent producer that answers when all in-sync replicas have a record."""
        return AIOKafkaProducer(acks="all", enable_idempotence=True, linger_ms=0, **self._client())

    def consumer(self, group: str | None) -> AIOKafkaConsumer:
        """A consumer that starts at the beginning and never commits by itself."""
        return AIOKafkaConsumer(
            group_id=group,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=2 * 1024 * 1024,
            fetch_max_wait_ms=100,
            session_timeout_ms=10_000,
            **self._client(),
        )

    def _client(self) -> dict[str, object]:
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
            "sasl_mechanism": "SCRAM-SHA-512",
            "sasl_plain_username": self.username,
            "sasl_plain_password": self.password,
            "ssl_context": ssl.create_default_context() if self.security.endswith("SSL") else None,
        }
