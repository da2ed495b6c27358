"""What a report gives to each table of a dataset: its rows, read in one pass, in columns that grow by them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, partial
from itertools import chain, starmap
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple, Protocol

from ..forms import form_keys, load_form
from ..judgement.rules import load_rules
from ..kinds import Place
from ..models import Candidates, CellRef, Model, Report, Section
from .arrays import Numbering, Sparse, decimals, lists, places, structs, utf8
from .schemas import arrow_type

# What of a report has no table of its own.
_MORE = ("declared", "uncertain_rows", "unknown_rows", "unknown_tables", "unassigned")
_PLAIN_REPORT_FIELDS = (
    *("authority", "authority_from", "year", "form", "form_evidence", "schema_version", "reportparse_version"),
)
_SOURCE_FIELDS = (
    *("name", "sha256", "url", "date", "media_type", "encoding", "encoding_evidence", "script", "length"),
)
_STATUSES = ("passed", "failed", "undecided")
_SEVERITIES = ("error", "warning", "note")
_RECORD_FIELDS = (
    *("table", "row", "column", "label", "raw", "unit", "state", "value", "certain", "span", "path", "candidates"),
)
_CHECK_FIELDS = ("rule", "table", "scope", "status", "left", "right", "cells")
_FINDING_FIELDS = ("code", "severity", "message", "spans", "cells")
# The fields of a model stand in a plain dict; reading them there takes a third of the time of as many attributes.
_fields = attrgetter("__dict__")
_report_values = itemgetter(*_PLAIN_REPORT_FIELDS)
_source_values = itemgetter(*_SOURCE_FIELDS)
_more_values = itemgetter(*_MORE)
_cell_values = itemgetter("table", "row", "column")
_part_values = attrgetter("name", "media_type", "sha256", "url", "span.start", "span.end")
# The place of what is at none, while places are plain numbers.
_NOWHERE = (-1, -1)

_ByName = Mapping[str, Sequence[Any]]


class Turned(NamedTuple):
    """A report, and what it has many of turned to columns: the values of each field, by its name."""

    report: Report
    records: _ByName
    checks: _ByName
    findings: _ByName


def turn(report: Report) -> Turned:
    """Read what a report has many of, each thing once."""
    return Turned(
        report,
        _turned(report.records, _RECORD_FIELDS),
        _turned(report.checks, _CHECK_FIELDS),
        _turned(report.findings, _FINDING_FIELDS),
    )


def _turned(models: Sequence[Model], names: Sequence[str]) -> _ByName:
    rows = map(itemgetter(*names), map(_fields, models))
    return dict(zip(names, zip(*rows, strict=True), strict=True)) if models else dict.fromkeys(names, ())


class Columns(Protocol):
    """The columns of a table; what the report as a whole says of a row is left out."""

    def add(self, turned: Turned) -> int:
        """Take the rows of a report; how many they are."""

    def arrays(self) -> dict[str, Any]:
        """Arrays, or lists of values, by the names of the columns."""


class _Rows:
    """Columns of a table of few rows: each row is read as a whole."""

    def __init__(self, names: Sequence[str], read: Callable[[Turned], Iterable[tuple[Any, ...]]]) -> None:
        self._names = names
        self._read = read
        self._rows: list[tuple[Any, ...]] = []

    def add(self, turned: Turned) -> int:
        """See :class:`Columns`."""
        before = len(self._rows)
        self._rows += self._read(turned)
        return len(self._rows) - before

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        return dict(zip(self._names, zip(*self._rows, strict=True), strict=True))


def _report_rows(turned: Turned) -> Iterator[tuple[Any, ...]]:
    report, certain = turned.report, turned.records["certain"]
    title, period = report.title, report.period
    yield (
        *_report_values(_fields(report)),
        *_source_values(_fields(report.source)),
        *((title.text, *title.span) if title else (None, None, None)),
        *(map(date.fromisoformat, period) if period else (None, None)),
        list(map(_part_values, report.source.parts)) or None,
        len(certain),
        certain.count(False),
        *map(turned.checks["status"].count, _STATUSES),
        *map(turned.findings["severity"].count, _SEVERITIES),
        _more(report) if any(_more_values(_fields(report))) else _nothing_more(),
    )


def _more(report: Report) -> str:
    return report.model_dump_json(include=set(_MORE))


@cache
def _nothing_more() -> str:
    """The same of the many reports that have nothing of it."""
    defaults: dict[str, Any] = {}
    return _more(Report.model_construct(**defaults))


_REPORT_NAMES = (
    *_PLAIN_REPORT_FIELDS,
    *_SOURCE_FIELDS,
    *("title", "title_start", "title_end", "period_start", "period_end", "parts", "records", "doubtful"),
    *(f"checks_{status}" for status in _STATUSES),
    *(f"{severity}s" for severity in _SEVERITIES),
    "more",
)


def _section_rows(turned: Turned) -> Iterator[tuple[Any, ...]]:
    normal = turned.report._normal
    for place, (parent, section) in enumerate(_flat(turned.report.sections)):
        span = section.span
        text = None if normal is None else utf8(normal.text_of(span))
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


def _diagnosis_rows(turned: Turned) -> Iterator[tuple[Any, ...]]:
    for number, diagnosis in enumerate(turned.report.diagnosis):
        head = (number, diagnosis.rules, diagnosis.complete)
        cells = [(place, cell) for place, explanation in enumerate(diagnosis.explanations) for cell in explanation]
        for place, cell in cells:
            yield (*head, place, cell.table, cell.row, cell.column, cell.printed, cell.implied)
        if not cells:
            yield (*head, *[None] * 6)


_DIAGNOSIS_NAMES = (*("diagnosis", "rules", "complete", "explanation", "table", "row", "column", "printed", "implied"),)


def _claim_rows(turned: Turned) -> Iterator[tuple[Any, ...]]:
    return ((claim.quantities, claim.value, *claim.span, claim.agrees) for claim in turned.report.claims)


_CLAIM_NAMES = ("quantities", "value", "start", "end", "agrees")


def _finding_rows(turned: Turned) -> Iterator[tuple[Any, ...]]:
    *plain, cells = turned.findings.values()
    return zip(*plain, map(_addresses, cells), strict=True)


def _addresses(cells: Iterable[CellRef]) -> list[tuple[str, ...]]:
    return list(map(_cell_values, map(_fields, cells)))


class _Records:
    """Columns of the records. Where a cell stands repeats from report to report, and few cells are in doubt.

    The values of each report stay by themselves until the end: columns that grow are copied again and again.
    """

    def __init__(self) -> None:
        self._places = Numbering("table", "row", "column")
        # Each by itself: the same cells are printed with other labels, and hold other things.
        self._words = (Numbering("label"), Numbering("unit"), Numbering("state"))
        self._plain: dict[str, list[Sequence[Any]]] = {name: [] for name in ("raw", "certain", "path", "value")}
        self._spans: tuple[list[array[int]], list[array[int]]] = ([], [])
        self._rows = 0
        self._amounts = Sparse()
        self._doubts = (Sparse(), Sparse(), Sparse())

    def add(self, turned: Turned) -> int:
        """See :class:`Columns`."""
        records, first = turned.records, self._rows
        self._rows += len(records["value"])
        self._places.add(records["table"], records["row"], records["column"])
        for words, name in zip(self._words, ("label", "unit", "state"), strict=True):
            words.add(records[name])
        given: _ByName = {**records, "value": self._whole(records["value"], first)}
        for name, column in self._plain.items():
            column.append(given[name])
        spans = records["span"]
        if not all(spans):
            spans = [span or _NOWHERE for span in spans]
        for ends, numbers in zip(self._spans, zip(*spans, strict=True), strict=False):
            ends.append(array("q", numbers))
        if not all(records["certain"]):
            self._add_doubts(records["candidates"], first)
        return self._rows - first

    def _whole(self, values: Sequence[Any], first: int) -> Sequence[int | None]:
        """Values that are integers; others have a column of their own."""
        if Decimal not in set(map(type, values)):
            return values
        amounts = {place: value for place, value in enumerate(values) if type(value) is Decimal}
        self._amounts.put([first + place for place in amounts], amounts.values())
        return [None if place in amounts else value for place, value in enumerate(values)]

    def _add_doubts(self, candidates: Sequence[Candidates | None], first: int) -> None:
        doubts = {place: _doubt(each) for place, each in enumerate(candidates, first) if each is not None}
        for column, values in zip(self._doubts, zip(*doubts.values(), strict=True), strict=False):
            column.put(doubts, values)

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        length = self._rows
        candidates, minimum, maximum = self._doubts
        made = {name: column for words in (self._places, *self._words) for name, column in words.arrays().items()}
        return {
            **made,
            **{name: list(chain.from_iterable(column)) for name, column in self._plain.items()},
            **dict(zip(("start", "end"), starmap(places, self._spans), strict=True)),
            "is_total": self._places.told(lambda *place: place in _totals()),
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
        self._places = Numbering("rule", "table", "row", "column")
        self._statuses = Numbering("status")
        self._sides: dict[str, list[Any]] = {"left": [], "right": []}
        self._cells = Sparse()

    def add(self, turned: Turned) -> int:
        """See :class:`Columns`."""
        checks = turned.checks
        first, scopes = len(self._sides["left"]), checks["scope"]
        rows, columns = (tuple([scope.get(along) for scope in scopes]) for along in ("row", "column"))
        self._places.add(checks["rule"], checks["table"], rows, columns)
        self._statuses.add(checks["status"])
        for name, column in self._sides.items():
            column += checks[name]
        if any(checks["cells"]):
            named = {place: _addresses(cells) for place, cells in enumerate(checks["cells"], first) if cells}
            self._cells.put(named, named.values())
        return len(scopes)

    def arrays(self) -> dict[str, Any]:
        """See :class:`Columns`."""
        make = structs(arrow_type("cells").value_type)
        cells = self._cells.spread(len(self._sides["left"]), partial(lists, make=make))
        return {**self._places.arrays(), **self._statuses.arrays(), **self._sides, "cells": cells}


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
    "findings": lambda: _Rows(_FINDING_FIELDS, _finding_rows),
}
