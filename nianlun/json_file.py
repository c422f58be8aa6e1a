"""A JSON file as somebody saved it: its text, or what is wrong with it, by line and column or by the member's name."""

import codecs
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from deploy.local.home import StackError

FILE_BYTES_MAX: Final = 16 * 1024 * 1024
UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
ANOTHER_ENCODING: Final = "save it as UTF-8"


class _Members(dict[str, Any]):
    """An object, with the names that it holds more than once."""

    twice: tuple[str, ...] = ()


class _NoNumber(str):
    """NaN or an infinity, which Python writes and JSON does not know."""

    __slots__ = ()


def json_text(path: Path) -> str:
    """The text of a file that holds one JSON value, with every name of an object once; a byte order mark is no part."""
    text = _text(path)
    if not text.strip():
        raise StackError(f"{path} is empty")
    try:
        value = json.loads(text, object_pairs_hook=_members, parse_constant=_NoNumber)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise StackError(f"{path}: {place}: this is no JSON: {error.msg}") from error
    except RecursionError as error:
        raise StackError(f"{path} is nested too deeply") from error
    except ValueError as error:
        raise StackError(f"{path} has a number of too many digits") from error
    if found := list(_faults(value)):
        raise faulty(path, found)
    return text


def faulty(path: Path, found: Sequence[str]) -> StackError:
    """The refusal of a file with all of its faults: one on the same line, more on a line each."""
    lines = found if len(found) == 1 else [f"{len(found)} faults", *found]
    return StackError(f"{path}: " + "\n  ".join(lines))


def _text(path: Path) -> str:
    raw = _bytes(path)
    if raw.startswith(UTF_16) or b"\x00" in raw[:4]:
        raise StackError(f"{path} is written in UTF-16; {ANOTHER_ENCODING}")
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise StackError(f"{path}: line {line} is not written in UTF-8, perhaps in GBK; {ANOTHER_ENCODING}") from error


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError as error:
        raise StackError(f"{path} is not there") from error
    except OSError as error:
        raise StackError(f"{path}: {error.strerror}") from error
    if len(raw) > FILE_BYTES_MAX:
        raise StackError(f"{path} is longer than {FILE_BYTES_MAX} bytes")
    return raw


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    made = _Members(pairs)
    names = [name for name, _ in pairs]
    made.twice = tuple(name for name in made if names.count(name) > 1) if len(made) < len(names) else ()
    return made


def _faults(value: Any) -> Iterator[str]:
    """What JSON's grammar lets pass, or Python's reader, and a person has to mend."""
    rest: list[tuple[tuple[object, ...], Any]] = [((), value)]
    while rest:
        at, one = rest.pop()
        match one:
            case _NoNumber():
                yield f"{_named(*at) or 'the file'}: {one} is no number in JSON"
            case _Members():
                yield from (f"{_named(*at, name)}: stands there more than once" for name in one.twice)
                rest.extend(((*at, name), member) for name, member in reversed(one.items()))
            case list():
                rest.extend(((*at, place), member) for place, member in reversed(list(enumerate(one))))


def _named(*at: object) -> str:
    return ".".join(map(str, at))
