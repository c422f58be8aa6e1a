"""Signing keys: which public key verifies tokens from when on (RFC 7638, RFC 8037)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from shared.contracts.registration import SigningKeyPublished, SigningKeyRetired
from shared.kernel.actor import Actor, Role
from shared.kernel.decider import Decider
from shared.kernel.instants import Instant
from shared.kernel.refusal import Refusal, Unknown, require


@dataclass(frozen=True, slots=True)
class PublishSigningKey:
    """Sign from now on with this key; the one before stays good for the tokens it signed."""

    kid: str
    public_key: str
    by: Actor
    at: Instant


@dataclass(frozen=True, slots=True)
class RetireSigningKey:
    """Let no token be good any more that this key signed."""

    kid: str
    ground: str
    by: Actor
    at: Instant


Command: TypeAlias = PublishSigningKey | RetireSigningKey
KeyEvent: TypeAlias = SigningKeyPublished | SigningKeyRetired


class SigningKeyUnknown(Unknown):
    """No key of this id was ever published."""

    title = "There is no such signing key"
    field = "kid"


class SigningKeyInUse(Refusal):
    """It signs what is given now: another one is published first."""

    title = "The key signs the tokens that are given now"
    field = "kid"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key ever published, oldest first; the last one signs and is never retired."""

    kids: tuple[str, ...] = ()
    retired: frozenset[str] = frozenset()


def evolve(state: KeyRing, event: KeyEvent) -> KeyRing:
    """The ring with the new key, or without trust in an old one."""
    match event:
        case SigningKeyPublished(kid=kid):
            return KeyRing((*state.kids, kid), state.retired)
        case SigningKeyRetired(kid=kid):
            return KeyRing(state.kids, state.retired | {kid})
        case _:
            assert_never(event)


def decide(state: KeyRing, command: Command) -> Sequence[KeyEvent]:
    """Publish a key once, retire one once."""
    match command:
        case PublishSigningKey():
            return _publish(state, command)
        case RetireSigningKey():
            return _retire(state, command)
        case _:
            assert_never(command)


def _publish(state: KeyRing, command: PublishSigningKey) -> Sequence[KeyEvent]:
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


def _retire(state: KeyRing, command: RetireSigningKey) -> Sequence[KeyEvent]:
    require(command.by, Role.ADMINISTRATOR)
    if command.kid not in state.kids:
        raise SigningKeyUnknown
    if command.kid in state.retired:
        return []
    if command.kid == state.kids[-1]:
        raise SigningKeyInUse
    return [SigningKeyRetired(kid=command.kid, ground=command.ground)]


KEY_RING_DECIDER: Decider[KeyRing, Command, KeyEvent] = Decider(KeyRing(), decide, evolve)
