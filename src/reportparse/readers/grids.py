"""Build a grid from rows of cells with spans: which places are covered, which are blank, which were not printed."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Grid, GridCell, cell_of
from ..kinds import Finding
from ..limits import DEFAULT_LIMITS, Limits, reached
from ..spans import Span

# What browsers allow; a larger span is a mistake or an attack.
MAX_ROW_SPAN = 65_534
MAX_COLUMN_SPAN = 1_000
# Columns that row spans may cover in a row before further ones are cut: cells step over each of these spans.
MAX_SPANNED_COLUMNS = 300


class GridBuilder:
    """Places cells one after another, as a browser does: each takes the next place that no span covers.

    The largest official table has about 300 places; a table that covers more than ``limits.max_cells`` is read up to
    there.
    """

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._cells: list[GridCell] = []
        self._row = -1
        self._column = 0
        self._columns = 0
        # Column that a span from above covers -> the first row and the first column that the span leaves free.
        self._spanned: dict[int, tuple[int, int]] = {}
        self._deepest = 0  # the first row that no row span reaches
        self._covered = 0  # places that column spans cover beyond the printed cells
        self._beyond = 0  # printed cells over the limit
        self.spans_were_cut = False

    def start_row(self) -> None:
        """Begin the next row."""
        self._row += 1
        self._column = 0

    def move_to(self, column: int) -> None:
        """The next cell stands in this column, or in the first one after it that is free."""
        self._column = column

    def add_cell(self, start: int, end: int, row_span: int = 1, column_span: int = 1, *, is_head: bool = False) -> None:
        """Place a cell whose text stands at ``[start, end)``."""
        if self._row < 0:
            self.start_row()
        if len(self._cells) >= self._limits.max_cells:
            self._beyond += 1
            return
        if row_span != 1 or column_span != 1:
            row_span, column_span = self._bounded(row_span, column_span)
        row, column = self._row, self._column
        if column in self._spanned:
            column = self._free_column(column)
        self._cells.append(cell_of((row, column, row_span, column_span, start, end, is_head)))
        self._column = after = column + column_span
        if after > self._columns:
            self._columns = after
        if row_span > 1:
            below = row + row_span
            self._spanned.update(dict.fromkeys(range(column, after), (below, after)))
            if below > self._deepest:
                self._deepest = below

    def _free_column(self, column: int) -> int:
        """The first column from ``column`` on that no span from above covers in the current row."""
        while (span := self._spanned.get(column)) is not None and span[0] > self._row:
            column = span[1]
        return column

    def _bounded(self, row_span: int, column_span: int) -> tuple[int, int]:
        """Spans that cost no more than a table of a report does."""
        row_span = min(max(row_span, 1), MAX_ROW_SPAN)
        column_span = min(max(column_span, 1), MAX_COLUMN_SPAN)
        self._covered += column_span - 1
        if self._covered > self._limits.max_cells:
            self.spans_were_cut = True
            return 1, 1
        if row_span > 1 and len(self._spanned) >= MAX_SPANNED_COLUMNS:
            self._spanned = {column: span for column, span in self._spanned.items() if span[0] > self._row}
            if len(self._spanned) >= MAX_SPANNED_COLUMNS:
                self.spans_were_cut = True
                return 1, column_span
        return row_span, column_span

    def build(self, start: int, end: int) -> Grid:
        """The grid of the cells placed so far; spans that reach below the last row are cut there."""
        rows, cells = self._row + 1, self._cells
        if self._deepest > rows:
            cells = [
                cell._replace(row_span=rows - cell.row) if cell.row + cell.row_span > rows else cell for cell in cells
            ]
        return Grid(Span(start, end), rows, self._columns, tuple(cells))

    def findings(self, place: Span) -> Iterator[Finding]:
        """What was odd about the table that was built, which stands at ``place``."""
        if self.spans_were_cut:
            message = "a table's spans cover more places than a report's table has; later spans were read as 1"
            yield Finding(code="table_spans_cut", severity="warning", message=message, spans=(place,))
        if self._beyond:
            found = f"{self._beyond:,} cells of a table were read as text: it has {len(self._cells) + self._beyond:,}"
            yield reached(self._limits, "max_cells", found, [place])
