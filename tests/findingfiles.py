"""The files of ``tests/fixtures/findings``: one for each finding whose example is a file and not a text.

Each is as small as its format allows, and the same on every run. ``python tests/findingfiles.py`` writes them anew.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence

from crawls import ZipMember, hand_zipped
from locations import FIXTURES
from pdfmaker import PdfPage, assemble, mapped_pdf, stream, write_pdf
from property.officefiles import compound_file, content_types, pack, relations, run, word_part

FOLDER = FIXTURES / "findings"
TITLE = "柳溪县水务局2021年政府信息公开工作年度报告"
PAGE = f"<h1>{TITLE}</h1>".encode()


def _page(*lines: str) -> PdfPage:
    page = PdfPage()
    for number, line in enumerate(lines):
        page.text(72, 72 + 20 * number, line)
    return page


def _hex(text: str) -> str:
    return text.encode("utf-16-be").hex()


def _scan() -> tuple[PdfPage, bytes]:
    page = PdfPage()
    page.draw("q 500 0 0 700 40 60 cm /Im0 Do Q")
    entries = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"
    return page, stream(b"\x80", entries)


def _half_scanned() -> bytes:
    page, image = _scan()
    return write_pdf([_page(TITLE), page], objects=[image], resources="/XObject << /Im0 6 0 R >>")


def _scanned() -> bytes:
    page, image = _scan()
    return write_pdf([page], objects=[image], resources="/XObject << /Im0 6 0 R >>")


def _by_ocr() -> bytes:
    page = PdfPage()
    page.draw(f"BT 3 Tr /F1 10 Tf 72 700 Td <{_hex(TITLE)}> Tj ET")
    return write_pdf([page])


def _stamped() -> bytes:
    page = _page(TITLE, "一、总体情况")
    page.draw(f"BT /F1 10 Tf 0.7 0.7 -0.7 0.7 200 300 Tm <{_hex('样稿')}> Tj ET")
    return write_pdf([page])


def _unmapped() -> bytes:
    """A page whose second font draws glyphs that it calls no character."""
    page = _page(TITLE)
    page.draw("BT /F2 10 Tf 72 528 Td <00010009> Tj ET")
    return mapped_pdf(page, "<0001> <0031>")


def _with_attachment() -> bytes:
    return assemble(
        [
            "<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(a) 5 0 R] >> >> >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 6 0 R"
            " /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
            stream("anything", "/Type /EmbeddedFile"),
            "<< /Type /Filespec /F (tables.xlsx) /UF (tables.xlsx) /EF << /F 4 0 R >> >>",
            stream("BT /F1 12 Tf 72 400 Td (See the attached tables.) Tj ET"),
        ]
    )


def _cut_off() -> bytes:
    data = write_pdf([_page(TITLE)])
    return data[: data.index(b"xref")]


def _half_ruled() -> bytes:
    page = _page(TITLE)
    for row, texts in enumerate([("信息内容", "本年制发件数", "现行有效件数"), ("规章", "", "0")]):
        for place, text in enumerate(texts):
            left, top = 72 + 120 * place, 120 + 20 * row
            page.frame(left, top, left + 120, top + 20)
            page.text(left + 3, top + 4, text)
    page.text(195, 142, "3", 8)
    page.text(195, 151, "4", 8)
    return write_pdf([page])


def _over_pages() -> bytes:
    pages = []
    rows = [("信息内容", "本年制发件数", "现行有效件数"), ("规章", "1", "4")], [("行政规范性文件", "2", "9")]
    for texts in rows:
        page = PdfPage(595, 180)
        for row, cells in enumerate(texts):
            for place, text in enumerate(cells):
                left, top = 72 + 120 * place, (130 if len(texts) > 1 else 20) + 20 * row
                page.frame(left, top, left + 120, top + 20)
                page.text(left + 3, top + 4, text)
        pages.append(page)
    pages[0].text(72, 40, TITLE)
    return write_pdf(pages)


def _missing_page() -> bytes:
    data = write_pdf([_page(TITLE), _page("一、总体情况")])
    return data.replace(b"/Type /Page /Parent 2 0 R", b"/Type /Pagx /Parent 2 0 R", 2).replace(b"Pagx", b"Page", 1)


def _locked_pdf() -> bytes:
    lock = "/Encrypt << /Filter /Standard /V 9 /R 9 /O (x) /U (x) /P -4 >> /ID [<00> <00>]"
    return assemble(
        ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"], f"/Root 1 0 R {lock}"
    )


def _overloaded() -> bytes:
    page = PdfPage()
    page.draw("/P BMC " * 3_000)
    return write_pdf([page])


def _docx(body: str, parts: Mapping[str, str | bytes] | None = None, rows: Sequence[tuple[str, ...]] = ()) -> bytes:
    package = {
        "[Content_Types].xml": content_types({"/word/document.xml": "wordprocessingml.document.main"}),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": word_part("document", f"<w:body><w:p>{run(TITLE)}</w:p>{body}</w:body>"),
        "word/_rels/document.xml.rels": relations(*rows),  # type: ignore[arg-type]
    }
    return pack({**package, **(parts or {})}, zipfile.ZIP_STORED)


def _changed() -> bytes:
    return _docx(
        "<w:p>"
        f"{run('收到申请')}"
        '<w:del w:id="1"><w:r><w:delText>12</w:delText></w:r></w:del>'
        f'<w:ins w:id="2">{run("21")}</w:ins>{run("件。")}</w:p>'
    )


def _numbered() -> bytes:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    numbering = word_part(
        "numbering",
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
    )
    style = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    row = ("r1", "numbering", "numbering.xml")
    return _docx(f"<w:p>{style}{run('总体情况')}</w:p>", {"word/numbering.xml": numbering}, [row])


def _with_note() -> bytes:
    note = word_part("footnotes", f'<w:footnote w:id="1"><w:p>{run("含上年结转。")}</w:p></w:footnote>')
    body = f'<w:p>{run("收到申请3件")}<w:r><w:footnoteReference w:id="1"/></w:r></w:p>'
    return _docx(body, {"word/footnotes.xml": note}, [("r1", "footnotes", "footnotes.xml")])


def _with_object() -> bytes:
    body = '<w:p><w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12" r:id="r1"/></w:object></w:r></w:p>'
    return _docx(body, None, [("r1", "package", "embeddings/book1.xlsx")])


def _with_lost_part() -> bytes:
    return _docx('<w:altChunk r:id="r1"/>', None, [("r1", "aFChunk", "missing.html")])


def _never_calculated() -> bytes:
    cells = '<c r="A1"><f>SUM(B1:C1)</f></c><c r="B1"><v>1</v></c><c r="C1"><v>2</v></c>'
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sheet = '<sheet name="表" sheetId="1" r:id="rId1"/>'
    rows = f'<sheetData><row r="1">{cells}</row></sheetData>'
    return pack(
        {
            "[Content_Types].xml": content_types({"/xl/workbook.xml": "spreadsheetml.sheet.main"}),
            "_rels/.rels": relations(("rId1", "officeDocument", "xl/workbook.xml")),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{sheet}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": relations(("rId1", "worksheet", "worksheets/sheet1.xml")),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{rows}</worksheet>',
        },
        zipfile.ZIP_STORED,
    )


def _zip(*members: ZipMember) -> bytes:
    return hand_zipped(*members)


def _cut_zip() -> bytes:
    data = _zip(ZipMember(b"a.html", PAGE), ZipMember(b"b.html", PAGE))
    return data[: data.index(b"PK\1\2")]


def _nested() -> bytes:
    data = _zip(ZipMember(b"a.html", PAGE))
    for _ in range(3):
        data = _zip(ZipMember(b"in.zip", data))
    return data


def _crawl() -> bytes:
    """Two records of a crawl, and rubbish between them."""
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + PAGE
    head = (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    record = head + body + b"\r\n\r\n"
    return record + b"no record\r\n" * 9 + record


# By file name, which is the code that the file is an example of.
MAKERS: Mapping[str, Callable[[], bytes]] = {
    "pdf_page_without_text.pdf": _half_scanned,
    "pdf_page_unread.pdf": _missing_page,
    "pdf_text_by_ocr.pdf": _by_ocr,
    "pdf_text_aside.pdf": _stamped,
    "pdf_characters_unknown.pdf": _unmapped,
    "pdf_attachments.pdf": _with_attachment,
    "pdf_cut_off.pdf": _cut_off,
    "table_joined.pdf": _over_pages,
    "table_not_ruled.pdf": _half_ruled,
    "pdf_locked.pdf": _locked_pdf,
    "pdf_without_text.pdf": _scanned,
    "pdf_overloaded.pdf": _overloaded,
    "tracked_changes.docx": _changed,
    "numbers_written.docx": _numbered,
    "notes_apart.docx": _with_note,
    "embedded_object.docx": _with_object,
    "part_unreadable.docx": _with_lost_part,
    "damaged_file.docx": lambda: _docx("<w:p/>")[:-30],
    "formula_without_value.xlsx": _never_calculated,
    "locked_file.doc": lambda: compound_file({"WordDocument": bytes(11) + b"\x01" + bytes(600)}),
    "conversion_failed.doc": lambda: compound_file({"WordDocument": bytes(600)}),
    "converted.rtf": lambda: rb"{\rtf1\ansi\uc1 \u24180?\u24230?\u25253?\u21578?\par}",
    "archive_stopped.zip": _cut_zip,
    "archive_damaged.warc": _crawl,
    "member_name_unsafe.zip": lambda: _zip(ZipMember(rb"..\..\a.html", PAGE)),
    "member_locked.zip": lambda: _zip(ZipMember(b"a.html", PAGE, flags=1)),
    "member_damaged.zip": lambda: _zip(ZipMember(b"a.html", PAGE, crc=1)),
    "method_unknown.zip": lambda: _zip(ZipMember(b"a.html", PAGE, method=97)),
    "nested_too_deep.zip": _nested,
    "no_document.zip": lambda: _zip(ZipMember(b"style.css", b"h1 {}")),
    "is_an_archive.zip": lambda: _zip(ZipMember(b"a.html", PAGE), ZipMember(b"b.html", PAGE)),
}


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, make in MAKERS.items():
        (FOLDER / name).write_bytes(make())


if __name__ == "__main__":
    main()
