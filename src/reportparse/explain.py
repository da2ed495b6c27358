"""How a text was read, for people: each line with what normalisation changed in it, each row with what gave its cells.

The first view shows the source and the normal text line by line, with the rule under each change. The second shows a
table row by row: the printed lines, where each value was put, and why a cell is in doubt.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from .errors import InputError
from .forms import TableSpec, form_keys, load_form
from .models import Finding, Record, Report, UncertainRow
from .spans import LineIndex, Span
from .text.normalize import Edit, NormalText, Refused, normalize_text
from .views.textparts import GAP, INDENT, MIN_WIDTH, clean, draw_cell, grid, heading, indented, joined, to_page

MAX_CHANGES = 8  # different changes that are listed for one rule of a line
MAX_LINES = 6  # lines of one row
MAX_SHORT = 8  # characters of a line that may share a line of the page with its neighbours
MAX_LABEL_LINES = 8  # lines before its values in which a row may print its label
MAX_ROWS_TOLD = 3  # a finding about more rows than this says little about one of them

LEGEND = "(line of the source)  · printed and blank  ? in doubt: what it may be"

# What parts the values of a row, looked for in this order.
_PARTED_BY = (("|", "between bars"), ("\t", "between tabs"), ("\n", "on lines of their own"), (" ", "apart by spaces"))
_SEVERITY_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def render_explanation(report: Report, *, all_lines: bool = False, width: int = 80, color: bool = False) -> str:
    """The source text line by line, and under each changed line its normal text and the rule of each change.

    Args:
        report: A report with its text.
        all_lines: Show also the lines that nothing changed; else they are counted.
        width: Terminal cells in a line; less than 40 is taken for 40.
        color: Mark what changed with ANSI colours. Nothing is told by colour alone.
    """
    return to_page(_text_parts(report, all_lines), width=max(width, MIN_WIDTH), color=color)


def render_table_explanation(
    report: Report, table: str, *, all_lines: bool = False, width: int = 80, color: bool = False
) -> str:
    """A table row by row: the printed lines that gave its cells, how each was placed, and why one is in doubt.

    Args:
        report: A report with its text.
        table: The key of a table.
        all_lines: Show every line of a row that stands in many.
        width: Terminal cells in a line; less than 40 is taken for 40.
        color: Use ANSI colours. Nothing is told by colour alone.

    Raises:
        InputError: The report prints no such table; the message lists those it prints.
    """
    if table not in report.tables:
        printed = ", ".join(report.tables) or "none"
        message = f"no table {table!r} was read; tables that were: {printed}"
        raise InputError(message, code="table_not_printed", place=report.id)
    width = max(width, MIN_WIDTH)
    return to_page(_table_parts(report, table, all_lines, width - INDENT), width=width, color=color)


class _Line(NamedTuple):
    """A line of the source, and what became of it."""

    number: int
    span: Span
    edits: Sequence[Edit]
    refused: Sequence[Refused]


def _text_parts(report: Report, all_lines: bool) -> Iterator[RenderableType]:
    normal = normalize_text(report.source_text)
    lines = _lines(normal)
    changed = sum(bool(line.edits) for line in lines)
    note = joined(
        normal.script,
        f"{len(lines)} lines",
        f"{changed} changed",
        f"{len(normal.edits)} edits",
        _kept(normal.unchanged),
    )
    yield Text.assemble((clean(report.id), "bold"), (f"  {note}", "dim"))
    for is_told, run in groupby(lines, lambda line: all_lines or bool(line.edits or line.refused)):
        group = list(run)
        if is_told:
            yield from (_line_part(normal, line, len(str(len(lines)))) for line in group)
        else:
            yield Text(_folded(group), "dim")


def _kept(refused: Sequence[Refused]) -> str | None:
    return f"{len(refused)} considered and not made" if refused else None


def _folded(group: Sequence[_Line]) -> str:
    first, last = group[0].number, group[-1].number
    return f"… line {first} unchanged" if first == last else f"… lines {first}–{last} unchanged"


def _lines(normal: NormalText) -> list[_Line]:
    starts = [0, *(match.end() for match in re.finditer("\n", normal.source))]
    ends = [*(start - 1 for start in starts[1:]), len(normal.source)]
    edits: dict[int, list[Edit]] = {}
    refused: dict[int, list[Refused]] = {}
    for edit in normal.edits:
        edits.setdefault(bisect_right(starts, edit.start), []).append(edit)
    for kept in normal.unchanged:
        refused.setdefault(bisect_right(starts, kept.start), []).append(kept)
    spans = (Span(*place) for place in zip(starts, ends, strict=True))
    return [_Line(n, span, edits.get(n, ()), refused.get(n, ())) for n, span in enumerate(spans, 1)]


def _line_part(normal: NormalText, line: _Line, digits: int) -> RenderableType:
    listing = grid("dim", "")
    listing.columns[0].justify, listing.columns[0].min_width = "right", digits
    source = normal.source[line.span.start : line.span.end]
    printed, read = clean(source), clean(normal.text_of(line.span))
    listing.add_row(str(line.number), Text(printed))
    if read != printed:
        listing.add_row("→", Text(read, "green"))
    for rule, changes in _by_rule((edit.rule, f"{_shown(edit.source)} → {_shown(edit.target)}") for edit in line.edits):
        listing.add_row("", Text.assemble((f"{clean(rule)}  ", "cyan"), changes))
    reasons = (f"{kept.rule}: {kept.reason}" for kept in line.refused)
    pieces = (_shown(kept.source) for kept in line.refused)
    for reason, kept in _by_rule(zip(reasons, pieces, strict=True)):
        listing.add_row("", Text.assemble((f"kept, {clean(reason)}  ", "yellow"), kept))
    return listing


def _by_rule(changes: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each rule once, with its changes in the order of the text and how often each was made."""
    by_rule: dict[str, Counter[str]] = {}
    for rule, change in changes:
        by_rule.setdefault(rule, Counter())[change] += 1
    for rule, counts in by_rule.items():
        told = [change if count == 1 else f"{change} (×{count})" for change, count in counts.items()]
        more = [f"… and {len(told) - MAX_CHANGES} more"] if len(told) > MAX_CHANGES else []
        yield rule, ", ".join(told[:MAX_CHANGES] + more)


def _shown(piece: str) -> str:
    """A piece of text as it can be seen: code points where there is nothing to see.

    Example:
        >>> _shown("資訊"), _shown(" "), _shown("")
        ('資訊', 'U+0020', 'nothing')
    """
    if not piece:
        return "nothing"
    if piece.isspace() or not piece.isprintable():
        names = [f"U+{ord(character):04X}" for character in piece[:MAX_CHANGES]]
        return " ".join(dict.fromkeys(names)) if len(set(piece)) == 1 else " ".join(names)
    return clean(piece, 24)


def _table_parts(report: Report, table: str, all_lines: bool, room: int) -> Iterator[RenderableType]:
    spec = _spec(report, table)
    records = [record for record in report.records if record.table == table]
    index = LineIndex(report.source_text)
    yield Text.assemble((clean(report.id), "bold"), (f"  {joined(f'table {table}', f'form {report.form}')}", "dim"))
    yield Text(LEGEND, "dim")
    doubts = {row.row: row for row in report.uncertain_rows if row.table == table}
    for row, cells in groupby(records, lambda record: record.row):
        row_records = list(cells)
        yield heading(row_records[0].label or row, row)
        view = _RowView(report, row_records, spec, index, doubts.get(row))
        yield from (indented(part) for part in _row_parts(view, all_lines, room))
    for unknown in report.unknown_rows:
        if unknown.table == table:
            yield heading(unknown.label, "no row of the form; kept as printed")
            yield indented(_source_lines(report.source_text, index, unknown.span, all_lines))
    printed = {record.row for record in records}
    absent = [clean(row.label, 40) for row in spec.leaf_rows if row.key not in printed] if spec else []
    if absent:
        yield heading("Rows of the form that were not read", str(len(absent)))
        yield indented(Text("; ".join(absent)))


def _spec(report: Report, table: str) -> TableSpec | None:
    keys = [key for key in (report.form, *form_keys()) if key in form_keys()]
    specs = (spec for key in keys if key for spec in load_form(key).tables)
    return next((spec for spec in specs if spec.key == table), None)


class _RowView(NamedTuple):
    """A row, and what is known about it."""

    report: Report
    records: Sequence[Record]
    spec: TableSpec | None
    line_index: LineIndex
    doubt: UncertainRow | None

    @property
    def spans(self) -> list[Span]:
        """The places of its printed values, in the order of the text."""
        if self.doubt is not None:
            return [token.span for token in self.doubt.tokens]
        return sorted(record.span for record in self.records if record.span is not None)


def _row_parts(view: _RowView, all_lines: bool, room: int) -> Iterator[RenderableType]:
    findings = list(_findings_about(view))
    stretch = _stretch(view, findings)
    if stretch is not None:
        yield _source_lines(view.report.source_text, view.line_index, stretch, all_lines)
    if view.doubt is None:
        yield Text(_placing(view), "dim")
    for finding in findings:
        yield Text.assemble((f"{finding.severity} ", _SEVERITY_STYLES[finding.severity]), clean(finding.message))
    if view.doubt is not None:
        yield _doubt(view, view.doubt)
    yield from _packed([_cell(view, record) for record in view.records], room)


def _stretch(view: _RowView, findings: Sequence[Finding]) -> Span | None:
    """Where the row is printed, from its label to its last value."""
    source = view.report.source_text
    spans = view.spans or [span for finding in findings if view.doubt is not None for span in finding.spans]
    return _with_label(source, view.records[0].label, spans) if spans and source else None


def _packed(cells: Sequence[Text], room: int) -> Iterator[Text]:
    """Lines of whole cells; a cell is never broken where it fits a line."""
    line = Text()
    for cell in cells:
        if line and line.cell_len + GAP + cell.cell_len > room:
            yield line
            line = Text()
        line = Text.assemble(line, " " * GAP if line else "", cell)
    yield line


def _cell(view: _RowView, record: Record) -> Text:
    label = view.spec.column(record.column).label if view.spec else record.column
    where = ""
    if record.span is not None and record.raw and view.report.source_text:
        where = f" ({view.line_index.line(record.span.start)})"
    value = draw_cell(record, is_wrong=False)
    return Text.assemble((f"{clean(label)} ", "dim"), value, (where, "dim")) if label else value


def _doubt(view: _RowView, doubt: UncertainRow) -> Text:
    lines = [str(view.line_index.line(token.span.start)) for token in doubt.tokens]
    told = ", ".join(f"{clean(token.raw, 24)} ({line})" for token, line in zip(doubt.tokens, lines, strict=True))
    ways = f"{'' if doubt.complete else 'at least '}{doubt.readings} ways to place them"
    return Text(f"printed: {told or 'nothing'}; {ways}; a cell may hold:", "yellow")


def _placing(view: _RowView) -> str:
    """How the values of a row stand in the text."""
    states = Counter[str | None](record.state for record in view.records)
    names = {"value": "number", "not_applicable": "mark", "unreadable": "unreadable", "blank": "blank"}
    told = [
        f"{states[state]} {name}" + "s" * (states[state] > 1 and name != "unreadable")
        for state, name in names.items()
        if states[state]
    ]
    printed = [span for span in view.spans if span.end > span.start]
    between = {
        next((how for sign, how in _PARTED_BY if sign in gap), "next to one another")
        for gap in (view.report.source_text[a.end : b.start] for a, b in pairwise(printed))
    }
    return f"{', '.join(told)}; {' and '.join(sorted(between)) or 'alone'}"


def _with_label(source: str, label: str, spans: Sequence[Span]) -> Span:
    """The stretch from the label of a row to its last value; without the label where it is not printed near by."""
    start = source.rfind("\n", 0, spans[0].start) + 1
    end = max(span.end for span in spans)
    wanted = "".join(label.split())
    first = start
    for _ in range(MAX_LABEL_LINES):
        if wanted in "".join(source[first : spans[0].start].split()):
            return Span(first, end)
        if not first:
            break
        first = source.rfind("\n", 0, first - 1) + 1
    return Span(start, end)


def _source_lines(source: str, index: LineIndex, span: Span, all_lines: bool) -> RenderableType:
    """The lines of a stretch with their numbers; short ones in a row stand together."""
    start = source.rfind("\n", 0, span.start) + 1
    end = source.find("\n", max(span.start, span.end))
    lines = source[start : end if end >= 0 else len(source)].split("\n")
    told = [
        (number, clean(line.replace("\t", " ⇥ ")))
        for number, line in enumerate(lines, index.line(start))
        if line.strip()
    ]
    listing = grid("dim", "")
    listing.columns[0].justify, listing.columns[0].no_wrap = "right", True
    rows = [row for is_short, run in groupby(told, lambda line: _is_short(line[1])) for row in _rows(is_short, run)]
    for number, text in rows if all_lines else rows[:MAX_LINES]:
        listing.add_row(number, text)
    if not all_lines and len(rows) > MAX_LINES:
        listing.add_row("…", Text(f"{len(rows) - MAX_LINES} more lines", "dim"))
    return listing


def _is_short(line: str) -> bool:
    return len(line) <= MAX_SHORT and (len(line) <= 2 or not any(map(str.isalpha, line)))


def _rows(is_short: bool, run: Iterable[tuple[int, str]]) -> Iterator[tuple[str, Text]]:
    lines = list(run)
    if not is_short or len(lines) == 1:
        yield from ((str(number), Text(line)) for number, line in lines)
        return
    yield f"{lines[0][0]}–{lines[-1][0]}", Text(" ⏎ ", "dim").join(Text(line) for _, line in lines)


def _findings_about(view: _RowView) -> Iterator[Finding]:
    """Findings about cells of this row, those about many rows left out."""
    place = view.records[0].table, view.records[0].row
    for finding in view.report.findings:
        rows = {(cell.table, cell.row) for cell in finding.cells}
        if place in rows and len(rows) <= MAX_ROWS_TOLD:
            yield finding
