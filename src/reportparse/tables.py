"""Rows of print to tables of the form: each row under its key, its values in their columns, or in doubt."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .align import Address, Piece, SeenRow, Sighting, settle_order
from .columns import Ruler, learn_places, place_by_columns
from .forms import CellKey, FormSpec, RowSpec, TableSpec
from .labels import label_index
from .observe import Token
from .readings import (
    Doubt,
    LineLayout,
    Placement,
    doubt,
    learn_columns,
    learn_line_layout,
    place_by_lines,
    place_in_grid,
    place_under_heads,
)
from .values import parse_value

# Heads of an aligned table stand in at most this many lines above its first row.
MAX_HEAD_LINES = 10
# A head stands at most this many characters before the first row of a short table.
MAX_HEAD_DISTANCE = 60
# A table with this many rows is printed only if at least half as many are found.
MIN_LONG_TABLE = 8

Place = Placement | Doubt
_UNPLACED = Doubt((), 0, complete=False)


@dataclass(slots=True)
class TableRow:
    """A printed row of a table: the cells it fills, and where its values stand or may stand."""

    seen: SeenRow
    row: RowSpec | None  # None for a table printed in one row
    cells: tuple[CellKey, ...]
    place: Place


@dataclass(slots=True)
class TableReading:
    """One table as read: its rows under the form's keys, and rows the form does not have."""

    spec: TableSpec
    rows: list[TableRow] = field(default_factory=list)
    unknown: list[SeenRow] = field(default_factory=list)
    repeated: list[SeenRow] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Stream:
    """The running text around the rows: what is needed to place values by where they stand.

    Attributes:
        tokens: All tokens.
        strays: The longest run of values that no row took, by table; a long one means that the order of print is lost.
        ruler: Measures places in lines.
        page_starts: First line of each page, for texts that print page breaks.
    """

    tokens: Sequence[Token]
    strays: Mapping[str, int]
    ruler: Ruler
    page_starts: Sequence[int]

    def page_of(self, row: SeenRow) -> int:
        """The page that a row of running text begins on."""
        return bisect_right(self.page_starts, row.lines[0])

    def heads_above(self, rows: Sequence[SeenRow]) -> list[Token]:
        """Tokens of the lines right above the first of some rows, heads that span several columns left out."""
        first = min(row.lines[0] for row in rows)
        index = label_index()
        above = [token for token in self.tokens if first - MAX_HEAD_LINES <= token.line < first]
        valued = {token.line for token in above if token.is_value}
        heads = (token for token in above if token.line not in valued)
        return [token for token in heads if not any(ref.role == "head" for ref in index.find(token.key))]


def read_tables(
    rows: Sequence[SeenRow],
    sightings: Sequence[Sighting],
    stream: Stream,
    form: FormSpec,
    others: Sequence[FormSpec],
    max_readings: int,
) -> list[tuple[str, TableReading]]:
    """Sort rows of print into the tables of a form, and place their values.

    Args:
        rows: All rows seen, in the order of print.
        sightings: All labels seen.
        stream: The running text.
        form: The form that the print follows.
        others: The other forms: a table that only they have is read after them.
        max_readings: Bound on the count of readings of a doubtful row.

    Returns:
        One reading per printed table with the key of the form it was read by, in the order of the forms.
    """
    readings: list[TableReading] = []
    forms: list[str] = []
    for name, spec in _specs(sightings, form, others):
        own = [row for row in rows if any(table == spec.key for table, _ in row.addresses)]
        if own:
            reading = TableReading(spec)
            _fill(reading, own, sightings)
            if _is_printed(spec, reading.rows, sightings):
                forms.append(name)
                readings.append(reading)
    layout = learn_line_layout(
        [
            (row.seen, len(row.cells))
            for r in readings
            if r.spec.arrangement != "one_row"
            for row in r.rows
            if row.seen.block < 0
        ]
    )
    for reading in readings:
        _place_rows(reading, layout, stream, max_readings)
    kept = [(name, reading) for name, reading in zip(forms, readings, strict=True) if reading.rows]
    _sort_in_unknown([reading for _, reading in kept], rows)
    return kept


def _specs(sightings: Sequence[Sighting], form: FormSpec, others: Sequence[FormSpec]) -> list[tuple[str, TableSpec]]:
    """The table of each key from the form whose heads are printed; the chosen form wins a tie."""
    seen: Counter[tuple[str, str]] = Counter()
    for table, _, name in {
        (ref.table, ref.key, name) for s in sightings for ref in s.refs if ref.role == "column" for name in ref.forms
    }:
        seen[table, name] += 1
    specs: dict[str, tuple[str, TableSpec]] = {}
    best: dict[str, int] = {}
    for candidate in (form, *others):
        for table in candidate.tables:
            count = seen[table.key, candidate.form]
            if table.key not in specs or count > best[table.key]:
                specs[table.key] = (candidate.form, table)
                best[table.key] = count
    return list(specs.values())


def _fill(reading: TableReading, own: list[SeenRow], sightings: Sequence[Sighting]) -> None:
    """Give each row of print to the row of the form that it is."""
    spec = reading.spec
    if spec.arrangement == "one_row":
        _fill_one_row(reading, own)
        return
    order = {row.key: place for place, row in enumerate(spec.rows)}

    def place_of(address: Address) -> int | None:
        return order.get(address[1]) if address[0] == spec.key else None

    settled: dict[str, tuple[tuple[bool, bool, bool], SeenRow]] = {}
    for row, (address, is_in_order) in zip(own, settle_order(own, place_of), strict=True):
        if address is None:
            reading.unknown.append(row)
            continue
        key = address[1]
        worth = (is_in_order, bool(row.pieces), key in settled and _has_head(spec, row, sightings))
        if key in settled and settled[key][0] >= worth:
            if row.pieces:
                reading.repeated.append(row)
            continue
        if key in settled and settled[key][1].pieces:
            reading.repeated.append(settled[key][1])
        settled[key] = (worth, row)
    rows = {key: row for key, (_, row) in settled.items()}
    for key in sorted(rows, key=order.__getitem__):
        row = rows[key]
        if not _is_bare_group(spec, key, row, rows):
            cells = tuple((key, column.key) for column in spec.columns)
            reading.rows.append(TableRow(row, spec.row(key), cells, _UNPLACED))


def _is_printed(spec: TableSpec, rows: Sequence[TableRow], sightings: Sequence[Sighting]) -> bool:
    """Whether the rows found are a printed table, not labels that prose mentions."""
    if not rows:
        return False
    if any(row.seen.block >= 0 for row in rows) or spec.arrangement == "one_row":
        return True
    if len(spec.leaf_rows) >= MIN_LONG_TABLE:
        return len(rows) >= MIN_LONG_TABLE // 2 and any(row.seen.pieces for row in rows)
    return any(row.seen.pieces for row in rows) or _has_head(spec, rows[0].seen, sightings)


def _has_head(spec: TableSpec, row: SeenRow, sightings: Sequence[Sighting]) -> bool:
    """Whether a head of the table stands right before a row."""
    before = (s for s in sightings if row.start - MAX_HEAD_DISTANCE <= s.start < row.start)
    return any(ref.table == spec.key and ref.role in ("column", "title") for s in before for ref in s.refs)


def _is_bare_group(spec: TableSpec, key: str, row: SeenRow, settled: dict[str, SeenRow]) -> bool:
    """Whether a row is a group label without values of its own; marks or blanks beside it are none."""
    if not spec.row(key).is_group:
        return False
    if not any(parse_value(piece.text).state == "value" for piece in row.pieces):
        return True
    if (spec.key, key) not in label_index().leaves:
        return True
    # Numbers after a group label are the group's own only if none of its rows is printed.
    return any(other.startswith(key + ".") for other in settled)


def _place_rows(reading: TableReading, layout: LineLayout | None, stream: Stream, max_readings: int) -> None:
    """Place the values of every row of a table, or list what they may be."""
    spec = reading.spec
    width = len(spec.cells) if spec.arrangement == "one_row" else len(spec.columns)
    flow = [row.seen for row in reading.rows if row.seen.block < 0]
    by_line = _place_flow(flow, spec, width, layout, stream)
    learnt = learn_columns([row.seen for row in reading.rows if row.seen.block >= 0], width)
    for row in reading.rows:
        seen = row.seen
        if seen.block >= 0:
            place: Place | None = place_in_grid(seen, _columns_under_heads(seen, spec), learnt, width)
        else:
            place = by_line.get(id(seen))
        row.place = place or doubt(seen.pieces, width, max_readings)
    if spec.arrangement == "one_row":
        # A number or two near the heads are no row of this table.
        reading.rows = [r for r in reading.rows if isinstance(r.place, Placement) or len(r.seen.pieces) > 2]


def _place_flow(
    rows: Sequence[SeenRow], spec: TableSpec, width: int, layout: LineLayout | None, stream: Stream
) -> dict[int, Placement]:
    """The rows of running text whose values have one place only, by the identity of the row."""
    strays = stream.strays.get(spec.key, 0)
    if not rows or strays > max(width + 1, 2) or any(len(row.pieces) > 2 * width for row in rows):
        return {}  # the order of print is lost: labels and values stand apart
    last = max(rows, key=lambda row: row.start)
    is_inline = 2 * sum(_is_inline(row) for row in rows if row.pieces) > sum(bool(row.pieces) for row in rows)
    placed: dict[int, Placement] = {}
    for row in rows:
        place = _place_in_stream(row, spec, width, layout, is_last=row is last)
        # Beside a label on one line a lone number on another line may be a page number.
        is_lone = is_inline and not _is_inline(row) and len({piece.line for piece in row.pieces}) != 1
        if place is not None and not is_lone and not (row.has_stray and not row.pieces):
            placed[id(row)] = place
    partial = [row for row in rows if id(row) not in placed and not row.has_stray and len(row.pieces) < width]
    if partial and is_inline and width > 1:
        placed.update(_place_by_place(partial, rows, width, stream))
    return placed


def _is_inline(row: SeenRow) -> bool:
    """Whether all values of a row stand on lines of its label."""
    return all(row.lines[0] <= piece.line <= row.lines[1] for piece in row.pieces)


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
    return len(inside) == 1 and pieces[width].gap > max(inside)


def _place_in_stream(
    row: SeenRow, spec: TableSpec, width: int, layout: LineLayout | None, *, is_last: bool
) -> Placement | None:
    if len(row.pieces) == width:
        return Placement(tuple(row.pieces))
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


def _fill_one_row(reading: TableReading, own: list[SeenRow]) -> None:
    """A table whose values all stand in one printed row, under heads of several levels."""
    spec = reading.spec
    width = len(spec.cells)
    valued = [row for row in own if any(parse_value(piece.text).state == "value" for piece in row.pieces)]
    marked = [row for row in own if any(piece.text for piece in row.pieces)]
    row = next((r for r in valued if len(r.pieces) == width), None)
    row = row or next((r for r in marked if len(r.pieces) == width), None) or next(iter(valued or marked), None)
    if row is not None:
        reading.rows.append(TableRow(row, None, spec.cells, _UNPLACED))


def _sort_in_unknown(readings: Sequence[TableReading], rows: Sequence[SeenRow]) -> None:
    """Give each row without a known label to the table whose rows stand before and after it."""
    owner: dict[int, TableReading] = {id(r.seen): reading for reading in readings for r in reading.rows}
    before: TableReading | None = None
    waiting: list[SeenRow] = []
    for row in rows:
        reading = owner.get(id(row))
        if reading is not None:
            if before is not None and before.spec.section == reading.spec.section:
                for other in waiting:
                    before.unknown.append(other)
            before, waiting = reading, []
        elif not row.addresses and row.pieces and row.start < row.end:
            waiting.append(row)
    if before is not None:
        for row in waiting:
            if row.block >= 0 and row.block == before.rows[-1].seen.block:
                before.unknown.append(row)


def printed_pieces(row: TableRow) -> tuple[Piece, ...]:
    """The pieces of a row that print something."""
    return tuple(piece for piece in row.seen.pieces if piece.text)
