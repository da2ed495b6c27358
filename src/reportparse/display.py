"""A report as HTML: the page on which people review it, and what a notebook shows.

Both are made from a template that escapes everything. The page needs no network and may be sent to anybody: style,
script and data stand in it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from .errors import MissingExtraError
from .forms import TableSpec, form_keys, load_form
from .models import BlamedCell, CellRef, Finding, Record, Report
from .resources import read_text
from .spans import Span
from .tables.corrections import FORMAT
from .views.annotated import Piece, annotate
from .views.marks import place_of, table_title, wrong_cells

# What a cell without a number shows.
SIGNS = {"blank": "·", "not_applicable": "–", "unreadable": "?", "missing": ""}
_MAX_FINDINGS = 500


def to_review_page(reports: Iterable[Report]) -> str:
    """One self-contained HTML page: the source on the left, the tables that were read on the right, linked both ways.

    Args:
        reports: Reports with their source text; one that came from JSON has none, and shows its tables only.

    Raises:
        MissingExtraError: Jinja is not installed.
    """
    views = [_View(report) for report in reports]
    page: str = _template("review.html.j2").render(
        views=[view.shown() for view in views],
        data=[view.data() for view in views],
        style=_packaged("review.css"),
        script=_packaged("review.js"),
    )
    return page


def to_notebook_cell(report: Report) -> str:
    """The tables of a report as a notebook shows them, without a script."""
    view = _View(report)
    cell: str = _template("notebook.html.j2").render(view=view.shown(), style=_packaged("notebook.css"))
    return cell


@cache
def _template(name: str) -> Any:
    try:
        from jinja2 import Environment, StrictUndefined
    except ImportError as error:
        raise MissingExtraError(
            "pages are written with Jinja; install it with: pip install 'reportparse[review]'", code="extra_missing"
        ) from error
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(read_text(f"templates/{name}"))


def _packaged(name: str) -> Any:
    """Style or script of ours, which must not be escaped."""
    from markupsafe import Markup

    return Markup(read_text(f"templates/{name}"))


class _View:
    """A report as the plain values that the templates print."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._numbers = {(r.table, r.row, r.column): number for number, r in enumerate(report.records)}
        self._form = load_form(report.form) if report.form in form_keys() else None
        self._wrong = wrong_cells(report)

    def shown(self) -> dict[str, Any]:
        """What is printed on the page."""
        report = self._report
        counts = Counter(check.status for check in report.checks)
        pieces = annotate(report) if report.source_text else ()
        return {
            "id": report.id,
            "title": report.title.text if report.title else report.id,
            "source": report.source.name,
            "facts": list(self._facts()),
            "parts": [self._part(number, piece) for number, piece in enumerate(pieces, 1)],
            "tables": [self._table(key) for key in report.tables],
            "counts": ", ".join(f"{counts[status]} {status}" for status in ("passed", "failed", "undecided")),
            "checks": [
                {
                    "rule": check.rule,
                    "where": " ".join((check.table, *check.scope.values())),
                    "left": check.left,
                    "right": check.right,
                    "cells": self._listed(check.cells),
                }
                for check in report.checks
                if check.status == "failed"
            ],
            "diagnosis": [
                {"text": "; ".join(map(_blame, found)), "cells": self._listed(found)}
                for group in report.diagnosis
                for found in group.explanations
            ],
            "findings": [self._finding(pieces, finding) for finding in report.findings[:_MAX_FINDINGS]],
        }

    def _finding(self, pieces: Sequence[Piece], finding: Finding) -> dict[str, Any]:
        return {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message,
            "cells": self._listed(finding.cells),
            "part": self._part_at(pieces, finding.spans),
        }

    def data(self) -> dict[str, Any]:
        """What the script of the page works with."""
        report = self._report
        checks = defaultdict(list)
        for check in report.checks:
            if check.status == "failed":
                for cell in check.cells:
                    checks[place_of(cell)].append(f"{check.rule}: {check.left} ≠ {check.right}")
        return {
            "format": FORMAT,
            "id": report.id,
            "sha256": report.source.sha256,
            "form": report.form,
            "signs": SIGNS,
            "cells": [
                {
                    **{name: getattr(record, name) for name in _SAID},
                    "head": self._head(record),
                    "value": None if record.value is None else str(record.value),
                    "text": _sign(record),
                    "says": record.state if record.value is None else str(record.value),
                    "candidates": _candidates(record),
                    "checks": "; ".join(checks[record.table, record.row, record.column]),
                }
                for record in report.records
            ],
            "decided": [
                {
                    "cell": number,
                    "action": record.correction.action,
                    "state": record.state,
                    "value": None if record.value is None else str(record.value),
                    "note": record.correction.note,
                }
                for number, record in enumerate(report.records)
                if record.correction is not None
            ],
        }

    def _facts(self) -> Iterable[tuple[str, str]]:
        report = self._report
        yield "authority", f"{report.authority or 'unknown'}"
        yield "year", str(report.year or "unknown")
        yield "form", report.form or "none known"
        yield "sections", ", ".join(section.kind for section in report.sections)
        if report.source.url:
            yield "published at", report.source.url

    def _part(self, number: int, piece: Piece) -> dict[str, Any]:
        return {
            "text": piece.text,
            "mark": " ".join(piece.styles) or ("plain" if piece.notes else ""),
            "cells": " ".join(map(str, piece.cells)),
            "note": "; ".join(piece.notes),
            "number": number,
        }

    @staticmethod
    def _part_at(pieces: Sequence[Piece], spans: Sequence[Span]) -> str:
        """The first marked piece in what a finding speaks of."""
        for span in spans[:1]:
            for number, piece in enumerate(pieces, 1):
                if piece.styles and span.start <= piece.start < max(span.end, span.start + 1):
                    return str(number)
        return ""

    def _spec(self, table: str) -> TableSpec | None:
        return next((spec for spec in self._form.tables if spec.key == table), None) if self._form else None

    def _head(self, record: Record) -> str:
        spec = self._spec(record.table)
        heads = {column.key: column.label for column in spec.columns} if spec else {}
        return heads.get(record.column, record.column)

    def _table(self, key: str) -> dict[str, Any]:
        """A table with all rows and columns of the form, and those that the report prints beside them."""
        spec = self._spec(key)
        records = [record for record in self._report.records if record.table == key]
        heads = {column.key: column.label for column in spec.columns} if spec else {}
        heads |= {record.column: record.column for record in records if record.column not in heads}
        rows = {row.key: (row.label, row.key.count("."), row.is_group) for row in spec.rows} if spec else {}
        rows |= {record.row: (record.label or record.row, 0, False) for record in records if record.row not in rows}
        return {
            "key": key,
            "title": table_title(self._form, spec, key),
            "columns": list(heads.values()),
            "rows": [
                {
                    "label": label,
                    "depth": depth,
                    "is_group": is_group,
                    "cells": [self._cell(key, row, column, is_group=is_group) for column in heads],
                }
                for row, (label, depth, is_group) in rows.items()
            ],
        }

    def _cell(self, table: str, row: str, column: str, *, is_group: bool) -> dict[str, Any]:
        number = self._numbers.get((table, row, column))
        if number is None:
            return {"number": None, "text": "", "mark": "" if is_group else "absent"}
        record = self._report.records[number]
        mark = "doubt" if not record.certain or record.state == "unreadable" else ""
        if (table, row, column) in self._wrong:
            mark = f"{mark} bad".strip()
        return {"number": number, "text": _sign(record), "mark": mark or ("" if record.state == "value" else "mark")}

    def _listed(self, cells: Iterable[CellRef]) -> str:
        numbers = (self._numbers.get(place_of(cell)) for cell in cells)
        return " ".join(str(number) for number in numbers if number is not None)


_SAID = ("table", "row", "column", "label", "raw", "unit", "state", "certain", "path")


def _sign(record: Record) -> str:
    if not record.certain:
        return "?"
    return str(record.value) if record.value is not None else SIGNS.get(record.state or "", "?")


def _candidates(record: Record) -> str:
    found = record.candidates
    if found is None:
        return ""
    if found.values is None:
        return f"{found.min} to {found.max}"
    return ", ".join("blank" if value is None else str(value) for value in found.values)


def _blame(cell: BlamedCell) -> str:
    return f"{cell.row} × {cell.column}: printed {cell.printed}, would be {cell.implied}"
