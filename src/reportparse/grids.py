"""Build a grid from rows of cells with spans: which places are covered, which are blank, which were not printed."""

from __future__ import annotations

from .document import Grid, GridCell
from .spans import Span

# What browsers allow; a larger span is a mistake or an attack.
MAX_ROW_SPAN = 65_534
MAX_COLUMN_SPAN = 1_000
# Places that spans may cover beyond the printed cells. The largest official table has about 300 places.
MAX_COVERED_PLACES = 200_000


class GridBuilder:
    """Places cells one after another, as a browser does: each takes the next place that no span covers."""

    def __init__(self) -> None:
        self._cells: list[GridCell] = []
        self._row = -1
        self._column = 0
        self._columns = 0
        self._covered_until: dict[int, int] = {}  # column -> first row that a span from above leaves free
        self._covered_places = 0

    @property
    def spans_were_cut(self) -> bool:
        """Whether spans covered so many places that later ones were read as 1."""
        return self._covered_places > MAX_COVERED_PLACES

    def start_row(self) -> None:
        """Begin the next row."""
        self._row += 1
        self._column = 0

    def add_cell(self, start: int, end: int, row_span: int = 1, column_span: int = 1, *, is_head: bool = False) -> None:
        """Place a cell whose text stands at ``[start, end)``."""
        if self._row < 0:
            self.start_row()
        row_span = min(max(row_span, 1), MAX_ROW_SPAN)
        column_span = min(max(column_span, 1), MAX_COLUMN_SPAN)
        self._covered_places += column_span - 1
        if self.spans_were_cut:
            row_span = column_span = 1
        covered, row, column = self._covered_until, self._row, self._column
        while covered.get(column, 0) > row:
            column += 1
        self._cells.append(GridCell(row, column, row_span, column_span, start, end, is_head))
        if row_span > 1:
            for place in range(column, column + column_span):
                covered[place] = row + row_span
        self._column = column + column_span
        self._columns = max(self._columns, self._column)

    def build(self, start: int, end: int) -> Grid:
        """The grid of the cells placed so far; spans that reach below the last row are cut there."""
        rows = self._row + 1
        cells = tuple(
            cell
            if cell.row + cell.row_span <= rows
            else GridCell(cell.row, cell.column, rows - cell.row, cell.column_span, cell.start, cell.end, cell.is_head)
            for cell in self._cells
        )
        return Grid(Span(start, end), rows, self._columns, cells)
