"""Spreadsheets: dimensions without bounds, cells that lie about their place, strings that are not there, formulas."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from hostile.files import ANYTHING, HostileFile
from hostile.packages import relations, xlsx
from hostile.reports import REQUESTS_HEADING, TITLE, request_rows


def _cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def letters(number: int) -> str:
    """The name of a column, counted from 1."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def _rows(rows: tuple[tuple[str, ...], ...]) -> str:
    lines = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(_cell(f"{letters(column)}{number}", text) for column, text in enumerate(row, 1))
        lines += f'<row r="{number}">{cells}</row>'
    return lines


def report_sheet() -> str:
    """A sheet with the title and the table of requests."""
    return f"<sheetData>{_rows(((TITLE,), (REQUESTS_HEADING,), *request_rows()))}</sheetData>"


def _with_row(cells: str, number: int = 900) -> str:
    return report_sheet().replace("</sheetData>", f'<row r="{number}">{cells}</row></sheetData>')


_SHEETS = {
    "plain": report_sheet(),
    "empty": "",
    "no-rows": "<sheetData/>",
    "dimension-everything": '<dimension ref="A1:XFD1048576"/>' + report_sheet(),
    "dimension-odd": '<dimension ref="B99:A1"/>' + report_sheet(),
    "dimension-beyond": '<dimension ref="A1:ZZZZZZ99999999999"/>' + report_sheet(),
    "last-cell": _with_row(_cell("XFD1048576", "1"), 1_048_576),
    "row-beyond": _with_row(_cell("A9999999999", "1"), 9_999_999_999),
    "row-zero": _with_row(_cell("A0", "1"), 0),
    "row-negative": _with_row(_cell("A-5", "1"), -5),
    "column-beyond": _with_row(_cell("ZZZZZZZZ1", "1")),
    "no-places": report_sheet().replace(' r="', ' x="'),
    "places-repeated": report_sheet().replace('r="B', 'r="A'),
    "rows-repeated": report_sheet().replace('<row r="7"', '<row r="3"'),
    "rows-reversed": f"<sheetData>{''.join(reversed(_rows(request_rows()).split('</row>')))}</sheetData>",
    "string-beyond": _with_row('<c r="A900" t="s"><v>99999999999</v></c>'),
    "string-negative": _with_row('<c r="A900" t="s"><v>-1</v></c>'),
    "number-huge": _with_row('<c r="A900"><v>1e400</v></c><c r="B900"><v>NaN</v></c><c r="C900"><v>-INF</v></c>'),
    "number-long": _with_row(f'<c r="A900"><v>{"9" * 100_000}</v></c>'),
    "number-is-text": _with_row(
        '<c r="A900"><v>三</v></c><c r="B900" t="b"><v>7</v></c><c r="C900" t="e"><v>#REF!</v></c>'
    ),
    "date-odd": _with_row('<c r="A900" t="d"><v>9999-99-99T99:99</v></c><c r="B900" s="99999"><v>-99999999</v></c>'),
    "type-unknown": _with_row('<c r="A900" t="x"><v>1</v></c>'),
    "formulas": _with_row(
        '<c r="A900"><f>HYPERLINK("http://example.invalid")</f><v>1</v></c><c r="B900"><f>A900*2</f></c>'
    ),
    "formula-in-text": _with_row(_cell("A900", "=cmd|' /C calc'!A0") + _cell("B900", "@SUM(1)")),
    "formula-in-circle": _with_row('<c r="A900"><f t="shared" ref="A1:XFD1048576" si="0">A900</f></c>'),
    "merge-everything": report_sheet() + '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
    "merge-odd": report_sheet() + '<mergeCells><mergeCell ref="H9:B2"/><mergeCell ref="x"/><mergeCell/></mergeCells>',
    "merges-overlapping": report_sheet() + "<mergeCells>" + '<mergeCell ref="A1:H20"/>' * 500 + "</mergeCells>",
    "merges-many": report_sheet()
    + "<mergeCells>"
    + "".join(f'<mergeCell ref="A{n}:H{n}"/>' for n in range(1, 5_000))
    + "</mergeCells>",
    "controls": _with_row(_cell("A900", "_x001B_[31m_x0000_")),
    "not-closed": report_sheet()[:-40],
    "deep": "<sheetData>" + "<x>" * 50_000,
    "attributes-many": "<sheetData><row " + " ".join(f"a{n}='1'" for n in range(20_000)) + "/></sheetData>",
}

_MAIN = '<?xml version="1.0"?>'


def files() -> Iterator[HostileFile]:
    """Every spreadsheet."""
    for name, sheet in _SHEETS.items():
        yield HostileFile(f"xlsx/{name}.xlsx", partial(xlsx, sheet))
    part = "xl/worksheets/sheet1.xml"
    book = "xl/workbook.xml"
    laughs = (
        '<!DOCTYPE w [<!ENTITY a "哈哈哈哈哈哈哈哈"><!ENTITY b "'
        + "&a;" * 1_000
        + '"><!ENTITY c "'
        + "&b;" * 1_000
        + '">]>'
    )
    outside = '<!DOCTYPE w [<!ENTITY c SYSTEM "file:///etc/passwd">]>'
    for name, kind in {"bomb": laughs, "outside": outside}.items():
        data = f"{_MAIN}{kind}<worksheet><sheetData>{_cell('A1', '&c;')}</sheetData></worksheet>".encode()
        yield HostileFile(f"xlsx/entities-{name}.xlsx", partial(xlsx, "", parts={part: data}))
    strings = f"{_MAIN}<sst count='99999999999' uniqueCount='99999999999'/>".encode()
    changed: dict[str, dict[str, bytes | None]] = {
        "no-sheet": {part: None},
        "no-strings": {"xl/sharedStrings.xml": None},
        "strings-count-lied": {"xl/sharedStrings.xml": strings},
        "no-relations": {"xl/_rels/workbook.xml.rels": None},
        "relation-out": {"xl/_rels/workbook.xml.rels": relations(("worksheet", "../../../../etc/passwd"))},
        "relation-loop": {"xl/_rels/workbook.xml.rels": relations(("worksheet", "workbook.xml"))},
        "book-random": {book: b"\x93\0<" * 300},
        "book-empty": {book: b""},
        "sheets-many": {book: _book("".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2_000)))},
        "sheets-none": {book: _book("")},
        "sheet-name-formula": {book: _book('<sheet name="=1+1&#10;../../x" sheetId="1" r:id="rId1"/>')},
        "styles-odd": {
            "xl/styles.xml": b'<styleSheet><cellXfs count="-1"><xf numFmtId="99999999999"/></cellXfs></styleSheet>'
        },
    }
    for name, parts in changed.items():
        yield HostileFile(f"xlsx/{name}.xlsx", partial(xlsx, report_sheet(), parts=parts))
    yield HostileFile("xlsx/binary.xlsb", lambda: xlsx("", parts={book: None, "xl/workbook.bin": b"\x83\x01\0" * 300}))
    rows = "".join(f'<row r="{n}">{_cell(f"A{n}", "1")}</row>' for n in range(1, 500))
    yield HostileFile("xlsx/rows.xlsx", lambda: xlsx(f"<sheetData>{rows}</sheetData>"))
    yield HostileFile("xlsx/rows-large.xlsx", lambda: xlsx(_many(150_000, 2)), ANYTHING, is_costly=True)
    yield HostileFile("xlsx/cells-large.xlsx", lambda: xlsx(_many(200, 2_000)), ANYTHING, is_costly=True)


def _book(sheets: str) -> bytes:
    space = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    return f"{_MAIN}<workbook {space}><sheets>{sheets}</sheets></workbook>".encode()


def _many(rows: int, columns: int) -> str:
    names = [letters(column) for column in range(1, columns + 1)]
    lines = ("".join(f'<c r="{name}{n}"><v>1</v></c>' for name in names) for n in range(1, rows + 1))
    return "<sheetData>" + "".join(f"<row>{line}</row>" for line in lines) + "</sheetData>"
