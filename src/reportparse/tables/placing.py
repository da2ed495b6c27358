"""Where the values of a table stand: by the cells of a grid, by count, by empty lines, or by their place in the line.

Each of these is evidence that a layout leaves; where none decides, a row is in doubt. No arithmetic here.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ..forms import TableSpec
from ..spans import Span
from ..text.values import parse_value
from .columns import Ruler, learn_places, place_by_columns
from .readings import (
    Doubt,
    LineLayout,
    Placement,
    doubt,
    doubt_cells,
    doubt_order,
    keeps_heads,
    learn_columns,
    place_by_lines,
    place_in_grid,
    place_under_heads,
)
from .rows import UNITS, Piece, SeenRow, Sighting, Token

# Heads of an aligned table stand in at most this many lines above its first row.
MAX_HEAD_LINES = 10
# Values that no row took may belong to a row that stands at most this many characters away.
MAX_STRAY_DISTANCE = 200
# In a text that lost its order a chance run of values is not as long as a row of this many cells.
MIN_TRUSTED_WIDTH = 5

Place = Placement | Doubt


@dataclass(frozen=True)
class Stream:
    """The running text around the rows: what is needed to place values by where they stand.

    Attributes:
        tokens: All tokens.
        strays: The longest run of values that no row took, by table; a long one means that the order of print is lost.
        ruler: Measures places in lines.
        page_starts: First line of each page, for texts that print page breaks.
        row_starts: Places of all rows of print that the forms know.
        end: Length of the text.
    """

    tokens: Sequence[Token]
    strays: Mapping[str, int]
    ruler: Ruler
    page_starts: Sequence[int]
    row_starts: Sequence[int]
    end: int

    @cached_property
    def starts(self) -> list[int]:
        """Places of the tokens."""
        return [token.start for token in self.tokens]

    def page_of(self, row: SeenRow) -> int:
        """The page that a row of running text begins on."""
        return bisect_right(self.page_starts, row.lines[0])

    def values_between(self, start: int, end: int) -> tuple[Piece, ...]:
        """Every value printed in the running text between two places."""
        between = self.tokens[bisect_left(self.starts, start) : bisect_left(self.starts, end)]
        return tuple(token for token in between if token.word.is_value)

    def has_digits_after(self, row: SeenRow) -> bool:
        """Whether digits that no row took stand right after a row without values, run together with other text."""
        following = bisect_right(self.row_starts, row.start)
        end = self.row_starts[following] if following < len(self.row_starts) else self.end
        between = self.tokens[bisect_left(self.starts, row.end) : bisect_left(self.starts, end)]
        text = next((token.text for token in between if token.text not in UNITS), "")
        return any(character.isdecimal() for character in text[:8])

    def heads_above(self, rows: Sequence[SeenRow]) -> list[Token]:
        """Tokens of the lines above some rows and below all other values, heads over several columns left out."""
        first = min(row.lines[0] for row in rows)
        above = [token for token in self.tokens if first - MAX_HEAD_LINES <= token.line < first]
        last_value = max((token.line for token in above if token.word.is_value), default=-1)  # of another table
        heads = (token for token in above if token.line > last_value)
        return [token for token in heads if "head" not in token.word.refs.roles]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the whole text tells about every table in it.

    Attributes:
        stream: The running text.
        layout: How running text prints blanks, if that was learnt.
        scattered: Where the tables stand if one of them lost its order, so that labels and values of others may stand
            apart too; None if all kept it.
        max_readings: Bound on the count of readings.
    """

    stream: Stream
    layout: LineLayout | None
    scattered: Span | None
    max_readings: int


def find_scattered(
    flows: Sequence[tuple[TableSpec, Sequence[SeenRow]]], sightings: Sequence[Sighting], stream: Stream
) -> Span | None:
    """Where the tables of the running text stand, from the first label to the end, if any of them lost its order.

    Args:
        flows: Tables with their rows in the running text.
        sightings: All labels seen.
        stream: The running text.
    """
    if not any(_is_disordered(rows, _width(spec), stream.strays.get(spec.key, 0)) for spec, rows in flows if rows):
        return None
    return Span(min(sighting.start for sighting in sightings), stream.end)


def place_rows(rows: Sequence[SeenRow], spec: TableSpec, end: int, around: Surroundings) -> list[Place]:
    """Place the values of every row of a table, or list what they may be.

    Args:
        rows: The rows of the table, in the order of the form.
        spec: The table.
        end: Where the next table begins, or the text ends: values of a table that lost its order stand before it.
        around: What the whole text tells.

    Returns:
        For each row its placement or its doubt.
    """
    width, stream = _width(spec), around.stream
    flow = [row for row in rows if row.block < 0]
    placed: dict[int, Placement] = {}
    pool: tuple[Piece, ...] = ()
    if flow and _is_untrustworthy(flow, spec, around):
        own = Span(min(row.start for row in flow), end)
        pool = stream.values_between(*(around.scattered or own))
    elif flow:
        placed = _place_flow(flow, spec, width, around)
    places: list[Place] = []
    for row in rows:
        place: Place | None = placed.get(id(row))
        if row.block >= 0 and not row.is_broken:
            place = _place_by_column(row, rows, spec, width)
            place = doubt_cells(place, around.max_readings) if place is not None else None
        elif place is None and row.block < 0 and pool:
            place = doubt_order(pool, width, around.max_readings)
        elif place is None and row.block < 0 and not row.pieces:
            near = stream.values_between(row.start - MAX_STRAY_DISTANCE, row.end + MAX_STRAY_DISTANCE)
            place = doubt_order(near, width, around.max_readings)
        places.append(place or doubt(row.pieces, width, around.max_readings))
    return places


def _width(spec: TableSpec) -> int:
    return len(spec.cells) if spec.arrangement == "one_row" else len(spec.columns)


def _is_untrustworthy(rows: Sequence[SeenRow], spec: TableSpec, around: Surroundings) -> bool:
    """Whether what follows a label of this table need not be its own.

    In a scattered text a table is trusted only if it is wide and each of its rows has all its values or none.
    """
    width = _width(spec)
    if _is_disordered(rows, width, around.stream.strays.get(spec.key, 0)):
        return True
    if any(row.strays_ahead >= width for row in rows):
        first, last = min(rows, key=lambda row: row.start), max(rows, key=lambda row: row.start)
        if first.strays_ahead >= width and not last.pieces:
            return True  # values stand before their labels
    is_whole = width >= MIN_TRUSTED_WIDTH and all(len(row.pieces) == width for row in rows)
    return around.scattered is not None and not is_whole


def drop_page_numbers(rows: Sequence[tuple[SeenRow, TableSpec]], stream: Stream) -> None:
    """Take page numbers away from the ends of rows, where a text prints them bare on lines of their own.

    A row with one value too many ends in a page number only if such numbers count up by one through the text, and the
    row adds up without it. The sum can but keep a number here: a row that does not add up stays in doubt.

    Args:
        rows: Rows of running text, each with its table.
        stream: The running text.
    """
    over = [(row, spec) for row, spec in rows if len(row.pieces) == len(spec.columns) + 1]
    if not over:
        return
    taken = {piece.start for row, _ in rows for piece in row.pieces}
    lines = Counter(token.line for token in stream.tokens)
    alone = [
        (token.start, int(token.text))
        for token in stream.tokens
        if token.word.is_value and lines[token.line] == 1 and _is_page_number(token.text) and token.start not in taken
    ]
    extra = [
        (row.pieces[-1].start, int(row.pieces[-1].text), row)
        for row, spec in over
        if _is_page_number(row.pieces[-1].text) and lines[row.pieces[-1].line] == 1 and _adds_up(row.pieces[:-1], spec)
    ]
    numbers = sorted([*alone, *((start, number) for start, number, _ in extra)])
    for start, number, row in extra:
        if any(other == number - 1 for place, other in numbers if place < start) or any(
            other == number + 1 for place, other in numbers if place > start
        ):
            row.pieces.pop()


def _adds_up(pieces: Sequence[Piece], spec: TableSpec) -> bool:
    """Whether a row satisfies every sum that the form knows of its columns, and knows one."""
    values = {column.key: parse_value(piece.text).value for column, piece in zip(spec.columns, pieces, strict=True)}
    return bool(spec.row_sums) and all(
        sum(values[key] or 0 for key in left) == sum(values[key] or 0 for key in right) for left, right in spec.row_sums
    )


def _is_page_number(text: str) -> bool:
    return text.isdecimal() and len(text) <= 3 and text[0] != "0"


def _is_disordered(rows: Sequence[SeenRow], width: int, strays: int) -> bool:
    """Whether labels and values stand apart, so that what follows a label need not be its own."""
    return strays > max(width + 1, 2) or any(len(row.pieces) > 2 * width for row in rows)


def _place_flow(rows: Sequence[SeenRow], spec: TableSpec, width: int, around: Surroundings) -> dict[int, Placement]:
    """The rows of running text whose values have one place only, by the identity of the row."""
    last = max(rows, key=lambda row: row.start)
    placed: dict[int, Placement] = {}
    alone: list[SeenRow] = []  # rows of one value that does not stand beside the label
    waiting = _before_too_many(rows, width)
    for row in rows:
        place = _place_in_stream(row, spec, width, around.layout, is_last=row is last)
        if place is None or id(row) in waiting or _may_end_in_page_number(row):
            continue
        if row.pieces or not (row.has_stray or around.stream.has_digits_after(row)):
            placed[id(row)] = place
            alone += [row] if len(row.pieces) == 1 and not _is_inline(row) else []
    if (alone or len(placed) < len(rows)) and _is_mostly_inline(rows):
        for row in alone:
            del placed[id(row)]
        partial = [row for row in rows if id(row) not in placed and not row.has_stray and len(row.pieces) < width]
        partial = [row for row in partial if row.pieces or not around.stream.has_digits_after(row)]
        if partial and width > 1:
            placed.update(_place_by_place(partial, rows, width, around.stream))
    return placed


def _is_mostly_inline(rows: Sequence[SeenRow]) -> bool:
    """Whether of most rows with values all values stand on lines of the label."""
    valued = [row for row in rows if row.pieces]
    return 2 * sum(map(_is_inline, valued)) > len(valued)


def _before_too_many(rows: Sequence[SeenRow], width: int) -> set[int]:
    """Rows without values before one with too many, by identity: their values may be among those."""
    found: set[int] = set()
    if not any(len(row.pieces) > width for row in rows):
        return found
    are_too_many = False
    for row in sorted(rows, key=lambda row: row.start, reverse=True):
        if row.pieces:
            are_too_many = len(row.pieces) > width
        elif are_too_many:
            found.add(id(row))
    return found


def _may_end_in_page_number(row: SeenRow) -> bool:
    """Whether the last value stands alone on a line of its own while those before it share lines."""
    pieces = row.pieces
    if not pieces or pieces[0].line == pieces[-1].line:
        return False
    lines = [piece.line for piece in pieces]
    last = lines.pop()
    if row.start < row.end:
        lines.append(row.lines[1])
    return len(set(lines)) < len(lines) and last > max(lines)


def _is_inline(row: SeenRow) -> bool:
    """Whether all values of a row stand on lines of its label."""
    first, last = row.lines
    return all(first <= piece.line <= last for piece in row.pieces)


def _is_spaced(rows: Sequence[SeenRow]) -> bool:
    """Whether most neighbouring values stand more than one space apart, as only an aligned text prints them."""
    gaps = [
        after.offset - before.offset - (before.end - before.start)
        for row in rows
        for before, after in pairwise(row.pieces)
        if before.line == after.line
    ]
    return 2 * sum(gap > 1 for gap in gaps) > len(gaps)


def _place_by_place(
    partial: Sequence[SeenRow], rows: Sequence[SeenRow], width: int, stream: Stream
) -> dict[int, Placement]:
    """Place rows by where their values stand in the line; every way of measuring that fits must agree."""
    placed: dict[int, Placement] = {}
    if not _is_spaced(rows):
        return placed
    for page in {stream.page_of(row) for row in partial}:
        own = [row for row in rows if stream.page_of(row) == page]
        ways = learn_places(own, stream.heads_above(own), width, stream.ruler)
        for row in partial:
            if stream.page_of(row) != page or not ways:
                continue
            if not row.pieces:
                placed[id(row)] = Placement((None,) * width)
                continue
            tried = [place_by_columns(row, way) for way in ways]
            if tried[0] is not None and all(cells == tried[0] for cells in tried):
                placed[id(row)] = Placement(tried[0])
    return placed


def _stands_off(pieces: Sequence[Piece], width: int) -> bool:
    """Whether what follows a complete row is set apart from it by more empty lines than its cells from one another."""
    inside = {piece.gap for piece in pieces[1:width]}
    return len(inside) == 1 and pieces[width].gap > max(*inside, pieces[0].gap)


def _place_in_stream(
    row: SeenRow, spec: TableSpec, width: int, layout: LineLayout | None, *, is_last: bool
) -> Placement | None:
    if len(row.pieces) == width:
        return Placement(row.pieces)
    if len(row.pieces) > width > 1 and _stands_off(row.pieces, width):
        return Placement(tuple(row.pieces[:width]))
    if not row.pieces and width == 1:
        return Placement((None,))
    if len(row.pieces) == len(row.heads) > width:
        return place_under_heads(row, _columns_under_heads(row, spec))
    if layout is None or len(row.pieces) > width:
        return None
    # The values of a table in one row follow its heads as one row follows another.
    first_gap = layout.after if spec.arrangement == "one_row" else layout.gap
    return place_by_lines(row, width, layout, first_gap, is_last=is_last)


def _place_by_column(row: SeenRow, rows: Sequence[SeenRow], spec: TableSpec, width: int) -> Placement | None:
    """Place a grid row by its number of cells, and by the columns of heads and of complete rows of its grid.

    Where lines are cut into cells, a row without the cell that spans several rows has moved to the left: it is
    compared only with lines of as many cells.
    """
    whole = Placement(row.pieces) if len(row.pieces) == width else None
    if whole is not None and (not row.cells or row.cells != row.head_cells):
        return whole
    under = _columns_under_heads(row, spec) if row.cells == row.head_cells else [frozenset[int]()]
    if whole is not None:
        return whole if keeps_heads(whole, under) else None
    beside = [other for other in rows if other.block == row.block and not other.is_broken]
    if not all(under) and not all(learn_columns(beside, width)):
        return None  # nothing tells how many columns the table prints
    learnt = learn_columns([other for other in beside if other.cells == row.cells], width)
    return place_in_grid(row, under, learnt, width)


def _columns_under_heads(row: SeenRow, spec: TableSpec) -> list[frozenset[int]]:
    if spec.arrangement == "one_row":
        return _leaf_heads(row, spec)
    under: dict[str, set[int]] = defaultdict(set)
    for column, refs in row.heads.items():
        for ref in refs:
            if ref.role == "column" and ref.table == spec.key:
                under[ref.key].add(column)
    return [frozenset(under[column.key]) for column in spec.columns]


def _leaf_heads(row: SeenRow, spec: TableSpec) -> list[frozenset[int]]:
    leaves = [
        column
        for column, refs in sorted(row.heads.items())
        if any(ref.role == "column" and ref.table == spec.key for ref in refs)
    ]
    return [frozenset((leaf,)) for leaf in leaves] if len(leaves) == len(spec.cells) else [frozenset()]
