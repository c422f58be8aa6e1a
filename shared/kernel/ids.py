"""Identifiers that a retry makes again: uuid5 of what the thing is."""

from typing import NewType
from uuid import UUID, uuid5

OrganizationId = NewType("OrganizationId", str)
ApplicationId = NewType("ApplicationId", str)
AccountId = NewType("AccountId", str)
RoundId = NewType("RoundId", str)

NIANLUN = UUID("6e69616e-6c75-5e6e-8000-000000002017")


def named(kind: str, *parts: str) -> str:
    """A uuid5 that depends on nothing but `kind` and `parts`."""
    return str(uuid5(NIANLUN, "\x1f".join((kind, *parts))))


def event_id(command_id: str, index: int) -> str:
    """The CloudEvents `id` of a command's n-th event: a retried command makes the same ids."""
    return named("event", command_id, str(index))


def organization_id(uscc: str) -> OrganizationId:
    """One organization per unified social credit code (GB 32100)."""
    return OrganizationId(named("organization", uscc))


def application_id(round_id: str, organization: str) -> ApplicationId:
    """One application per organization and round (C2.2.2)."""
    return ApplicationId(named("application", round_id, organization))
