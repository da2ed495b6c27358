"""Build a grid from rows of cells with spans: which places are covered, which are blank, which were not printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..document import Grid, GridCell, cell_of
from ..kinds import Finding
from ..limits import DEFAULT_LIMITS, Limits, reached
from ..spans import Span

# What browsers allow; a larger span is a mistake or an attack.
MAX_ROW_SPAN = 65_534
MAX_COLUMN_SPAN = 1_000
# Columns that row spans may cover in a row before further ones are cut: cells step over each of these spans.
MAX_SPANNED_COLUMNS = 300

CellShape = tuple[int, int, bool]  # row span, column span, is it a head
USUAL_SHAPE: CellShape = (1, 1, False)


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
        self.add_cells((start, end + 1), ((row_span, column_span, is_head),))

    def add_cells(self, starts: Sequence[int], shapes: Sequence[CellShape]) -> None:
        """Place the next cells of the row, the first row if none was begun; ``starts`` tells where each text begins.

        One character parts each from the next, and the last from the place that ``starts`` ends with.
        """
        if self._row < 0:
            self.start_row()
        placed, row, column = self._cells, self._row, self._column
        if len(placed) + len(shapes) > self._limits.max_cells:
            shapes = self._admitted(shapes)
        for start, after, shape in zip(starts, starts[1:], shapes, strict=False):
            if column in self._spanned:
                column = self._free_column(column)
            if shape is USUAL_SHAPE:
                placed.append(cell_of((row, column, 1, 1, start, after - 1, False)))
                column += 1
            else:
                row_span, column_span, is_head = self._bounded(shape)
                placed.append(cell_of((row, column, row_span, column_span, start, after - 1, is_head)))
                if row_span > 1:
                    self._span_below(column, row_span, column_span)
                column += column_span
        if shapes:
            self._column = column
            self._columns = max(self._columns, column)

    def _admitted(self, shapes: Sequence[CellShape]) -> Sequence[CellShape]:
        """As many cells as the limit allows; the others are counted."""
        room = self._limits.max_cells - len(self._cells)
        self._beyond += len(shapes) - room
        return shapes[:room]

    def _span_below(self, column: int, row_span: int, column_span: int) -> None:
        """Note the places that a cell of the current row covers in the rows below."""
        below, after = self._row + row_span, column + column_span
        self._spanned.update(dict.fromkeys(range(column, after), (below, after)))
        if below > self._deepest:
            self._deepest = below

    def _free_column(self, column: int) -> int:
        """The first column from ``column`` on that no span from above covers in the current row."""
        while (span := self._spanned.get(column)) is not None and span[0] > self._row:
            column = span[1]
        return column

    def _bounded(self, shape: CellShape) -> CellShape:
        """Spans that cost no more than a table of a report does."""
        row_span, column_span, is_head = shape
        if row_span == column_span == 1:
            return shape
        row_span = min(max(row_span, 1), MAX_ROW_SPAN)
        column_span = min(max(column_span, 1), MAX_COLUMN_SPAN)
        self._covered += column_span - 1
        if self._covered > self._limits.max_cells:
            self.spans_were_cut = True
            return 1, 1, is_head
        if row_span > 1 and len(self._spanned) >= MAX_SPANNED_COLUMNS:
            self._spanned = {column: span for column, span in self._spanned.items() if span[0] > self._row}
            if len(self._spanned) >= MAX_SPANNED_COLUMNS:
                self.spans_were_cut = True
                return 1, column_span, is_head
        return row_span, column_span, is_head

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
