"""The tables of a page while it is walked: their grids, and rows that are read at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ...limits import Limits
from ..grids import CellShape, GridBuilder
from .appearance import Look
from .notes import PageNotes
from .printed import UNREAD
from .tables import PlainRow, arranges_text, read_plain_row, read_span, sort_tables
from .textwriter import TextWriter

if TYPE_CHECKING:
    from lxml.etree import _Element


class OpenCell(NamedTuple):
    """The cell of a data table that is being read: where its text begins, and its shape."""

    start: int
    shape: CellShape


class PageTables:
    """The tables that are open at a place of a page.

    Args:
        root: The page.
        writer: Writes its text.
        notes: Where grids and findings go.
        limits: How much is read at the most.
        looks: What the styles of the page say of its elements.

    Attributes:
        builder: That of the innermost table; None where it only arranges the page, and outside of tables.
        cell: The cell of a data table that is open.
        shows_object: Whether the open cell shows something that is no text.
    """

    def __init__(
        self, root: _Element, writer: TextWriter, notes: PageNotes, limits: Limits, looks: Mapping[_Element, Look]
    ) -> None:
        self._writer = writer
        self._notes = notes
        self._limits = limits
        self._looks = looks
        self._kinds = sort_tables(root)
        self._open: list[tuple[GridBuilder | None, int]] = []  # the builder of each open table, and where it begins
        self._plain: dict[_Element, PlainRow | None] = {}  # rows that were looked at before they begin
        self._row_has_cells = False
        self.builder: GridBuilder | None = None
        self.cell: OpenCell | None = None
        self.shows_object = False

    def open_table(self, table: _Element) -> None:
        """Begin a table; one in a cell of another is a part of that cell."""
        writer = self._writer
        if self.builder is not None and (self.cell is None or table in self._kinds.breaking):
            self._break(self.builder)
        writer.end_block()
        if self.cell is None:
            writer.start_line()
        self.builder = None if self.cell is not None or self._is_layout(table) else GridBuilder(self._limits)
        self._open.append((self.builder, writer.length))
        self._row_has_cells = False

    def _is_layout(self, table: _Element) -> bool:
        """Whether a table arranges the page; rows that had to be read for this are kept if no style can change them."""
        if table in self._kinds.layout:
            return True
        for row in self._kinds.small.get(table, ()):
            plain = read_plain_row(row)
            if not self._looks:
                self._plain[row] = plain
            if plain is None and arranges_text(row):
                return True
        return False

    def close_table(self) -> bool:
        """End a table; tells whether it held data."""
        builder, start = self._open.pop()
        self.builder = self._open[-1][0] if self._open else None
        if builder is None:
            return False
        self._add_grid(builder, start, self._writer.length)
        self._row_has_cells = False
        self._writer.separate("\n")
        return True

    def _break(self, builder: GridBuilder) -> None:
        """End a table that was not closed before what follows it; of its last cell one line is kept."""
        end = self._writer.length
        if self.cell is not None:
            start, shape = self.cell
            if end == start:  # what follows may be its content
                self._writer.write(UNREAD)
            end = start + len(self._writer.text[start:].partition("\n")[0].rstrip())
            builder.add_cells((start, end + 1), (shape,))
            self.cell = None
        self._add_grid(builder, self._open[-1][1], end)
        self._open[-1] = (None, 0)
        self.builder = None

    def _add_grid(self, builder: GridBuilder, start: int, end: int) -> None:
        grid = builder.build(start, end)
        if grid.cells:
            self._notes.grids.append(grid)
        self._notes.findings += builder.findings(grid.span)

    def open_row(self, row: _Element, builder: GridBuilder) -> bool:
        """Begin a row, and read it to its end if it is plain: no need to walk through the wrappings of its texts."""
        writer = self._writer
        writer.start_line()
        builder.start_row()
        self._row_has_cells = False
        if self.cell is not None or row.get("class") is not None:
            return False
        plain = self._plain.pop(row) if row in self._plain else read_plain_row(row)
        if plain is None or (self._looks and not self._looks.keys().isdisjoint(row.iter())):
            return False
        builder.add_cells(writer.write_row(row, *plain), plain.shapes)
        self._row_has_cells = True
        writer.end_block()
        return True

    def open_cell(self, cell: _Element) -> None:
        """Begin a cell of a data table; one inside of another, which only odd trees have, is a part of it."""
        if self.cell is not None:
            return
        writer = self._writer
        writer.start_cell(is_first=not self._row_has_cells)
        self._row_has_cells = True
        self.shows_object = False
        writer.begin(cell)
        shape = read_span(cell.get("rowspan")), read_span(cell.get("colspan")), cell.tag == "th"
        self.cell = OpenCell(writer.length, shape)

    def close_cell(self, cell: _Element, builder: GridBuilder) -> None:
        """End a cell of a data table."""
        writer = self._writer
        if self.cell is None:
            return
        if cell in self._kinds.open_ended:
            self._break(builder)
            return
        start, shape = self.cell
        if self.shows_object and writer.length == start:
            writer.write(UNREAD)
        builder.add_cells((start, writer.length + 1), (shape,))
        self.cell = None
        writer.end_cell()
