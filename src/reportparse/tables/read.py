"""Rows of print to tables of the form: each row under its key, its values in their columns, or in doubt."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..forms import CellSpec, FormSpec, RowSpec, TableSpec
from ..text.keys import match_key
from ..text.labels import label_index
from ..text.values import parse_value
from .align import settle_order
from .placing import (
    MIN_TRUSTED_WIDTH,
    Place,
    Stream,
    Surroundings,
    drop_page_numbers,
    find_scattered,
    place_rows,
)
from .readings import Doubt, Placement, doubt_order, learn_line_layout
from .recognize import FormChoice
from .rows import SeenRow, Sighting

# A head stands at most this many characters before the first row of a short table.
MAX_HEAD_DISTANCE = 60
# Of a table with this many rows at least half as many are found, or a head, or a whole row of a wide table.
MIN_LONG_TABLE = 8

# A shorter run of numbers that count up may be values.
MIN_NUMBERING = 5

# A damaged label may differ from the form's in this share of its characters.
MAX_LABEL_DAMAGE = 0.3
_UNPLACED = Doubt((), 0, complete=False)


@dataclass(slots=True)
class TableRow:
    """A printed row of a table: the cells it fills, and where its values stand or may stand."""

    seen: SeenRow
    row: RowSpec | None  # None for a table printed in one row
    cells: tuple[CellSpec, ...]
    place: Place
    is_approximate: bool = False  # found by a label that is damaged
    rivals: tuple[SeenRow, ...] = ()  # rows outside the order of the form that its label names as well


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
    stream: Stream,
    choice: FormChoice,
    max_readings: int,
) -> list[tuple[str, TableReading]]:
    """Sort rows of print into the tables of a form, and place their values.

    Args:
        rows: All rows seen, in the order of print.
        sightings: All labels seen.
        stream: The running text.
        choice: The form that the print follows, and the other forms: a table that only they have is read after them.
        max_readings: Bound on the count of readings of a doubtful row.

    Returns:
        One reading per printed table with the key of the form it was read by, in the order of the forms.
    """
    readings: list[TableReading] = []
    forms: list[str] = []
    rows_of: dict[str, list[SeenRow]] = defaultdict(list)
    for seen in rows:
        for table, _ in seen.addresses:
            own = rows_of[table]
            if not own or own[-1] is not seen:
                own.append(seen)
    heads = _Heads(sightings)
    for name, spec in _specs(choice, rows_of):
        reading = TableReading(spec)
        _fill(reading, rows_of[spec.key], heads)
        if _is_printed(spec, reading.rows, heads):
            forms.append(name)
            readings.append(reading)
    strange = [row for row in rows if not row.addresses and row.pieces]
    if any(map(_may_be_damaged, strange)):
        for reading in readings:
            _adopt_damaged(reading, rows)
    _place_all(readings, sightings, stream, max_readings)
    kept = [(name, reading) for name, reading in zip(forms, readings, strict=True) if reading.rows]
    if strange:
        _sort_in_unknown([reading for _, reading in kept], rows)
    return kept


def _place_all(
    readings: Sequence[TableReading], sightings: Sequence[Sighting], stream: Stream, max_readings: int
) -> None:
    """Place the values of every table by what the whole text tells."""
    flows = [(reading.spec, [row.seen for row in reading.rows if row.seen.block < 0]) for reading in readings]
    flow = [(row, spec) for spec, rows in flows if spec.arrangement != "one_row" for row in rows]
    drop_page_numbers(flow, stream)
    around = Surroundings(
        stream,
        learn_line_layout([(row, len(spec.columns)) for row, spec in flow]),
        find_scattered(flows, sightings, stream),
        max_readings,
    )
    starts = [min([row.seen.start for row in reading.rows]) for reading in readings]
    ends = [*sorted(starts), stream.end]
    for reading, start in zip(readings, starts, strict=True):
        end = ends[bisect_right(ends, start, hi=len(starts))]
        places = place_rows([row.seen for row in reading.rows], reading.spec, end, around)
        for row, place in zip(reading.rows, places, strict=True):
            is_contested = row.rivals and isinstance(place, Placement)
            row.place = _doubt_among(row, max_readings) if is_contested else place
        if reading.spec.arrangement == "one_row":
            # A number or two near the heads are no row of this table.
            reading.rows = [r for r in reading.rows if isinstance(r.place, Placement) or len(r.seen.pieces) > 2]


def _doubt_among(row: TableRow, max_readings: int) -> Doubt:
    """The doubt of a row that only its order tells from others with its label, which stand out of that order."""
    pool = [piece for seen in (row.seen, *row.rivals) for piece in seen.pieces]
    return doubt_order(pool, len(row.cells), max_readings)


def _specs(choice: FormChoice, keys: Container[str]) -> list[tuple[str, TableSpec]]:
    """The table of each of these keys from the form whose heads are printed; the chosen form wins a tie."""
    specs: dict[str, tuple[str, TableSpec]] = {}
    best: dict[str, int] = {}
    for form in (choice.form, *choice.others) if choice.form else ():
        for table in form.tables:
            if table.key not in keys:
                continue
            count = choice.heads.get((table.key, form.form), 0)
            if table.key not in specs or count > best[table.key]:
                specs[table.key] = (form.form, table)
                best[table.key] = count
    return list(specs.values())


def unread_tables(
    readings: Sequence[tuple[str, TableReading]], sightings: Sequence[Sighting], form: FormSpec
) -> list[tuple[TableSpec, Sighting]]:
    """Tables of the form whose heads are printed and of which no row was read, with the first head of each."""
    read = {reading.spec.key for _, reading in readings}
    missing = {spec.key: spec for spec in form.tables if spec.key not in read}
    if not missing:
        return []
    first: dict[str, Sighting] = {}
    named: dict[str, set[str]] = defaultdict(set)
    for sighting in sightings:
        refs = sighting.word.refs
        is_own = len({ref.table for ref in refs}) == 1
        for ref in refs:
            if ref.table in missing and ref.role in ("column", "title"):
                first.setdefault(ref.table, sighting)
            if ref.table in missing and is_own:
                named[ref.table].add(ref.key)
    return [
        (spec, first[key])
        for key, spec in missing.items()
        if key in first and len(named[key]) > min(1, len(spec.columns) - 1)
    ]


class _Heads:
    """Where the heads of each table are printed."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self._sightings = sightings

    @cached_property
    def _starts(self) -> dict[str, list[int]]:
        starts: dict[str, list[int]] = defaultdict(list)
        for sighting in self._sightings:
            for table in sighting.word.refs.head_tables:
                starts[table].append(sighting.start)
        for places in starts.values():
            places.sort()
        return starts

    def stand_before(self, spec: TableSpec, row: SeenRow) -> bool:
        """Whether a head of the table stands right before a row."""
        starts = self._starts[spec.key]
        place = bisect_left(starts, row.start)
        return place > 0 and starts[place - 1] >= row.start - MAX_HEAD_DISTANCE


def _fill(reading: TableReading, own: list[SeenRow], heads: _Heads) -> None:
    """Give each row of print to the row of the form that it is."""
    spec = reading.spec
    if spec.arrangement == "one_row":
        _fill_one_row(reading, own)
        return
    settled: dict[str, tuple[tuple[bool, bool, bool], SeenRow]] = {}
    for row, (address, is_in_order) in zip(own, settle_order(own, spec.places), strict=True):
        if address is None:
            reading.unknown.append(row)
            continue
        _, key = address
        if key not in settled:
            settled[key] = ((is_in_order, bool(row.pieces), False), row)
            continue
        before, first = settled[key]
        worth = (is_in_order, bool(row.pieces), heads.stand_before(spec, row))
        if worth > before:
            settled[key] = (worth, row)
        dropped = first if worth > before else row
        if dropped.pieces and not spec.row(key).is_group:
            reading.repeated.append(dropped)
    for key in sorted(settled, key=spec.order.__getitem__):
        form_row, (_, row) = spec.row(key), settled[key]
        if not (form_row.is_group and _is_bare_group(spec, key, row, settled)):
            reading.rows.append(TableRow(row, form_row, spec.cells_of(key), _UNPLACED, rivals=_rivals(row, reading)))


def _rivals(row: SeenRow, reading: TableReading) -> tuple[SeenRow, ...]:
    """Rows whose label names several rows, and so does that of ``row``, and which the order could not settle."""
    if len(row.addresses) == 1 or not reading.unknown:
        return ()
    return tuple(other for other in reading.unknown if not set(other.addresses).isdisjoint(row.addresses))


def _is_printed(spec: TableSpec, rows: Sequence[TableRow], heads: _Heads) -> bool:
    """Whether the rows found are a printed table, not labels that prose mentions."""
    if not rows:
        return False
    if any(row.seen.block >= 0 for row in rows) or spec.arrangement == "one_row":
        return True
    if any(len(row.seen.pieces) == len(spec.columns) >= MIN_TRUSTED_WIDTH for row in rows):
        return True
    if len(spec.leaf_rows) >= MIN_LONG_TABLE and len(rows) >= MIN_LONG_TABLE // 2:
        return any(row.seen.pieces for row in rows)
    is_short = len(spec.leaf_rows) < MIN_LONG_TABLE
    return (is_short and any(row.seen.pieces for row in rows)) or heads.stand_before(spec, rows[0].seen)


def _is_bare_group(spec: TableSpec, key: str, row: SeenRow, settled: Iterable[str]) -> bool:
    """Whether the row of a group is a label without values of its own; marks or blanks beside it are none."""
    if not any(parse_value(piece.text).state == "value" for piece in row.pieces):
        return True
    if (spec.key, key) not in label_index().leaves:
        return True
    # Numbers after a group label are the group's own only if none of its rows is printed.
    return any(other.startswith(key + ".") for other in settled)


def _fill_one_row(reading: TableReading, own: list[SeenRow]) -> None:
    """A table whose values all stand in one printed row, under heads of several levels."""
    spec = reading.spec
    width = len(spec.cells)
    own = [row for row in own if not _is_numbering(row)]
    valued = [row for row in own if any(parse_value(piece.text).state == "value" for piece in row.pieces)]
    marked = [row for row in own if any(piece.text for piece in row.pieces)]
    row = next((r for r in valued if len(r.pieces) == width), None)
    row = row or next((r for r in marked if len(r.pieces) == width), None) or next(iter(valued or marked), None)
    row = row or next((r for r in own if len(r.pieces) == width), None)
    if row is not None:
        reading.rows.append(TableRow(row, None, spec.cell_specs, _UNPLACED))


def _is_numbering(row: SeenRow) -> bool:
    """Whether a row counts its columns, as data libraries and some authors print above a table: 0 1 2 3 and so on."""
    texts = [piece.text for piece in row.pieces if piece.text]
    if len(texts) < MIN_NUMBERING or texts[0] not in ("0", "1"):
        return False
    first = int(texts[0])
    return texts == [str(number) for number in range(first, first + len(texts))]


def _adopt_damaged(reading: TableReading, rows: Sequence[SeenRow]) -> None:
    """Let a row whose label fits none exactly be the one missing row that it fits nearly, between its neighbours."""
    spec = reading.spec
    if spec.arrangement == "one_row":
        return
    order = spec.order
    known = {id(row.seen): order[row.row.key] for row in reading.rows if row.row is not None}
    settled = {row.row.key for row in reading.rows if row.row is not None}
    before: int | None = None
    waiting: list[SeenRow] = []
    for row in rows:
        after = known.get(id(row))
        if after is None:
            waiting += [row] if before is not None and _may_be_damaged(row) else []
            continue
        missing = [r for r in spec.leaf_rows if r.key not in settled and (before or 0) < order[r.key] < after]
        for damaged in waiting:
            fits = [r for r in missing if _nearly_names(damaged.key, r)]
            if len(fits) == 1:
                cells = spec.cells_of(fits[0].key)
                reading.rows.append(TableRow(damaged, fits[0], cells, _UNPLACED, is_approximate=True))
                settled.add(fits[0].key)
                missing.remove(fits[0])
        before, waiting = after, []
    reading.rows.sort(key=lambda row: order[row.row.key] if row.row else 0)


def _may_be_damaged(row: SeenRow) -> bool:
    """Whether a row holds values after a label that names none."""
    return not row.addresses and bool(row.key) and bool(row.pieces)


def _nearly_names(key: str, row: RowSpec) -> bool:
    """Whether a printed key is a label of the row but for a few characters."""
    import regex

    for label in row.labels:
        wanted = match_key(label)
        errors = int(len(wanted) * MAX_LABEL_DAMAGE)
        if errors and abs(len(key) - len(wanted)) <= errors and regex.fullmatch(f"(?:{wanted}){{e<={errors}}}", key):
            return True
    return False


def _sort_in_unknown(readings: Sequence[TableReading], rows: Sequence[SeenRow]) -> None:
    """Give each row without a known label to the table whose rows stand before and after it."""
    owner = {id(r.seen): reading for reading in readings for r in reading.rows}
    before: TableReading | None = None
    waiting: list[SeenRow] = []
    for row in rows:
        reading = owner.get(id(row))
        if reading is not None:
            if before is not None and before.spec.section == reading.spec.section:
                before.unknown += waiting
            elif before is None:
                width = len(reading.spec.columns)
                reading.unknown += [o for o in waiting if len(o.pieces) == width and o.block == row.block]
            before, waiting = reading, []
        elif not row.addresses and row.pieces and row.start < row.end:
            waiting.append(row)
    if before is not None:
        for row in waiting:
            if row.block >= 0 and row.block == before.rows[-1].seen.block:
                before.unknown.append(row)
