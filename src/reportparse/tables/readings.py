"""Where values can stand: the placements of printed values in the cells of a row, and what all of them agree on.

A row of seven cells with five values left has several readings. Where the layout decides between them the row is
certain; where it does not, every cell keeps the list of what it may hold. Sums never choose a reading here: an author's
wrong sum must survive the reading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb, prod

from ..text.words import Word
from .rows import Piece, SeenRow, Token, joined

# More candidates than this are given by their bounds.
MAX_LISTED_CANDIDATES = 20
# Wider rows are not counted; they are no rows of a form.
MAX_COUNTED = 200
# A longer run of digits is not cut into cells.
MAX_SPLIT_DIGITS = 40


@dataclass(slots=True)
class Placement:
    """Pieces placed in the cells of a row, in the order of its columns; None is a cell printed blank."""

    cells: Sequence[Piece | None]


@dataclass(slots=True)
class Doubt:
    """A row with more than one reading: for each cell the pieces that may stand in it, None for blank."""

    options: tuple[tuple[Piece | None, ...], ...]
    readings: int
    complete: bool


def place_in_grid(
    row: SeenRow, columns: Sequence[frozenset[int]], learnt: Sequence[frozenset[int]], width: int
) -> Placement | None:
    """Place the cells of a grid row that has not as many of them as the form.

    Args:
        row: The row; its pieces are all cells after the label.
        columns: For each column of the form the grid columns whose head names it; empty sets if unknown.
        learnt: The same as learnt from the complete rows of the grid.
        width: Number of value cells that the form has in a row.

    Returns:
        The placement, or None where neither the number of cells nor the heads decide.
    """
    pieces = row.pieces
    own_columns = [piece.column for piece in pieces]
    ways = (_by_head(pieces, own_columns, under) for under in (columns, learnt))
    by_head = {_texts(way): way for way in ways if way is not None}
    by_number = {_texts(way): way for way in _without_empty_edges(pieces, width) if keeps_heads(way, columns)}
    decided = by_head or by_number
    if len(decided) != 1 or (by_number and by_number.keys().isdisjoint(decided)):
        return None
    way = next(iter(decided.values()))
    return way if keeps_heads(way, columns) else None


def _without_empty_edges(pieces: Sequence[Piece], width: int) -> Iterator[Placement]:
    """Every way to leave out empty cells at both ends of a row that has too many cells."""
    for start in range(len(pieces) - width + 1):
        if not any(piece.text for piece in (*pieces[:start], *pieces[start + width :])):
            yield Placement(tuple(pieces[start : start + width]))


def keeps_heads(place: Placement, columns: Sequence[frozenset[int]]) -> bool:
    """Whether no value stands under the head of another column."""
    return all(
        not under or piece is None or not piece.text or piece.column in under
        for piece, under in zip(place.cells, columns, strict=len(columns) == len(place.cells))
    )


def _texts(place: Placement) -> tuple[str, ...]:
    return tuple(piece.text if piece else "" for piece in place.cells)


def learn_columns(rows: Sequence[SeenRow], width: int) -> list[frozenset[int]]:
    """The grid columns of the values: those of most complete rows, else all that are not empty in every row.

    One empty set if no row is complete and the columns that hold something are not as many as the form has.
    """
    places = Counter(tuple(piece.column for piece in row.pieces) for row in rows if len(row.pieces) == width)
    filled = sorted({piece.column for row in rows for piece in row.pieces if piece.text})
    if not places and len(filled) != width:
        return [frozenset()]
    return [frozenset((column,)) for column in (places.most_common(1)[0][0] if places else filled)]


def place_under_heads(row: SeenRow, columns: Sequence[frozenset[int]]) -> Placement | None:
    """Place the values of a stream row that prints as many values as heads: merged heads and cells that repeat."""
    return _by_head(row.pieces, range(len(row.pieces)), columns)


def _by_head(
    pieces: Sequence[Piece], own_columns: Iterable[int], columns: Sequence[frozenset[int]]
) -> Placement | None:
    if not all(columns):
        return None
    place_of = {grid_column: place for place, under in enumerate(columns) for grid_column in under}
    cells: list[Piece | None] = [None] * len(columns)
    for piece, own_column in zip(pieces, own_columns, strict=True):
        place = place_of.get(own_column)
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


@dataclass(frozen=True, slots=True)
class LineLayout:
    """How a stream that prints one cell a line prints blanks: learnt from its rows, or not at all.

    ``gap`` is the number of empty lines between neighbouring cells, ``after`` that between a row and the next.
    """

    gap: int
    after: int


def learn_line_layout(rows: Sequence[tuple[SeenRow, int]]) -> LineLayout | None:
    """Learn the layout from rows with their widths, or None if blanks left no trace.

    Each blank cell leaves its own line and one more gap. So over a row of ``n`` cells with ``k`` values there are
    ``n * gap + after + (n - k)`` empty lines; only a layout that keeps blanks makes ``after`` come out the same for
    rows with different numbers of values.
    """
    if not any(len(row.pieces) < width and row.gap_after >= 0 for row, width in rows if width > 1):
        return None  # no row shows what a blank leaves
    gaps = Counter(piece.gap for row, width in rows if len(row.pieces) == width > 1 for piece in row.pieces[1:])
    if gaps:
        gap, count = gaps.most_common(1)[0]
        if count * 10 < sum(gaps.values()) * 9:
            return None
    else:
        gap = min((piece.gap for row, width in rows if width > 1 for piece in row.pieces), default=-1)
    if gap < 0:
        return None
    afters: Counter[int] = Counter()
    partial: Counter[int] = Counter()  # the same over rows with fewer values than cells only
    for row, width in rows:
        if width == 1 or row.gap_after < 0 or len(row.pieces) > width:
            continue
        blanks = width - len(row.pieces)
        after = sum(piece.gap for piece in row.pieces) + row.gap_after - width * gap - blanks
        afters[after] += 1
        if blanks:
            partial[after] += 1
    after = afters.most_common(1)[0][0]
    agrees = partial[after] * 10 >= sum(partial.values()) * 8 and len(afters) < sum(afters.values())
    counts = {len(row.pieces) for row, width in rows if width > 1}
    return LineLayout(gap, after) if after >= 0 and agrees and partial[after] > 1 and len(counts) > 1 else None


def place_by_lines(row: SeenRow, width: int, layout: LineLayout, first_gap: int, *, is_last: bool) -> Placement | None:
    """Place the values of a stream row by the empty lines that blank cells left; the count must come out even.

    Args:
        row: A row with fewer values than cells.
        width: Number of cells.
        layout: The layout of the stream.
        first_gap: Empty lines before a value that stands in the first cell.
        is_last: Whether the row ends its table, so that what follows it stands further off.
    """
    step = layout.gap + 1
    cells: list[Piece | None] = []
    base = first_gap
    for piece in row.pieces:
        blanks, rest = divmod(piece.gap - base, step)
        if piece.gap < base or rest:
            return None
        cells.extend([None] * blanks)
        cells.append(piece)
        base = layout.gap
    left = width - len(cells)
    if left < 0:
        return None
    tail = row.gap_after - layout.after - left * step
    if tail != 0 and (not is_last or row.gap_after < left * step):
        return None
    cells.extend([None] * left)
    return Placement(tuple(cells))


def doubt(pieces: Sequence[Piece], width: int, max_readings: int) -> Doubt:
    """Every order-keeping placement of the values of a row whose cells are not known.

    Fewer values than cells: blanks may stand anywhere, or one value may be several run together (``2000002``). More
    values than cells: some may be no values (a page number), or two neighbours may be one number (``1`` and ``2``).
    """
    count = len(pieces)
    slack = abs(width - count)
    if count <= width:
        options = [
            (*pieces[max(0, place - slack) : min(count - 1, place) + 1], *((None,) if slack else ()))
            for place in range(width)
        ]
        readings = comb(width, count) if width < MAX_COUNTED else max_readings + 1
        for number, piece in enumerate(pieces):
            readings += _add_splits(options, number, piece, slack + 1)
    else:
        options = []
        for place in range(width):
            window = pieces[place : place + slack + 1]
            options.append((*window, *(joined(first, second) for first, second in pairwise(window)), None))
        readings = comb(count, width) if count < MAX_COUNTED else max_readings + 1
        readings += width if slack == 1 else 0  # the ways in which two neighbours are one number
    return Doubt(tuple(options), min(readings, max_readings), readings <= max_readings)


def _add_splits(options: list[tuple[Piece | None, ...]], number: int, piece: Piece, parts: int) -> int:
    """Add to the options what the cells hold if one value is several run together; return in how many ways."""
    digits = piece.text
    if parts < 2 or not digits.isdecimal() or not parts <= len(digits) <= MAX_SPLIT_DIGITS:
        return 0
    for part in range(parts):
        found: dict[str, Piece] = {}
        for first in range(part, len(digits) - parts + part + 1) if part else (0,):
            ends = range(first + 1, len(digits) - parts + part + 2) if part < parts - 1 else (len(digits),)
            for last in ends:
                text = digits[first:last]
                if len(text) == 1 or text[0] != "0":
                    found[text] = Token(piece.start + first, piece.start + last, Word(text))
        options[number + part] = (*options[number + part], *found.values())
    return comb(len(digits) - 1, parts - 1)


def doubt_order(pool: Sequence[Piece], width: int, max_readings: int) -> Doubt:
    """The doubt of a row whose values cannot be told from those of its neighbours: any of them, or blank."""
    return Doubt(((*pool, None),) * width, max_readings, complete=False)


def doubt_cells(place: Placement, max_readings: int) -> Placement | Doubt:
    """The doubt of a row with cells that may mean something else, each alone."""
    others = [piece.others if piece is not None else () for piece in place.cells]
    if not any(others):
        return place
    options = [(piece, *own) for piece, own in zip(place.cells, others, strict=True)]
    readings = prod(map(len, options))
    return Doubt(tuple(options), min(readings, max_readings), readings <= max_readings)
