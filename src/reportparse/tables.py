"""Rows of print to tables of the form: each row under its key, its values in their columns, or in doubt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .align import Address, Piece, SeenRow, Sighting, settle_order
from .forms import CellKey, FormSpec, RowSpec, TableSpec
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


def read_tables(
    rows: Sequence[SeenRow],
    sightings: Sequence[Sighting],
    strays: Mapping[str, int],
    form: FormSpec,
    others: Sequence[FormSpec],
    max_readings: int,
) -> list[tuple[str, TableReading]]:
    """Sort rows of print into the tables of a form, and place their values.

    Args:
        rows: All rows seen, in the order of print.
        sightings: All labels seen.
        strays: Values in running text that no row took, by table: many of them mean that the order of print is lost.
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
            _fill(reading, own)
            if reading.rows:
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
        _place_rows(reading, layout, strays.get(reading.spec.key, 0), max_readings)
    _sort_in_unknown(readings, rows)
    return list(zip(forms, readings, strict=True))


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


def _fill(reading: TableReading, own: list[SeenRow]) -> None:
    """Give each row of print to the row of the form that it is."""
    spec = reading.spec
    if spec.arrangement == "one_row":
        _fill_one_row(reading, own)
        return
    order = {row.key: place for place, row in enumerate(spec.rows)}

    def place_of(address: Address) -> int | None:
        return order.get(address[1]) if address[0] == spec.key else None

    settled: dict[str, SeenRow] = {}
    in_order: set[str] = set()
    for row, (address, is_in_order) in zip(own, settle_order(own, place_of), strict=True):
        if address is None:
            reading.unknown.append(row)
            continue
        key = address[1]
        before = settled.get(key)
        if before is None or (is_in_order, bool(row.pieces)) > (key in in_order, bool(before.pieces)):
            settled[key] = row
            row, before = before, row
        if is_in_order:
            in_order.add(key)
        if row is not None and row.pieces:
            reading.repeated.append(row)
    for key in sorted(settled, key=order.__getitem__):
        row = settled[key]
        if not _is_bare_group(spec, key, row, settled):
            cells = tuple((key, column.key) for column in spec.columns)
            reading.rows.append(TableRow(row, spec.row(key), cells, _UNPLACED))
    if not any(row.seen.pieces for row in reading.rows):
        reading.rows.clear()


def _is_bare_group(spec: TableSpec, key: str, row: SeenRow, settled: dict[str, SeenRow]) -> bool:
    """Whether a row is a group label without values of its own; marks or blanks beside it are none."""
    if not spec.row(key).is_group:
        return False
    if not any(parse_value(piece.text).state == "value" for piece in row.pieces):
        return True
    # Numbers after a group label are the group's own only if none of its rows is printed.
    return any(other.startswith(key + ".") for other in settled)


def _place_rows(reading: TableReading, layout: LineLayout | None, strays: int, max_readings: int) -> None:
    """Place the values of every row of a table, or list what they may be."""
    spec = reading.spec
    if spec.arrangement == "one_row":
        widths = len(spec.cells)
    else:
        widths = len(spec.columns)
    flow = [row.seen for row in reading.rows if row.seen.block < 0]
    is_disordered = strays > max(widths, 2) or any(len(row.pieces) > 2 * widths for row in flow)
    learnt = learn_columns([row.seen for row in reading.rows if row.seen.block >= 0], widths)
    last = max(reading.rows, key=lambda row: row.seen.start).seen
    for row in reading.rows:
        seen = row.seen
        place: Place | None = None
        if seen.block >= 0:
            place = place_in_grid(seen, _columns_under_heads(seen, spec), learnt, widths)
        elif not is_disordered:
            place = _place_in_stream(seen, spec, widths, layout, is_last=seen is last)
        row.place = place or doubt(seen.pieces, widths, max_readings)


def _place_in_stream(
    row: SeenRow, spec: TableSpec, width: int, layout: LineLayout | None, *, is_last: bool
) -> Place | None:
    if len(row.pieces) == width:
        return Placement(tuple(row.pieces))
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
    # A number or two near the heads are no row of this table.
    if row is not None and len(row.pieces) > 2:
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
