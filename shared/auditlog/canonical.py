"""Canonical JSON: under this profile (ASCII keys, 53-bit integers, no floats, no null) it equals RFC 8785."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import orjson

JSON: TypeAlias = "str | int | bool | Sequence[JSON] | Mapping[str, JSON]"

INTEGER_MAX = 2**53 - 1
_OPTIONS = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER


class NotCanonical(ValueError):
    """The value has no canonical form: a float, a null, a key that is not ASCII or an integer beyond 2^53 - 1."""


def canonical(value: object) -> bytes:
    """The canonical UTF-8 bytes of `value`; members that are None are left out, other nulls refused."""
    return encode(prune(value))


def encode(value: object) -> bytes:
    """The canonical bytes of a value that was pruned before."""
    try:
        return orjson.dumps(value, option=_OPTIONS)
    except TypeError as error:
        raise NotCanonical(str(error)) from error


def prune(value: object) -> object:
    """Leave out members that are None and refuse what the profile excludes."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | int):
        if abs(value) > INTEGER_MAX:
            raise NotCanonical(f"integer beyond 2^53 - 1: {value}")
        return value
    if isinstance(value, Mapping):
        return {_key(key): prune(member) for key, member in value.items() if member is not None}
    if isinstance(value, list | tuple):
        return [prune(item) for item in value]
    raise NotCanonical(f"{type(value).__name__} has no canonical form")


def sha256_hex(body: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(body).hexdigest()


def hash_of(value: object) -> str:
    """SHA-256 of the canonical bytes of `value`."""
    return sha256_hex(canonical(value))


def _key(key: object) -> str:
    if not isinstance(key, str) or not key.isascii():
        raise NotCanonical(f"key is not ASCII text: {key!r}")
    return key
