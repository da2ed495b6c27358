"""Word files, spreadsheets, PDF files and archives whose insides a fuzzer chooses, in packages that are whole."""

from __future__ import annotations

from xml.sax.saxutils import escape

from fuzz.choices import Choices
from fuzz.grammar import damaged, piece_of
from hostile.archives import record, response
from hostile.packages import docx, paragraph, word_body, xlsx
from hostile.pdfs import pdf, report_content, report_objects, shown
from hostile.reports import flat_report, page_report
from hostile.sheets import letters, report_sheet
from hostile.zips import DEFLATED, STORED, Member, zip_of

MOST_PIECES = 150
_BAD_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535), "�")
_CONTAINERS = (
    *("w:p", "w:r", "w:tbl", "w:tr", "w:tc", "w:p", "w:r", "w:tc", "w:ins", "w:del", "w:smartTag"),
    *(
        "w:hyperlink",
        "w:sdt",
        "w:sdtContent",
        "w:pict",
        "v:textbox",
        "w:txbxContent",
        "mc:AlternateContent",
        "mc:Choice",
        "mc:Fallback",
    ),
    *(
        "w:drawing",
        "w:object",
        "w:fldSimple",
        "w:moveFrom",
        "w:moveTo",
        "w:ruby",
        "w:rt",
        "w:rubyBase",
        "m:oMath",
        "w:x",
    ),
)
_LEAVES = (
    *("<w:br/>", "<w:tab/>", "<w:cr/>", '<w:br w:type="page"/>', "<w:lastRenderedPageBreak/>", "<w:noBreakHyphen/>"),
    *(
        "<w:p/>",
        "<w:tc/>",
        "<w:tr/>",
        "<w:tbl/>",
        "<w:sectPr/>",
        '<w:sym w:char="F0A8"/>',
        "<w:tblGrid/>",
        "<!-- a -->",
    ),
    *(
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:fldChar w:fldCharType="separate"/>',
        '<w:fldChar w:fldCharType="end"/>',
    ),
    *("<w:rPr><w:vanish/></w:rPr>", "<w:rPr><w:strike/></w:rPr>", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'),
    *("<w:instrText>PAGE</w:instrText>", "<w:delText>9</w:delText>", '<w:footnoteReference w:id="1"/>', "<w:t/>"),
    '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>',
    '<w:pPr><w:pStyle w:val="1"/><w:outlineLvl w:val="0"/></w:pPr>',
)
_NUMBERS = ("1", "2", "7", "0", "-1", "99999999", "x", "")
_OPERATORS = (
    *(
        "q",
        "Q",
        "BT",
        "ET",
        "S",
        "f",
        "n",
        "W",
        "h",
        "B*",
        "EMC",
        "T*",
        "Tj",
        "TJ",
        "re",
        "m",
        "l",
        "c",
        "cm",
        "w",
        "Do",
    ),
    *("1 0 0 1 9 9 cm", "0 1 -1 0 595 0 cm", "50 700 500 20 re S", "50 700 m 550 700 l S", "100 100 m 100 700 l S"),
    *(
        "/F 9 Tf",
        "3 Tr",
        "/P <</MCID 0>> BDC",
        "/Span <</ActualText (9)>> BDC",
        "14 TL",
        "50 Tz",
        "5 Ts",
        "[<4e00>-500<4e8c>] TJ",
    ),
)
_VALUES = (
    *(b"null", b"true", b"1", b"-1", b"9999999999", b"(x)", b"/Name", b"[]", b"<< >>", b"1 0 R", b"2 0 R", b"3 0 R"),
    *(b"5 0 R", b"6 0 R", b"[3 0 R 3 0 R]", b"[0 0 595 842]", b"<4e00>", b"1.5", b"[1 2", b"stream", b""),
)  # fmt: skip


def word_file(choices: Choices) -> bytes:
    """A Word file: a report with damage, or elements inside one another in any order."""
    if choices.number(4) == 0:
        return docx(damaged(word_body(), choices).translate(_BAD_XML))
    pieces: list[str] = []
    opened: list[str] = []
    while choices and len(pieces) < MOST_PIECES:
        kind = choices.number(8)
        if kind < 2:
            opened.append(choices.pick(_CONTAINERS))
            pieces.append(f"<{opened[-1]}>")
            if opened[-1] == "w:tc":
                pieces.append(_cell_properties(choices))
        elif kind == 2 and opened:
            pieces.append(f"</{opened.pop()}>")
        elif kind == 3:
            pieces.append(choices.pick(_LEAVES))
        elif kind == 4:
            pieces.append(paragraph(_xml_text(choices)))
        elif kind == 5:
            cells = (f"<w:tc>{_cell_properties(choices)}{paragraph(_xml_text(choices))}</w:tc>" for _ in range(8))
            pieces.append(f"<w:tr>{''.join(cells)}</w:tr>")
        else:
            pieces.append(f"<w:t>{_xml_text(choices)}</w:t>")
    return docx("".join(pieces) + "".join(f"</{name}>" for name in reversed(opened)))


def _cell_properties(choices: Choices) -> str:
    kind = choices.number(4)
    if kind < 2:
        return ""
    name = ("w:gridSpan", "w:vMerge")[kind - 2]
    return f'<w:tcPr><{name} w:val="{choices.pick((*_NUMBERS, "restart"))}"/></w:tcPr>'


def _xml_text(choices: Choices) -> str:
    return escape(piece_of(choices).translate(_BAD_XML))


def spreadsheet(choices: Choices) -> bytes:
    """A spreadsheet: a report with damage, or cells at any place."""
    if choices.number(4) == 0:
        return xlsx(damaged(report_sheet(), choices).translate(_BAD_XML))
    rows: list[str] = []
    while choices and len(rows) < MOST_PIECES:
        number = choices.number(30)
        cells = []
        for _ in range(choices.number(9)):
            place = f"{letters(1 + choices.number(12))}{number}"
            kind = choices.pick(("inlineStr", "n", "s", "str", "b", "e", "d", "x"))
            text = _xml_text(choices)
            value = f"<is><t>{text}</t></is>" if kind == "inlineStr" else f"<v>{text}</v>"
            cells.append(f'<c r="{place}" t="{kind}">{value}</c>')
        rows.append(f'<row r="{number}">{"".join(cells)}</row>')
    merged = f"{letters(1 + choices.number(9))}{choices.number(9)}:{letters(1 + choices.number(9))}{choices.number(9)}"
    return xlsx(f'<sheetData>{"".join(rows)}</sheetData><mergeCells><mergeCell ref="{merged}"/></mergeCells>')


def pdf_file(choices: Choices) -> bytes:
    """A PDF file: a report with damage in its bytes, operators in any order, or objects of other types."""
    kind = choices.number(4)
    objects = report_objects()
    if kind == 0:
        return _damaged_bytes(pdf(objects), choices)
    if kind == 1:
        for _ in range(1 + choices.number(4)):
            number = 1 + choices.number(5)
            words = objects[number].split(b" ")
            words[choices.number(65_536) % len(words)] = choices.pick(_VALUES)
            objects[number] = b" ".join(words)
        return pdf(objects)
    pieces = [report_content()] if choices.number(2) else []
    while choices and len(pieces) < MOST_PIECES:
        if choices.number(2):
            pieces.append(choices.pick(_OPERATORS).encode() + b"\n")
        else:
            place = choices.number(600) - 50, choices.number(900) - 50
            pieces.append(shown(piece_of(choices), *place, size=choices.pick((9, 7, 14, 0, -9, 300))))
    return pdf(report_objects(b"".join(pieces)))


def archive(choices: Choices) -> bytes:
    """A ZIP or WARC archive whose fields and bytes lie."""
    bodies = (flat_report().encode(), page_report().encode(), b"", b"\0" * 500, docx(word_body()))
    if choices.number(2):
        members: list[Member] = []
        while choices and len(members) < 20:
            body = choices.pick(bodies)
            members.append(
                Member(
                    choices.pick((b"a.txt", b"b.html", b"../c.txt", b"d/", "年.txt".encode("gbk"), choices.raw())),
                    body,
                    method=choices.pick((DEFLATED, DEFLATED, STORED, 12, 99)),
                    size=choices.pick((None, None, 0, 5, 0xFFFFFFFF)),
                    crc=choices.pick((None, None, 1)),
                    flags=choices.pick((0x800, 0, 1, 8, 0x2000)),
                    offset=choices.pick((None, None, None, 0, 0xFFFFFFF0)),
                    extra=choices.raw(8),
                )
            )
        data = zip_of(members, comment=choices.raw())
    else:
        pieces: list[bytes] = []
        while choices and len(pieces) < 20:
            more = choices.pick((b"", b"Content-Encoding: gzip\r\n", b"Transfer-Encoding: chunked\r\n", choices.raw()))
            kind = choices.pick((b"response", b"response", b"warcinfo", b"revisit", choices.raw()))
            length = choices.pick((None, None, 0, 50, 10**9, -1))
            pieces.append(record(response(choices.pick(bodies), more), kind=kind, length=length) + choices.raw(4))
        data = b"".join(pieces) or b"WARC/1.0\r\n"
    return _damaged_bytes(data, choices) if choices.number(2) else data


def _damaged_bytes(data: bytes, choices: Choices) -> bytes:
    for _ in range(1 + choices.number(8)):
        start = choices.number(65_536) % (len(data) + 1)
        end = min(len(data), start + choices.number(64))
        data = data[:start] + choices.pick((b"", data[start:end] * 2, choices.raw())) + data[end:]
    return data
