"""Where the cells of a Word table stand: merged cells are stored one by one, each with a mark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from .wordblocks import Cell, Row, Table


@dataclass(slots=True)
class PlacedCell:
    """A printed cell, and what it covers; ``covered`` are the stored cells under it but the first."""

    cell: Cell
    column: int
    columns: int
    rows: int = 1
    covered: list[Cell] = field(default_factory=list)


def place_cells(table: Table) -> list[list[PlacedCell]]:
    """The printed cells of each row.

    A cell goes on one above it where the two share a column, as programs show it; one that goes on nothing is printed
    by itself.
    """
    rows: list[list[PlacedCell]] = []
    above: list[PlacedCell] = []  # merged cells that the row above is part of
    for row in table.rows:
        printed: list[PlacedCell] = []
        here: list[PlacedCell] = []
        for cell in _across(row):
            merged = _above(above, cell) if cell.cell.down == "continue" else None
            if merged is None:
                printed.append(cell)
                merged = cell
            elif merged not in here:
                merged.rows += 1
                merged.covered.append(cell.cell)
            if cell.cell.down:
                here.append(merged)
        above = here
        rows.append(printed)
    return rows


def _across(row: Row) -> Iterator[PlacedCell]:
    """The cells of a row with their columns, those that go on the cell before them put together."""
    column = row.before
    open_cell: PlacedCell | None = None
    for cell in row.cells:
        if cell.across == "continue" and open_cell is not None:
            open_cell.columns += cell.columns
            open_cell.covered.append(cell)
        else:
            if open_cell is not None:
                yield open_cell
            open_cell = PlacedCell(cell, column, cell.columns)
        column += cell.columns
    if open_cell is not None:
        yield open_cell


def _above(above: list[PlacedCell], cell: PlacedCell) -> PlacedCell | None:
    return next(
        (own for own in above if own.column < cell.column + cell.columns and cell.column < own.column + own.columns),
        None,
    )
