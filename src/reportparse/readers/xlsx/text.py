"""The rows of a sheet, written as text: tables as grids, and the titles and notes between them as lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ...document import Grid, Places
from ...kinds import Finding
from ...limits import Limits
from ...spans import Span
from ..grids import GridBuilder

_PLAIN_NAME_RE = re.compile(r"(?![A-Za-z]{1,3}\d+$)[^\W\d]\w*")


class Place(NamedTuple):
    """A cell of the rectangle that is shown, with what it covers and the name of its place in the file."""

    text: str
    name: str
    rows: int = 1
    columns: int = 1


@dataclass
class Line:
    """A row of a sheet: its cells by column; a covered place has none."""

    cells: dict[int, Place]

    @cached_property
    def filled(self) -> list[int]:
        """The columns of the cells that say something."""
        return [column for column, cell in self.cells.items() if cell.text.strip()]

    @cached_property
    def reach(self) -> tuple[int, int]:
        """The first column that says something, and the one after the last."""
        if not self.filled:
            return 0, 0
        return self.filled[0], max(column + self.cells[column].columns for column in self.filled)

    @property
    def is_wide(self) -> bool:
        """Whether one merged cell says all of it."""
        return len(self.filled) == 1 and self.cells[self.filled[0]].columns > 1


def quoted(name: str) -> str:
    """The name of a sheet as it is written before a place.

    Example:
        >>> quoted("附表"), quoted("2023年"), quoted("A1")
        ('附表', "'2023年'", "'A1'")
    """
    return name if _PLAIN_NAME_RE.fullmatch(name) else "'" + name.replace("'", "''") + "'"


def name_of_place(row: int, column: int) -> str:
    """The name of a place, both counted from 0.

    Example:
        >>> name_of_place(6, 27)
        'AB7'
    """
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"


class TextOfSheets:
    """Writes sheets one after another; each begins a page."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pieces: list[str] = []
        self._length = 0
        self._starts: list[int] = []
        self._names: list[str] = []
        self.grids: list[Grid] = []
        self.findings: list[Finding] = []

    @property
    def text(self) -> str:
        """All that was written."""
        return "".join(self._pieces)

    @property
    def places(self) -> Places:
        """The way back to the cells."""
        return Places(self._starts, lambda first, last: self._names[first])

    def write_sheet(self, lines: Sequence[Line]) -> None:
        """Write the rows of a sheet; empty rows part its tables."""
        if self._pieces:
            self._write("\f\n")
        block: list[Line] = []
        for line in [*lines, Line({})]:
            if line.filled:
                block.append(line)
            elif block:
                self._write_block(block)
                block = []

    def _write_block(self, block: Sequence[Line]) -> None:
        """Rows without an empty one between: runs of table rows, and the lines before, between and after them."""
        table: list[Line] = []
        for number, line in enumerate(block):
            if not _is_text(block, number):
                table.append(line)
                continue
            self._write_table(table)
            table = []
            self._write_cell(line.cells[line.filled[0]])
            self._write("\n")
        self._write_table(table)

    def _write_table(self, table: Sequence[Line]) -> None:
        if not table:
            return
        start = min(line.reach[0] for line in table)
        end = max(line.reach[1] for line in table)
        builder = GridBuilder(self._limits)
        first = self._length
        for line in table:
            builder.start_row()
            for column in range(start, end):
                cell = line.cells.get(column)
                if cell is None:
                    continue
                if column > start and self._pieces[-1] != "\n":
                    self._write("\t")
                place = self._length
                self._write_cell(cell)
                builder.move_to(column - start)
                builder.add_cell(place, self._length, cell.rows, min(cell.columns, end - column))
            self._write("\n")
        grid = builder.build(first, self._length)
        self.grids.append(grid)
        self.findings += builder.findings(Span(first, self._length))

    def _write_cell(self, cell: Place) -> None:
        self._starts.append(self._length)
        self._names.append(cell.name)
        self._write(cell.text)

    def _write(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)


def _is_text(block: Sequence[Line], number: int) -> bool:
    """Whether a row is a title, a heading or a note, and no row of a table.

    It has one cell, above all rows with several; or one merged cell that stands beside another such row, at the end, or
    between two tables of different width. A merged cell between rows of one width is a caption inside of their table.
    """
    line = block[number]
    if len(line.filled) > 1:
        return False
    if all(len(other.filled) < 2 for other in block[:number]):
        return len(block) == 1 or line.is_wide or any(len(other.filled) > 1 for other in block[number:])
    above, below = block[number - 1], block[number + 1] if number + 1 < len(block) else None
    if not line.is_wide or line.reach[1] - line.reach[0] < above.reach[1] - above.reach[0]:
        return False
    return below is None or above.is_wide or below.is_wide or above.reach != below.reach
