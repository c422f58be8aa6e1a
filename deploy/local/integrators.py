"""Readers from outside: a user of their own, reading exactly the topics that were named."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass

from confluent_kafka.admin import AdminClient

from deploy.local import run_file
from deploy.local.administrator import ADMIN, administrator_of
from deploy.local.home import Home, StackError
from deploy.local.lease import require_up
from deploy.local.provision import PRINCIPALS, reader_rights, rights_given, set_rights, set_users, shut_out
from shared.contracts.category import Visibility
from shared.contracts.topics import TOPICS

NAME = re.compile(r"[a-z][a-z0-9_]{1,31}")
RESERVED = {ADMIN, "nianlun", *PRINCIPALS}
"""`nianlun` too: its groups would be those of the statistics, `nianlun-statistics`."""


@dataclass(frozen=True, slots=True)
class Integrator:
    """What an integrator needs to read."""

    name: str
    bootstrap: str
    password: str
    topics: tuple[str, ...]
    replaced: bool
    """Whether the name had rights before, which these replace; its password stays."""

    @property
    def group(self) -> str:
        """A consumer group it may use; every group must begin with its name and a hyphen."""
        return f"{self.name}-1"


async def add(home: Home, name: str, topics: Sequence[str], *, confidential: bool) -> Integrator:
    """Make or replace a reader; raise `StackError` before anything is changed when the request is not right."""
    _check_name(name)
    _check_topics(topics, confidential=confidential)
    admin, bootstrap = broker_administrator(home)
    replaced = bool(await asyncio.to_thread(rights_given, admin, name))
    password = home.made_secret(_folder(name), "kafka_password")
    await asyncio.to_thread(set_users, admin, {name: password})
    await asyncio.to_thread(set_rights, admin, name, reader_rights(name, topics))
    return Integrator(name, bootstrap, password, tuple(topics), replaced)


async def remove(home: Home, name: str) -> None:
    """Take a reader's password, rights and secret away."""
    _check_name(name)
    admin, _ = broker_administrator(home)
    if not await asyncio.to_thread(rights_given, admin, name):
        raise StackError(f"there is no integrator {name}")
    await asyncio.to_thread(shut_out, admin, name)
    shutil.rmtree(home.secrets_of(_folder(name)), ignore_errors=True)


def _folder(name: str) -> str:
    return f"integrator-{name}"


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise StackError(f"{name!r} is no name: 2 to 32 lower-case letters, digits and _, a letter first")
    if name in RESERVED:
        raise StackError(f"{name} is a name of the platform itself")


def _check_topics(topics: Sequence[str], *, confidential: bool) -> None:
    if not topics:
        raise StackError("no topic is named; the topics are in docs/events.md and in run.json")
    visibility = {topic.name: topic.visibility for topic in TOPICS}
    for name in topics:
        if name not in visibility:
            raise StackError(f"there is no topic {name}; the topics are in docs/events.md and in run.json")
        if visibility[name] is Visibility.CONFIDENTIAL and not confidential:
            raise StackError(f"{name} is confidential; --confidential grants it all the same")


def broker_administrator(home: Home) -> tuple[AdminClient, str]:
    """The administrator of the broker that the home's run.json names, and where it is."""
    if not home.root.exists():
        raise StackError(f"there is no stack in {home.root}; `nianlun up` makes one")
    require_up(home)
    bootstrap = run_file.bootstrap(home)
    return administrator_of(home, bootstrap), bootstrap
