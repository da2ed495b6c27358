"""Word files and spreadsheets as packages: what their members are, and how the packing itself attacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from hostile.files import ANYTHING, HostileFile
from hostile.reports import HEADINGS, TITLE, request_rows
from hostile.zips import ENCRYPTED, STORED, Member, bytes_deflated, cut, deflated, zeros_deflated, zip_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# Declared on the root of every part, so that any element may stand in it.
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{_R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
Parts = Mapping[str, bytes | None]


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc>{properties and f'<w:tcPr>{properties}</w:tcPr>'}{paragraph(text)}</w:tc>"


def word_table(rows: tuple[tuple[str, ...], ...] | None = None) -> str:
    lines = request_rows() if rows is None else rows
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, line))}</w:tr>" for line in lines) + "</w:tbl>"


def word_body(table: str | None = None) -> str:
    """The body of a small report."""
    before = "".join(paragraph(heading) + paragraph("公开信息12条。") for heading in HEADINGS[:2])
    after = "".join(paragraph(heading) + paragraph("无。") for heading in HEADINGS[3:])
    return paragraph(TITLE) + before + paragraph(HEADINGS[2]) + (word_table() if table is None else table) + after


def word_xml(body: str, before: str = "") -> bytes:
    """The main part with a body; ``before`` stands before the root, where a document type goes."""
    return f"{_XML}{before}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>".encode(
        "utf-8", "surrogatepass"
    )


def _types(main: str, kind: str) -> bytes:
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="/{main}" '
        f'ContentType="{_TYPE}.{kind}.main+xml"/></Types>'
    ).encode()


def relations(*entries: tuple[str, str], mode: str = "") -> bytes:
    """A part of relationships: kinds and targets."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"{mode}/>'
        for number, (kind, target) in enumerate(entries, 1)
    )
    return f'{_XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'.encode()


def docx_parts(body: str | bytes) -> dict[str, bytes]:
    """The members of a Word file."""
    return {
        "[Content_Types].xml": _types("word/document.xml", "wordprocessingml.document"),
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "word/_rels/document.xml.rels": relations(),
        "word/document.xml": body if isinstance(body, bytes) else word_xml(body),
    }


def docx(body: str | bytes, parts: Parts | None = None) -> bytes:
    """A Word file; ``parts`` are put in place of its own, None takes one away."""
    return _packed({**docx_parts(body), **(parts or {})})


def xlsx_parts(sheet: str, strings: str = "") -> dict[str, bytes]:
    """The members of a spreadsheet."""
    return {
        "[Content_Types].xml": _types("xl/workbook.xml", "spreadsheetml.sheet"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{_XML}<workbook xmlns="{_S}" xmlns:r="{_R}"><sheets><sheet name="附表" sheetId="1" '
        'r:id="rId1"/></sheets></workbook>'.encode()
        .decode()
        .encode(),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/worksheets/sheet1.xml": f'{_XML}<worksheet xmlns="{_S}">{sheet}</worksheet>'.encode(),
        "xl/sharedStrings.xml": f'{_XML}<sst xmlns="{_S}">{strings}</sst>'.encode(),
    }


def xlsx(sheet: str, strings: str = "", parts: Parts | None = None) -> bytes:
    """A spreadsheet of one sheet."""
    return _packed({**xlsx_parts(sheet, strings), **(parts or {})})


def _packed(parts: Parts) -> bytes:
    return zip_of([Member(name.encode(), data) for name, data in parts.items() if data is not None])


def _changed(main: str, change: Callable[[Member], Member | list[Member]]) -> bytes:
    """A Word file whose member ``main`` is packed in another way."""
    members: list[Member] = []
    for name, data in docx_parts(word_body()).items():
        made = change(Member(name.encode(), data)) if name == main else Member(name.encode(), data)
        members += made if isinstance(made, list) else [made]
    return zip_of(members)


def files() -> Iterator[HostileFile]:
    """Word files whose packing is broken, or a bomb."""
    main = "word/document.xml"
    yield HostileFile("docx/plain.docx", lambda: docx(word_body()))
    for name, change in _PACKINGS.items():
        yield HostileFile(f"docx/packing-{name}.docx", partial(_changed, main, change), ANYTHING)
    for name in docx_parts(""):
        part = name.replace("/", "-").strip("[]._")
        yield HostileFile(f"docx/without-{part}.docx", partial(docx, word_body(), {name: None}))
        yield HostileFile(f"docx/empty-{part}.docx", partial(docx, word_body(), {name: b""}))
        yield HostileFile(f"docx/random-{part}.docx", partial(docx, word_body(), {name: b"\x93\0<" * 500}))
        yield HostileFile(
            f"docx/cut-{part}.docx", partial(docx, word_body(), {name: docx_parts(word_body())[name][:-9]})
        )
    for share in range(1, 10):
        yield HostileFile(f"docx/cut-at-{share}0-percent.docx", partial(cut, docx(word_body()), share))
    yield HostileFile("docx/directory-lost.docx", lambda: docx(word_body()).rpartition(b"PK\1\2")[0])
    yield HostileFile("docx/bytes-before.docx", lambda: b"#!/bin/sh\n" + docx(word_body()))
    yield HostileFile("docx/bytes-behind.docx", lambda: docx(word_body()) + bytes(5_000))
    yield HostileFile(
        "docx/many-members.docx", lambda: docx(word_body(), {f"word/{n}.xml": b"<a/>" for n in range(3_000)})
    )
    yield HostileFile(
        "docx/media-bomb.docx",
        lambda: _with_member(Member(b"word/media/image1.png", packed=zeros_deflated(300_000_000), size=300_000_000)),
    )
    yield HostileFile("docx/macros.docm", lambda: docx(word_body(), {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 99}))


_PACKINGS: dict[str, Callable[[Member], Member | list[Member]]] = {
    "zeros-100-mb": lambda m: Member(m.name, packed=zeros_deflated(100_000_000), size=100_000_000),
    "zeros-1-gb-size-lied": lambda m: Member(m.name, packed=zeros_deflated(1_000_000_000), size=5_000),
    "spaces-in-xml": lambda m: _with_spaces(m),
    "size-too-small": lambda m: Member(m.name, m.data, size=10),
    "size-too-large": lambda m: Member(m.name, m.data, size=0xFFFFFFF0),
    "crc-wrong": lambda m: Member(m.name, m.data, crc=1),
    "method-unknown": lambda m: Member(m.name, m.data, method=99, packed=m.data),
    "method-stored-lied": lambda m: Member(m.name, m.data, method=STORED, packed=m.data[:100]),
    "stream-random": lambda m: Member(m.name, m.data, packed=b"\x93\x12" * 500),
    "stream-empty": lambda m: Member(m.name, m.data, packed=b""),
    "encrypted": lambda m: Member(m.name, m.data, flags=ENCRYPTED),
    "offset-beyond": lambda m: Member(m.name, m.data, offset=0xFFFFFF00),
    "offset-of-another": lambda m: Member(m.name, m.data, offset=0),
    "inner-name-differs": lambda m: Member(m.name, m.data, inner_name=b"word/otherwise.xml"),
    "twice": lambda m: [m, Member(m.name, word_xml(paragraph("另一个")))],
    "twice-other-case": lambda m: [m, Member(m.name.upper(), word_xml(paragraph("另一个")))],
    "as-folder": lambda m: [m, Member(m.name + b"/")],
    "back-slashes": lambda m: Member(m.name.replace(b"/", b"\\"), m.data),
    "leading-slash": lambda m: [m, Member(b"/" + m.name, m.data)],
    "path-out": lambda m: [m, Member(b"../../../../tmp/owned.xml", b"<a/>")],
    "name-not-utf8": lambda m: [m, Member("附件.xml".encode("gbk"), b"<a/>")],
    "name-with-nul": lambda m: [m, Member(b"word/document.xml\0.txt", b"<a/>")],
    "extra-broken": lambda m: Member(m.name, m.data, extra=b"\x01\x00\xff\xff1"),
    "zip64-lied": lambda m: Member(m.name, m.data, size=0xFFFFFFFF, extra=b"\x01\0\x08\0" + b"\xff" * 8),
}


def _with_spaces(member: Member) -> Member:
    """A part that begins with a gigabyte of white space."""
    start, _, rest = member.data.partition(b"<w:body>")
    spaces = bytes_deflated(b" " * 1_000_000, 1_000)
    # Each stream but the last ends in an empty block that is not the last one.
    packed = bytes_deflated(start + b"<w:body>", 1)[:-2] + spaces[:-2] + deflated(rest)
    return Member(member.name, packed=packed, size=len(member.data) + 1_000_000_000)


def _with_member(member: Member) -> bytes:
    return zip_of([*(Member(name.encode(), data) for name, data in docx_parts(word_body()).items()), member])
