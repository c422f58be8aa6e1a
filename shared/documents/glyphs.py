"""Which characters the documents' fonts can show; the others are named by their code point, never dropped."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from mmap import ACCESS_READ, mmap
from pathlib import Path

from shared.documents.fonts import TEXT_FONTS, font_file

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Controls, invisible marks, private and unassigned characters: an archival PDF may not hold them."""
CODE_POINTS = 0x110000
_SEGMENTED, _SEGMENT = 12, struct.Struct(">III")


def printable(text: str) -> str:
    """`text` with every character that cannot be shown replaced by its code point in brackets; a tab is a space."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(shown if _can_show(shown) else f"〔U+{ord(shown):04X}〕" for shown in lines)


def _can_show(character: str) -> bool:
    if character == "\n":
        return True
    return unicodedata.category(character) not in _UNPRINTABLE and _shown_by_all()[ord(character)] == 1


@cache
def _shown_by_all() -> bytes:
    """A byte for each code point: 1 where every text font has a glyph for it. Sets of as many numbers take 20 MiB."""
    shared = (1 << 8 * CODE_POINTS) - 1
    for name in TEXT_FONTS:
        shown = bytearray(CODE_POINTS)
        for first, last in _segments(font_file(name)):
            shown[first : last + 1] = b"\x01" * (last + 1 - first)
        shared &= int.from_bytes(shown)
    return shared.to_bytes(CODE_POINTS)


def _segments(font: Path) -> list[tuple[int, int]]:
    """First and last code points that an OpenType font's character map (`cmap`, format 12) names."""
    with font.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as body:
        return list(_named(body))


def _named(body: mmap) -> Iterator[tuple[int, int]]:
    cmap = _table(body, b"cmap")
    (count,) = struct.unpack_from(">H", body, cmap + 2)
    for record in range(count):
        (offset,) = struct.unpack_from(">I", body, cmap + 4 + record * 8 + 4)
        (kind,) = struct.unpack_from(">H", body, cmap + offset)
        if kind == _SEGMENTED:
            (segments,) = struct.unpack_from(">I", body, cmap + offset + 12)
            for at in range(segments):
                first, last, _glyph = _SEGMENT.unpack_from(body, cmap + offset + 16 + at * _SEGMENT.size)
                yield first, last


def _table(body: mmap, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", body, 4)
    for record in range(12, 12 + count * 16, 16):
        if body[record : record + 4] == tag:
            (offset,) = struct.unpack_from(">I", body, record + 8)
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")
