"""Tables and lines as wide as the terminal: Chinese counts two cells, words stay whole, no line ends in blanks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.segment import Segment

GAP = "  "
PIECE = re.compile(r"\s+|[!-~]+|.", re.DOTALL)
"""Blanks, a word of ASCII, or one character of another script."""
BREAKABLE = re.compile(r"(?<=[/,;|])(?=[^\s\d])|(?<=[a-z])(?=[A-Z])|(?<=_)")
"""Where a word that is longer than its column may break."""
CLOSING = frozenset("，。；：、）】》”！？%")
"""What never begins a line."""
COLUMN_MIN = 4


def wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; only a word that is longer than a line is cut."""
    lines = [""]
    for piece in _pieces(text, width):
        line = lines[-1]
        if piece == "\n":
            lines.append("")
        elif cell_len(line) + cell_len(piece) <= width:
            lines[-1] = line + piece if line or not piece.isspace() else line
        elif piece in CLOSING and line[1:] and not line[-1].isascii():
            lines[-1:] = [line[:-1], line[-1] + piece]
        else:
            lines.append("" if piece.isspace() else piece)
    return [line.rstrip() for line in lines]


def _pieces(text: str, width: int) -> Iterable[str]:
    for piece in PIECE.findall(text):
        if piece.isspace():
            yield "\n" if "\n" in piece else piece
        elif cell_len(piece) <= width:
            yield piece
        else:
            for part in BREAKABLE.split(piece):
                yield from (part[at : at + width] for at in range(0, len(part), width))


def _longest(text: str) -> int:
    """The cells of the longest word."""
    return max((cell_len(part) for piece in text.split() for part in PIECE.findall(piece)), default=0)


@dataclass(frozen=True, slots=True)
class Column:
    """A column; a rigid one is never broken."""

    title: str
    right: bool = False
    rigid: bool = False


@dataclass(slots=True)
class Table:
    """A title, columns and rows; printed it fits the console, and sections stand apart."""

    title: str
    columns: tuple[Column, ...]
    rows: list[tuple[str, ...] | None] = field(default_factory=list)

    def add_row(self, *cells: str) -> None:
        """One more row."""
        self.rows.append(cells)

    def add_section(self) -> None:
        """A blank line after the rows so far."""
        self.rows.append(None)

    def lines(self, width: int) -> list[str]:
        """What is printed."""
        widths = self._widths(width - len(GAP))
        ruler = GAP[1:] + "─" * (sum(widths) + len(GAP) * len(widths))
        head = self._row(tuple(column.title for column in self.columns), widths)
        body = [line for row in self.rows for line in (self._row(row, widths) if row else [""])]
        while body and not body[-1]:
            body.pop()
        return [*wrapped(self.title, width), "", *head, ruler[:width], *body, ""]

    def _row(self, cells: Sequence[str], widths: Sequence[int]) -> list[str]:
        columns = [wrapped(cell, width) for cell, width in zip(cells, widths, strict=True)]
        height = max(map(len, columns))
        return [
            (
                GAP
                + GAP.join(
                    _padded(lines[at] if at < len(lines) else "", width, right=column.right)
                    for lines, width, column in zip(columns, widths, self.columns, strict=True)
                )
            ).rstrip()
            for at in range(height)
        ]

    def _widths(self, width: int) -> list[int]:
        texts = [[column.title, *(row[index] for row in self.rows if row)] for index, column in enumerate(self.columns)]
        widths = [max(max(map(cell_len, text.split("\n"))) for text in column) for column in texts]
        least = [
            natural if column.rigid or column.right else max(COLUMN_MIN, *map(_longest, each))
            for natural, column, each in zip(widths, self.columns, texts, strict=True)
        ]
        room = width - len(GAP) * (len(widths) - 1)
        _shrink(widths, least, room)
        rigid = [one if column.rigid else COLUMN_MIN for one, column in zip(least, self.columns, strict=True)]
        _shrink(widths, rigid, room)
        return widths

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Line by line, without blanks at the end of any."""
        for line in self.lines(options.max_width):
            yield Segment(line)
            yield Segment.line()


def _shrink(widths: list[int], least: Sequence[int], room: int) -> None:
    """Take from the widest column that may give, until all fit or none may."""
    while sum(widths) > room:
        able = [index for index, width in enumerate(widths) if width > least[index]]
        if not able:
            return
        widths[max(able, key=lambda index: widths[index])] -= 1


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - cell_len(text))
    return blanks + text if right else text + blanks
