"""Reports as Arrow tables: the tables of a dataset, for one report or for many. Needs the extra ``frames``.

Columns are built whole, from lists that are filled in one pass; no row objects are made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache
from hashlib import sha256
from itertools import chain, repeat
from operator import attrgetter, itemgetter
from typing import Any

from .dataset.arrays import build_table, to_array
from .dataset.schemas import arrow_schema, load_arrow
from .forms import form_keys, load_form
from .judgement.rules import Place, load_rules
from .models import Candidates, Check, Report, Section

# What of a report has no table of its own.
_MORE = {"declared", "uncertain_rows", "unknown_rows", "unknown_tables", "unassigned"}
_RECORD_FIELDS = (
    *("table", "row", "column", "label", "raw", "unit", "state", "value", "certain", "span", "path", "candidates"),
)
_record_values = itemgetter(*_RECORD_FIELDS)
_check_values = itemgetter("rule", "table", "scope", "status", "left", "right", "cells")
_cell_values = attrgetter("table", "row", "column")

Reports = Report | Iterable[Report]


def records(reports: Reports) -> Any:
    """The records of reports as one Arrow table, a row a cell.

    Example:
        >>> from reportparse import parse_report
        >>> labels = ["一、本年新收政府信息公开申请数量", "（一）予以公开", "（七）总计", "四、结转下年度继续办理"]
        >>> rows = zip(labels, ["2000002", "1000001", "1000001", "1000001"])
        >>> report = parse_report("\\n".join(piece for label, digits in rows for piece in (label, *digits)))
        >>> records(report).select(["row", "column", "value", "is_total"]).slice(5, 2).to_pylist()
        [{'row': 'new_requests', 'column': 'other_organization', 'value': 0, 'is_total': False},
         {'row': 'new_requests', 'column': 'total', 'value': 2, 'is_total': True}]
    """
    return to_tables(reports)["records"]


def to_tables(
    reports: Reports, *, documents: Sequence[int] | None = None, keys: Sequence[str] | None = None
) -> dict[str, Any]:
    """All tables of reports, by name; see ``docs/reference/dataset.md`` for their columns.

    Args:
        reports: A report, or several.
        documents: Their numbers, for the column ``document``; from 0 if not given.
        keys: The digests of what went into them, for the column ``key`` of ``reports``.

    Raises:
        MissingExtraError: pyarrow is not installed.
    """
    many = [reports] if isinstance(reports, Report) else list(reports)
    numbers = list(range(len(many))) if documents is None else list(documents)
    hashes = [sha256(report.source_text.encode("utf-8", "surrogatepass")).hexdigest() for report in many]
    found = list(keys) if keys is not None else [""] * len(many)
    return {
        "reports": _reports(many, numbers, found, hashes),
        "sections": _sections(many, numbers),
        "records": _records(many, numbers),
        "checks": _checks(many, numbers),
        "diagnosis": _diagnosis(many, numbers),
        "claims": _claims(many, numbers),
        "findings": _findings(many, numbers),
        "texts": _texts(many, hashes),
    }


def _reports(many: Sequence[Report], numbers: list[int], keys: list[str], hashes: list[str]) -> Any:
    columns: dict[str, Any] = {"document": numbers, "id": [report.id for report in many], "key": keys}
    columns |= {name: [getattr(report, name) for report in many] for name in _PLAIN_REPORT_FIELDS}
    columns |= {name: [getattr(report.source, name) for report in many] for name in _SOURCE_FIELDS}
    titles = [report.title for report in many]
    columns["title"] = [title and title.text for title in titles]
    columns["title_start"], columns["title_end"] = _ends([title and title.span for title in titles])
    columns["period_start"] = [report.period and report.period[0] for report in many]
    columns["period_end"] = [report.period and report.period[1] for report in many]
    columns["text_sha256"] = hashes
    part = attrgetter("name", "media_type", "sha256", "url", "span.start", "span.end")
    columns["parts"] = [[part(each) for each in report.source.parts] or None for report in many]
    columns["records"] = [len(report.records) for report in many]
    columns["doubtful"] = [sum(not record.certain for record in report.records) for report in many]
    for status, found in _counted(many, lambda report: (check.status for check in report.checks), _STATUSES):
        columns[f"checks_{status}"] = found
    for severity, found in _counted(many, lambda report: (f.severity for f in report.findings), _SEVERITIES):
        columns[f"{severity}s"] = found
    columns["more"] = [report.model_dump_json(include=_MORE) for report in many]
    return build_table("reports", columns.items(), len(many))


_PLAIN_REPORT_FIELDS = (
    *("authority", "authority_from", "year", "form", "form_evidence", "schema_version", "reportparse_version"),
)
_SOURCE_FIELDS = (
    *("name", "sha256", "url", "date", "media_type", "encoding", "encoding_evidence", "script", "length"),
)
_STATUSES = ("passed", "failed", "undecided")
_SEVERITIES = ("error", "warning", "note")


def _counted(
    many: Sequence[Report], of: Callable[[Report], Iterable[str]], names: Sequence[str]
) -> Iterator[tuple[str, list[int]]]:
    counters = [Counter(of(report)) for report in many]
    return ((name, [counter[name] for counter in counters]) for name in names)


def _sections(many: Sequence[Report], numbers: list[int]) -> Any:
    rows: list[tuple[Any, ...]] = []
    counts = []
    for report in many:
        found = list(_flat(report.sections))
        counts.append(len(found))
        normal = report._normal
        for place, (parent, section) in enumerate(found):
            span = section.span
            text = None if normal is None else normal.text_of(span)
            head = (place, parent, section.kind, section.also, section.number, section.heading)
            rows.append((*head, span.start, span.end, section.empty, text))
    names = ("section", "parent", "kind", "also", "number", "heading", "start", "end", "is_empty", "text")
    return _table("sections", many, numbers, counts, rows, names)


def _flat(sections: Sequence[Section]) -> Iterator[tuple[int | None, Section]]:
    """Sections and subsections in printed order, each with the number of the one that holds it."""
    waiting: list[tuple[int | None, Section]] = [(None, section) for section in reversed(sections)]
    count = 0
    while waiting:
        parent, section = waiting.pop()
        yield parent, section
        waiting += [(count, inner) for inner in reversed(section.subsections)]
        count += 1


def _records(many: Sequence[Report], numbers: list[int]) -> Any:
    # The fields of a model stand in a plain dict; reading them there takes a third of the time of as many attributes.
    rows = [_record_values(vars(record)) for report in many for record in report.records]
    if not rows:
        return arrow_schema("records").empty_table()
    given: dict[str, Any] = dict(zip(_RECORD_FIELDS, zip(*rows, strict=True), strict=True))
    counts = [len(report.records) for report in many]
    forms = chain.from_iterable(repeat(report.form, count) for report, count in zip(many, counts, strict=True))
    totals = _totals()
    places = zip(forms, given["table"], given["row"], given["column"], strict=True)
    given["is_total"] = [place in totals for place in places]
    given["start"], given["end"] = _ends(given.pop("span"))
    given["value"], given["amount"] = _split_numbers(given["value"])
    given |= _doubts(given["candidates"])
    of_report = {name: [getattr(report, name) for report in many] for name in ("authority", "year", "form")}
    return _with_documents("records", many, numbers, counts, given, of_report)


def _doubts(candidates: Sequence[Any]) -> dict[str, Any]:
    """What records in doubt may hold: the values, and their bounds."""
    doubtful = [place for place, each in enumerate(candidates) if each is not None]
    if not doubtful:
        return dict.fromkeys(("candidates", "minimum", "maximum"))
    values, minimum, maximum = ([None] * len(candidates) for _ in range(3))
    for place in doubtful:
        values[place] = candidates[place].values
        minimum[place], maximum[place] = _bounds(candidates[place])
    return {"candidates": values, "minimum": minimum, "maximum": maximum}


def _split_numbers(values: Sequence[Any]) -> tuple[Sequence[Any], list[Any] | None]:
    """Whole numbers, and beside them those of money or with a fraction."""
    decimals = [place for place, value in enumerate(values) if type(value) is Decimal]
    if not decimals:
        return values, None
    whole, amounts = list(values), [None] * len(values)
    for place in decimals:
        whole[place], amounts[place] = None, values[place]
    return whole, amounts


def _bounds(candidates: Candidates) -> tuple[Any, Any]:
    if candidates.values is None:
        return candidates.min, candidates.max
    numbers = [value for value in candidates.values if value is not None]
    return (min(numbers), max(numbers)) if numbers else (None, None)


@cache
def _totals() -> frozenset[tuple[str | None, str, str, str]]:
    """The cells that a rule of a form sums from others, by form; tables of another form count under any."""
    found: set[tuple[str | None, str, str, str]] = set()
    for key in form_keys():
        cells = frozenset(_totals_of(key))
        found |= {(form, *cell) for form in (None, *form_keys()) for cell in cells}
    return frozenset(found)


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


def _checks(many: Sequence[Report], numbers: list[int]) -> Any:
    def row_of(check: Check) -> tuple[Any, ...]:
        rule, table, scope, status, left, right, cells = _check_values(vars(check))
        listed = list(map(_cell_values, cells)) or None
        return rule, table, scope.get("row"), scope.get("column"), status, left, right, listed

    rows = [row_of(check) for report in many for check in report.checks]
    names = ("rule", "table", "row", "column", "status", "left", "right", "cells")
    return _table("checks", many, numbers, [len(report.checks) for report in many], rows, names)


def _diagnosis(many: Sequence[Report], numbers: list[int]) -> Any:
    rows: list[tuple[Any, ...]] = []
    counts = []
    for report in many:
        before = len(rows)
        for number, diagnosis in enumerate(report.diagnosis):
            head = (number, diagnosis.rules, diagnosis.complete)
            rows += [
                (*head, place, cell.table, cell.row, cell.column, cell.printed, cell.implied)
                for place, explanation in enumerate(diagnosis.explanations)
                for cell in explanation
            ] or [(*head, *[None] * 6)]
        counts.append(len(rows) - before)
    names = ("diagnosis", "rules", "complete", "explanation", "table", "row", "column", "printed", "implied")
    return _table("diagnosis", many, numbers, counts, rows, names)


def _claims(many: Sequence[Report], numbers: list[int]) -> Any:
    rows = [(c.quantities, c.value, c.span.start, c.span.end, c.agrees) for report in many for c in report.claims]
    names = ("quantities", "value", "start", "end", "agrees")
    return _table("claims", many, numbers, [len(report.claims) for report in many], rows, names)


def _findings(many: Sequence[Report], numbers: list[int]) -> Any:
    rows = [
        (f.code, f.severity, f.message, f.spans, list(map(_cell_values, f.cells)))
        for report in many
        for f in report.findings
    ]
    names = ("code", "severity", "message", "spans", "cells")
    return _table("findings", many, numbers, [len(report.findings) for report in many], rows, names)


def _texts(many: Sequence[Report], hashes: list[str]) -> Any:
    texts = dict(zip(hashes, (report.source_text for report in many), strict=True))
    return build_table("texts", {"text_sha256": list(texts), "text": list(texts.values())}.items(), len(texts))


def _table(
    name: str,
    many: Sequence[Report],
    numbers: list[int],
    counts: list[int],
    rows: Sequence[tuple[Any, ...]],
    names: Sequence[str],
) -> Any:
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)) if rows else {}
    return _with_documents(name, many, numbers, counts, columns)


def _with_documents(
    name: str,
    many: Sequence[Report],
    numbers: list[int],
    counts: list[int],
    columns: dict[str, Any],
    of_report: dict[str, list[Any]] | None = None,
) -> Any:
    """A table whose rows belong to reports, ``counts`` to each; ``of_report`` are columns that a report gives once."""
    if not any(counts):
        return arrow_schema(name).empty_table()
    pa = load_arrow()
    owners = pa.array(chain.from_iterable(repeat(place, count) for place, count in enumerate(counts)), pa.int32())
    given = {"document": pa.array(numbers, pa.int64()).take(owners), "id": _ids(many, owners), **columns}
    schema = arrow_schema(name)
    for key, values in (of_report or {}).items():
        given[key] = to_array(values, schema.field(key).type).take(owners)
    return build_table(name, given.items(), len(owners))


def _ids(many: Sequence[Report], owners: Any) -> Any:
    pa = load_arrow()
    return pa.DictionaryArray.from_arrays(owners, pa.array([report.id for report in many], pa.string()))


def _ends(spans: Sequence[Any]) -> tuple[list[int | None], list[int | None]]:
    return [span and span[0] for span in spans], [span and span[1] for span in spans]
