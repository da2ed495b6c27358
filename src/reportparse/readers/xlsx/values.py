"""The values of a spreadsheet, read in a process of their own: a file that the library cannot bear ends that alone.

The program gets a line of JSON with the names of sheets, then the bytes of the file; it gives JSON back. It is run as a
file, and imports nothing of this package. Nothing imports it.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from contextlib import suppress
from typing import Any

# Digits that a spreadsheet keeps of a number; further ones come from its binary form.
DIGITS = 15
# Memory that the library may take, beside a multiple of the file.
_MEMORY, _MEMORY_PER_BYTE = 1_500_000_000, 30


def print_value(value: Any) -> str:
    """A value as a cell shows it, as far as its type tells.

    Example:
        >>> print_value(12.0), print_value(96171.6), print_value(0.1 + 0.2), print_value("３ 件")
        ('12', '96171.6', '0.3', '３ 件')
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        text = f"{value:.{DIGITS}g}"
        return str(int(value)) if "e" in text and value.is_integer() and abs(value) < 10**DIGITS else text
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")


def read_values(data: bytes, names: list[str]) -> list[dict[str, Any]]:
    """The sheets of these names: whether each is shown, where its values begin, their rows, and its merged ranges."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in workbook.sheets_metadata}
    found = []
    for name in names:
        if name in shown:
            sheet = workbook.get_sheet_by_name(name)
            rows = [[print_value(value) for value in row] for row in sheet.to_python()]
            merged = sheet.merged_cell_ranges or ()
            found.append(
                {"name": name, "is_shown": shown[name], "start": sheet.start, "rows": rows, "merged": list(merged)}
            )
    return found


def _bound_memory(size: int) -> None:
    """Let the process end where a file claims more memory than any spreadsheet of its size takes."""
    with suppress(ImportError, OSError, ValueError):  # not every system bounds memory
        import resource

        most = _MEMORY + _MEMORY_PER_BYTE * size
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _serve() -> None:
    names = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    _bound_memory(len(data))
    try:
        answer: dict[str, Any] = {"sheets": read_values(data, names)}
    except BaseException as error:  # a panic of the library derives from no narrower class
        answer = {"error": " ".join(str(error).split())[:200]}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    _serve()
