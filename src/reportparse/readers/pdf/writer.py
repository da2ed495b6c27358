"""The flow of a document as one text, with its grids, its furniture, and the way back to the pages.

A line of print is a line of text. Words keep their distance in proportion, so that columns without rules stand one
under another. A row of a table is a line with tabs between its cells.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from ...document import Grid, GridCell, Places
from ...spans import Span
from ...text.lines import display_width
from .flow import Item
from .lines import TextLine
from .page import Box, around
from .tables import Table, TableCell

# Words nearer than this share of their size have one space between, as within a sentence.
SENTENCE_GAP = 1.0
# No more spaces than this stand before a word.
MAX_SPACES = 300


class FlowWriter:
    """Writes item after item and notes where each word and cell stands."""

    def __init__(self, margin: float, unit: float, max_cells: int) -> None:
        self._margin, self._unit, self._max_cells = margin, unit, max_cells
        self._parts: list[str] = []
        self._length = 0
        self._page = 1
        self._starts: list[int] = []
        self._places: list[tuple[int, Box]] = []
        self.grids: list[Grid] = []
        self.too_large: list[Span] = []  # tables of more cells than are read as one
        self.furniture: list[Span] = []
        self.page_places: dict[int, int] = {1: 0}

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._parts)

    def places(self) -> Places:
        """The way from the text back to the pages."""
        return Places(self._starts, _PagePlaces(self._places).path)

    def write(self, item: Item) -> Span:
        """Write an item at the end; tells where it stands."""
        self.turn_to(item.page)
        start = self._length
        if isinstance(item.block, Table):
            self._write_table(item.block, {row: page for page, row in item.page_rows})
        else:
            self._write_line(item.block, item.page)
            if item.is_furniture:
                self.furniture.append(Span(start, self._length - 1))
        return Span(start, self._length)

    def turn_to(self, page: int) -> None:
        """Begin the pages up to this one."""
        while self._page < page:
            self._put("\f")
            self._page += 1
            self.page_places[self._page] = self._length

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)

    def _note(self, page: int, box: Box) -> None:
        self._starts.append(self._length)
        self._places.append((page, box))

    def _write_line(self, line: TextLine, page: int) -> None:
        column = 0
        end: float | None = None
        for word in line.words:
            place = round((word.box.left - self._margin) / self._unit)
            if end is not None and word.box.left - end < SENTENCE_GAP * line.size:
                spaces = 1
            else:
                spaces = min(max(place - column, 0 if end is None else 2), MAX_SPACES)
            self._put(" " * spaces)
            self._note(page, word.box)
            self._put(word.text)
            column += spaces + display_width(word.text)
            end = word.box.right
        self._put("\n")

    def _write_table(self, table: Table, page_rows: dict[int, int]) -> None:
        start = self._length
        rows: dict[int, list[TableCell]] = {}
        for cell in table.cells:
            rows.setdefault(cell.row, []).append(cell)
        cells: list[GridCell] = []
        for row in range(table.rows):
            if row in page_rows:
                self.turn_to(page_rows[row])
            for place, cell in enumerate(rows.get(row, ())):
                if place:
                    self._put("\t")
                part = next((part for part in cell.parts if part.text), cell.parts[0])
                self._note(part.page, part.box)
                begin = self._length
                self._put(cell.text)
                cells.append(GridCell(row, cell.column, cell.row_span, cell.column_span, begin, self._length))
            if row in rows:
                self._put("\n")
        for page in page_rows.values():
            self.turn_to(page)  # a page that holds nothing but the end of a cut row
        span = Span(start, self._length)
        if len(cells) > self._max_cells:
            self.too_large.append(span)
        else:
            self.grids.append(Grid(span, table.rows, len(table.across) - 1, tuple(cells)))


class _PagePlaces:
    """Boxes of the words and cells of a text as fragment identifiers of RFC 8118."""

    def __init__(self, places: Sequence[tuple[int, Box]]) -> None:
        self._places = places

    def path(self, first: int, last: int) -> str:
        page = self._places[first][0]
        box = around(box for number, box in self._places[first : last + 1] if number == page)
        return page_path(page, box)


def page_path(page: int, box: Box | None = None) -> str:
    """The fragment identifier of a page, or of a box on it.

    Example:
        >>> page_path(3, Box(10.2, 20, 110.7, 35.5))
        'page=3&viewrect=10,20,101,16'
    """
    if box is None:
        return f"page={page}"
    left, top = math.floor(box.left), math.floor(box.top)
    return f"page={page}&viewrect={left},{top},{math.ceil(box.right) - left},{math.ceil(box.bottom) - top}"


def measures(items: Sequence[Item]) -> tuple[float, float]:
    """The left margin of the lines, and the width of a column of text: half that of a character of usual size."""
    lines = [item.block for item in items if isinstance(item.block, TextLine)]
    if not lines:
        return 0.0, 5.0
    margin = min(line.box.left for line in lines)
    return margin, max(median(line.size for line in lines) / 2, 1.0)
