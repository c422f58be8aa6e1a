"""Topics, users and rights on the broker: each principal may do what the topic table says, and nothing else."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from secrets import token_urlsafe
from time import monotonic, sleep
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from deploy.local.home import Home, StackError
from shared.contracts.topics import PARTITIONS, SERVICES, TOPICS, consumed_by

STATISTICS, AUDITOR = "statistics", "auditor"
PRINCIPALS = (*SERVICES, STATISTICS, AUDITOR)
TOPIC_CONFIG = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}
OFFSETS, OFFSETS_PARTITIONS = "__consumer_offsets", 4
OFFSETS_CONFIG = {"cleanup.policy": "compact", "compression.type": "producer"}
"""The broker would make it when the first consumer asks, and turn that one away until it is there."""
SCRAM_ITERATIONS = 4096
SECONDS_MAX, POLL_SECONDS = 30.0, 0.05
STREAM_PREFIX = "nianlun-statistics"


class Unanswered(StackError):
    """The broker is there and busy; what was asked for changes nothing where it was done already."""


@dataclass(frozen=True, slots=True)
class Right:
    """One allowance: an operation on a resource named literally or by prefix."""

    kind: ResourceType
    name: str
    operation: AclOperation
    prefixed: bool = False


def rights_of(principal: str) -> list[Right]:
    """What the topic table gives a principal of the platform."""
    if principal == AUDITOR:
        return [
            *(Right(ResourceType.TOPIC, "nianlun.", operation, True) for operation in _READ),
            _group("auditor-"),
        ]
    rights = [Right(ResourceType.TOPIC, name, operation) for name in consumed_by(principal) for operation in _READ]
    if principal == STATISTICS:
        owned = (*_READ, AclOperation.WRITE, AclOperation.CREATE, AclOperation.DESCRIBE_CONFIGS)
        rights += [Right(ResourceType.TOPIC, STREAM_PREFIX, operation, True) for operation in owned]
        return [*rights, _group(STREAM_PREFIX)]
    mine = [topic.name for topic in TOPICS if topic.service == principal]
    rights += [Right(ResourceType.TOPIC, name, operation) for name in mine for operation in (*_READ, *_WRITE)]
    return [*rights, _group(f"{principal}-")]


def reader_rights(name: str, topics: Iterable[str]) -> list[Right]:
    """What an integrator gets: reading exactly these topics, with groups under its own name."""
    reads = [Right(ResourceType.TOPIC, topic, operation) for topic in topics for operation in _READ]
    return [*reads, _group(f"{name}-")]


async def provision(admin: AdminClient, home: Home, replicas: int = 1) -> None:
    """Make topics, each on so many brokers, users and rights; running it again changes nothing."""
    await asyncio.to_thread(_topics, admin, replicas)
    passwords = {principal: home.made_secret(principal, "kafka_password") for principal in PRINCIPALS}
    await asyncio.to_thread(set_users, admin, passwords)
    for principal in PRINCIPALS:
        home.forget_previous(principal, "kafka_password")
        await asyncio.to_thread(set_rights, admin, principal, rights_of(principal))


def make_topics_anew(admin: AdminClient, replicas: int) -> None:
    """Delete the services' topics with all they hold, and make them again; what their readers committed goes too."""
    names = {topic.name for topic in TOPICS}
    if present := names & _present(admin):
        _all(admin.delete_topics(sorted(present)))
    _until(lambda: not names & _present(admin))
    _topics(admin, replicas)


def set_users(admin: AdminClient, passwords: Mapping[str, str]) -> None:
    """Create or replace SCRAM-SHA-512 users; the broker knows their names when this returns."""
    replace_users(admin, passwords)
    _until(lambda: passwords.keys() <= users(admin))


def replace_users(admin: AdminClient, passwords: Mapping[str, str]) -> None:
    """The same for users that are known, the client's own among them: it may ask nothing more afterwards."""
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS)
    _all(
        admin.alter_user_scram_credentials(
            [UserScramCredentialUpsertion(name, info, password.encode()) for name, password in passwords.items()]
        )
    )


def users(admin: AdminClient) -> set[str]:
    """Names of all SCRAM users."""
    answer = admin.describe_user_scram_credentials(None)
    return set(done(answer)) if isinstance(answer, Future) else set(answer)


def shut_out(admin: AdminClient, name: str) -> None:
    """Give a SCRAM user a password that nobody knows, and no rights.

    It is not deleted: a broker that starts with a deletion in its log of metadata may forget every user (decision 49).
    """
    replace_users(admin, {name: token_urlsafe()})
    set_rights(admin, name, [])


def set_rights(admin: AdminClient, principal: str, rights: Iterable[Right]) -> None:
    """Give exactly these rights: missing ones are added, others taken away; the broker knows them then."""
    wanted = {_binding(principal, right) for right in rights}
    present = rights_given(admin, principal)
    if missing := list(wanted - present):
        _all(admin.create_acls(missing))
    for extra in present - wanted:
        _all(admin.delete_acls([_filter(extra)]))
    _until(lambda: rights_given(admin, principal) == wanted)


def rights_given(admin: AdminClient, principal: str | None) -> set[AclBinding]:
    """The allowances of a principal, or of everybody."""
    everything = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]  # the stub forgets that None means any
        ResourcePatternType.ANY,
        f"User:{principal}" if principal else None,  # type: ignore[arg-type]  # the same
        None,  # type: ignore[arg-type]  # the same
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    return set(done(admin.describe_acls(everything)))


def _topics(admin: AdminClient, replicas: int) -> None:
    present = _present(admin)
    missing = [
        NewTopic(topic.name, PARTITIONS, replicas, config=TOPIC_CONFIG) for topic in TOPICS if topic.name not in present
    ]
    if OFFSETS not in present:
        missing.append(NewTopic(OFFSETS, OFFSETS_PARTITIONS, replicas, config=OFFSETS_CONFIG))
    if missing:
        _all(admin.create_topics(missing))


def _present(admin: AdminClient) -> set[str]:
    return set(admin.list_topics(timeout=SECONDS_MAX).topics)


def _group(prefix: str) -> Right:
    return Right(ResourceType.GROUP, prefix, AclOperation.READ, True)


def _binding(principal: str, right: Right) -> AclBinding:
    pattern = ResourcePatternType.PREFIXED if right.prefixed else ResourcePatternType.LITERAL
    return AclBinding(
        right.kind, right.name, pattern, f"User:{principal}", "*", right.operation, AclPermissionType.ALLOW
    )


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _all(futures: "Mapping[Any, Future[Any]]") -> None:
    for future in futures.values():
        done(future)


def _until(known: Callable[[], bool]) -> None:
    """The controller has acknowledged a change before the broker has heard of it, by seconds on a busy machine."""
    deadline = monotonic() + SECONDS_MAX
    while not known():
        if monotonic() > deadline:
            raise Unanswered(f"the broker has not heard of a change within {SECONDS_MAX:g} s")
        sleep(POLL_SECONDS)


def done(future: "Future[Any]") -> Any:
    """What the broker answered; raise `StackError` where it refused, `Unanswered` where it is late."""
    try:
        return future.result(SECONDS_MAX)
    except KafkaException as error:
        told = error.args[0]
        late = told.code() in {KafkaError._TIMED_OUT, KafkaError.REQUEST_TIMED_OUT}  # noqa: SLF001 - its own name for it
        raise (Unanswered if late else StackError)(f"the broker refused: {told.str()}") from error
    except TimeoutError as error:
        raise Unanswered(f"the broker has not answered within {SECONDS_MAX:g} s") from error


_READ = (AclOperation.READ, AclOperation.DESCRIBE)
_WRITE = (AclOperation.WRITE, AclOperation.DESCRIBE)
