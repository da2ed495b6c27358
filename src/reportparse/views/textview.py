"""A report as text for people: what was read, the tables as the form prints them, what does not add up.

The page follows the report: its head, its sections, its tables, and then what the checks say of them. Nothing is told
by colour alone, and nothing printed can steer the terminal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from ..forms import FormSpec, form_keys, load_form
from ..models import BlamedCell, Check, CheckStatus, Diagnosis, Record, Report, Section, Severity
from ..spans import LineIndex, Span
from .marks import table_title, wrong_cells
from .textparts import (
    GAP,
    INDENT,
    MARKS,
    MAX_CELL,
    MAX_LISTED,
    MIN_LABEL,
    MIN_WIDTH,
    clean,
    draw_cell,
    draw_table,
    grid,
    heading,
    indented,
    joined,
    keep_to_one_line,
    more,
    number,
    to_page,
)

MAX_GRID = (8, 8)  # rows and columns shown of a table of no known form
MIN_GRID_COLUMN = 10  # terminal cells
MAX_PLACES = 4  # places named in one line

STATUSES: tuple[CheckStatus, ...] = ("passed", "failed", "undecided")
CHECK_STYLES = ("green", "bold red", "yellow")
SEVERITY_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}
PART_STYLES = {"present": "green", "embedded": "green", "states_none": "", "empty": "yellow", "absent": "yellow"}


class _View(NamedTuple):
    """A report, and how it is looked at."""

    report: Report
    width: int
    line_index: LineIndex | None

    def lines_of(self, *spans: Span) -> str:
        """The lines where spans begin, or their offsets where the report carries no text."""
        found = dict.fromkeys(self.line_index.line(span.start) if self.line_index else span.start for span in spans)
        places = [str(place) for place in list(found)[:MAX_PLACES]] + ["…"] * (len(found) > MAX_PLACES)
        return (
            f"{'line' if self.line_index else 'at'}{'s' * bool(self.line_index and len(found) > 1)} {', '.join(places)}"
        )


def render(report: Report, *, width: int = 80, color: bool = False) -> str:
    """The whole report as text, for a terminal or a plain file.

    Args:
        report: The report. Line numbers are left out where it carries no text.
        width: Terminal cells in a line; less than 40 is taken for 40.
        color: Mark with ANSI colours as well. Nothing is told by colour alone.
    """
    blocks = (_head, _declared, _sections, _tables, _unknown, _checks, _diagnosis, _claims, _findings)
    view = _view(report, width)
    return to_page((part for block in blocks for part in block(view)), width=view.width, color=color)


def render_checks(report: Report, *, width: int = 80, color: bool = False) -> str:
    """What does not add up: one line for the report, its failed checks, and the cells that would explain them."""
    view = _view(report, width)
    failed = [check for check in report.checks if check.status == "failed"]
    counts = Counter(check.status for check in report.checks)
    summary = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    line: RenderableType = Text.assemble(
        (clean(report.id), "bold"), ": ", (summary or "nothing to check", "red" if failed else "")
    )
    parts = [line, *_failed_checks(failed)]
    for group in report.diagnosis[:MAX_LISTED]:
        parts.append(indented(Text.assemble(("diagnosis ", "red"), joined(*group.rules))))
        parts.extend(indented(part) for part in _explanations(group))
    return to_page(parts, width=view.width, color=color)


def render_forms(*, width: int = 80, color: bool = False) -> str:
    """The official forms, one a line."""
    listing = grid("bold", "", "", "")
    for key in form_keys():
        form = load_form(key)
        first, last = form.years
        listing.add_row(key, f"{first}–{last or ''}", form.issued_by, form.title)
    return to_page([indented(listing)], width=max(width, MIN_WIDTH), color=color)


def render_form(form: FormSpec, *, width: int = 80, color: bool = False) -> str:
    """One official form: its sections, and its tables with keys and labels of their rows and columns."""
    width = max(width, MIN_WIDTH)
    return to_page(_form_parts(form, width), width=width, color=color)


def _view(report: Report, width: int) -> _View:
    return _View(report, max(width, MIN_WIDTH), LineIndex(report.source_text) if report.source_text else None)


def _head(view: _View) -> Iterator[RenderableType]:
    report = view.report
    title = report.title.text if report.title else "(no title)"
    yield Text(clean(title), "bold")
    period = f"{report.period[0]} to {report.period[1]}" if report.period else ""
    source = report.source
    facts = {
        "authority": joined(
            report.authority or "unknown", f"from {report.authority_from}" if report.authority_from else None
        ),
        "year": joined(str(report.year or "unknown"), period),
        "form": joined(report.form or "none known", *report.form_evidence),
        "source": joined(source.name or report.id, source.encoding or "", source.script, f"{source.length} characters"),
    }
    listing = grid("dim", "")
    for name, fact in facts.items():
        # Why that form can be long, and is in the JSON whole.
        is_cut = name == "form"
        listing.add_row(name, Text(clean(fact), no_wrap=is_cut, overflow="ellipsis" if is_cut else "fold"))
    yield indented(listing)


def _declared(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if report.declared is None:
        return
    count = report.declared.count
    told = "no number" if count is None else str(count)
    yield heading("Declared parts", f"{told} announced, {len(report.declared.parts)} named")
    listing = grid("", "", "dim")
    longest = max(map(len, PART_STYLES))
    keep_to_one_line(listing, 3, max(longest, (view.width - INDENT - longest) // 2 - GAP * 2))
    for part in report.declared.parts[:MAX_LISTED]:
        status = Text(part.status.replace("_", " "), PART_STYLES[part.status])
        listing.add_row(clean(part.label), status, _carrier(report, part.section, part.subsection))
    yield indented(listing)


def _carrier(report: Report, section: int | None, subsection: int | None) -> str:
    if section is None or section >= len(report.sections):
        return ""
    carrier = report.sections[section]
    if subsection is not None and subsection < len(carrier.subsections):
        carrier = carrier.subsections[subsection]
    return clean(carrier.heading or carrier.kind, 60)


def _sections(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if not report.sections and not report.unassigned:
        return
    yield heading("Sections")
    listed = report.sections[:MAX_LISTED]
    kinds = [" + ".join((section.kind, *section.also)) for section in listed]
    insides = [_inside(section) for section in listed]
    beside = sum(max((len(text) for text in texts), default=0) + GAP for texts in (kinds, insides))
    listing = grid("", "dim", "yellow")
    keep_to_one_line(listing, 1, max(MIN_LABEL, view.width - INDENT - beside - GAP))
    for section, kind, inside in zip(listed, kinds, insides, strict=True):
        printed = Text(clean(section.heading or "(no heading)"), "" if section.heading else "dim")
        listing.add_row(printed, kind, Text(inside, "" if section.empty else "dim"))
    yield indented(listing)
    yield from more(len(report.sections))
    if report.unassigned:
        places = [f"{part.kind} ({view.lines_of(part.span)})" for part in report.unassigned[:MAX_PLACES]]
        rest = ["…"] if len(report.unassigned) > MAX_PLACES else []
        yield indented(Text(f"in no section: {', '.join(places + rest)}", "dim"))


def _inside(section: Section) -> str:
    count = len(section.subsections)
    if section.empty:
        return "empty"
    return f"{count} subsection{'s' if count > 1 else ''}" if count else ""


def _tables(view: _View) -> Iterator[RenderableType]:
    report = view.report
    form = load_form(report.form) if report.form in form_keys() else None
    specs = {spec.key: spec for spec in form.tables} if form else {}
    wrong = wrong_cells(report)
    used: set[str] = set()
    by_table: dict[str, list[Record]] = {}
    for record in report.records:
        by_table.setdefault(record.table, []).append(record)
    for key in sorted(by_table, key=[*specs, *by_table].index):
        records = by_table[key]
        spec = specs.get(key)
        units = {record.unit for record in records}
        cells = {(r.row, r.column): draw_cell(r, is_wrong=(key, r.row, r.column) in wrong) for r in records}
        unit = units.pop() if len(units) == 1 else None
        yield heading(table_title(form, spec, key), joined(key, unit))
        yield from draw_table(spec, records, cells, view.width)
        used.update(text.plain[:1] for text in cells.values())
        yield from _doubtful(view, key)
    if used.intersection(MARKS):
        legend = (f"{mark} {says}" for mark, says in MARKS.items() if mark in used)
        yield Padding(Text("   ".join(legend), "dim"), (1, 0, 0, INDENT))
    absent = [key for key in specs if key not in by_table]
    if absent:
        yield heading("Tables of the form that are not printed", ", ".join(absent))


def _doubtful(view: _View, table: str) -> Iterator[RenderableType]:
    for row in [row for row in view.report.uncertain_rows if row.table == table][:MAX_LISTED]:
        tokens = clean(" ".join(token.raw for token in row.tokens) or "nothing")
        where = f" ({view.lines_of(row.tokens[0].span)})" if row.tokens else ""
        readings = f"{'' if row.complete else 'at least '}{row.readings} readings"
        yield indented(Text(f"? {row.row}{where}: {readings} of {tokens}", "yellow"))


def _unknown(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if report.unknown_rows:
        yield heading("Rows that the form does not have")
        for row in report.unknown_rows[:MAX_LISTED]:
            printed = " | ".join(clean(cell.raw, MAX_CELL) or "·" for cell in row.cells[:MAX_LISTED])
            where = joined(row.table, view.lines_of(row.span))
            yield indented(Text.assemble(clean(row.label, 60), ": ", printed, (f"  {where}", "dim")))
        yield from more(len(report.unknown_rows))
    for table in report.unknown_tables[:MAX_LISTED]:
        columns = max((len(row) for row in table.grid), default=0)
        yield heading(
            "Table of no known form", joined(f"{len(table.grid)} × {columns} cells", view.lines_of(table.span))
        )
        most_rows, most_columns = MAX_GRID[0], min(columns, MAX_GRID[1], view.width // MIN_GRID_COLUMN)
        if not most_columns:
            continue
        listing = grid(*[""] * most_columns)
        keep_to_one_line(listing, most_columns, (view.width - INDENT) // most_columns - GAP)
        for cells in table.grid[:most_rows]:
            listing.add_row(*(clean(cell) for cell in cells[:most_columns]))
        yield indented(listing)
        if len(table.grid) > most_rows or columns > most_columns:
            yield indented(Text("…", "dim"))


def _checks(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if not report.checks:
        return
    yield heading("Checks")
    counts = Counter((check.rule, check.status) for check in report.checks)
    listing = grid("")
    for _ in STATUSES:
        listing.add_column(justify="right", no_wrap=True)
    listing.add_row("", *(Text(status, "dim") for status in STATUSES))
    for rule in dict.fromkeys(check.rule for check in report.checks):
        numbers = (counts[rule, status] for status in STATUSES)
        styled = (Text(str(n), style if n else "dim") for n, style in zip(numbers, CHECK_STYLES, strict=True))
        listing.add_row(clean(rule), *styled)
    yield indented(listing)
    yield from _failed_checks([check for check in report.checks if check.status == "failed"])


def _failed_checks(failed: Sequence[Check]) -> Iterator[RenderableType]:
    for check in failed[:MAX_LISTED]:
        scope = ", ".join(f"{name} {key}" for name, key in check.scope.items())
        sides = f"left {number(check.left)}, right {number(check.right)}"
        where = ", ".join(filter(None, (check.table, scope)))
        yield indented(Text.assemble(("failed ", "red"), (check.rule, "bold"), f"  {where}: {sides}"))
    yield from more(len(failed))


def _diagnosis(view: _View) -> Iterator[RenderableType]:
    groups = view.report.diagnosis
    for group in groups[:MAX_LISTED]:
        yield heading("Diagnosis", joined(*group.rules))
        yield from _explanations(group)
    yield from more(len(groups))


def _explanations(group: Diagnosis) -> Iterator[RenderableType]:
    count = len(group.explanations)
    if count != 1:
        yield indented(Text(f"one of {count} explanations:" if count else "no explanation found"))
    for cells in group.explanations[:MAX_LISTED]:
        yield indented(Text("; ".join(_blamed(cell) for cell in cells), "red"))
    yield from more(count)
    if not group.complete:
        yield indented(Text("the search stopped at its bound; there may be other explanations", "dim"))


def _blamed(cell: BlamedCell) -> str:
    place = f"{cell.row} × {cell.column}"
    return f"{place}: printed {cell.printed}, would be {cell.implied} ({cell.table})"


def _claims(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if not report.claims:
        return
    counts = Counter(claim.agrees for claim in report.claims)
    told = (f"{counts[True]} agree", f"{counts[False]} differ", f"{counts[None]} cannot be compared")
    yield heading("Numbers in prose", ", ".join(told))
    differing = [claim for claim in report.claims if claim.agrees is False]
    for claim in differing[:MAX_LISTED]:
        where = f" ({view.lines_of(claim.span)})"
        yield indented(Text(f"{claim.value}{where} is not {' or '.join(claim.quantities[:MAX_PLACES])}", "yellow"))
    yield from more(len(differing))


def _findings(view: _View) -> Iterator[RenderableType]:
    report = view.report
    if not report.findings:
        return
    counts = Counter(finding.severity for finding in report.findings)
    told = (f"{counts[one]} {one}{'s' if counts[one] > 1 else ''}" for one in SEVERITY_STYLES if counts[one])
    yield heading("Findings", ", ".join(told))
    listing = grid("", "")
    ordered = sorted(report.findings, key=lambda finding: [*SEVERITY_STYLES].index(finding.severity))
    for finding in ordered[:MAX_LISTED]:
        lines = view.lines_of(*finding.spans) if finding.spans else ""
        severity = Text(finding.severity, SEVERITY_STYLES[finding.severity])
        listing.add_row(severity, Text.assemble(clean(finding.message), (f"  {joined(finding.code, lines)}", "dim")))
    yield indented(listing)
    yield from more(len(report.findings))


def _form_parts(form: FormSpec, width: int) -> Iterator[RenderableType]:
    first, last = form.years
    yield Text(form.title, "bold")
    yield Text(joined(f"form {form.form}", form.issued_by, f"report years {first}–{last or ''}"), "dim")
    if form.sections:
        yield heading("Sections")
        yield _keyed([(section.label, 0, section.kind) for section in form.sections], width)
    for table in form.tables:
        yield heading(table_title(form, table, table.key), joined(table.key, table.unit))
        columns = [(f"column {one.label}", 0, joined(one.key, one.unit)) for one in table.columns]
        rows = [
            (
                " / ".join(row.path) or row.label,
                row.key.count("."),
                joined(row.key, row.unit, "group" if row.is_group else None),
            )
            for row in table.rows
        ]
        yield _keyed(columns + rows, width)


def _keyed(lines: Sequence[tuple[str, int, str]], width: int) -> RenderableType:
    """Labels with their depth, and keys, which stay whole where the page has room: they are there to be copied."""
    listing = grid("", "dim")
    longest = max(len(key) for _, _, key in lines)
    listing.columns[1].no_wrap = longest + MIN_LABEL + INDENT + 2 * GAP <= width
    for label, depth, key in lines:
        listing.add_row(Padding(Text(label), (0, 0, 0, depth)), key)
    return indented(listing)
