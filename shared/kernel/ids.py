"""Identifiers that a retry makes again: uuid5 of what the thing is."""

from hashlib import sha1
from typing import NewType
from uuid import UUID

OrganizationId = NewType("OrganizationId", str)
ApplicationId = NewType("ApplicationId", str)
AccountId = NewType("AccountId", str)
RoundId = NewType("RoundId", str)

NIANLUN = UUID("6e69616e-6c75-5e6e-8000-000000002017")
_NAMESPACE = NIANLUN.bytes
_VARIANT = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The ninth octet's first digit, its two highest bits set to 10."""


def named(kind: str, *parts: str) -> str:
    """A uuid5 (RFC 9562) that depends on nothing but `kind` and `parts`.

    Written out, because every command makes several and `uuid.uuid5` takes four times as long.
    """
    digits = sha1(_NAMESPACE + "\x1f".join((kind, *parts)).encode(), usedforsecurity=False).hexdigest()
    variant = _VARIANT[digits[16]]
    return f"{digits[:8]}-{digits[8:12]}-5{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"


def event_id(command_id: str, index: int) -> str:
    """The CloudEvents `id` of a command's n-th event: a retried command makes the same ids."""
    return named("event", command_id, str(index))


def organization_id(uscc: str) -> OrganizationId:
    """One organization per unified social credit code (GB 32100)."""
    return OrganizationId(named("organization", uscc))


def application_id(round_id: str, organization: str) -> ApplicationId:
    """One application per organization and round (C2.2.2)."""
    return ApplicationId(named("application", round_id, organization))
