"""The broker's administrator: a client that says nothing unasked."""

import logging

from confluent_kafka.admin import AdminClient

ADMIN = "admin"
_SILENT = logging.getLogger("nianlun.kafka-admin")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


def administrator(bootstrap: str, password: str) -> AdminClient:
    """A client that may do everything; it connects when it is first asked something."""
    return AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": ADMIN,
            "sasl.password": password,
            "log_level": 0,
            "socket.timeout.ms": 5000,
        },
        logger=_SILENT,
    )
