"""A report as text for people: what was read, the tables as the form prints them, what does not add up.

Everything is measured in terminal cells, where a Chinese character takes two. No line is wider than asked for.
"""

from __future__ import annotations

import io
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from .forms import FormSpec, TableSpec, form_keys, load_form
from .models import BlamedCell, CellRef, Check, CheckStatus, Record, Report, Section, Severity
from .spans import LineIndex, Span

MIN_WIDTH = 40
# A printed piece is cut here; the view is for reading, and one hostile line must not fill the terminal.
MAX_PIECE = 300
MAX_LISTED = 40  # entries of one list
MAX_GRID = (8, 8)  # rows and columns shown of a table of no known form
MAX_CELL = 16  # terminal cells of one value
MIN_LABEL = 14  # terminal cells that a row label gets at least
INDENT = 2
GAP = 2

SEVERITY_STYLES: dict[Severity, str] = {"error": "bold red", "warning": "yellow", "note": "dim"}
STATUS_STYLES = {"present": "green", "embedded": "green", "states_none": "", "empty": "yellow", "absent": "yellow"}
MARKS = {
    "·": "printed and blank",
    "_": "not printed",
    "?": "doubtful: what it may be",
    "!": "does not add up",
}

CellPlace = tuple[str, str, str]  # table, row and column keys
Shown = dict[tuple[str, str], Text]  # row and column keys


def render(report: Report, *, width: int = 80, color: bool = False) -> str:
    """The whole report as text, for a terminal or a plain file.

    Args:
        report: The report. Line numbers are left out where it carries no text.
        width: Terminal cells in a line; less than 40 is taken for 40.
        color: Mark with ANSI colours as well. Nothing is told by colour alone.
    """
    blocks = (_head, _declared, _sections, _tables, _unknown, _checks, _diagnosis, _claims, _findings)
    width = max(width, MIN_WIDTH)
    return _printed((part for block in blocks for part in block(report, width)), width, color)


def render_checks(report: Report, *, width: int = 80, color: bool = False) -> str:
    """What does not add up: one line for the report, its failed checks, and the cells that would explain them."""
    width = max(width, MIN_WIDTH)
    failed = [check for check in report.checks if check.status == "failed"]
    counts = Counter(check.status for check in report.checks)
    summary = ", ".join(f"{counts[status]} {status}" for status in ("failed", "passed", "undecided") if counts[status])
    line = Text.assemble((_clean(report.id), "bold"), ": ", (summary or "nothing to check", "red" if failed else ""))
    return _printed([line, *_failed_checks(failed), *_diagnosis(report, width)], width, color)


def render_forms(*, width: int = 80, color: bool = False) -> str:
    """The official forms, one a line."""
    grid = _grid("bold", "", "", "")
    for key in form_keys():
        form = load_form(key)
        first, last = form.years
        grid.add_row(key, f"{first}–{last or ''}", form.issued_by, form.title)
    return _printed([_indented(grid)], max(width, MIN_WIDTH), color)


def render_form(form: FormSpec, *, width: int = 80, color: bool = False) -> str:
    """One official form: its sections, and its tables with keys and labels of their rows and columns."""
    return _printed(_form_parts(form), max(width, MIN_WIDTH), color)


def _head(report: Report, width: int) -> Iterator[RenderableType]:
    title = report.title.text if report.title else "(no title)"
    yield Text(_clean(title), "bold")
    period = f"{report.period[0]} to {report.period[1]}" if report.period else ""
    source = report.source
    facts = {
        "authority": _joined(report.authority or "unknown", f"from {report.authority_from or 'nowhere'}"),
        "year": _joined(str(report.year or "unknown"), period),
        "form": _joined(report.form or "none known", *report.form_evidence),
        "source": _joined(
            source.name or report.id, source.encoding or "", source.script, f"{source.length} characters"
        ),
    }
    grid = _grid("dim", "")
    for name, fact in facts.items():
        grid.add_row(name, _clean(fact))
    yield _indented(grid)


def _declared(report: Report, width: int) -> Iterator[RenderableType]:
    if report.declared is None:
        return
    count = report.declared.count
    told = "no number" if count is None else str(count)
    yield _heading("Declared parts", f"{told} announced, {len(report.declared.parts)} named")
    grid = _grid("", "", "dim")
    for part in report.declared.parts[:MAX_LISTED]:
        status = Text(part.status.replace("_", " "), STATUS_STYLES[part.status])
        grid.add_row(_clean(part.label), status, _carrier(report, part.section, part.subsection))
    yield _indented(grid)


def _carrier(report: Report, section: int | None, subsection: int | None) -> str:
    if section is None or section >= len(report.sections):
        return ""
    carrier = report.sections[section]
    if subsection is not None and subsection < len(carrier.subsections):
        carrier = carrier.subsections[subsection]
    return _clean(carrier.heading or carrier.kind, 60)


def _sections(report: Report, width: int) -> Iterator[RenderableType]:
    if not report.sections and not report.unassigned:
        return
    line_of = _line_namer(report)
    yield _heading("Sections")
    listed = report.sections[:MAX_LISTED]
    kinds = [" + ".join((section.kind, *section.also)) for section in listed]
    insides = [_inside(section) for section in listed]
    beside = sum(max((len(text) for text in texts), default=0) + GAP for texts in (kinds, insides))
    grid = _grid("", "dim", "yellow")
    _one_line(grid, max(MIN_LABEL, width - INDENT - beside - GAP))
    for section, kind, inside in zip(listed, kinds, insides, strict=True):
        heading = Text(_clean(section.heading or "(no heading)"), "" if section.heading else "dim")
        grid.add_row(heading, kind, Text(inside, "" if section.empty else "dim"))
    yield _indented(grid)
    yield from _more(len(report.sections))
    if report.unassigned:
        places = ", ".join(f"{kind} ({line_of(part.span)})" for part in report.unassigned[:6] for kind in [part.kind])
        rest = ", …" if len(report.unassigned) > 6 else ""
        yield _indented(Text(f"in no section: {places}{rest}", "dim"))


def _inside(section: Section) -> str:
    count = len(section.subsections)
    if section.empty:
        return "empty"
    return f"{count} subsection{'s' if count > 1 else ''}" if count else ""


def _tables(report: Report, width: int) -> Iterator[RenderableType]:
    form = load_form(report.form) if report.form in form_keys() else None
    specs = {spec.key: spec for spec in form.tables} if form else {}
    wrong = _wrong_cells(report)
    used: set[str] = set()
    by_table: dict[str, list[Record]] = {}
    for record in report.records:
        by_table.setdefault(record.table, []).append(record)
    for key in sorted(by_table, key=[*specs, *by_table].index):
        records = by_table[key]
        spec = specs.get(key)
        units = {record.unit for record in records}
        shown = {(r.row, r.column): _cell(r, (key, r.row, r.column) in wrong) for r in records}
        yield _heading(
            _table_title(form, spec, key), _joined(key, *units) if len(units) == 1 and None not in units else key
        )
        yield from _table(spec, records, shown, width)
        used.update(text.plain[0] for text in shown.values() if text.plain[0] in MARKS)
        yield from _doubtful(report, key)
    absent = [key for key in specs if key not in by_table]
    if absent:
        yield _heading("Tables of the form that are not printed", ", ".join(absent))
    if used:
        yield _indented(Text("   ".join(f"{mark} {says}" for mark, says in MARKS.items() if mark in used), "dim"))


def _table_title(form: FormSpec | None, spec: TableSpec | None, key: str) -> str:
    if form is None or spec is None:
        return key
    return spec.title or next((section.label for section in form.sections if section.kind == spec.section), key)


def _table(spec: TableSpec | None, records: Sequence[Record], shown: Shown, width: int) -> Iterator[RenderableType]:
    heads = {column.key: column.label for column in spec.columns} if spec else {}
    heads |= {record.column: record.column for record in records if record.column not in heads}
    rows = _rows(spec, records)
    sizes = {
        key: max([4, *(cell_len(text.plain) for (_, column), text in shown.items() if column == key)]) for key in heads
    }
    wish = min(max(cell_len(row.label) + row.depth for row in rows), width // 2)
    units = {record.row: record.unit or "" for record in records}
    blocks = list(_blocks(sizes, width - INDENT - min(wish, MIN_LABEL)))
    for block in blocks:
        spare = width - INDENT - wish - sum(sizes[key] + GAP for key in block)
        grid = Grid(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 0, 0, 1), header_style="dim")
        # Where the columns need several blocks there is no room for labels of several lines.
        grid.add_column(overflow="fold", vertical="bottom")
        if len(blocks) > 1:
            _one_line(grid, width - INDENT - sum(sizes[key] + GAP for key in block))
        for key in block:
            size = min(max(sizes[key], cell_len(heads[key])), sizes[key] + max(0, spare // len(block)))
            grid.add_column(_folded(_clean(heads[key]), size), justify="right", vertical="bottom", width=size)
        if len(set(units.values())) > 1:
            grid.add_column(style="dim", vertical="bottom")
        for row in rows:
            missing = Text("" if row.is_group else "_", "dim")
            cells = [shown.get((row.key, key), missing) for key in block]
            grid.add_row(
                row.shown, *cells, *([_clean(units.get(row.key, ""))] if len(grid.columns) > len(cells) + 1 else [])
            )
        yield _indented(grid)
    printed = {row for row, _ in shown}
    absent = [_clean(row.label, 40) for row in spec.leaf_rows if row.key not in printed] if spec else []
    if absent:
        yield _indented(Text(f"rows not printed: {'; '.join(absent[:MAX_LISTED])}", "dim"))


class _Row(NamedTuple):
    key: str
    label: str
    depth: int
    is_group: bool

    @property
    def shown(self) -> RenderableType:
        return Padding(Text(self.label, "dim" if self.is_group else ""), (0, 0, 0, self.depth))


def _rows(spec: TableSpec | None, records: Sequence[Record]) -> list[_Row]:
    """The printed rows in the order of the form, under their groups; rows that it does not have come last."""
    printed = {record.row: record for record in records}
    rows = [
        _Row(row.key, _clean(" / ".join(row.path) or row.label), row.key.count("."), row.key not in printed)
        for row in (spec.rows if spec else ())
        if row.key in printed or (row.is_group and any(key.startswith(f"{row.key}.") for key in printed))
    ]
    known = {row.key for row in rows}
    return rows + [
        _Row(key, _clean(record.label or key), 0, False) for key, record in printed.items() if key not in known
    ]


def _blocks(sizes: dict[str, int], room: int) -> Iterator[list[str]]:
    """Columns that fit beside a label, in as few blocks as will do and about equally many in each."""
    keys = list(sizes)
    most = max(1, room // (max(sizes.values()) + GAP))
    blocks = 1 if sum(sizes.values()) + GAP * len(keys) <= room else -(-len(keys) // most)
    each = -(-len(keys) // blocks)
    yield from (keys[start : start + each] for start in range(0, len(keys), each))


def _folded(label: str, size: int) -> Text:
    """A column head in lines of whole pairs of characters, as Chinese words mostly are."""
    if cell_len(label) <= size:
        return Text(label)
    step = max(2, size // 4 * 2)
    return Text("\n".join(label[start : start + step] for start in range(0, len(label), step)))


def _cell(record: Record, is_wrong: bool) -> Text:
    if not record.certain:
        return Text(f"?{_candidates(record)}", "yellow")
    mark, style = ("!", "bold red") if is_wrong else ("", "")
    if record.state == "value":
        return Text(f"{mark}{record.value}"[:MAX_CELL], style)
    if record.state in ("not_applicable", "unreadable"):
        return Text(_clean(f"{mark}{record.raw or ''}", MAX_CELL // 2), style or "yellow")
    return Text(mark + ("·" if record.state == "blank" else "_"), style or "dim")


def _candidates(record: Record) -> str:
    found = record.candidates
    if found is None:
        return ""
    if found.values is None:
        return f"{_number(found.min)}..{_number(found.max)}"
    if len(found.values) > 3:
        return f"{_number(found.values[0])}..{_number(found.values[-1])}"
    return "|".join(_number(value) for value in found.values)


def _number(value: object) -> str:
    return "·" if value is None else str(value)


def _wrong_cells(report: Report) -> set[CellPlace]:
    """Cells that the diagnosis blames, and those of failed checks that no diagnosis explains."""
    blamed = {_place(cell) for group in report.diagnosis for cells in group.explanations for cell in cells}
    failed = (check for check in report.checks if check.status == "failed")
    unexplained = (check for check in failed if not blamed.intersection(map(_place, check.cells)))
    return blamed | {_place(cell) for check in unexplained for cell in check.cells}


def _place(cell: CellRef) -> CellPlace:
    return cell.table, cell.row, cell.column


def _doubtful(report: Report, table: str) -> Iterator[RenderableType]:
    line_of = _line_namer(report)
    for row in [row for row in report.uncertain_rows if row.table == table][:MAX_LISTED]:
        tokens = _clean(" ".join(token.raw for token in row.tokens) or "nothing")
        where = f" ({line_of(row.tokens[0].span)})" if row.tokens else ""
        readings = f"{'' if row.complete else 'at least '}{row.readings} readings"
        yield _indented(Text(f"? {row.row}{where}: {readings} of {tokens}", "yellow"))


def _unknown(report: Report, width: int) -> Iterator[RenderableType]:
    line_of = _line_namer(report)
    if report.unknown_rows:
        yield _heading("Rows that the form does not have")
        for row in report.unknown_rows[:MAX_LISTED]:
            cells = " | ".join(_clean(cell.raw, MAX_CELL) or "·" for cell in row.cells[:MAX_LISTED])
            where = _joined(row.table, line_of(row.span))
            yield _indented(Text.assemble(_clean(row.label, 60), ": ", cells, (f"  {where}", "dim")))
        yield from _more(len(report.unknown_rows))
    for table in report.unknown_tables[:MAX_LISTED]:
        columns = max((len(row) for row in table.grid), default=0)
        yield _heading("Table of no known form", _joined(f"{len(table.grid)} × {columns} cells", line_of(table.span)))
        most_rows, most_columns = MAX_GRID[0], min(MAX_GRID[1], width // 10)
        grid = _grid(*[""] * min(columns, most_columns))
        _one_line(grid, (width - INDENT) // len(grid.columns or " ") - GAP)
        for row_cells in table.grid[:most_rows]:
            grid.add_row(*(_clean(cell) for cell in row_cells[:most_columns]))
        yield _indented(grid)
        if len(table.grid) > most_rows or columns > most_columns:
            yield _indented(Text("…", "dim"))


def _checks(report: Report, width: int) -> Iterator[RenderableType]:
    if not report.checks:
        return
    yield _heading("Checks")
    counts = Counter((check.rule, check.status) for check in report.checks)
    statuses: tuple[CheckStatus, ...] = ("passed", "failed", "undecided")
    grid = _grid("")
    for _ in statuses:
        grid.add_column(justify="right", no_wrap=True)
    grid.add_row("", *(Text(status, "dim") for status in statuses))
    for rule in dict.fromkeys(check.rule for check in report.checks):
        numbers = [counts[rule, status] for status in statuses]
        styles = ("green", "bold red", "yellow")
        grid.add_row(_clean(rule), *(Text(str(n), s if n else "dim") for n, s in zip(numbers, styles, strict=True)))
    yield _indented(grid)
    yield from _failed_checks([check for check in report.checks if check.status == "failed"])


def _failed_checks(failed: Sequence[Check]) -> Iterator[RenderableType]:
    for check in failed[:MAX_LISTED]:
        scope = ", ".join(f"{name} {key}" for name, key in check.scope.items())
        sides = f"left {_number(check.left)}, right {_number(check.right)}"
        where = ", ".join(filter(None, (check.table, scope)))
        yield _indented(Text.assemble(("failed ", "red"), (check.rule, "bold"), f"  {where}: {sides}"))
    yield from _more(len(failed))


def _diagnosis(report: Report, width: int) -> Iterator[RenderableType]:
    for group in report.diagnosis[:MAX_LISTED]:
        yield _heading("Diagnosis", _joined(*group.rules))
        count = len(group.explanations)
        if count > 1:
            yield _indented(Text(f"one of {count} explanations:"))
        for cells in group.explanations[:MAX_LISTED]:
            words = "; ".join(_blamed(cell) for cell in cells)
            yield _indented(Text(words or "no explanation", "red"))
        yield from _more(count)
        if not group.complete:
            yield _indented(Text("the search stopped at its bound; there may be other explanations", "dim"))


def _blamed(cell: BlamedCell) -> str:
    place = f"{cell.row} × {cell.column}"
    return f"{place}: printed {cell.printed}, would be {cell.implied} ({cell.table})"


def _claims(report: Report, width: int) -> Iterator[RenderableType]:
    if not report.claims:
        return
    line_of = _line_namer(report)
    counts = Counter(claim.agrees for claim in report.claims)
    told = (f"{counts[True]} agree", f"{counts[False]} differ", f"{counts[None]} cannot be compared")
    yield _heading("Numbers in prose", ", ".join(told))
    differing = [claim for claim in report.claims if claim.agrees is False]
    for claim in differing[:MAX_LISTED]:
        where = f" ({line_of(claim.span)})"
        yield _indented(Text(f"{claim.value}{where} is not {' or '.join(claim.quantities[:6])}", "yellow"))
    yield from _more(len(differing))


def _findings(report: Report, width: int) -> Iterator[RenderableType]:
    if not report.findings:
        return
    line_of = _line_namer(report)
    counts = Counter(finding.severity for finding in report.findings)
    yield _heading(
        "Findings", ", ".join(f"{counts[key]} {key}{'s' * (counts[key] > 1)}" for key in SEVERITY_STYLES if counts[key])
    )
    grid = _grid("", "")
    ordered = sorted(report.findings, key=lambda finding: [*SEVERITY_STYLES].index(finding.severity))
    for finding in ordered[:MAX_LISTED]:
        lines = ", ".join(dict.fromkeys(line_of(span) for span in finding.spans[:4]))
        severity = Text(finding.severity, SEVERITY_STYLES[finding.severity])
        grid.add_row(severity, Text.assemble(_clean(finding.message), (f"  {_joined(finding.code, lines)}", "dim")))
    yield _indented(grid)
    yield from _more(len(report.findings))


def _form_parts(form: FormSpec) -> Iterator[RenderableType]:
    first, last = form.years
    yield Text(form.title, "bold")
    yield Text(_joined(f"form {form.form}", form.issued_by, f"report years {first}–{last or ''}"), "dim")
    if form.sections:
        yield _heading("Sections")
        grid = _grid("", "dim")
        for section in form.sections:
            grid.add_row(section.label, section.kind)
        yield _indented(grid)
    for table in form.tables:
        yield _heading(_table_title(form, table, table.key), _joined(table.key, table.unit or ""))
        grid = _grid("", "dim")
        for column in table.columns:
            grid.add_row(f"column {column.label}", _joined(column.key, column.unit or ""))
        for row in table.rows:
            label = Padding(Text(" / ".join(row.path) or row.label), (0, 0, 0, row.key.count(".")))
            grid.add_row(label, _joined(row.key, row.unit or "", "group" if row.is_group else ""))
        yield _indented(grid)


def _heading(name: str, note: str = "") -> RenderableType:
    return Text.assemble("\n", (_clean(name), "bold"), (f"  {_clean(note)}" if note else "", "dim"))


def _grid(*styles: str) -> Grid:
    grid = Grid.grid(padding=(0, GAP, 0, 0))
    for style in styles:
        grid.add_column(style=style, overflow="fold")
    return grid


def _one_line(grid: Grid, most: int) -> None:
    """Cut the first column, or all where there are more than three, to one line of ``most`` cells."""
    for column in grid.columns[: None if len(grid.columns) > 3 else 1]:
        column.no_wrap, column.overflow, column.max_width = True, "ellipsis", most


def _indented(part: RenderableType) -> RenderableType:
    return Padding(part, (0, 0, 0, INDENT))


def _more(count: int) -> Iterator[RenderableType]:
    if count > MAX_LISTED:
        yield _indented(Text(f"… and {count - MAX_LISTED} more; the JSON has them all", "dim"))


def _joined(*words: str | None) -> str:
    return " · ".join(word for word in words if word)


def _line_namer(report: Report) -> Callable[[Span], str]:
    if not report.source_text:
        return lambda span: f"at {span.start}"
    index = LineIndex(report.source_text)
    return lambda span: f"line {index.line(span.start)}"


def _clean(text: str, most: int = MAX_PIECE) -> str:
    """One printable line of a printed text: no control characters, which could steer the terminal; cut at ``most``."""
    folded = " ".join(text[: most * 4].split())
    shown = "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf", "Cs") else char for char in folded)
    return shown if len(shown) <= most else f"{shown[: most - 1]}…"


def _printed(parts: Iterable[RenderableType], width: int, color: bool) -> str:
    buffer = io.StringIO()
    console = Console(
        file=buffer,
        width=width,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
    for part in parts:
        console.print(part, overflow="fold")
    return "".join(f"{line.rstrip()}\n" for line in buffer.getvalue().split("\n")[:-1])
