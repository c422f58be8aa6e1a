"""Signing keys: which public key verifies tokens from when on (RFC 7638, RFC 8037)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.registration import SigningKeyPublished
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import require


@dataclass(frozen=True, slots=True)
class PublishSigningKey:
    """Sign from now on with this key; the one before stays good for the tokens it signed."""

    kid: str
    public_key: str
    by: Actor
    at: Instant


Command: TypeAlias = PublishSigningKey
KeyEvent: TypeAlias = SigningKeyPublished


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key ever published, oldest first; the last one signs."""

    kids: tuple[str, ...] = ()


def evolve(state: KeyRing, event: KeyEvent) -> KeyRing:
    """The ring with the new key."""
    match event:
        case SigningKeyPublished(kid=kid):
            return KeyRing((*state.kids, kid))
        case _:
            assert_never(event)


def decide(state: KeyRing, command: Command) -> Sequence[KeyEvent]:
    """Publish a key once."""
    require(command.by, Role.ADMINISTRATOR, Role.SYSTEM)
    if command.kid in state.kids:
        return []
    return [
        SigningKeyPublished(
            kid=command.kid,
            algorithm="EdDSA",
            public_key=command.public_key,
            not_before=command.at,
            supersedes=state.kids[-1] if state.kids else None,
        )
    ]


KEY_RING_DECIDER: Decider[KeyRing, Command, KeyEvent] = Decider(KeyRing(), decide, evolve)
