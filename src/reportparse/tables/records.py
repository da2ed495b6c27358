"""Tables as read to typed records: states, values, units, places in the source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from ..document import Places
from ..forms import CellSpec, TableSpec, ValueType
from ..kinds import Finding, Place
from ..spans import Span
from ..text.normalize import NormalText
from ..text.values import BLANK, CellValue, parse_value
from .read import TableReading, TableRow
from .readings import MAX_LISTED_CANDIDATES, Doubt, Placement
from .rows import Piece, SeenRow, Sighting

_LINE_BREAK_RE = re.compile(r"\s*\n\s*")
_UNIT_IN_HEAD_RE = re.compile(r"[（(](?:单位[:：]?)?(万元|亿元|元|件|条|项|个)[)）]")

# Where a cell stands, what is printed there, and its path.
_Print = tuple[Span, str, str | None]


@dataclass(slots=True)
class RecordSet:
    """Plain values for the models: one dict per record, row or finding; records by the place of their cell."""

    records: dict[Place, dict[str, Any]] = field(default_factory=dict)
    uncertain_rows: list[dict[str, Any]] = field(default_factory=list)
    unknown_rows: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any] | Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Origin:
    """What records are made from and point back to.

    Attributes:
        normal: The normal text that the places of tables count in.
        places: The way from the source text to the file, if the file is not the text itself.
        head_units: Units printed in the heads, by table and column key.
    """

    normal: NormalText
    places: Places | None
    head_units: dict[tuple[str, str], str]

    def paths(self, spans: Sequence[Span]) -> Sequence[str | None]:
        """Where in the file stretches of the source stand."""
        return [None] * len(spans) if self.places is None else self.places.paths(spans)


def build_records(
    readings: Sequence[TableReading], origin: Origin, unread: Sequence[tuple[TableSpec, Sighting]] = ()
) -> RecordSet:
    """The records of all tables, in the order of the form.

    Args:
        readings: Tables as read.
        origin: What they were read from.
        unread: Tables whose heads are printed and no row was read of.

    Returns:
        Records, uncertain rows, unknown rows and findings as plain dicts that the models accept.
    """
    made, normal = RecordSet(), origin.normal
    prints = _prints(readings, origin)
    for reading in readings:
        for row in reading.rows:
            if row.is_approximate:
                _tell_approximate(made, row, normal)
            if isinstance(row.place, Placement):
                _certain_row(made, reading.spec, row, row.place, origin, prints)
            else:
                _doubtful_row(made, reading.spec, row, row.place, normal)
        for seen in reading.unknown:
            _unknown_row(made, reading.spec, seen, normal, is_told=True)
        for seen in reading.repeated:
            _unknown_row(made, reading.spec, seen, normal, is_told=False)
        if reading.repeated:
            _tell_repeated(made, reading, normal)
    for spec, head in unread:
        message = f"heads of table {spec.key} are printed, but no values could be told to be its own"
        span = normal.source_span(head.start, head.end)
        made.findings.append({"code": "table_unread", "severity": "warning", "message": message, "spans": (span,)})
    return made


def printed_units(sightings: Sequence[Sighting], text: str) -> dict[tuple[str, str], str]:
    """Units that heads of columns print in brackets, by the table and the key of the column.

    Example:
        >>> from reportparse.tables.rows import Token
        >>> from reportparse.text.words import Words
        >>> head = "本年收费金额（单位：万元）"
        >>> printed_units([Token(0, len(head), Words()[head])], head)["article_20_8", "fees_collected"]
        '万元'
    """
    units: dict[tuple[str, str], str] = {}
    for sighting in sightings:
        refs = sighting.word.refs
        if refs.column_tables and (unit := _UNIT_IN_HEAD_RE.search(text, sighting.start, sighting.end)):
            units.update({(ref.table, ref.key): unit[1] for ref in refs if ref.role == "column"})
    return units


def _printed_label(row: TableRow, normal: NormalText) -> str | None:
    """The label as printed; None where that of the form stands for it."""
    if row.row is None or row.seen.is_torn:
        return None
    return _on_one_line(normal, row.seen.start, row.seen.end)


def _on_one_line(normal: NormalText, start: int, end: int) -> str:
    """What is printed, without line breaks and the blanks beside them."""
    span = normal.source_span(start, end)
    printed = normal.source[span.start : span.end]
    return _LINE_BREAK_RE.sub("", printed) if "\n" in printed else printed


def _certain_row(
    made: RecordSet, spec: TableSpec, row: TableRow, place: Placement, origin: Origin, prints: Iterator[_Print]
) -> None:
    normal, head_units, row_unit = origin.normal, origin.head_units, row.seen.unit
    label = _printed_label(row, normal)
    records = made.records
    for cell, piece, (span, raw, path) in zip(row.cells, place.cells, islice(prints, len(row.cells)), strict=True):
        state, value, unit, note = parse_value(piece.word.text, cell.type) if piece is not None else BLANK
        if unit is None and head_units:
            unit = head_units.get((spec.key, cell.column))
        fields = cell.draft.copy()
        if label:
            fields["label"] = label
        if unit or row_unit:
            fields["unit"] = unit or row_unit
        fields["raw"] = raw
        fields["state"] = state
        fields["value"] = value
        fields["span"] = span
        fields["path"] = path
        records[cell.place] = fields
        if note or state == "unreadable":
            _tell_cell(made, spec, cell, CellValue(state, value, unit, note), span, normal)


def _prints(readings: Sequence[TableReading], origin: Origin) -> Iterator[_Print]:
    """What every cell of the rows that are certain prints, row after row; all places are looked up at once."""
    places: list[tuple[int, int]] = []
    for reading in readings:
        for row in reading.rows:
            if isinstance(row.place, Placement):
                end = row.seen.end
                for piece in row.place.cells:
                    # A cell that prints nothing stands, empty, behind the one before it.
                    start, end = (end, end) if piece is None else (piece.start, piece.end)
                    places.append((start, end))
    source, spans = origin.normal.source, origin.normal.map.source_spans(places)
    return zip(spans, [source[start:end] for start, end in spans], origin.paths(spans), strict=True)


def _doubtful_row(made: RecordSet, spec: TableSpec, row: TableRow, place: Doubt, normal: NormalText) -> None:
    pieces = [piece for piece in row.seen.pieces if piece.text]
    made.uncertain_rows.append(
        {
            "table": spec.key,
            "row": row.row.key if row.row else "",
            "tokens": tuple(_printed(piece.start, piece.end, normal) for piece in pieces),
            "readings": place.readings,
            "complete": place.complete,
        }
    )
    label, cells = _printed_label(row, normal), []
    known: dict[tuple[int, ValueType], tuple[str | None, dict[str, Any]]] = {}
    for cell, options in zip(row.cells, place.options, strict=True):
        kind = id(options), cell.type  # where nothing tells the cells of a row apart, all have the very same options
        if kind not in known:
            known[kind] = _candidates(options, cell.type)
        state, candidates = known[kind]
        cells.append({"table": spec.key, "row": cell.row, "column": cell.column})
        doubtful = {"label": label or cell.label, "state": state, "certain": False, "candidates": candidates}
        made.records[cell.place] = cell.draft | doubtful
    count, width = len(pieces), len(row.cells)
    span = normal.source_span(row.seen.start, max(row.seen.end, pieces[-1].end if pieces else 0))
    named = f"row {label or row.cells[0].label}"
    message = f"{named}: {_values(count)} printed for {width} cells and nothing tells which cells they fill"
    made.findings.append(
        {"code": "row_uncertain", "severity": "warning", "message": message, "spans": (span,), "cells": tuple(cells)}
    )


def _values(count: int) -> str:
    return "1 value is" if count == 1 else f"{count or 'no'} values are"


def _candidates(options: Sequence[Piece | None], kind: ValueType) -> tuple[str | None, dict[str, Any]]:
    """The state that all options agree on, and the values that a doubtful cell may have."""
    # In the order of print: of two numbers that are equal and not the same, 2 and 2.0, the first one stands.
    texts = dict.fromkeys(["" if piece is None else piece.word.text for piece in options])
    read = [parse_value(text, kind) for text in texts]
    states = {cell.state for cell in read}
    numbers = sorted(dict.fromkeys(cell.value for cell in read if cell.value is not None))
    has_none = any(cell.value is None for cell in read)
    state = next(iter(states)) if len(states) == 1 else None
    if len(numbers) > MAX_LISTED_CANDIDATES:
        return state, {"min": numbers[0], "max": numbers[-1]}
    values: tuple[int | Decimal | None, ...] = (*numbers, None) if has_none else tuple(numbers)
    return state, {"values": values}


def _unknown_row(made: RecordSet, spec: TableSpec, seen: SeenRow, normal: NormalText, *, is_told: bool) -> None:
    end = max((seen.end, *(piece.end for piece in seen.pieces)))
    span = normal.source_span(seen.start, end)
    printed = _on_one_line(normal, seen.start, seen.end)
    made.unknown_rows.append(
        {
            "table": spec.key,
            "label": printed,
            "cells": tuple(_printed(piece.start, piece.end, normal) for piece in seen.pieces),
            "span": span,
        }
    )
    if not is_told:
        return
    message = f"row {printed!r} is no row of the form; it is kept as printed"
    made.findings.append({"code": "row_unknown", "severity": "note", "message": message, "spans": (span,)})


def _tell_approximate(made: RecordSet, row: TableRow, normal: NormalText) -> None:
    span = normal.source_span(row.seen.start, row.seen.end)
    printed, wanted = normal.source[span.start : span.end], row.row.label if row.row else ""
    message = f"the label {printed!r} is damaged; by its place and most of its characters it is {wanted!r}"
    made.findings.append({"code": "label_approximate", "severity": "note", "message": message, "spans": (span,)})


def _tell_repeated(made: RecordSet, reading: TableReading, normal: NormalText) -> None:
    spans = tuple(normal.source_span(row.start, row.end) for row in reading.repeated)
    message = f"table {reading.spec.key} prints {len(spans)} of its rows more than once; the first print is read"
    made.findings.append({"code": "row_repeated", "severity": "warning", "message": message, "spans": spans})


def _printed(start: int, end: int, normal: NormalText) -> dict[str, Any]:
    span = normal.source_span(start, end)
    return {"raw": normal.source[span.start : span.end], "span": span}


_CELL_NOTES = {
    "footnote_mark": ("note", "a raised mark stands after the number {value} and is no part of it"),
    "number_joined": ("note", "a number is broken by white space; it is read as {value}"),
    "change_netted": ("note", "a rise and a fall are printed; the net change {value} is read"),
}


def _tell_cell(
    made: RecordSet, spec: TableSpec, cell: CellSpec, printed: CellValue, span: Span, normal: NormalText
) -> None:
    severity, text = _CELL_NOTES.get(
        printed.note or "", ("warning", "what is printed is no number; it is kept as printed")
    )
    raw = normal.source[span.start : span.end]
    where = f"row {cell.label}, column {spec.column(cell.column).label}"
    made.findings.append(
        {
            "code": printed.note or "cell_unreadable",
            "severity": severity,
            "message": f"{where}: {raw!r}: {text.format(value=printed.value)}",
            "spans": (span,),
            "cells": ({"table": spec.key, "row": cell.row, "column": cell.column},),
        }
    )
