"""What binary spreadsheets say beside their values: the records of XLS and XLSB files, looked through one by one."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from ...errors import InputError
from ..office.packages import Package, damaged
from .facts import SheetFacts

ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
# Records of XLS whose cells hold a value, each beginning with row and column.
_FORMULA, _BOOL_OR_ERROR, _SEVERAL = 0x06, 0x205, 0xBD
_VALUES = frozenset((_FORMULA, _BOOL_OR_ERROR, 0x203, 0x27E, 0xFD, 0x204, 0xD6))
_BEGIN, _FINISH, _LOCK, _SHEET, _ROW, _COLUMN = 0x809, 0x0A, 0x2F, 0x85, 0x208, 0x7D
# Records of XLSB.
_ROW_B, _COLUMN_B, _SHEET_B = 0, 60, 156
_ERRORS_B = frozenset((3, 11))
_VALUES_B = frozenset(range(2, 12)) | {62}


def facts_of_old_workbook(stream: bytes) -> Iterator[SheetFacts]:
    """The sheets of an XLS file, from its stream ``Workbook``.

    Raises:
        InputError: A password locks it, or a record goes beyond its end.
    """
    sheets: dict[int, SheetFacts] = {}
    around: list[SheetFacts | None] = []  # a chart stands inside of the records of its sheet
    facts: SheetFacts | None = None
    for place, kind, body in _records(stream):
        if kind == _BEGIN:
            around.append(facts)
            facts = sheets.get(place)
        elif kind == _FINISH and around:
            facts = around.pop()
        elif kind == _LOCK:
            message = "a password locks the file; open it with its password, save it without one, and give that file"
            raise InputError(message, code="locked_file")
        elif kind == _SHEET and len(body) > 8:
            (start,) = struct.unpack_from("<I", body)
            is_wide, length = body[7], body[6]
            name = body[8 : 8 + length * (2 if is_wide & 1 else 1)].decode(
                "utf-16-le" if is_wide & 1 else "latin-1", "replace"
            )
            sheets[start] = SheetFacts(name)
        elif facts is not None and len(body) >= 6:
            _note_record(facts, kind, body)
    yield from sheets.values()


def _note_record(facts: SheetFacts, kind: int, body: bytes) -> None:
    row, column, _ = struct.unpack_from("<HHH", body)
    if kind in _VALUES:
        facts.reach(row, column)
        if kind == _BOOL_OR_ERROR and len(body) >= 8 and body[7]:
            facts.texts[row, column] = ERRORS.get(body[6], "#")
        elif kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            facts.texts[row, column] = ERRORS.get(body[8], "#")
    elif kind == _SEVERAL:
        facts.reach(row, column)
        facts.reach(row, struct.unpack_from("<H", body, len(body) - 2)[0])
    elif kind == _ROW and len(body) >= 14 and body[12] & 0x20:
        facts.hidden_rows.add(row)
    elif kind == _COLUMN and len(body) >= 10 and body[8] & 1:
        facts.hide(facts.hidden_columns, row, min(column, 255))


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    while place + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, place)
        if place + 4 + size > len(stream):
            raise damaged("the spreadsheet", "a record goes beyond its end")
        yield place, kind, stream[place + 4 : place + 4 + size]
        place += 4 + size


def facts_of_binary_workbook(package: Package) -> Iterator[SheetFacts]:
    """The sheets of an XLSB file."""
    main = package.main_part("xl/workbook.bin")
    relations = package.relations(main)
    for kind, body in _short_records(package.read(main)):
        if kind != _SHEET_B or len(body) < 16:
            continue
        (length,) = struct.unpack_from("<I", body, 8)
        key = body[12 : 12 + 2 * length].decode("utf-16-le", "replace")
        facts = SheetFacts(body[16 + 2 * length :].decode("utf-16-le", "replace"))
        relation = relations.get(key)
        if relation is not None and relation.kind == "worksheet" and relation.target in package:
            _note_short_records(facts, package.read(relation.target))
        yield facts


def _note_short_records(facts: SheetFacts, part: bytes) -> None:
    row = 0
    for kind, body in _short_records(part):
        if kind == _ROW_B and len(body) >= 12:
            (row,) = struct.unpack_from("<I", body)
            if body[11] & 0x10:
                facts.hidden_rows.add(row)
        elif kind == _COLUMN_B and len(body) >= 18:
            first, last = struct.unpack_from("<II", body)
            if body[16] & 1:
                facts.hide(facts.hidden_columns, first, last)
        elif kind in _VALUES_B and len(body) >= 9:
            (column,) = struct.unpack_from("<I", body)
            facts.reach(row, column)
            if kind in _ERRORS_B:
                facts.texts[row, column] = ERRORS.get(body[8], "#")


def _short_records(part: bytes) -> Iterator[tuple[int, bytes]]:
    """Records whose kind and size take as many bytes as they need."""
    place = 0
    while place < len(part):
        kind, place = _number(part, place, 2)
        size, place = _number(part, place, 4)
        if place + size > len(part):
            raise damaged("the spreadsheet", "a record goes beyond its end")
        yield kind, part[place : place + size]
        place += size


def _number(part: bytes, place: int, most: int) -> tuple[int, int]:
    value = 0
    for step in range(most):
        if place >= len(part):
            raise damaged("the spreadsheet", "a record goes beyond its end")
        byte = part[place]
        place += 1
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            break
    return value, place
