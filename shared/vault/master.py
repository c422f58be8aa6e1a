"""Master keys: they wrap the keys of subjects, and lie in a secret file, newest first, one a line, in base64."""

import base64
import binascii
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

KEY_BYTES = 32
ID_DIGITS = 16


class MasterKeyUnusable(Exception):
    """The file holds no key, not the key that is needed, or something that is none; the message tells none of it."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key and the name by which the vault knows it: the beginning of its digest."""

    id: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """What the secret file holds whenever it is asked for: after a rotation nobody goes on with an old key."""

    read: Callable[[], str]
    """The file's text."""

    def newest(self) -> MasterKey:
        """The key that wraps from now on; raise `MasterKeyUnusable`."""
        return master_keys(self.read())[0]

    def named(self, key_id: str) -> MasterKey:
        """The key of this id; raise `MasterKeyUnusable`."""
        for one in master_keys(self.read()):
            if one.id == key_id:
                return one
        raise MasterKeyUnusable(f"master key {key_id} is not in the file")


def master_keys(text: str) -> Sequence[MasterKey]:
    """The keys in the order of their lines; raise `MasterKeyUnusable`."""
    keys = [_key(number, line) for number, line in enumerate(text.split(), 1)]
    if not keys:
        raise MasterKeyUnusable("the file of master keys is empty")
    return keys


def new_line() -> str:
    """A fresh master key as the file holds it."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _key(number: int, line: str) -> MasterKey:
    try:
        key = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise MasterKeyUnusable(f"line {number} of the master keys is not base64") from None
    if len(key) != KEY_BYTES:
        raise MasterKeyUnusable(f"line {number} of the master keys holds {len(key)} bytes, not {KEY_BYTES}")
    return MasterKey(hashlib.sha256(b"nianlun vault master key " + key).hexdigest()[:ID_DIGITS], key)
