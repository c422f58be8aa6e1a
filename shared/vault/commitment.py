"""The commitment to a personal value: SHA-256(salt ‖ value), with a salt of 16 bytes."""

import hashlib
import re
from typing import Final

COMMITMENT: Final = re.compile(r"[0-9a-f]{64}")
"""What a commitment looks like."""
SALT_BYTES = 16


def commitment(value: str, salt: bytes) -> str:
    """64 lower-case hex digits; raise `ValueError` for a salt of another length."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"the salt has {len(salt)} bytes, not {SALT_BYTES}")
    return hashlib.sha256(salt + value.encode()).hexdigest()
