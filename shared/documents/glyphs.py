"""Which characters the documents' fonts can show; the others are named by their code point, never dropped."""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared.documents.fonts import TEXT_FONTS, font_file

_UNPRINTABLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Controls, invisible marks, private and unassigned characters: an archival PDF may not hold them."""
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
    return unicodedata.category(character) not in _UNPRINTABLE and ord(character) in _shown_by_all()


@cache
def _shown_by_all() -> frozenset[int]:
    """Code points that every text font has a glyph for."""
    sets = [frozenset(_code_points(font_file(name))) for name in TEXT_FONTS]
    return frozenset.intersection(*sets)


def _code_points(font: Path) -> Iterator[int]:
    """What an OpenType font's character map (`cmap`, format 12) names."""
    body = font.read_bytes()
    cmap = _table(body, b"cmap")
    (count,) = struct.unpack_from(">H", body, cmap + 2)
    for record in range(count):
        (offset,) = struct.unpack_from(">I", body, cmap + 4 + record * 8 + 4)
        (kind,) = struct.unpack_from(">H", body, cmap + offset)
        if kind == _SEGMENTED:
            (segments,) = struct.unpack_from(">I", body, cmap + offset + 12)
            for at in range(segments):
                first, last, _glyph = _SEGMENT.unpack_from(body, cmap + offset + 16 + at * _SEGMENT.size)
                yield from range(first, last + 1)


def _table(body: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", body, 4)
    for record in range(12, 12 + count * 16, 16):
        if body[record : record + 4] == tag:
            (offset,) = struct.unpack_from(">I", body, record + 8)
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")
