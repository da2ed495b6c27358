"""Reports as Word files and spreadsheets, written out of small pieces of XML in the manners of many programs."""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

from property.sheets import Box, Document, Paragraph, Sheet, boxes_of

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"
CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = {
    "w": WORD,
    "r": OFFICE,
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
}


def pack(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of some parts, the same on every run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part, method)
    return buffer.getvalue()


def content_types(kinds: Mapping[str, str]) -> str:
    """The part that names the kinds of parts, for programs that want it."""
    office = "application/vnd.openxmlformats-officedocument."
    rows = "".join(f'<Override PartName="{part}" ContentType="{office}{kind}+xml"/>' for part, kind in kinds.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{rows}</Types>'
    )


def relations(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> str:
    """A part of relations: id, last word of the type, target, and the mode if it is external."""
    inner = "".join(
        f'<Relationship Id="{row[0]}" Type="{OFFICE}/{row[1]}" Target="{row[2]}"'
        + (f' TargetMode="{row[3]}"/>' if len(row) > 3 else "/>")
        for row in rows
    )
    return f'<Relationships xmlns="{PACKAGE}">{inner}</Relationships>'


def word_part(root: str, body: str, *, is_strict: bool = False) -> str:
    """A part of a Word file with every namespace declared."""
    names = "".join(f' xmlns:{prefix}="{name}"' for prefix, name in NAMESPACES.items())
    if is_strict:
        names = names.replace(WORD, STRICT_WORD).replace(OFFICE, STRICT_OFFICE)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<w:{root}{names}>{body}</w:{root}>'


def docx(
    body: str, parts: Mapping[str, str | bytes] | None = None, rows: Sequence[tuple[str, ...]] = (), **kind: bool
) -> bytes:
    """A Word file with this body; ``rows`` are the relations of its text, ``parts`` what they point at."""
    return pack(
        {
            "[Content_Types].xml": content_types({"/word/document.xml": "wordprocessingml.document.main"}),
            "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
            "word/document.xml": word_part("document", f"<w:body>{body}</w:body>", **kind),
            "word/_rels/document.xml.rels": relations(*rows),  # type: ignore[arg-type]
            **(parts or {}),
        }
    )


@dataclass(frozen=True)
class Manner:
    """How a program writes.

    Attributes:
        text: The runs of a text.
        blank: The paragraph of an empty cell.
        table: What stands around a table.
        row: What stands around a row.
        cell: What stands around the paragraphs of a cell.
        is_strict: Whether the namespaces are those of the strict edition.
        merges: Whether merged cells are stored as such; else each place has a cell, and the label is in the first.
    """

    text: Callable[[str, Random], str]
    blank: str = "<w:p/>"
    table: str = "{}"
    row: str = "{}"
    cell: str = "{}"
    paragraph: str = "{}"
    is_strict: bool = False


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _whole(text: str, rng: Random) -> str:
    return run(text)


def _split(text: str, rng: Random) -> str:
    """Pieces with properties of their own, as an input method and a spelling check leave them."""
    pieces = []
    while text:
        size = rng.randint(1, 4)
        pieces.append(
            run(text[:size], '<w:rFonts w:hint="eastAsia"/><w:b w:val="0"/>') + '<w:proofErr w:type="spellEnd"/>'
        )
        text = text[size:]
    return "".join(pieces)


def _changed(text: str, rng: Random) -> str:
    """With changes that nobody accepted: figures deleted, the text inserted."""
    deleted = f'<w:del w:id="1" w:author="a"><w:r><w:delText>{rng.randint(1, 99)}</w:delText></w:r></w:del>'
    return f'{deleted}<w:ins w:id="2" w:author="a">{run(text)}</w:ins>'


def _hidden(text: str, rng: Random) -> str:
    """With hidden and struck figures beside it."""
    return run(str(rng.randint(1, 99)), "<w:vanish/>") + run(text) + run("7", "<w:strike/>")


def _field(text: str, rng: Random) -> str:
    """As the result of a field."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> =SUM(ABOVE) 12 </w:instrText></w:r>"
    return mark.format("begin") + code + mark.format("separate") + run(text) + mark.format("end")


def _bookmarked(text: str, rng: Random) -> str:
    """In content controls and smart tags."""
    half = len(text) // 2
    tag = '<w:smartTag w:uri="u" w:element="e">{}</w:smartTag>'
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{run(text[:half])}</w:sdtContent></w:sdt>" + tag.format(run(text[half:]))


_BOX = (
    "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp>"
    "<wps:txbx><w:txbxContent>{0}</w:txbxContent></wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
    "</mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{0}</w:txbxContent></v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent></w:r></w:p>"
)
_LAYOUT = "<w:tbl><w:tr><w:tc><w:p/></w:tc><w:tc>{}<w:p/></w:tc></w:tr></w:tbl>"
_BLANK_NBSP = f"<w:p>{run(chr(160))}</w:p>"
_BLANKS = "<w:p><w:pPr><w:rPr/></w:pPr></w:p><w:p/>"
_CONTROL = "<w:sdt><w:sdtPr><w:id w:val='1'/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"

_WIDTH = 900  # of a column, in twentieths of a point

MANNERS: dict[str, Manner] = {
    "plain": Manner(_whole),
    "split runs": Manner(_split, _BLANK_NBSP),
    "tracked changes": Manner(_changed, '<w:p><w:del w:id="3"><w:r><w:delText>4</w:delText></w:r></w:del></w:p>'),
    "hidden text": Manner(_hidden, f"<w:p>{run('5', '<w:vanish/>')}</w:p>"),
    "fields": Manner(_field, _BLANKS),
    "content controls": Manner(_bookmarked, table=_CONTROL, row=_CONTROL, cell=_CONTROL),
    "text boxes": Manner(_whole, table=_BOX),
    "layout table": Manner(_split, table=_LAYOUT),
    "strict": Manner(_split, is_strict=True),
    "deleted rows": Manner(
        _whole,
        row="{}<w:tr><w:trPr><w:del w:id='4'/></w:trPr><w:tc><w:p><w:r><w:delText>9</w:delText></w:r></w:p></w:tc>"
        "</w:tr>",
    ),
    "several paragraphs": Manner(_whole, _BLANKS, paragraph="<w:p/>{}<w:p/>"),
}


def print_docx(document: Document, rng: Random, manner: Manner) -> bytes:
    """A report as a Word file."""
    blocks = [_paragraph(document.title, rng, manner)]
    for part in document.parts:
        blocks.append(_paragraph(part.text, rng, manner) if isinstance(part, Paragraph) else _table(part, rng, manner))
    return docx("".join(blocks) + "<w:p/><w:sectPr/>", is_strict=manner.is_strict)


def _paragraph(text: str, rng: Random, manner: Manner) -> str:
    return f"<w:p>{manner.text(text, rng)}</w:p>"


def _table(sheet: Sheet, rng: Random, manner: Manner) -> str:
    boxes = {(box.row, box.column): box for box in boxes_of(sheet)}
    covering = {(box.row + down, box.column): box for box in boxes.values() for down in range(1, box.rows)}
    rows = []
    for number in range(max(row for row, _ in boxes) + 1):
        places = sorted(column for row, column in (*boxes, *covering) if row == number)
        cells = [_cell(boxes.get((number, c)), covering.get((number, c)), rng, manner) for c in places]
        is_head = boxes[number, places[0]].is_head if (number, places[0]) in boxes else False
        properties = "<w:trPr><w:tblHeader/></w:trPr>" if is_head else ""
        rows.append(manner.row.format(f"<w:tr>{properties}{''.join(cells)}</w:tr>"))
    width = max(box.column + box.columns for box in boxes.values())
    grid = f'<w:gridCol w:w="{_WIDTH}"/>' * width
    properties = f'<w:tblPr><w:tblW w:w="{_WIDTH * width}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
    return manner.table.format(f"<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>")


def _cell(box: Box | None, above: Box | None, rng: Random, manner: Manner) -> str:
    shown = box or above
    if shown is None:
        raise ValueError("no cell at this place")
    size = f'<w:tcW w:w="{_WIDTH * shown.columns}" w:type="dxa"/>'
    span = f'<w:gridSpan w:val="{shown.columns}"/>' if shown.columns > 1 else ""
    merge = "<w:vMerge/>" if box is None else '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
    text = box.text if box else ""
    inner = manner.paragraph.format(_paragraph(text, rng, manner)) if text else manner.blank if box else "<w:p/>"
    return manner.cell.format(f"<w:tc><w:tcPr>{size}{span}{merge}</w:tcPr>{inner}</w:tc>")


def letters(column: int) -> str:
    """The letters of a column, counted from 0."""
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def xlsx(sheets: Mapping[str, str], states: Mapping[str, str] | None = None, strings: str | None = None) -> bytes:
    """A spreadsheet with these sheets, each given by what stands in its ``worksheet``."""
    names = f'xmlns="{CELLS}" xmlns:r="{OFFICE}"'
    rows = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": content_types(
            {"/xl/workbook.xml": "spreadsheetml.sheet.main"}
            | {f"/xl/worksheets/sheet{n}.xml": "spreadsheetml.worksheet" for n in range(1, len(sheets) + 1)}
        ),
        "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f"<workbook {names}><sheets>"
        + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}" state="{(states or {}).get(name, "visible")}"/>'
            for n, name in enumerate(sheets, 1)
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(*rows),
    }
    for number, sheet in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f"<worksheet {names}>{sheet}</worksheet>"
    if strings is not None:
        parts["xl/sharedStrings.xml"] = f"<sst {names}>{strings}</sst>"
        parts["xl/_rels/workbook.xml.rels"] = relations(*rows, ("rId99", "sharedStrings", "sharedStrings.xml"))
    return pack(parts)


def sheet_cell(place: str, text: str, *, as_number: bool = True) -> str:
    """A cell with a number or a text."""
    if as_number and re.fullmatch(r"-?\d+(?:\.\d+)?", text):
        return f'<c r="{place}"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def print_xlsx(
    document: Document, rng: Random, *, gap: int, merged_lines: bool, per_sheet: bool, as_number: bool = True
) -> bytes:
    """A report as a spreadsheet.

    Args:
        document: The report.
        rng: Where the first column comes from.
        gap: Empty rows between paragraphs and tables.
        merged_lines: A paragraph is one cell over ten columns; else it stands in the first.
        per_sheet: Each table begins a sheet.
        as_number: Values are numbers; else they are texts, as copied from a page.
    """
    left = rng.choice((0, 0, 1))
    sheets: list[tuple[list[str], list[str]]] = [([], [])]
    row = 0
    for part in (Paragraph(document.title), *document.parts):
        if isinstance(part, Sheet) and per_sheet and row:
            sheets.append(([], []))
            row = 0
        cells, merges = sheets[-1]
        if isinstance(part, Paragraph):
            place = f"{letters(left)}{row + 1}"
            cells.append(f'<row r="{row + 1}">{sheet_cell(place, part.text)}</row>')
            if merged_lines:
                merges.append(f"{place}:{letters(left + 9)}{row + 1}")
            row += 1 + gap
            continue
        boxes = boxes_of(part)
        for number in range(max(box.row for box in boxes) + 1):
            own = [box for box in boxes if box.row == number and box.text]
            printed = "".join(
                sheet_cell(f"{letters(left + b.column)}{row + number + 1}", b.text, as_number=as_number) for b in own
            )
            cells.append(f'<row r="{row + number + 1}">{printed}</row>')
        for box in boxes:
            if box.rows > 1 or box.columns > 1:
                first = f"{letters(left + box.column)}{row + box.row + 1}"
                merges.append(f"{first}:{letters(left + box.column + box.columns - 1)}{row + box.row + box.rows}")
        row += 1 + max(box.row for box in boxes) + gap
    texts = {}
    for number, (cells, merges) in enumerate(sheets, 1):
        ranges = "".join(f'<mergeCell ref="{r}"/>' for r in merges)
        texts[f"Sheet{number}"] = f"<sheetData>{''.join(cells)}</sheetData>" + (
            f"<mergeCells>{ranges}</mergeCells>" if merges else ""
        )
    return xlsx(texts)


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """An old office file with these streams, each in sectors of its own."""
    size = 512
    directory = [("Root Entry", 5, 0xFFFFFFFE, 0)]
    sectors: list[bytes] = []
    following: list[int] = []
    for name, data in streams.items():
        data = data.ljust(4_096, b"\0")  # shorter ones stand in a stream of small sectors
        pieces = [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
        directory.append((name, 2, len(sectors), len(data)))
        following += [*range(len(sectors) + 1, len(sectors) + len(pieces)), 0xFFFFFFFE]
        sectors += pieces
    entries = b""
    for name, kind, first, length in directory:
        printed = name.encode("utf-16-le")
        entry = printed.ljust(64, b"\0") + struct.pack("<HBB", len(printed) + 2, kind, 1) + b"\xff" * 12 + bytes(36)
        entries += entry + struct.pack("<IQ", first, length)
    entries = entries.ljust(-(-len(entries) // size) * size, b"\0")
    start = len(sectors)
    count = len(entries) // size
    sectors += [entries[at : at + size] for at in range(0, len(entries), size)]
    following += [*range(start + 1, start + count), 0xFFFFFFFE]
    table_at = len(sectors)
    tables = -(-(len(following) + 1) // 127)
    following += [0xFFFFFFFD] * tables
    numbers = struct.pack(f"<{len(following)}I", *following).ljust(tables * size, b"\xff")
    sectors += [numbers[at : at + size] for at in range(0, len(numbers), size)]
    listed = [*range(table_at, table_at + tables)]
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, tables, start, 0, 4_096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", *listed, *[0xFFFFFFFF] * (109 - len(listed)))
    return header + b"".join(sectors)


def record(kind: int, body: bytes) -> bytes:
    """A record of an XLS file."""
    return struct.pack("<HH", kind, len(body)) + body


def xls(records: bytes, name: str = "Sheet1", before: bytes = b"") -> bytes:
    """An XLS file with one sheet of these records; ``before`` stands among those of the workbook."""
    begin = struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)
    title = name.encode("utf-16-le")
    bound = struct.pack("<IBBBB", 0, 0, 0, len(name), 1) + title
    head = record(0x809, begin[:2] + struct.pack("<H", 5) + begin[4:]) + before
    start = len(head) + len(record(0x85, bound)) + 4
    bound = struct.pack("<I", start) + bound[4:]
    sheet = record(0x809, begin) + records + record(0x0A, b"")
    return compound_file({"Workbook": head + record(0x85, bound) + record(0x0A, b"") + sheet})


def xls_text(row: int, column: int, text: str) -> bytes:
    """A cell of an XLS file with a text of its own."""
    printed = text.encode("utf-16-le")
    return record(0x204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + printed)


def xls_number(row: int, column: int, value: float) -> bytes:
    """A cell of an XLS file with a number."""
    return record(0x203, struct.pack("<HHHd", row, column, 0, value))
