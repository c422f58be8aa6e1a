"""The fonts of every document: those of a wheel that we pin, never what a machine happens to have."""

from importlib.metadata import distribution
from pathlib import Path

WHEEL, FOLDER = "mplfonts", "mplfonts/fonts"
TEXT_FONTS = ("NotoSerifCJKsc-Regular.otf", "NotoSansCJKsc-Regular.otf")
"""Noto CJK SC under the SIL Open Font License; the templates name these two families and no other."""


def font_folder() -> Path:
    """Where the wheel keeps its fonts."""
    return Path(str(distribution(WHEEL).locate_file(FOLDER)))


def font_file(name: str) -> Path:
    """One of `TEXT_FONTS`."""
    return font_folder() / name
