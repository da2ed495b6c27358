"""Ruled tables filled with their text; a table whose rules do not part all of its numbers is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ...text.keys import match_key
from ...text.labels import Refs, label_index
from ...text.values import is_value_token
from .lines import FIRST_WIDE, TextLine, lines_of
from .page import Box, Glyph
from .rules import RuledTable

# Two numbers on one line of a cell, further apart than this share of their size, are two values.
APART = 0.6
# What a cell keeps free left and right of its text at the most, in points: Word's default is 5.4 on each side.
MAX_PADDING = 14.0
# The number that stands for the cell of what stands in none.
GAP = -1


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a cell's text that stands on one page."""

    page: int
    box: Box
    lines: tuple[TextLine, ...]

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return joined([line.text for line in self.lines])


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell with its text, in one part for each page that it stands on."""

    row: int
    column: int
    row_span: int
    column_span: int
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """Its lines, of all parts."""
        return joined([part.text for part in self.parts if part.text])


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of cells. ``across`` are the edges of its columns."""

    box: Box
    across: tuple[float, ...]
    rows: int
    cells: tuple[TableCell, ...]


def joined(lines: Sequence[str]) -> str:
    """The lines of a cell as one text: a word of Chinese goes on in the next line, anything else keeps the break.

    Example:
        >>> joined(["三、本年度", "办理结果"]), joined(["12", "3"])
        ('三、本年度办理结果', '12\\n3')
    """
    text = ""
    for line in lines:
        is_one_word = text[-1:] >= FIRST_WIDE and line[:1] >= FIRST_WIDE
        text += line if is_one_word or not text else "\n" + line
    return text


def fill_table(ruled: RuledTable, inside: Mapping[int, Sequence[Glyph]], page: int) -> Table | None:
    """Put the glyphs of each cell into it.

    Args:
        ruled: The table.
        inside: The glyphs by the number of their cell, :data:`GAP` for those in none.
        page: The number of the page.

    Returns:
        The table; None if the rules do not part its texts, so that it has to be read as aligned text.
    """
    if GAP in inside:
        return None
    cells = []
    for number, cell in enumerate(ruled.cells):
        lines = lines_of(inside.get(number, ()))
        if _holds_several_values(lines, cell.box) or _is_cut(lines, cell.box, ruled.box):
            return None
        part = Part(page, cell.box, tuple(lines))
        cells.append(TableCell(cell.row, cell.column, cell.row_span, cell.column_span, (part,)))
    if _has_split_rows(cells) or (ruled.by_grounds and not any(is_value_token(cell.text) for cell in cells)):
        return None
    return Table(ruled.box, ruled.across, len(ruled.down) - 1, tuple(cells))


def _has_split_rows(cells: Sequence[TableCell]) -> bool:
    """Whether the label of one row stands beside several rows: a rule between labels is missing, or one too many drawn.

    A label that spans rows is that of a group, beside which the labels of its rows stand.
    """
    for label in cells:
        if label.row_span == 1 or not any(ref.role == "row" for ref in _refs(label.text)):
            continue
        rows = range(label.row, label.row + label.row_span)
        beside = [cell for cell in cells if cell.row in rows and cell.column >= label.column + label.column_span]
        if not any(_refs(cell.text) for cell in beside) and any(cell.row_span != label.row_span for cell in beside):
            return True
    return False


def _refs(text: str) -> Refs:
    return label_index().find(match_key(text))


def _holds_several_values(lines: Sequence[TextLine], box: Box) -> bool:
    """Whether a cell holds two values that no line break of one number explains: a rule between them is missing."""
    valued = [all(is_value_token(word.text) for word in line.words) for line in lines]
    for line, has_values in zip(lines, valued, strict=True):
        pairs = pairwise(line.words) if has_values else ()
        if any(after.box.left - before.box.right > APART * line.size for before, after in pairs):
            return True
    pairs_of_lines = pairwise(zip(lines, valued, strict=True))
    return any(
        has_values and more and not is_full(line, following, box)
        for (line, has_values), (following, more) in pairs_of_lines
    )


def is_full(line: TextLine, following: TextLine, box: Box) -> bool:
    """Whether a line of a cell has no room for the first character of the next one, so that it had to be broken."""
    first = following.words[0]
    return box.width - line.box.width - MAX_PADDING <= first.box.width / len(first.text)


def _is_cut(lines: Sequence[TextLine], box: Box, table: Box) -> bool:
    """Whether a number reaches over an edge of its cell into another, so that digits of that may stand in it."""
    words = [word for line in lines for word in line.words if word.text[:1].isdigit() or word.text[-1:].isdigit()]
    return any(
        (word.box.left < box.left - 1 and box.left > table.left + 1)
        or (word.box.right > box.right + 1 and box.right < table.right - 1)
        for word in words
    )
