"""The broker's administrator: a client that says nothing unasked."""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.home import Home
from deploy.local.provision import replace_users

ADMIN, KAFKA_PASSWORD = "admin", "kafka_password"  # pragma: allowlist secret
"""Its name at the broker, and whose folder holds what operators alone need; the secret's name."""
LOGIN_SECONDS_MAX, ASK_SECONDS = 5.0, 0.5
_SILENT = logging.getLogger("nianlun.kafka-admin")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def administrator(
    bootstrap: str, password: str, failed: Callable[[KafkaError], None] = lambda _error: None
) -> AdminClient:
    """A client that may do everything; it connects when it is first asked something."""
    settings: dict[str, Any] = {
        "bootstrap.servers": bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": ADMIN,
        "sasl.password": password,
        "log_level": 0,
        "socket.timeout.ms": 5000,
        "error_cb": failed,
    }
    return AdminClient(settings, logger=_SILENT)


def administrator_of(home: Home, bootstrap: str) -> AdminClient:
    """The same with the password of the home, which the broker knows afterwards.

    Where its replacement was interrupted the broker still has the one before, and is given the file's first.
    """
    password, before = home.secret(ADMIN, KAFKA_PASSWORD), home.previous_secret(ADMIN, KAFKA_PASSWORD)
    if before and _refused(bootstrap, password) and not _refused(bootstrap, before):
        replace_users(administrator(bootstrap, before), {ADMIN: password})
    return administrator(bootstrap, password)


def _refused(bootstrap: str, password: str) -> bool:
    """Whether a broker that answers does not let this one in."""
    failures: list[KafkaError] = []
    client, deadline = administrator(bootstrap, password, failures.append), monotonic() + LOGIN_SECONDS_MAX
    while monotonic() < deadline:
        try:
            client.list_topics(timeout=ASK_SECONDS)
        except KafkaException:
            client.poll(0)
        else:
            return False
        if any(failure.code() == KafkaError._AUTHENTICATION for failure in failures):  # noqa: SLF001 - its own name for it
            return True
    return False
