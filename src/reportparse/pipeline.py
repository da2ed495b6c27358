"""The whole parse, as one ordered list of steps: read, normalise, divide, find rows, place values, check, diagnose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import __version__
from .document import Grid, SourceDocument, cell_of, id_of
from .forms import load_form
from .judgement.checks import Cells, decide
from .judgement.claims import find_claims
from .judgement.localize import diagnose, findings_of
from .kinds import Diagnosis, Finding
from .limits import Limits, reached
from .options import ParseOptions
from .readers.sources import read_source
from .sections.content import Content, find_content
from .sections.declared import read_declaration
from .sections.identify import Identity, identify, is_report_like
from .sections.pictures import tell_pictured_tables, told_frames
from .sections.split import Outline, split_sections
from .spans import Span
from .tables.cellgrids import CellGrid
from .tables.columns import Ruler
from .tables.gridrows import rows_of_grid
from .tables.observe import observe, reach_of_reading
from .tables.placing import Stream
from .tables.read import TableReading, read_tables, unread_tables
from .tables.recognize import FormChoice, recognize_form
from .tables.records import Origin, RecordSet, build_records, printed_units
from .tables.rows import SeenRow, Sighting
from .tables.seams import join_cut_tables
from .tables.stream import StreamReader
from .text.normalize import NormalText, normalize_text
from .text.words import Words
from .validation import records_of, report_of

if TYPE_CHECKING:
    from .models import Check, Report
    from .tables.corrections import Corrections

_PAGE_BREAK_RE = re.compile("\f")


@dataclass(frozen=True, slots=True)
class _Print:
    """Every row and label of print that was seen, in the order of the text."""

    rows: list[SeenRow]
    sightings: list[Sighting]
    stream: Stream
    grids: list[CellGrid]
    seams: list[Span]


def parse_report(
    source: Any,
    *,
    name: str = "",
    options: ParseOptions | None = None,
    corrections: str | bytes | Mapping[str, Any] | Corrections | None = None,
) -> Report:
    """Read a published report into metadata, sections, typed records, checks and a diagnosis.

    Nothing printed is changed and nothing read is dropped: an odd document is told in ``findings``. A value is certain
    only where the print leaves one reading.

    Args:
        source: The report as ``str`` (text, Markdown or HTML), ``bytes`` of any format that is read, a BeautifulSoup
            object or Tag, an lxml element or tree, or a ``RawDocument`` of an archive.
        name: A name for the document; ``id`` is this name without its ending.
        options: What a caller may choose; the defaults never guess.
        corrections: What a person decided about cells of this very document, as the review page saves it: JSON or
            its values. Records carry it beside what was read.

    Raises:
        InputError: The source is empty, damaged, locked, over a limit, or of a format or type that is not read; or the
            corrections belong to another document.
        MissingExtraError: Its format needs an optional library; the message names the extra.

    Example:
        >>> report = parse_report("某市水务局2019年政府信息公开工作年度报告\\n一、总体情况\\n全年公开信息12条。")
        >>> report.year, report.authority, report.sections[0].kind
        (2019, '某市水务局', 'overview')
    """
    options = options or ParseOptions()
    patch = None
    if corrections is not None:
        from .tables.corrections import read_corrections

        patch = read_corrections(corrections)
    return parse_document(read_source(source, name, options.limits), options, patch)


def parse_document(document: SourceDocument, options: ParseOptions, patch: Corrections | None = None) -> Report:
    """Parse a document that a reader has read; see :func:`parse_report`."""
    normal = normalize_text(document.text)
    reach, unreached = _reach(normal, options.limits)
    content = find_content(normal, document, reach)
    identity = identify(normal, document, content)
    outline = split_sections(normal, content, identity.title.span if identity.title else None)
    declared, announced = read_declaration(normal, outline.sections)
    seen = _see_rows(normal, document, reach)
    choice = recognize_form(seen.rows, seen.sightings, [section.kind for section in outline.sections], identity.year)
    readings = _read_tables(seen, choice, options)
    made = _make_records(readings, seen, choice, normal, document)
    if patch is not None:
        _replay(patch, made, choice, document)
    unknown = _unknown_tables(seen, readings, outline, normal)
    form = choice.form.form if choice.form else None
    lost = tell_pictured_tables(document, outline.sections, [reading.spec.key for _, reading in readings], form)
    checks, diagnosis, judged = _judge(made.records, readings, options)
    printed = [fields["span"] for fields in made.records.values() if fields["span"] is not None]
    zones = [*printed, *(table["span"] for table in unknown)]
    claims, unlike = find_claims(normal, outline.sections, made.records, choice.form, tables=zones, year=identity.year)
    no_report = _tell_no_report(document, content, identity, outline, choice)
    told = (*document.findings, *unreached, *identity.findings, *announced, *outline.findings, *lost)
    report = report_of(
        {
            **_head_of(document, normal),
            **_identity_of(identity),
            "form": form,
            "form_evidence": choice.evidence,
            "declared": declared,
            "sections": outline.sections,
            **_tables_of(made, unknown),
            "checks": checks,
            "diagnosis": diagnosis,
            "claims": claims,
            "findings": (*told, *_tell_seams(seen, normal), *made.findings, *judged, *unlike, *no_report),
            "unassigned": outline.unassigned,
        }
    )
    report._normal = normal
    return report


def _tables_of(made: RecordSet, unknown: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "records": records_of(list(made.records.values())),
        "uncertain_rows": made.uncertain_rows,
        "unknown_rows": made.unknown_rows,
        "unknown_tables": unknown,
    }


def _identity_of(identity: Identity) -> dict[str, Any]:
    names = ("title", "authority", "authority_from", "year", "period", "metadata")
    return {name: getattr(identity, name) for name in names}


def _head_of(document: SourceDocument, normal: NormalText) -> dict[str, Any]:
    source = {
        "name": document.name,
        "sha256": document.sha256,
        "media_type": document.media_type,
        "encoding": document.encoding,
        "encoding_evidence": document.encoding_evidence,
        "length": len(document.text),
        "script": normal.script,
        "url": document.url,
        "date": document.date,
        "parts": document.parts,
    }
    return {
        "id": id_of(document.name) if document.name else document.sha256[:12],
        "reportparse_version": __version__,
        "source": source,
        "source_text": document.text,
    }


def _reach(normal: NormalText, limits: Limits) -> tuple[int, tuple[Finding, ...]]:
    """How far into the text headings and tables are looked for, and what is told where that is not to its end."""
    reach = reach_of_reading(normal.text, limits.max_pieces)
    if reach == len(normal.text):
        return reach, ()
    unread = Span(normal.source_span(reach, reach).start, len(normal.source))
    place = f"behind character {unread.start:,}"
    found = f"no heading or table was looked for {place}: the text has too many tokens, lines and cells"
    return reach, (reached(limits, "max_pieces", found, [unread]),)


def _see_rows(normal: NormalText, document: SourceDocument, reach: int) -> _Print:
    """Rows and labels of every grid and of the running text, as far as it is looked at."""
    words = Words()
    text = normal.text[:reach]
    stop = normal.source_span(reach, reach).start
    grids = [_in_normal_text(grid, normal) for grid in document.grids if grid.span.end <= stop]
    breaks = [normal.target_span(m.start(), m.end()).start for m in _PAGE_BREAK_RE.finditer(document.text, 0, stop)]
    observation = observe(text, grids, words, breaks)
    rows: list[SeenRow] = []
    sightings: list[Sighting] = []
    whole, seams = join_cut_tables(observation.grids, normal.text, words)
    for block, grid in enumerate(whole):
        own_rows, own_sightings = rows_of_grid(grid, block, words)
        rows += own_rows
        sightings += own_sightings
    reader = StreamReader(observation.tokens, words)
    reader.read()
    rows += reader.rows
    rows.sort(key=lambda row: row.start)
    ruler = Ruler(text, observation.line_starts)
    starts = [row.start for row in rows if row.addresses]
    stream = Stream(observation.tokens, reader.strays, ruler, observation.page_starts, starts, len(text))
    return _Print(rows, sightings + reader.sightings, stream, whole, seams)


def _in_normal_text(grid: Grid, normal: NormalText) -> Grid:
    """A grid with the places of its cells in the normal text."""
    if not normal.map:
        return grid
    places = normal.map.target_spans([(cell.start, cell.end) for cell in grid.cells])
    cells = [
        cell_of((row, column, row_span, column_span, *place, is_head))
        for (row, column, row_span, column_span, _, _, is_head), place in zip(grid.cells, places, strict=True)
    ]
    return Grid(normal.map.target_span(*grid.span), grid.rows, grid.columns, tuple(cells))


def _read_tables(seen: _Print, choice: FormChoice, options: ParseOptions) -> list[tuple[str, TableReading]]:
    if choice.form is None:
        return []
    return read_tables(seen.rows, seen.sightings, seen.stream, choice, options.max_readings)


def _tell_seams(seen: _Print, normal: NormalText) -> list[Finding]:
    """Tell where tables that a page break had cut were put together."""
    if not seen.seams:
        return []
    spans = tuple(normal.source_span(*seam) for seam in seen.seams)
    message = f"{len(spans)} tables go on with the rows of the table before them; each is read as one with it"
    return [Finding(code="table_joined", severity="note", message=message, spans=spans)]


def _make_records(
    readings: Sequence[tuple[str, TableReading]],
    seen: _Print,
    choice: FormChoice,
    normal: NormalText,
    document: SourceDocument,
) -> RecordSet:
    """The records of all tables, each with the way back to the file."""
    unread = unread_tables(readings, seen.sightings, choice.form) if choice.form else []
    origin = Origin(normal, document.places, printed_units(seen.sightings, normal.text))
    return build_records([reading for _, reading in readings], origin, unread)


def _replay(patch: Corrections, made: RecordSet, choice: FormChoice, document: SourceDocument) -> None:
    """Apply what a person decided about cells; few parses need the module for it."""
    from .tables.corrections import apply_corrections

    made.findings += apply_corrections(made.records, patch, choice.form, document.sha256)


def _unknown_tables(
    seen: _Print, readings: Sequence[tuple[str, TableReading]], outline: Outline, normal: NormalText
) -> list[dict[str, Any]]:
    """Grids inside a section that no table of a form was read from, as printed."""
    used = {row.seen.block for _, reading in readings for row in reading.rows}
    tables = []
    for block, grid in enumerate(seen.grids):
        if block in used or len(grid.rows) < 2 or max(map(len, grid.rows)) < 2:
            continue
        span = normal.source_span(grid.start, grid.end)
        section = _section_at(outline, span)
        if section is None:
            continue
        rows = tuple(tuple(_source_cell(normal, cell.start, cell.end) for cell in row) for row in grid.rows)
        tables.append({"grid": rows, "span": span, "section": section})
    return tables


def _source_cell(normal: NormalText, start: int, end: int) -> str:
    span = normal.source_span(start, end)
    return normal.source[span.start : span.end]


def _section_at(outline: Outline, span: Span) -> int | None:
    for place, section in enumerate(outline.sections):
        if section.span.start <= span.start < section.span.end:
            return place
    return None


def _tell_no_report(
    document: SourceDocument, content: Content, identity: Identity, outline: Outline, choice: FormChoice
) -> tuple[Finding, ...]:
    if choice.form is not None or is_report_like(content, identity, outline.sections):
        return ()
    message = "this does not look like an annual report on open government information; nothing was read as one"
    message += told_frames(document)
    return (Finding(code="not_a_report", severity="error", message=message),)


def _judge(
    cells: Cells, readings: Sequence[tuple[str, TableReading]], options: ParseOptions
) -> tuple[tuple[Check, ...], tuple[Diagnosis, ...], tuple[Finding, ...]]:
    """Check the cells of each form that tables were read by, and diagnose what failed."""
    checks: list[Check] = []
    diagnosis: list[Diagnosis] = []
    findings: list[Finding] = []
    for name in dict.fromkeys(form for form, _ in readings):
        form = load_form(name)
        tables = {reading.spec.key for by, reading in readings if by == name}
        own = {place: fields for place, fields in cells.items() if place[0] in tables}
        decided = decide(own, form, blank_as_zero=options.blank_as_zero)
        found = diagnose(decided, max_steps=options.max_steps, solver=options.solver)
        checks += decided.checks
        diagnosis += found
        findings += findings_of(decided, found, own, form)
    return tuple(checks), tuple(diagnosis), tuple(findings)
