"""Columns by place: where the values of an aligned text stand in their lines, and which column each must be.

A text browser or PDF tool prints a table as lines whose values stand one under another. Where blanks vanished their
places are all that is left. Tools align by display width or by characters, on the left edge, the middle or the right
edge: which, the table itself tells, by its complete rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ..text.lines import display_width
from .rows import Piece, SeenRow, Token

# A value may stand this far from its column's place, as a share of the distance to the next column.
MAX_DRIFT = 0.45
# Mean distance between values and their columns beyond which a way of measuring does not fit, in columns of text.
MAX_MISFIT = 1.5
# Values of one column stand at most this far apart from one another, in columns of text.
MAX_STEP = 2.0
# Complete rows needed before their places count as columns.
MIN_COMPLETE_ROWS = 2
# Head pieces wider than this (in columns of text) span several columns.
MAX_HEAD_WIDTH = 14

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


def learn_places(rows: Sequence[SeenRow], heads: Sequence[Token], width: int, ruler: Ruler) -> list[ColumnPlaces]:
    """The ways to tell the columns of a table by place that fit its values best; none if none fits.

    Places come from the complete rows, from the values themselves where these fall into as many groups as there are
    columns, or from the heads. Each is tried with both rulers and all three edges; what is returned fits about equally
    well, so a value that they place differently is in doubt.

    Args:
        rows: Rows of the table.
        heads: Tokens printed above the first row.
        width: Number of columns.
        ruler: Measures places.
    """
    inline = [row for row in rows if row.pieces and _is_inline(row)]
    found: list[tuple[float, ColumnPlaces]] = []
    for by_width in (True, False):
        extents = {id(piece): _extent(ruler, piece, by_width) for row in inline for piece in row.pieces}
        clusters = _head_clusters(heads, extents.values(), ruler, by_width=by_width)
        for anchor in _ANCHORS:
            marks = [[anchor(*extents[id(piece)]) for piece in row.pieces] for row in inline]
            for places in _places(marks, [anchor(*cluster) for cluster in clusters], width):
                columns = _columns(places, anchor, ruler, by_width=by_width)
                if columns is not None and _keeps_complete_rows(marks, columns, width):
                    found.append((_misfit(marks, places), columns))
    best = min((misfit for misfit, _ in found), default=0.0)
    return [columns for misfit, columns in found if misfit <= MAX_MISFIT and misfit <= best * 1.5 + 0.25]


def _extent(ruler: Ruler, piece: Piece, by_width: bool) -> tuple[int, int]:
    return ruler.extent(piece.start, piece.end, piece.line, by_width=by_width)


def _places(marks: Sequence[Sequence[float]], heads: Sequence[float], width: int) -> Iterator[tuple[float, ...]]:
    complete = [row for row in marks if len(row) == width]
    if len(complete) >= MIN_COMPLETE_ROWS:
        yield tuple(_median(column) for column in zip(*complete, strict=True))
    groups = _groups(sorted(mark for row in marks for mark in row))
    if len(groups) == width and all(len(group) > 1 for group in groups):
        yield tuple(_median(group) for group in groups)
    if len(heads) == width:
        yield tuple(heads)


def _median(marks: Sequence[float]) -> float:
    ordered = sorted(marks)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _groups(marks: Sequence[float]) -> list[list[float]]:
    """Marks that stand close together, in order."""
    groups: list[list[float]] = []
    for mark in marks:
        if groups and mark - groups[-1][-1] <= MAX_STEP:
            groups[-1].append(mark)
        else:
            groups.append([mark])
    return groups


def _columns(places: Sequence[float], anchor: Anchor, ruler: Ruler, *, by_width: bool) -> ColumnPlaces | None:
    gaps = [after - before for before, after in pairwise(places)]
    if not gaps or min(gaps) <= 1:
        return None

    def measure(piece: Piece) -> float:
        return anchor(*_extent(ruler, piece, by_width))

    around = [gaps[0], *(min(before, after) for before, after in pairwise(gaps)), gaps[-1]]
    return ColumnPlaces(tuple(places), measure, tuple(gap * MAX_DRIFT for gap in around))


def _keeps_complete_rows(marks: Sequence[Sequence[float]], columns: ColumnPlaces, width: int) -> bool:
    """Whether each complete row would be placed in its own order."""
    return all(
        abs(mark - place) <= drift
        for row in marks
        if len(row) == width
        for mark, place, drift in zip(row, columns.places, columns.drift, strict=True)
    )


def _misfit(marks: Sequence[Sequence[float]], places: Sequence[float]) -> float:
    """How far values stand from the nearest place on average, in columns of text."""
    drifts = [min(abs(mark - place) for place in places) for row in marks for mark in row]
    return sum(drifts) / len(drifts) if drifts else 0.0


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


def _head_clusters(
    heads: Sequence[Token], values: Iterable[tuple[int, int]], ruler: Ruler, *, by_width: bool
) -> list[tuple[int, int]]:
    """Extents of the columns by their heads: narrow head pieces that stand one above another are one column."""
    edge = min((left for left, _ in values), default=0) - MAX_HEAD_WIDTH
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
