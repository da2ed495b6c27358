"""What a report gives to each table of a dataset: its rows, read in one pass, in columns that grow by them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from operator import attrgetter, itemgetter
from typing import Any, Protocol

from ..forms import form_keys, load_form
from ..judgement.rules import Place, load_rules
from ..models import Candidates, CellRef, Report, Section
from .arrays import Numbering, Sparse, decimals, lists, structs
from .schemas import arrow_type

# What of a report has no table of its own.
_MORE = {"declared", "uncertain_rows", "unknown_rows", "unknown_tables", "unassigned"}
_PLAIN_REPORT_FIELDS = (
    *("authority", "authority_from", "year", "form", "form_evidence", "schema_version", "reportparse_version"),
)
_SOURCE_FIELDS = (
    *("name", "sha256", "url", "date", "media_type", "encoding", "encoding_evidence", "script", "length"),
)
_STATUSES = ("passed", "failed", "undecided")
_SEVERITIES = ("error", "warning", "note")
# The fields of a model stand in a plain dict; reading them there takes a third of the time of as many attributes.
_report_values = itemgetter(*_PLAIN_REPORT_FIELDS)
_source_values = itemgetter(*_SOURCE_FIELDS)
_part_values = attrgetter("name", "media_type", "sha256", "url", "span.start", "span.end")
_fields = attrgetter("__dict__")
_place_values = itemgetter("table", "row", "column", "label", "unit")
_certain = itemgetter("certain")
_NOWHERE = (None, None)
_cell_values = itemgetter("table", "row", "column")


class Columns(Protocol):
    """The columns of a table; what the report as a whole says of a row is left out."""

    def add(self, report: Report) -> int:
        """Take the rows of a report; how many they are."""

    def arrays(self) -> dict[str, Any]:
        """Arrays, or lists of values, by the names of the columns."""


class _Rows:
    """Columns of a table of few rows: each row is read as a whole."""

    def __init__(self, names: Sequence[str], read: Callable[[Report], Iterable[tuple[Any, ...]]]) -> None:
        self._names = names
        self._read = read
        self._rows: list[tuple[Any, ...]] = []

    def add(self, report: Report) -> int:
        """See :class:`Columns`."""
        before = len(self._rows)
        self._rows += self._read(report)
        return len(self._rows) - before

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        return dict(zip(self._names, zip(*self._rows, strict=True), strict=True))


def _report_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    title, period, certain = report.title, report.period, [record.certain for record in report.records]
    statuses: list[str] = [check.status for check in report.checks]
    severities: list[str] = [finding.severity for finding in report.findings]
    yield (
        *_report_values(_fields(report)),
        *_source_values(_fields(report.source)),
        *((title.text, *title.span) if title else (None, None, None)),
        *(map(date.fromisoformat, period) if period else (None, None)),
        list(map(_part_values, report.source.parts)) or None,
        len(certain),
        certain.count(False),
        *map(statuses.count, _STATUSES),
        *map(severities.count, _SEVERITIES),
        report.model_dump_json(include=_MORE),
    )


_REPORT_NAMES = (
    *_PLAIN_REPORT_FIELDS,
    *_SOURCE_FIELDS,
    *("title", "title_start", "title_end", "period_start", "period_end", "parts", "records", "doubtful"),
    *(f"checks_{status}" for status in _STATUSES),
    *(f"{severity}s" for severity in _SEVERITIES),
    "more",
)


def _section_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    normal = report._normal
    for place, (parent, section) in enumerate(_flat(report.sections)):
        span = section.span
        text = None if normal is None else normal.text_of(span)
        head = (place, parent, section.kind, section.also, section.number, section.heading)
        yield (*head, *span, section.empty, text)


_SECTION_NAMES = ("section", "parent", "kind", "also", "number", "heading", "start", "end", "is_empty", "text")


def _flat(sections: Sequence[Section]) -> Iterator[tuple[int | None, Section]]:
    """Sections and subsections in printed order, each with the number of the one that holds it."""
    waiting: list[tuple[int | None, Section]] = [(None, section) for section in reversed(sections)]
    count = 0
    while waiting:
        parent, section = waiting.pop()
        yield parent, section
        waiting += [(count, inner) for inner in reversed(section.subsections)]
        count += 1


def _diagnosis_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    for number, diagnosis in enumerate(report.diagnosis):
        head = (number, diagnosis.rules, diagnosis.complete)
        cells = [(place, cell) for place, explanation in enumerate(diagnosis.explanations) for cell in explanation]
        for place, cell in cells:
            yield (*head, place, cell.table, cell.row, cell.column, cell.printed, cell.implied)
        if not cells:
            yield (*head, *[None] * 6)


_DIAGNOSIS_NAMES = (*("diagnosis", "rules", "complete", "explanation", "table", "row", "column", "printed", "implied"),)


def _claim_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    return ((claim.quantities, claim.value, *claim.span, claim.agrees) for claim in report.claims)


_CLAIM_NAMES = ("quantities", "value", "start", "end", "agrees")


def _finding_rows(report: Report) -> Iterator[tuple[Any, ...]]:
    return ((f.code, f.severity, f.message, f.spans, _addresses(f.cells)) for f in report.findings)


_FINDING_NAMES = ("code", "severity", "message", "spans", "cells")


def _addresses(cells: Iterable[CellRef]) -> list[tuple[str, ...]]:
    return list(map(_cell_values, map(_fields, cells)))


class _Records:
    """Columns of the records. Where a cell stands repeats from report to report, and few cells are in doubt."""

    def __init__(self) -> None:
        self._places = Numbering(("table", "row", "column", "label", "unit"))
        self._plain: dict[str, list[Any]] = {name: [] for name in ("raw", "state", "certain", "path", "value")}
        self._ends: tuple[list[int | None], list[int | None]] = ([], [])
        self._amounts = Sparse()
        self._doubts = (Sparse(), Sparse(), Sparse())

    def add(self, report: Report) -> int:
        """See :class:`Columns`."""
        rows = list(map(_fields, report.records))
        values = self._plain["value"]
        first = len(values)
        self._places.add(map(_place_values, rows))
        for name, column in self._plain.items():
            column += map(itemgetter(name), rows)
        for place in range(first, len(values)):
            if type(values[place]) is Decimal:
                self._amounts.put(place, values[place])
                values[place] = None
        spans = [row["span"] or _NOWHERE for row in rows]
        for numbers, more in zip(self._ends, zip(*spans, strict=True), strict=False):
            numbers += more
        if not all(map(_certain, rows)):
            self._add_doubts(rows, first)
        return len(rows)

    def _add_doubts(self, rows: Sequence[Mapping[str, Any]], first: int) -> None:
        for place, row in enumerate(rows, first):
            if row["candidates"] is not None:
                for column, value in zip(self._doubts, _doubt(row["candidates"]), strict=True):
                    column.put(place, value)

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        length = len(self._plain["value"])
        candidates, minimum, maximum = self._doubts
        return {
            **self._places.arrays(),
            **self._plain,
            **dict(zip(("start", "end"), self._ends, strict=True)),
            "is_total": self._places.told(lambda table, row, column, *_: (table, row, column) in _totals()),
            "amount": self._amounts.spread(length, decimals),
            "candidates": candidates.spread(length, partial(lists, make=decimals)),
            "minimum": minimum.spread(length, decimals),
            "maximum": maximum.spread(length, decimals),
        }


def _doubt(candidates: Candidates) -> tuple[Any, Any, Any]:
    """The values that a cell may have, as far as they are known, and their bounds."""
    if candidates.values is None:
        return None, candidates.min, candidates.max
    numbers = [value for value in candidates.values if value is not None]
    return (candidates.values, min(numbers), max(numbers)) if numbers else (candidates.values, None, None)


class _Checks:
    """Columns of the checks. Which rule is tried where repeats, and only failed ones name cells."""

    def __init__(self) -> None:
        self._places = Numbering(("rule", "table", "row", "column"))
        self._plain: dict[str, list[Any]] = {name: [] for name in ("status", "left", "right")}
        self._cells = Sparse()

    def add(self, report: Report) -> int:
        """See :class:`Columns`."""
        rows = list(map(_fields, report.checks))
        first = len(self._plain["status"])
        scopes = [(row["scope"].get("row"), row["scope"].get("column")) for row in rows]
        self._places.add((row["rule"], row["table"], *scope) for row, scope in zip(rows, scopes, strict=True))
        for name, column in self._plain.items():
            column += map(itemgetter(name), rows)
        for place, row in enumerate(rows, first):
            if row["cells"]:
                self._cells.put(place, _addresses(row["cells"]))
        return len(rows)

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        make = structs(arrow_type("cells").value_type)
        cells = self._cells.spread(len(self._plain["status"]), partial(lists, make=make))
        return {**self._plain, **self._places.arrays(), "cells": cells}


@cache
def _totals() -> frozenset[Place]:
    """The cells that a rule of some form sums from others."""
    return frozenset(cell for key in form_keys() for cell in _totals_of(key))


def _totals_of(key: str) -> Iterator[Place]:
    form = load_form(key)
    for rule in load_rules(form):
        # A balance has several operands on each side, and sums none of them.
        if rule.kind not in ("sum", "leaves") or len(rule.left) != 1 or rule.table is None:
            continue
        for row, column in form.table(rule.table).cells:
            along, total = (row, column) if rule.scope == "row" else (column, row)
            if total == rule.left[0] and (not rule.rows or along in rule.rows):
                yield rule.table, row, column


TABLES: Mapping[str, Callable[[], Columns]] = {
    "reports": lambda: _Rows(_REPORT_NAMES, _report_rows),
    "sections": lambda: _Rows(_SECTION_NAMES, _section_rows),
    "records": _Records,
    "checks": _Checks,
    "diagnosis": lambda: _Rows(_DIAGNOSIS_NAMES, _diagnosis_rows),
    "claims": lambda: _Rows(_CLAIM_NAMES, _claim_rows),
    "findings": lambda: _Rows(_FINDING_NAMES, _finding_rows),
}
