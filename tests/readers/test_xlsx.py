"""The reader of spreadsheets, on small pieces of their formats; invented throughout."""

import struct
from pathlib import Path

import pytest

from property.officefiles import (
    CELLS,
    OFFICE,
    compound_file,
    pack,
    record,
    relations,
    sheet_cell,
    xls,
    xls_number,
    xls_text,
    xlsx,
)
from reportparse import parse_report
from reportparse.document import SourceDocument
from reportparse.errors import InputError, MissingExtraError
from reportparse.limits import DEFAULT_LIMITS, Limits
from reportparse.readers.office.compound import read_stream
from reportparse.readers.sources import read_source
from reportparse.readers.xlsx import read as xlsx_reader
from reportparse.readers.xlsx.read import read_xlsx
from reportparse.spans import Span

pytest.importorskip("python_calamine", reason="the extra xlsx is not installed")

Rows = list[list[str]]


def sheet(rows: Rows, *merged: str, before: str = "", after: str = "") -> str:
    """A sheet with these texts and numbers; an empty one is no cell."""
    printed = ""
    for number, row in enumerate(rows, 1):
        cells = "".join(sheet_cell(f"{chr(65 + at)}{number}", text) for at, text in enumerate(row) if text)
        printed += f'<row r="{number}">{cells}</row>'
    ranges = "".join(f'<mergeCell ref="{name}"/>' for name in merged)
    return f"{before}<sheetData>{printed}{after}</sheetData>" + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")


def read(*sheets: str) -> SourceDocument:
    return read_xlsx(xlsx({f"表{number}": inner for number, inner in enumerate(sheets, 1)}))


def cells_of(document: SourceDocument, grid: int = 0) -> list[tuple[int, int, int, int, str]]:
    cells = document.grids[grid].cells
    return [(c.row, c.column, c.row_span, c.column_span, document.text[c.start : c.end]) for c in cells]


def told(document: SourceDocument) -> list[str]:
    return [finding.code for finding in document.findings]


TABLE = [["信息内容", "数量"], ["规章", "1"], ["其他", ""]]


# Rows


def test_rows_are_lines_with_tabs_and_a_grid() -> None:
    document = read(sheet(TABLE))

    assert document.text == "信息内容\t数量\n规章\t1\n其他\t\n"
    assert cells_of(document) == [
        (0, 0, 1, 1, "信息内容"),
        (0, 1, 1, 1, "数量"),
        (1, 0, 1, 1, "规章"),
        (1, 1, 1, 1, "1"),
        (2, 0, 1, 1, "其他"),
        (2, 1, 1, 1, ""),
    ]


def test_a_title_above_and_a_note_below_are_lines_of_text() -> None:
    rows = [["某县水务局2023年政府信息公开统计", ""], *TABLE, ["注：规章不含已废止的。", ""]]

    document = read(sheet(rows, "A1:B1", "A5:B5"))

    assert (
        document.text == "某县水务局2023年政府信息公开统计\n信息内容\t数量\n规章\t1\n其他\t\n注：规章不含已废止的。\n"
    )
    assert len(document.grids) == 1
    assert document.grids[0].rows == 3


def test_a_title_need_not_be_merged() -> None:
    document = read(sheet([["统计表"], *TABLE]))

    assert document.text.startswith("统计表\n信息内容\t数量\n")
    assert document.grids[0].rows == 3


def test_empty_rows_part_tables() -> None:
    document = read(sheet([*TABLE[:2], [], ["项目", "件"], ["许可", "2"]]))

    assert [grid.rows for grid in document.grids] == [2, 2]


def test_a_group_label_alone_in_its_row_is_a_row_of_the_table() -> None:
    rows = [["结果", "数", "计"], ["三、办理结果", "", ""], ["（一）公开", "1", "1"], ["四、结转", "", ""]]

    document = read(sheet(rows, "A2:B2"))

    assert document.grids[0].rows == 4


def test_a_caption_between_rows_of_one_width_belongs_to_their_table() -> None:
    rows = [["第一项", ""], *TABLE[:2], ["第五项", ""], ["许可", "2"]]

    document = read(sheet(rows, "A1:B1", "A4:B4"))

    assert [grid.rows for grid in document.grids] == [4]


def test_a_heading_between_tables_of_different_width_is_text() -> None:
    rows = [*TABLE[:2], ["三、申请", "", ""], ["项", "甲", "乙"], ["新收", "1", "2"]]

    document = read(sheet(rows, "A3:C3"))

    assert [grid.columns for grid in document.grids] == [2, 3]
    assert "\n三、申请\n" in document.text


def test_merged_cells_cover_rows_and_columns() -> None:
    rows = [["三、", "（一）", "", "1"], ["", "（二）", "1.", "2"], ["", "", "2.", "3"]]

    document = read(sheet(rows, "A1:A3", "B1:C1", "B2:B3"))

    assert cells_of(document) == [
        (0, 0, 3, 1, "三、"),
        (0, 1, 1, 2, "（一）"),
        (0, 3, 1, 1, "1"),
        (1, 1, 2, 1, "（二）"),
        (1, 2, 1, 1, "1."),
        (1, 3, 1, 1, "2"),
        (2, 2, 1, 1, "2."),
        (2, 3, 1, 1, "3"),
    ]


def test_each_sheet_begins_a_page() -> None:
    assert read(sheet([["甲", "1"]]), "<sheetData/>", sheet([["乙", "2"]])).text == "甲\t1\n\f\n乙\t2\n"


def test_places_are_named_as_a_spreadsheet_names_them() -> None:
    data = xlsx({"附表": sheet([["", "甲", "1"]]), "2023年": sheet([["乙", "2"]]), "a'b": sheet([["丙", "3"]])})

    document = read_source(data, "a.xlsx")

    assert document.places is not None
    found = [document.places.path(Span(document.text.index(text), document.text.index(text) + 1)) for text in "1乙3"]
    assert found == ["附表!C1", "'2023年'!A1", "'a''b'!B1"]


# Values


def test_numbers_are_written_without_what_only_a_machine_adds() -> None:
    values = ["12", "12.0", "96171.6", "0.30000000000000004", "-3", "1E+3", "123456789012", "0.000012"]
    cells = "".join(f'<c r="{chr(65 + at)}1"><v>{value}</v></c>' for at, value in enumerate(values))

    document = read(f'<sheetData><row r="1">{cells}</row></sheetData>')

    assert document.text.split() == ["12", "12", "96171.6", "0.3", "-3", "1000", "123456789012", "1.2e-05"]


def test_truth_values_errors_and_texts_are_written_as_they_are() -> None:
    cells = (
        '<c r="A1" t="b"><v>1</v></c><c r="B1" t="e"><v>#REF!</v></c><c r="C1" t="str"><f>A1</f><v>甲</v></c>'
        '<c r="D1" t="inlineStr"><is><t>乙\t1\r\n2</t></is></c><c r="E1" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    )

    assert read(f'<sheetData><row r="1">{cells}</row></sheetData>').text == "TRUE\t#REF!\t甲\t乙 1\n2\t#DIV/0!\n"


def test_a_formula_without_a_value_stands_as_its_formula_and_is_told() -> None:
    cells = '<c r="A1"><f>SUM(B1:C1)</f></c><c r="B1"><v>1</v></c><c r="C1"><f t="shared" si="0"/></c>'

    document = read(f'<sheetData><row r="1">{cells}</row></sheetData>')

    assert document.text == "=SUM(B1:C1)\t1\t=\n"
    assert told(document) == ["formula_without_value"]


def test_a_formula_that_was_never_calculated_is_no_blank_cell_of_a_report() -> None:
    rows = [
        ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"],
        ["规章", "1", "0", "4"],
        ["行政规范性文件", "2", "0"],
    ]
    data = sheet(rows, after='<row r="4"><c r="D3"><f>B3+C3</f></c></row>')

    report = parse_report(xlsx({"表": data}), name="a.xlsx")

    found = {(record.row, record.column): record.state for record in report.records}
    assert found["normative_documents", "in_force"] == "unreadable"


def test_shared_texts_are_read() -> None:
    cells = '<c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>0</v></c>'
    strings = "<si><t>甲</t></si><si><r><t>规</t></r><r><t>章</t></r></si>"

    assert (
        read_xlsx(xlsx({"a": f'<sheetData><row r="1">{cells}</row></sheetData>'}, strings=strings)).text == "规章\t甲\n"
    )


# What is not shown


def test_hidden_sheets_rows_and_columns_are_left_out_and_told() -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
    hidden = '<row r="2" hidden="1"><c r="A2"><v>4</v></c></row><row r="3"><c r="A3"><v>5</v></c></row>'
    shown = f'<cols><col min="2" max="2" hidden="1"/></cols><sheetData>{rows}{hidden}</sheetData>'

    document = read_xlsx(xlsx({"甲": shown, "乙": sheet(TABLE)}, {"乙": "hidden"}))

    assert document.text == "1\t3\n5\t\n"
    assert told(document) == ["text_left_out"] * 2
    assert [finding.message.rpartition(": ")[2] for finding in document.findings] == ["row 2, column B", "all of it"]


def test_a_merged_cell_is_shown_in_what_is_shown_of_it() -> None:
    hidden = '<row r="1" hidden="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>'
    rows = f'{hidden}<row r="2"><c r="B2"><v>3</v></c></row>'

    document = read(f'<sheetData>{rows}</sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells>')

    assert cells_of(document) == [(0, 0, 1, 1, "1"), (0, 1, 1, 1, "3")]


# Hostile


FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'


def test_cells_that_reach_too_far_are_refused_before_memory_is_taken() -> None:
    with pytest.raises(InputError, match=f"max_cells={DEFAULT_LIMITS.max_cells}"):
        read(f"<sheetData>{FAR}</sheetData>")


def test_a_dimension_that_claims_too_much_is_not_believed() -> None:
    assert read(sheet([["甲", "1"]], before='<dimension ref="A1:XFD1048576"/>')).text == "甲\t1\n"


def test_cells_without_a_place_stand_one_after_another() -> None:
    rows = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"

    assert read(f"<sheetData>{rows}</sheetData>").text == "1\t2\n3\t\n"


def test_merged_cells_that_overlap_are_damage() -> None:
    with pytest.raises(InputError, match="overlap"):
        read(sheet([["甲", "1"], ["乙", "2"]], "A1:B2", "A1:B2"))


def test_merged_cells_beyond_the_rows_are_cut() -> None:
    document = read(sheet([["甲", "1"], ["", "2"]], "A1:A1048576", "D9:XFD1048576"))

    assert cells_of(document)[0] == (0, 0, 2, 1, "甲")


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"xl/workbook.xml": "<workbook"},
        {"xl/workbook.xml": "<!DOCTYPE workbook []><workbook/>"},
        {"xl/sharedStrings.xml": "<!DOCTYPE sst []><sst/>"},
        {"xl/worksheets/sheet1.xml": "<worksheet><sheetData>"},
    ],
)
def test_damaged_spreadsheets_are_refused(parts: dict[str, str]) -> None:
    names = f'xmlns="{CELLS}" xmlns:r="{OFFICE}"'
    whole = {
        "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(("r1", "worksheet", "worksheets/sheet1.xml")),
    }

    with pytest.raises(InputError):
        read_source(pack(whole | parts), "a.xlsx")


def test_a_spreadsheet_without_values_is_empty() -> None:
    with pytest.raises(InputError) as caught:
        read_source(xlsx({"a": "<sheetData/>"}), "a.xlsx")

    assert caught.value.code == "empty_input"


# Other formats


OPEN = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:calcext="urn:c" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    "<table:table table:name='表'>{}</table:table></office:spreadsheet></office:body></office:document-content>"
)
EMPTIES = (
    '<table:table-row table:number-rows-repeated="1048570">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def ods(rows: str) -> bytes:
    return pack(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": OPEN.format(rows),
        },
        0,
    )


def open_cell(value: str, more: str = "") -> str:
    kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}{more}><text:p>{value}</text:p></table:table-cell>"


def open_text(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def test_open_document_spreadsheets_are_read_with_their_merged_cells() -> None:
    covered = "<table:covered-table-cell/>"
    error = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    tall = open_text("甲", ' table:number-rows-spanned="2"')
    twice = open_cell("1", ' table:number-columns-repeated="2"')
    rows = (
        f"<table:table-row>{tall}{twice}</table:table-row>"
        f"<table:table-row>{covered}{open_cell('3')}{error}</table:table-row>"
        f'<table:table-row table:visibility="collapse">{open_text("藏")}{open_cell("9")}</table:table-row>'
    )

    document = read_source(ods(rows + EMPTIES), "a.ods")

    assert document.media_type == "application/vnd.oasis.opendocument.spreadsheet"
    assert document.text == "甲\t1\t1\n3\t#DIV/0!\n"
    assert cells_of(document)[0] == (0, 0, 2, 1, "甲")
    assert told(document) == ["text_left_out"]


def test_one_cell_that_stands_for_too_many_is_refused() -> None:
    row = open_cell("1", ' table:number-columns-repeated="16384"')

    with pytest.raises(InputError, match="max_cells"):
        read_xlsx(ods(f'<table:table-row table:number-rows-repeated="1000000">{row}</table:table-row>'))


def test_old_spreadsheets_are_read() -> None:
    records = xls_text(0, 0, "规章") + xls_number(0, 1, 12.0) + xls_text(1, 0, "其他")

    document = read_source(xls(records), "a.xls")

    assert document.media_type == "application/vnd.ms-excel"
    assert document.text == "规章\t12\n其他\t\n"
    assert document.places is not None
    assert document.places.path(Span(3, 5)) == "Sheet1!B1"


def test_errors_and_hidden_rows_of_old_spreadsheets_are_known() -> None:
    error = record(0x205, struct.pack("<HHHBB", 0, 1, 0, 23, 1))
    failed = record(0x06, struct.pack("<HHH", 1, 1, 0) + b"\x02\0\x07\0\0\0\xff\xff" + bytes(8))
    hidden = record(0x208, struct.pack("<HHHHHHHH", 2, 0, 2, 0, 0, 0, 0x20, 0))
    column = record(0x7D, struct.pack("<HHHHHH", 2, 2, 0, 0, 1, 0))
    rows = xls_text(0, 0, "甲") + error + xls_number(0, 2, 8) + xls_text(1, 0, "乙") + failed
    rows += xls_text(2, 0, "丙") + xls_number(2, 1, 9)

    document = read_xlsx(xls(hidden + column + rows))

    assert document.text == "甲\t#REF!\n乙\t#DIV/0!\n"
    assert told(document) == ["text_left_out"]


def test_old_spreadsheets_that_reach_too_far_are_refused() -> None:
    with pytest.raises(InputError, match="max_cells"):
        read_xlsx(xls(xls_number(0, 0, 1) + xls_number(65_535, 255, 1)))


def test_old_spreadsheets_that_a_password_locks_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        read_xlsx(xls(xls_number(0, 0, 1), before=record(0x2F, bytes(6))))

    assert caught.value.code == "locked_file"


@pytest.mark.parametrize("size", [8, 300, 511, 513, 1_100, 3_000])
def test_old_spreadsheets_cut_off_are_refused(size: int) -> None:
    with pytest.raises(InputError):
        read_xlsx(xls(xls_number(0, 0, 1) * 400)[:size])


def test_streams_of_old_files_are_found_by_name() -> None:
    data = compound_file({"WordDocument": b"one", "Workbook": b"x" * 70_000})

    assert (read_stream(data, "WordDocument") or b"").startswith(b"one\0")
    assert read_stream(data, "Book", "Workbook") == b"x" * 70_000
    assert read_stream(data, "Book") is None


def test_sectors_that_follow_themselves_are_damage() -> None:
    data = bytearray(compound_file({"Workbook": b"x" * 5_000}))
    table = data.rindex(struct.pack("<II", 1, 2))
    data[table : table + 4] = struct.pack("<I", 0)

    with pytest.raises(InputError, match="not in order"):
        read_stream(bytes(data), "Workbook")


def short(kind: int, body: bytes = b"") -> bytes:
    """A record of an XLSB file."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb(rows: bytes) -> bytes:
    sheet_row = struct.pack("<II", 0, 1) + wide("r1") + wide("表")
    return pack(
        {
            "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.bin")),
            "xl/workbook.bin": short(131) + short(143) + short(156, sheet_row) + short(144) + short(132),
            "xl/_rels/workbook.bin.rels": relations(("r1", "worksheet", "worksheets/sheet1.bin")),
            "xl/worksheets/sheet1.bin": short(129)
            + short(148, struct.pack("<IIII", 0, 9, 0, 9))
            + short(145)
            + rows
            + short(146)
            + short(130),
        }
    )


def short_row(row: int, *, is_hidden: bool = False) -> bytes:
    return short(0, struct.pack("<IIHBBB", row, 0, 0, 0, 0x10 if is_hidden else 0, 0) + struct.pack("<I", 0))


def test_binary_spreadsheets_are_read() -> None:
    text, number, error = (struct.pack("<II", column, 0) for column in range(3))
    rows = (
        short_row(0)
        + short(6, text + wide("规章"))
        + short(5, number + struct.pack("<d", 12.0))
        + short(3, error + b"\x17")
        + short_row(1, is_hidden=True)
        + short(5, number + struct.pack("<d", 3.0))
    )

    document = read_source(xlsb(rows), "a.xlsb")

    assert document.text == "规章\t12\t#REF!\n"
    assert told(document) == ["text_left_out"]


def test_binary_spreadsheets_that_reach_too_far_or_are_cut_are_refused() -> None:
    cell = short(5, struct.pack("<IId", 16_383, 0, 1.0))

    with pytest.raises(InputError, match="max_cells"):
        read_xlsx(xlsb(short_row(0) + short(5, struct.pack("<IId", 0, 0, 1.0)) + short_row(1_048_575) + cell))
    with pytest.raises(InputError, match="beyond its end"):
        read_xlsx(xlsb(bytes([5, 100])))


def test_limits_are_those_of_the_caller() -> None:
    with pytest.raises(InputError, match="max_cells=5"):
        read_xlsx(xlsx({"a": sheet(TABLE)}), Limits(max_cells=5))


def test_a_file_that_the_library_cannot_bear_is_damage_and_nothing_is_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    short_cell = record(0x203, bytes(6))  # a number without its eight bytes

    with pytest.raises(InputError) as caught:
        read_xlsx(xls(xls_number(0, 0, 1) + short_cell))

    assert caught.value.code == "damaged_file"
    assert capfd.readouterr() == ("", "")


def test_a_library_that_ends_its_process_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "values.py"
    program.write_text("import os, sys\nsys.stdin.buffer.read()\nos._exit(3)\n", "utf-8")
    monkeypatch.setattr(xlsx_reader, "sheetvalues_path", lambda: str(program))

    with pytest.raises(InputError, match="broke off"):
        read(sheet(TABLE))


def test_a_library_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "values.py"
    program.write_text("import time\ntime.sleep(60)\n", "utf-8")
    monkeypatch.setattr(xlsx_reader, "sheetvalues_path", lambda: str(program))

    with pytest.raises(InputError, match="max_office_seconds=1"):
        read_xlsx(xlsx({"a": sheet(TABLE)}), Limits(max_office_seconds=1))


def test_without_the_library_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_reader, "find_spec", lambda name: None)

    with pytest.raises(MissingExtraError, match="reportparse\\[xlsx\\]"):
        read(sheet(TABLE))
