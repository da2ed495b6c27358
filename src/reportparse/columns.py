"""Columns by place: where the values of an aligned text stand in their lines, and which column each must be.

A text browser or PDF tool prints a table as lines whose values stand one under another. Where blanks vanished their
places are all that is left. Tools align by display width or by characters, on the left edge, the middle or the right
edge: which, the table itself tells, by its complete rows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from .align import Piece, SeenRow
from .observe import Token

# A value may stand this far from its column's place, as a share of the distance to the next column.
MAX_DRIFT = 0.45
# Complete rows needed before their places count as columns.
MIN_COMPLETE_ROWS = 2
# Head pieces wider than this (in columns of text) span several columns.
MAX_HEAD_WIDTH = 10

Anchor = Callable[[int, int], float]
_ANCHORS: tuple[Anchor, ...] = (
    lambda start, end: (start + end) / 2,
    lambda start, end: float(end),
    lambda start, end: float(start),
)


@dataclass(frozen=True, slots=True)
class ColumnPlaces:
    """Where the columns of a table stand: a place for each, how places are measured, and how far they may drift."""

    places: tuple[float, ...]
    measure: Callable[[Piece], float]
    drift: tuple[float, ...]


class Ruler:
    """Measures places in the lines of a text, by characters or by display width."""

    def __init__(self, text: str, line_starts: Sequence[int]) -> None:
        self._text = text
        self._line_starts = line_starts

    def extent(self, start: int, end: int, line: int, *, by_width: bool) -> tuple[int, int]:
        """The place of a stretch in its line: first and last column of text."""
        begin = self._line_starts[line]
        if not by_width:
            return start - begin, end - begin
        left = display_width(self._text[begin:start])
        return left, left + display_width(self._text[start:end])


def display_width(text: str) -> int:
    """Columns that a text takes on a screen; wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def learn_places(rows: Sequence[SeenRow], heads: Sequence[Token], width: int, ruler: Ruler) -> Iterator[ColumnPlaces]:
    """Ways to tell the columns of a table by place, the most consistent first.

    Args:
        rows: The rows of the table that print all their values in one line.
        heads: Tokens printed above the first row.
        width: Number of columns.
        ruler: Measures places.
    """
    complete = [row for row in rows if len(row.pieces) == width and _is_inline(row)]
    found = []
    for by_width in (True, False):
        for anchor in _ANCHORS:

            def measure(piece: Piece, anchor: Anchor = anchor, by_width: bool = by_width) -> float:
                return anchor(*ruler.extent(piece.start, piece.end, piece.line, by_width=by_width))

            if len(complete) >= MIN_COMPLETE_ROWS:
                columns = list(zip(*([measure(piece) for piece in row.pieces] for row in complete), strict=True))
                places = tuple(median(column) for column in columns)
                spread = max(max(column) - min(column) for column in columns)
            else:
                clusters = _head_clusters(heads, rows, ruler, by_width=by_width)
                if len(clusters) != width:
                    continue
                places = tuple(anchor(*cluster) for cluster in clusters)
                spread = 0.0
            gaps = [after - before for before, after in pairwise(places)]
            if gaps and min(gaps) > 1:
                found.append((spread, len(found), ColumnPlaces(places, measure, _drifts(gaps))))
    yield from (places for _, _, places in sorted(found, key=lambda item: item[:2]))


def place_by_columns(row: SeenRow, columns: ColumnPlaces) -> tuple[Piece | None, ...] | None:
    """Put each value of a row under the one column it stands at; None where a value stands at none or two do."""
    if not _is_inline(row):
        return None
    cells: list[Piece | None] = [None] * len(columns.places)
    last = -1
    for piece in row.pieces:
        place = columns.measure(piece)
        near = min(range(len(cells)), key=lambda column: abs(columns.places[column] - place))
        if near <= last or abs(columns.places[near] - place) > columns.drift[near]:
            return None
        cells[near] = piece
        last = near
    return tuple(cells)


def _is_inline(row: SeenRow) -> bool:
    return len({piece.line for piece in row.pieces}) == 1


def _drifts(gaps: Sequence[float]) -> tuple[float, ...]:
    around = [gaps[0], *(min(before, after) for before, after in pairwise(gaps)), gaps[-1]]
    return tuple(gap * MAX_DRIFT for gap in around)


def _head_clusters(
    heads: Sequence[Token], rows: Sequence[SeenRow], ruler: Ruler, *, by_width: bool
) -> list[tuple[int, int]]:
    """Extents of the columns by their heads: narrow head pieces that stand one above another are one column."""
    lefts = [ruler.extent(p.start, p.end, p.line, by_width=by_width)[0] for row in rows for p in row.pieces]
    if not lefts:
        return []
    edge = min(lefts) - MAX_HEAD_WIDTH
    extents = sorted(ruler.extent(t.start, t.end, t.line, by_width=by_width) for t in heads)
    clusters: list[list[int]] = []
    for left, right in extents:
        if left < edge or right - left > MAX_HEAD_WIDTH:
            continue
        if clusters and left < clusters[-1][1]:
            clusters[-1][1] = max(clusters[-1][1], right)
        else:
            clusters.append([left, right])
    return [(left, right) for left, right in clusters]
