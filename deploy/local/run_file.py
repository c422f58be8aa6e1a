"""What run.json says of where a stack that is up is reached, in the words of who reads it."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from deploy.local.home import Home, StackError, read_as


@dataclass(frozen=True, slots=True)
class _Service:
    url: Annotated[str, Meta(pattern=r"^https?://[!-~]+\Z")]


@dataclass(frozen=True, slots=True)
class _Services:
    services: dict[str, _Service]


@dataclass(frozen=True, slots=True)
class _Sasl:
    password: str


@dataclass(frozen=True, slots=True)
class _Kafka:
    bootstrap: str
    sasl: _Sasl


@dataclass(frozen=True, slots=True)
class _Broker:
    kafka: _Kafka


def urls(home: Home, needed: str) -> dict[str, str]:
    """The address of every service, that of the needed one among them; raise `StackError`."""
    found = {name: one.url for name, one in read_as(home.run, _Services).services.items()}
    if needed not in found:
        raise StackError(f"{home.run} does not say where {needed} is")
    return found


def bootstrap(home: Home) -> str:
    """Where the broker is; the auditor's account has to stand beside it. Raise `StackError`."""
    return read_as(home.run, _Broker).kafka.bootstrap
