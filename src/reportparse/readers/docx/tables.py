"""Where the cells of a Word table stand: merged cells are stored one by one, each with a mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .blocks import Cell, Row, Table


@dataclass(slots=True)
class PlacedCell:
    """A printed cell, and what it covers; ``covered`` are the stored cells under it but the first, None for none."""

    cell: Cell
    column: int
    columns: int
    rows: int = 1
    covered: list[Cell] | None = None

    def cover(self, cell: Cell) -> None:
        """Let the cell go on over a further stored one."""
        if self.covered is None:
            self.covered = []
        self.covered.append(cell)


def place_cells(table: Table) -> list[list[PlacedCell]]:
    """The printed cells of each row.

    A cell goes on one above it where the two share a column, as programs show it; one that goes on nothing is printed
    by itself.
    """
    rows: list[list[PlacedCell]] = []
    above: list[PlacedCell] = []  # merged cells that the row above is part of, from left to right
    for row in table.rows:
        printed: list[PlacedCell] = []
        here: list[PlacedCell] = []
        place = 0
        for placed in _across(row):
            while place < len(above) and above[place].column + above[place].columns <= placed.column:
                place += 1
            merged = above[place] if place < len(above) and placed.cell.down == "continue" else None
            if merged is None or merged.column >= placed.column + placed.columns:
                printed.append(placed)
                merged = placed
            else:
                merged.rows += not here or here[-1] is not merged
                merged.cover(placed.cell)
            if placed.cell.down and (not here or here[-1] is not merged):
                here.append(merged)
        above = here
        rows.append(printed)
    return rows


def _across(row: Row) -> Iterator[PlacedCell]:
    """The cells of a row with their columns, those that go on the cell before them put together."""
    column = row.before
    placed: PlacedCell | None = None
    for cell in row.cells:
        if cell.across == "continue" and placed is not None:
            placed.columns += cell.columns
            placed.cover(cell)
        else:
            if placed is not None:
                yield placed
            placed = PlacedCell(cell, column, cell.columns)
        column += cell.columns
    if placed is not None:
        yield placed
