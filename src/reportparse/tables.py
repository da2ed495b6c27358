"""Rows of print to tables of the form: each row under its key, its values in their columns, or in doubt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from .align import Address, Piece, SeenRow, Sighting, settle_order
from .forms import CellKey, FormSpec, RowSpec, TableSpec
from .readings import Doubt, Placement, cell_gap, doubt, place_by_gaps, place_in_grid
from .values import parse_value

Place = Placement | Doubt


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
    rows: Sequence[SeenRow], sightings: Sequence[Sighting], form: FormSpec, others: Sequence[FormSpec], max_readings: int
) -> list[TableReading]:
    """Sort rows of print into the tables of a form, and place their values.

    Args:
        rows: All rows seen, in the order of print.
        sightings: All labels seen.
        form: The form that the print follows.
        others: The other forms: a table that only they have is read after them.
        max_readings: Bound on the count of readings of a doubtful row.

    Returns:
        One reading per printed table, in the order of the forms.
    """
    readings = []
    for spec in _specs(sightings, form, others):
        own = [row for row in rows if any(table == spec.key for table, _ in row.addresses)]
        if own:
            reading = TableReading(spec)
            _fill(reading, own, max_readings)
            if reading.rows:
                readings.append(reading)
    _sort_in_unknown(readings, rows)
    return readings


def _specs(sightings: Sequence[Sighting], form: FormSpec, others: Sequence[FormSpec]) -> list[TableSpec]:
    """The table of each key from the form whose heads are printed; the chosen form wins a tie."""
    seen: Counter[tuple[str, str]] = Counter()
    for table, _, name in {
        (ref.table, ref.key, name) for s in sightings for ref in s.refs if ref.role == "column" for name in ref.forms
    }:
        seen[table, name] += 1
    specs: dict[str, TableSpec] = {}
    best: dict[str, int] = {}
    for candidate in (form, *others):
        for table in candidate.tables:
            count = seen[table.key, candidate.form]
            if table.key not in specs or count > best[table.key]:
                specs[table.key] = table
                best[table.key] = count
    return list(specs.values())


def _fill(reading: TableReading, own: list[SeenRow], max_readings: int) -> None:
    spec = reading.spec
    if spec.arrangement == "one_row":
        _fill_one_row(reading, own, max_readings)
        return
    order = {row.key: place for place, row in enumerate(spec.rows)}

    def place_of(address: Address) -> int | None:
        return order.get(address[1]) if address[0] == spec.key else None

    settled: dict[str, SeenRow] = {}
    for row, address in zip(own, settle_order(own, place_of), strict=True):
        if address is None:
            reading.unknown.append(row)
        elif address[1] not in settled or (not settled[address[1]].pieces and row.pieces):
            settled[address[1]] = row
        elif row.pieces:
            reading.repeated.append(row)
    values = {key: row for key, row in settled.items() if not _is_bare_group(spec, key, row, settled)}
    if not any(row.pieces for row in values.values()):
        return
    width = len(spec.columns)
    flow = [row for row in values.values() if row.block < 0]
    is_disordered = any(len(row.pieces) > 2 * width for row in flow)
    gap, after = cell_gap(flow, width), _gap_after(flow, width)
    for key in sorted(values, key=order.__getitem__):
        row = values[key]
        cells = tuple((key, column.key) for column in spec.columns)
        place = _place(row, spec, width, gap, after) if not is_disordered else None
        if place is None:
            place = doubt(row.pieces, width, max_readings)
        reading.rows.append(TableRow(row, spec.row(key), cells, place))


def _is_bare_group(spec: TableSpec, key: str, row: SeenRow, settled: dict[str, SeenRow]) -> bool:
    """Whether a row is a group label without values of its own; marks or blanks beside it are none."""
    if not spec.row(key).is_group:
        return False
    if not any(parse_value(piece.text).state == "value" for piece in row.pieces):
        return True
    # Numbers after a group label are the group's own only if none of its rows is printed.
    return any(other.startswith(key + ".") for other in settled)


def _gap_after(rows: Sequence[SeenRow], width: int) -> int | None:
    gaps = Counter(row.gap_after for row in rows if len(row.pieces) == width and row.gap_after >= 0)
    return gaps.most_common(1)[0][0] if gaps else None


def _place(row: SeenRow, spec: TableSpec, width: int, gap: int | None, after: int | None) -> Place | None:
    if row.block >= 0:
        return place_in_grid(row, _columns_under_heads(row, spec), width)
    if len(row.pieces) == width:
        return Placement(tuple(row.pieces))
    if len(row.pieces) > width:
        return None
    if not row.pieces and width == 1:
        return Placement((None,))
    return place_by_gaps(row, width, gap, after) if gap is not None else None


def _columns_under_heads(row: SeenRow, spec: TableSpec) -> list[frozenset[int]]:
    under: dict[str, set[int]] = defaultdict(set)
    for column, refs in row.heads.items():
        for ref in refs:
            if ref.role == "column" and ref.table == spec.key:
                under[ref.key].add(column)
    return [frozenset(under[column.key]) for column in spec.columns]


def _fill_one_row(reading: TableReading, own: list[SeenRow], max_readings: int) -> None:
    """A table whose values all stand in one printed row, under heads of several levels."""
    spec = reading.spec
    width = len(spec.cells)
    valued = [row for row in own if any(parse_value(piece.text).state == "value" for piece in row.pieces)]
    marked = [row for row in own if any(piece.text for piece in row.pieces)]
    row = next((r for r in valued if len(r.pieces) == width), None)
    row = row or next((r for r in marked if len(r.pieces) == width), None) or next(iter(valued or marked), None)
    if row is None:
        return
    place: Place | None = None
    if row.block >= 0:
        leaves = [
            column
            for column, refs in sorted(row.heads.items())
            if any(ref.role == "column" and ref.table == spec.key for ref in refs)
        ]
        columns = [frozenset((leaf,)) for leaf in leaves] if len(leaves) == width else [frozenset[int]()]
        place = place_in_grid(row, columns, width)
    elif len(row.pieces) == width:
        place = Placement(tuple(row.pieces))
    if place is None and len(row.pieces) <= 2:
        return  # a number or two near the heads are no row of this table
    reading.rows.append(TableRow(row, None, spec.cells, place or doubt(row.pieces, width, max_readings)))


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
