"""AES-256-GCM (NIST SP 800-38D): sealed bytes are a fresh nonce and what it encrypts, bound to what they are about."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.vault.master import KEY_BYTES

NONCE_BYTES = 12


class Damaged(Exception):
    """Sealed bytes that this key did not make, that were changed, or that are about something else."""


def fresh_key() -> bytes:
    """A random key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, about: str) -> bytes:
    """Encrypt `plain` so that only `key` opens it, and only as something `about` this."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, about.encode())


def unseal(key: bytes, sealed: bytes, about: str) -> bytes:
    """What was sealed; raise `Damaged`."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about.encode())
    except (InvalidTag, ValueError) as error:
        raise Damaged(f"what the vault keeps about {about} cannot be opened") from error
