"""Canonical events, recognised fast: a form seen once becomes a pattern that proves the next one in one match."""

import json
import re
from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

BODY_BYTES_MAX = 65_535
INTEGER_MAX = 2**53 - 1
TEMPLATES_MAX = 32
OF_EVERY_SERVICE = {
    "AccessRefused": "access",
    "RecordRead": "access",
    "ParkedRecordDiscarded": "access",
    "ClockPassedOver": "access",
    "PersonalDataErased": "erasure",
}
"""Types that each service records in a log of its own, and the category of their topic."""
TEXT = rb'[^"\\\x00-\x1f]*+(?:\\(?:["\\bfnrt]|u00(?:0[0-7be-f]|1[0-9a-f]))[^"\\\x00-\x1f]*+)*+'
"""The inside of a JSON string in the form that RFC 8785 gives it."""
NAME = rb'[^"\\\x00-\x1f]++'
SPECIAL = bytes.maketrans(bytes(range(0x20)) + b"\\", b'"' * 0x21)
"""Changes every body that is not plain."""
ID = rb'[^"\\\x00-\x1f]{36}'
PREVIOUS = rb"[0-9a-f]{64}+"
TIME = rb"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
PLAIN = {TEXT: b'[^"]*+', NAME: b'[^"]++', ID: b'[^"]{36}', PREVIOUS: b'[^"]{64}'}
"""The same, faster, in a body without a backslash and without a control byte; `previous` is compared anyway."""
FORMS: dict[str, bytes] = {
    "actordistrict": rb'"[0-9]{6}"',
    "actorid": b'"' + NAME + b'"',
    "actorrole": rb'"[a-z_]++"',
    "causationid": b'"(' + ID + b')"',
    "correlationid": b'"' + NAME + b'"',
    "dataschema": rb'"urn:nianlun:schema:%(type)b"',
    "id": b'"(' + ID + b')"',
    "partitionkey": b'"(' + NAME + b')"',
    "policyhash": rb'"[0-9a-f]{64}"',
    "previous": b'"(' + PREVIOUS + b')"',
    "rehearsal": b"true",
    "round": b'"' + NAME + b'"',
    "sequence": rb'"([0-9]{20})"',
    "source": rb'"nianlun/%(service)b"',
    "specversion": rb'"1\.0"',
    "stream": rb'"%(category)b-(' + NAME + b')"',
    "streamversion": rb"([1-9][0-9]{0,15})",
    "subject": rb'"%(category)b/%(stream)b"',
    "time": b'"' + TIME + b'"',
    "traceparent": rb'"[0-9a-f-]{55}"',
    "type": rb'"%(type)b"',
}
"""What each CloudEvents attribute looks like; `data` is free within canonical JSON."""
OPTIONAL = frozenset({"actordistrict", "causationid", "policyhash", "rehearsal", "round", "traceparent"})

Match: TypeAlias = Callable[[bytes], "re.Match[bytes] | None"]
Groups: TypeAlias = tuple[bytes, ...]
"""causationid, id, partitionkey, previous, sequence, the stream's id, streamversion."""


class Malformed(ValueError):
    """The bytes are not a canonical event; the message says why."""


class Forms:
    """The forms of events met so far in one log.

    A pattern spells out every key in its sorted place and allows only canonical strings and integers between
    them; so whatever matches it is canonical JSON with exactly the attributes of the event it was made from.
    """

    def __init__(self) -> None:
        self._matches: dict[str, dict[tuple[bytes, bool], list[Match]]] = {}
        self.rehearsal: bool | None = None

    def reader(self, topic: str) -> Callable[[bytes], Groups]:
        """What tells the groups of an event of `topic`, or raises `Malformed`."""
        by_type = self._matches.setdefault(topic, {})

        def read(body: bytes) -> Groups:
            plain = body.translate(SPECIAL) == body
            kind = body[body.rfind(b'"', 0, -2) :]
            for match in by_type.get((kind, plain), ()):
                if (found := match(body)) is not None:
                    if len(body) > BODY_BYTES_MAX or not body.isascii():
                        _decoded(body)
                    return found.groups()
            match = self._learned(topic, body, plain=plain)
            if (found := match(body)) is None:
                raise Malformed("its stream and its subject name different things")
            known = by_type.setdefault((kind, plain), [])
            known[TEMPLATES_MAX - 1 :] = []
            known.insert(0, match)
            return found.groups()

        return read

    def _learned(self, topic: str, body: bytes, *, plain: bool) -> Match:
        event = _parsed(body)
        _, service, category, _ = topic.split(".")
        kind = str(event.get("type"))
        shared = "|".join(name for name, place in OF_EVERY_SERVICE.items() if place == category) or "(?!)"
        if not re.fullmatch(rf"nianlun\.(?:{service}\.[A-Za-z]+|{shared})\.v[1-9][0-9]*", kind):
            raise Malformed(f"type {kind} does not belong on {topic}")
        words = {b"type": kind, b"service": service, b"category": category}
        terms = {word: re.escape(text.encode()) for word, text in words.items()}
        if lacking := sorted(({"data"} | FORMS.keys()) - OPTIONAL - event.keys()):
            raise Malformed(f"it has no {lacking[0]}")
        members = [_member(name, value, terms) for name, value in event.items()]
        rehearsal = "rehearsal" in event
        if self.rehearsal not in (None, rehearsal):
            raise Malformed(f"rehearsal is {rehearsal}, in other events of this log {self.rehearsal}")
        self.rehearsal = rehearsal
        if "causationid" not in event:
            members.insert(0, b"()")
        pattern = b",".join(members).replace(b"(),", b"()", 1)
        for strict, quick in PLAIN.items() if plain else ():
            pattern = pattern.replace(strict, quick)
        return re.compile(rb"\{" + pattern + rb"\}").fullmatch


def _member(name: str, value: object, terms: Mapping[bytes, bytes]) -> bytes:
    if name == "data":
        return b'"data":' + _shape(value)
    if name not in FORMS:
        raise Malformed(f"it has an unknown attribute {name}")
    alone = FORMS[name] % {**terms, b"stream": NAME}
    if not re.fullmatch(alone, json.dumps(value, ensure_ascii=False).encode()):
        raise Malformed(f"{name} is {value!r}")
    return b'"%b":%b' % (name.encode(), FORMS[name] % {**terms, b"stream": rb"\6"})


def _parsed(body: bytes) -> dict[str, object]:
    try:
        event = json.loads(_decoded(body), parse_float=_refused, parse_constant=_refused)
        again = json.dumps(event, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise Malformed(f"it is not JSON of the profile: {error}") from error
    if not isinstance(event, dict):
        raise Malformed("it is not a JSON object")
    if again != body:
        raise Malformed("it is not in canonical form")
    return event


def _decoded(body: bytes) -> str:
    if len(body) > BODY_BYTES_MAX:
        raise Malformed(f"it has {len(body)} bytes; {BODY_BYTES_MAX} are allowed")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Malformed(f"it is not UTF-8: {error}") from error


def _refused(text: str) -> NoReturn:
    raise Malformed(f"the number {text} is not an integer")


def _shape(value: object) -> bytes:
    """The pattern of canonical values of the same shape; raise `Malformed` for what the profile excludes.

    Among a list's items the integers of sixteen digits stand first: a pattern never goes back on a shorter match.
    """
    if isinstance(value, str):
        return b'"' + TEXT + b'"'
    if isinstance(value, bool):
        return rb"(?:true|false)"
    if isinstance(value, int):
        if abs(value) > INTEGER_MAX:
            raise Malformed(f"the integer {value} is beyond 2^53 - 1")
        return rb"(?:0|-?[1-9][0-9]{0,14}+)" if abs(value) < 10**15 else b"%d" % value
    if isinstance(value, list):
        items = b"|".join(sorted({_shape(item) for item in value}, reverse=True))
        return rb"\[(?:(?:%b)(?:,(?:%b))*+)?+\]" % (items, items) if value else rb"\[\]"
    if isinstance(value, dict):
        if not all(key.isascii() for key in value):
            raise Malformed("a key is not ASCII")
        return rb"\{" + b",".join(_key(key) + b":" + _shape(member) for key, member in value.items()) + rb"\}"
    raise Malformed("it holds a null")


def _key(key: str) -> bytes:
    return re.escape(json.dumps(key, ensure_ascii=False).encode())
