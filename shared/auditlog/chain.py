"""The chain of one service's log: contiguous positions from 1, each event naming the hash of the one before."""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from shared.auditlog.canonical import sha256_hex

GENESIS = "0" * 64
"""`previous` of the first event."""


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a log: its position (0 when empty) and the SHA-256 of its bytes."""

    position: int = 0
    hash: str = GENESIS


class ChainBroken(ValueError):
    """The log is not one unbroken chain; `position` is the first place where it fails."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(f"position {position}: {reason}")
        self.position = position
        self.reason = reason


def sequence_text(position: int) -> str:
    """A position as the envelope carries it: 20 digits, so that text order is log order."""
    return f"{position:020d}"


def follow(head: Head, bodies: Iterable[bytes]) -> Head:
    """The head after `bodies`; raise `ChainBroken` at the first event that does not follow its predecessor."""
    for body in bodies:
        position = head.position + 1
        try:
            attributes = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ChainBroken(position, "it is no JSON") from error
        if attributes.get("sequence") != sequence_text(position):
            raise ChainBroken(position, f"its sequence is {attributes.get('sequence')}")
        if attributes.get("previous") != head.hash:
            raise ChainBroken(position, "it does not name the hash of the event before it")
        head = Head(position, sha256_hex(body))
    return head
