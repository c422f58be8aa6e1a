"""Typst templates to tagged PDF/A-2a that is PDF/UA-1 too; the same data gives the same bytes."""

import json
from collections.abc import Callable
from ctypes import CDLL
from functools import cache
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Literal

import typst

from shared.auditlog.canonical import hash_of, sha256_hex
from shared.documents.fonts import TEXT_FONTS, font_file, font_folder
from shared.documents.glyphs import printable
from shared.kernel.instants import Instant, to_datetime

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
STANDARDS: Final[list[Literal["a-2a", "ua-1"]]] = ["a-2a", "ua-1"]
"""Archival with a logical structure (ISO 19005-2 level A), and accessible (ISO 14289-1)."""


def typeset(template: str, data: object, made_at: Instant) -> bytes:
    """The PDF of `templates/<template>.typ` with `data`, dated `made_at`: an instant of the data, not of the clock."""
    made = _compiler(template).compile(
        format="pdf",
        pdf_standards=list(STANDARDS),
        timestamp=to_datetime(made_at).replace(microsecond=0),
        sys_inputs={"data": json.dumps(_shown(data), ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    _give_back()
    return made


@cache
def template_hash() -> str:
    """SHA-256 over what makes the bytes besides the data: this package's sources, the fonts and the typesetter."""
    sources = sorted(path for path in HERE.rglob("*") if path.suffix in {".py", ".typ"})
    parts = {path.relative_to(HERE).as_posix(): sha256_hex(path.read_bytes()) for path in sources}
    fonts = {name: _hash_of_file(font_file(name)) for name in TEXT_FONTS}
    makers = {name: version(name) for name in ("typst", "xlsxwriter", "segno")}
    return hash_of({"sources": parts, "fonts": fonts, "makers": makers})


def _hash_of_file(path: Path) -> str:
    """Read in pieces: a font is 20 MiB, which a process would not give back."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def warm() -> None:
    """Load fonts and character maps, so that the first document is no slower than the others."""
    _fonts()
    printable("年轮")
    template_hash()


def _give_back() -> None:
    """Return to the system what the typesetter freed: the C library keeps some 25 MiB of it, in every process."""
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], int] | None:
    """The GNU C library's `malloc_trim`; None where another one serves the process."""
    return getattr(CDLL(None), "malloc_trim", None)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])


def _compiler(template: str) -> typst.Compiler:
    """One for each document: a compiler serves one thread at a time; fonts are shared, and read once."""
    return typst.Compiler(
        str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True
    )


def _shown(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _shown(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(member) for member in value]
    return value
