"""The streams of registration's aggregates."""

from shared.contracts.category import Stream
from shared.contracts.topics import ACCOUNT, ERASURE, KEY, ORGANIZATION

KEY_RING = Stream(KEY, "ring", "ring")
"""One stream holds every key ever published."""


def account_stream(account: str) -> Stream:
    """The stream of one account."""
    return Stream(ACCOUNT, account, account)


def organization_stream(identity: str) -> Stream:
    """The stream of one organization."""
    return Stream(ORGANIZATION, identity, identity)


def erasure_stream(subject: str) -> Stream:
    """The stream of what was erased of an account or an organization."""
    return Stream(ERASURE["registration"], subject, subject)
