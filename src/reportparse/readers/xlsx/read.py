"""Spreadsheets (XLSX, XLSM, XLSB, XLS, ODS): the tables of each sheet as grids, what stands around them as lines."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ...document import SourceDocument
from ...errors import MissingExtraError
from ...kinds import Finding
from ...limits import DEFAULT_LIMITS, Limits, exceeded
from ..office.compound import read_stream
from ..office.packages import Package, damaged
from .facts import Cell, Range, SheetFacts, facts_of_open_document, facts_of_workbook
from .records import facts_of_binary_workbook, facts_of_old_workbook
from .text import Line, Place, TextOfSheets, name_of_place, quoted

_MAX_NAMED = 10


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as read: what it says beside its values, the rows of these from the first one on, its merged ranges."""

    facts: SheetFacts
    is_hidden: bool
    values: list[list[str]]
    start: Cell
    merged: Sequence[Range]


def read_xlsx(data: bytes, limits: Limits = DEFAULT_LIMITS) -> SourceDocument:
    """Read a spreadsheet.

    Numbers are written as they are stored, to 15 digits and without the zeros that a number format adds. Hidden sheets,
    rows and columns are not shown, so they are left out and told; a formula without a value stands as its formula.

    Raises:
        InputError: The file is damaged, locked, or goes over a limit.
        MissingExtraError: The extra ``xlsx`` is not installed.
    """
    facts = _facts(data, limits)
    places = sum(sheet.places for sheet in facts)
    if places > limits.max_cells:
        raise exceeded(limits, "max_cells", f"the cells of its sheets reach over {places:,} places")
    writer = TextOfSheets(limits)
    findings: list[Finding] = []
    for sheet in _read_sheets(data, facts, limits):
        findings += _findings(sheet)
        if not sheet.is_hidden:
            writer.write_sheet(_lines(sheet))
    return SourceDocument(
        writer.text, grids=tuple(writer.grids), places=writer.places, findings=(*findings, *writer.findings)
    )


def _facts(data: bytes, limits: Limits) -> list[SheetFacts]:
    """What the file says beside its values; every part that is read later is unpacked once, within the limits."""
    if not data.startswith(b"PK"):
        stream = read_stream(data, "Workbook", "Book")
        if stream is None:
            raise damaged("an old spreadsheet", "it has no stream that holds a workbook")
        return list(facts_of_old_workbook(stream))
    package = Package(data, limits)
    if "xl/workbook.bin" in package:
        facts = list(facts_of_binary_workbook(package))
    elif "content.xml" in package:
        facts = list(facts_of_open_document(package))
    else:
        facts = list(facts_of_workbook(package))
        for _ in package.events("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in package else ():
            pass
    return facts


def _read_sheets(data: bytes, facts: Sequence[SheetFacts], limits: Limits) -> Iterator[_Sheet]:
    """The sheets that hold something, with their values."""
    if find_spec("python_calamine") is None or not sys.executable:
        message = "spreadsheets need the extra xlsx: pip install 'reportparse[xlsx]'"
        raise MissingExtraError(message, code="extra_missing")
    filled = {sheet.name: sheet for sheet in facts if sheet.first is not None}
    command = [sys.executable, "-P", sheetvalues_path()]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(list(filled)).encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.max_office_seconds,
            check=True,
        )
        answer = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        found = f"the values of the spreadsheet took longer than {limits.max_office_seconds} seconds to read"
        raise exceeded(limits, "max_office_seconds", found) from error
    except (subprocess.CalledProcessError, ValueError) as error:
        raise damaged("the spreadsheet", "the library that reads its values broke off") from error
    if "error" in answer:
        raise damaged("the spreadsheet", answer["error"])
    for sheet in answer["sheets"]:
        own = filled[sheet["name"]]
        merged = own.merged if own.merged is not None else [(tuple(a), tuple(b)) for a, b in sheet["merged"]]
        start = tuple(sheet["start"]) if sheet["start"] else own.first or (0, 0)
        yield _Sheet(own, not sheet["is_shown"], sheet["rows"], start, merged)


def sheetvalues_path() -> str:
    """The program that reads values, beside this module."""
    return str(Path(__file__).with_name("values.py"))


def _lines(sheet: _Sheet) -> list[Line]:
    """The rows that are shown, each with its cells; of a merged range counts what is shown of it."""
    facts = sheet.facts
    if facts.first is None or facts.last is None:
        return []
    rows = [row for row in range(facts.first[0], facts.last[0] + 1) if row not in facts.hidden_rows]
    columns = [column for column in range(facts.first[1], facts.last[1] + 1) if column not in facts.hidden_columns]
    row_of = {row: number for number, row in enumerate(rows)}
    column_of = {column: number for number, column in enumerate(columns)}
    texts = {
        (sheet.start[0] + down, sheet.start[1] + across): value
        for down, values in enumerate(sheet.values)
        for across, value in enumerate(values)
        if value
    } | facts.texts
    name = quoted(facts.name)
    lines = [
        Line(
            {
                number: Place(texts.get((row, column), ""), f"{name}!{name_of_place(row, column)}")
                for column, number in column_of.items()
            }
        )
        for row in rows
    ]
    for (top, left), down, across in _merged_shown(sheet, row_of, column_of):
        for row in down:
            for column in across:
                lines[row].cells.pop(column, None)
        place = Place(texts.get((top, left), ""), f"{name}!{name_of_place(top, left)}", len(down), len(across))
        lines[down[0]].cells[across[0]] = place
    return [Line(dict(sorted(line.cells.items()))) for line in lines]


def _merged_shown(
    sheet: _Sheet, row_of: Mapping[int, int], column_of: Mapping[int, int]
) -> Iterator[tuple[Cell, list[int], list[int]]]:
    """The first cell of each merged range, and the shown rows and columns that it covers."""
    facts = sheet.facts
    first, last = facts.first or (0, 0), facts.last or (-1, -1)
    covered = 0
    for (top, left), (bottom, right) in sheet.merged:
        rows = range(max(top, first[0]), min(bottom, last[0]) + 1)
        columns = range(max(left, first[1]), min(right, last[1]) + 1)
        covered += len(rows) * len(columns)
        if covered > facts.places:
            raise damaged(f"the sheet {facts.name}", "its merged cells overlap")
        down = [row_of[row] for row in rows if row in row_of] if columns else []
        across = [column_of[column] for column in columns if column in column_of] if rows else []
        if down and across:
            yield (top, left), down, across


def _findings(sheet: _Sheet) -> Iterator[Finding]:
    """What of a sheet is not shown, and what has no value."""
    facts = sheet.facts
    hidden = [f"row {row + 1}" for row in sorted(facts.hidden_rows) if _is_within(facts, 0, row)]
    hidden += [f"column {name_of_place(0, c)[:-1]}" for c in sorted(facts.hidden_columns) if _is_within(facts, 1, c)]
    what = (
        "" if sheet.is_hidden else ", ".join(hidden[:_MAX_NAMED]) + (" and others" if len(hidden) > _MAX_NAMED else "")
    )
    if sheet.is_hidden or hidden:
        message = f"hidden and not read in the sheet {facts.name}: {what or 'all of it'}"
        yield Finding(code="text_left_out", severity="warning", message=message)
    if facts.uncalculated and not sheet.is_hidden:
        found = f"{facts.uncalculated:,} formulas of the sheet {facts.name} have no value, and stand as formulas"
        message = f"{found}; open and save the file in a spreadsheet program"
        yield Finding(code="formula_without_value", severity="warning", message=message)


def _is_within(facts: SheetFacts, side: int, number: int) -> bool:
    return facts.first is not None and facts.last is not None and facts.first[side] <= number <= facts.last[side]
