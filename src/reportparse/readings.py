"""Where values can stand: the placements of printed values in the cells of a row, and what all of them agree on.

A row of seven cells with five values left has several readings. Where the layout decides between them the row is
certain; where it does not, every cell keeps the list of what it may hold. Sums never choose a reading here: an author's
wrong sum must survive the reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from .align import Piece, SeenRow

# More candidates than this are given by their bounds.
MAX_LISTED_CANDIDATES = 20


@dataclass(slots=True)
class Placement:
    """Pieces placed in the cells of a row, in the order of its columns; None is a cell printed blank."""

    cells: tuple[Piece | None, ...]


@dataclass(slots=True)
class Doubt:
    """A row with more than one reading: for each cell the pieces that may stand in it, None for blank."""

    options: tuple[tuple[Piece | None, ...], ...]
    readings: int
    complete: bool


def place_in_grid(row: SeenRow, columns: Sequence[frozenset[int]], width: int) -> Placement | None:
    """Place the cells of a grid row.

    Args:
        row: The row; its pieces are all cells after the label.
        columns: For each column of the form the grid columns whose head names it; empty sets if unknown.
        width: Number of value cells that the form has in a row.

    Returns:
        The placement, or None where neither the number of cells nor the heads decide.
    """
    pieces = row.pieces
    if len(pieces) == width:
        return Placement(tuple(pieces))
    by_head = _by_head(pieces, columns)
    if by_head is not None:
        return by_head
    trimmed = list(pieces)
    while len(trimmed) > width and not trimmed[-1].text:
        trimmed.pop()
    if len(trimmed) == width:
        return Placement(tuple(trimmed))
    return None


def _by_head(pieces: Sequence[Piece], columns: Sequence[frozenset[int]]) -> Placement | None:
    if not all(columns):
        return None
    place_of = {grid_column: place for place, under in enumerate(columns) for grid_column in under}
    cells: list[Piece | None] = [None] * len(columns)
    for piece in pieces:
        place = place_of.get(piece.column)
        if place is None:
            if piece.text:
                return None
            continue
        before = cells[place]
        if before is None or not before.text:
            cells[place] = piece
        elif piece.text not in ("", before.text):
            return None
    return Placement(tuple(cells)) if all(cell is not None for cell in cells) else None


def cell_gap(rows: Sequence[SeenRow], width: int) -> int | None:
    """Empty lines between two neighbouring cells of a stream, learnt from the rows that are complete."""
    gaps = Counter(piece.gap for row in rows if len(row.pieces) == width for piece in row.pieces[1:])
    if gaps:
        gap, count = gaps.most_common(1)[0]
        return gap if count * 10 >= sum(gaps.values()) * 9 else None
    lowest = [piece.gap for row in rows for piece in row.pieces[1:]]
    return min(lowest) if lowest else None


def place_by_gaps(row: SeenRow, width: int, gap: int, after: int | None) -> Placement | None:
    """Place the values of a stream row by the empty lines that blank cells left.

    Each blank cell adds its own line and one more gap, so the blanks before each value can be counted. The count must
    come out even everywhere, and what is left for the end of the row must agree with ``after``.

    Args:
        row: A row with fewer values than cells.
        width: Number of cells.
        gap: Empty lines between neighbouring cells.
        after: Empty lines that follow a complete row, None if no row tells.
    """
    if gap < 0 or after is None:
        return None
    step = gap + 1
    cells: list[Piece | None] = []
    for piece in row.pieces:
        blanks, rest = divmod(piece.gap - gap, step)
        if piece.gap < gap or rest:
            return None
        cells.extend([None] * blanks)
        cells.append(piece)
    left = width - len(cells)
    if left < 0 or row.gap_after - after != left * step:
        return None
    cells.extend([None] * left)
    return Placement(tuple(cells))


def doubt(pieces: Sequence[Piece], width: int, max_readings: int) -> Doubt:
    """Every order-keeping placement of the values of a row whose cells are not known.

    Fewer values than cells: blanks may stand anywhere. More values than cells: some may be no values (a page number),
    or neighbours may be one number.
    """
    count = len(pieces)
    options: list[tuple[Piece | None, ...]] = []
    if count <= width:
        slack = width - count
        for place in range(width):
            first, last = max(0, place - slack), min(count - 1, place)
            own: tuple[Piece | None, ...] = tuple(pieces[first : last + 1])
            options.append((*own, None) if slack else own)
    else:
        slack = count - width
        for place in range(width):
            window = pieces[place : place + slack + 1]
            joined = [_joined(a, b) for a, b in zip(window, window[1:], strict=False)]
            options.append((*window, *joined, None))
    readings = comb(max(count, width), min(count, width)) if max(count, width) < 200 else max_readings + 1
    return Doubt(tuple(options), min(readings, max_readings), readings <= max_readings)


def _joined(first: Piece, second: Piece) -> Piece:
    return Piece(first.start, second.end, first.text + second.text)
