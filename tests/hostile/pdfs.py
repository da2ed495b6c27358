"""PDF files: the object tree in circles, values of the wrong type, absurd sizes, tables of places that lie."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from hostile.files import HostileFile
from hostile.reports import HEADINGS, REQUESTS_HEADING, TITLE, request_rows
from hostile.zips import cut

# A CJK font that every reader knows by name, so that nothing need be embedded.
_FONT = b"""<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [<<
/Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000
/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >>
/FontDescriptor << /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /ItalicAngle 0 /Ascent 752 /Descent -271
/CapHeight 737 /StemV 58 /FontBBox [-25 -254 1000 880] >> >>] >>"""
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F 4 0 R >> >> >>"
Objects = dict[int, bytes]


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object, as long as it says."""
    return b"<< /Length %d %b >>\nstream\n%b\nendstream" % (len(data), entries, data)


def shown(text: str, x: float, y: float, size: float = 9) -> bytes:
    """The operators that print a line."""
    code = text.encode("utf-16-be", "replace").hex().encode()
    return b"BT /F %g Tf %g %g Td <%b> Tj ET\n" % (size, x, y, code)


def report_content() -> bytes:
    """A page with the title, the headings and a ruled table."""
    lines = [shown(TITLE, 120, 800, 14), shown(HEADINGS[0], 50, 780), shown(REQUESTS_HEADING, 50, 760)]
    top, height = 750, 14
    for number, row in enumerate(request_rows()[:20]):
        y = top - (number + 1) * height
        lines += [
            shown(text, 52 if column == 0 else 240 + 40 * column, y + 3, 7) for column, text in enumerate(row) if text
        ]
        lines.append(b"50 %d m 560 %d l S\n" % (y, y))
    bottom = top - 20 * height
    lines.append(b"50 %d m 560 %d l S\n" % (top, top))
    lines += [b"%d %d m %d %d l S\n" % (x, top, x, bottom) for x in (50, *range(270, 561, 40))]
    return b"".join(lines)


def report_objects(content: bytes | None = None) -> Objects:
    """Catalogue, pages, one page, its font, its content."""
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: _PAGE,
        4: _FONT,
        5: stream(report_content() if content is None else content),
    }


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"/Root 1 0 R", start: int | None = None) -> bytes:
    """A file of some objects with a table of places; ``start`` is where it says that the table begins."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places: dict[int, int] = {}
    for number, value in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    table = len(body)
    size = max(objects, default=0) + 1
    body += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        body += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
    body += b"trailer\n<< /Size %d %b >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, table if start is None else start)
    return bytes(body)


def pdf_report() -> bytes:
    """A small report of one page."""
    return pdf(report_objects())


def pdf_with(changes: Mapping[int, bytes], **how: bytes) -> bytes:
    """The small report with some of its objects put in place of its own."""
    return pdf({**report_objects(), **changes}, trailer=how.get("trailer", b"/Root 1 0 R"))


def pages_of(count: int, page: bytes = _PAGE) -> Objects:
    """A report whose one content is shown on many pages."""
    kids = b" ".join(b"%d 0 R" % number for number in range(10, 10 + count))
    pages = dict.fromkeys(range(10, 10 + count), page)
    return {**report_objects(), 2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, count), **pages}


def _page(entries: bytes) -> bytes:
    return _PAGE.replace(b"/MediaBox [0 0 595 842]", entries)


def _form(content: bytes, resources: bytes) -> bytes:
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources << %b >>" % resources)


_DEEP = 100_000
# Objects in place of those of the report.
_CHANGES: dict[str, Mapping[int, bytes]] = {
    "page-tree-loop": {2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"},
    "page-tree-loop-of-two": {
        2: b"<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>",
        9: b"<< /Type /Pages /Kids [2 0 R] >>",
    },
    "page-is-its-parent": {3: _PAGE.replace(b"2 0 R", b"3 0 R")},
    "page-tree-deep": {
        2: b"<< /Type /Pages /Kids [20 0 R] /Count 1 >>",
        **{n: b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (n + 1) for n in range(20, 2_020)},
        2_020: _PAGE,
    },
    "same-page-many-times": {2: b"<< /Type /Pages /Kids [%b] /Count 6 >>" % (b"3 0 R " * 6)},
    "count-huge": {2: b"<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>"},
    "count-negative": {2: b"<< /Type /Pages /Kids [3 0 R] /Count -5 >>"},
    "count-text": {2: b"<< /Type /Pages /Kids [3 0 R] /Count (one) >>"},
    "kids-number": {2: b"<< /Type /Pages /Kids 7 /Count 1 >>"},
    "kids-null": {2: b"<< /Type /Pages /Kids [null true (x) /N << >>] /Count 5 >>"},
    "kids-missing": {2: b"<< /Type /Pages /Count 1 >>"},
    "no-pages": {2: b"<< /Type /Pages /Kids [] /Count 0 >>"},
    "catalogue-list": {1: b"[1 2 3]"},
    "catalogue-itself": {1: b"1 0 R"},
    "catalogue-empty": {1: b"<< >>"},
    "page-number": {3: b"42"},
    "page-string": {3: b"(page)"},
    "contents-missing": {3: _PAGE.replace(b"5 0 R", b"99 0 R")},
    "contents-itself": {3: _PAGE.replace(b"5 0 R", b"3 0 R")},
    "contents-many": {3: _PAGE.replace(b"5 0 R", b"[" + b"5 0 R " * 60 + b"]")},
    "contents-dictionary": {5: b"<< /Length 5 >>"},
    "font-missing": {4: b"null"},
    "font-loop": {4: b"<< /Type /Font /Subtype /Type0 /Encoding 4 0 R /DescendantFonts [4 0 R] /ToUnicode 4 0 R >>"},
    "font-list": {4: b"[/F]"},
    "font-widths-huge": {4: _FONT.replace(b"/DW 1000", b"/DW 9e99 /W [0 [" + b"99999999 " * 5_000 + b"]]")},
    "font-widths-range": {4: _FONT.replace(b"/DW 1000", b"/W [0 2147483647 500]")},
    "font-program-random": {4: _FONT.replace(b"/Flags 4", b"/Flags 4 /FontFile3 6 0 R"), 6: stream(b"\x93\0" * 900)},
    "type3-loop": {
        4: b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 0 /LastChar 255 "
        b"/Widths [1] /Encoding << /Differences [0 /a /b] >> /CharProcs << /a 6 0 R >> "
        b"/Resources << /Font << /F 4 0 R >> >> >>",
        6: stream(b"BT /F 1 Tf <0000> Tj ET"),
    },
    "box-zero": {3: _page(b"/MediaBox [0 0 0 0]")},
    "box-negative": {3: _page(b"/MediaBox [595 842 0 0]")},
    "box-huge": {3: _page(b"/MediaBox [0 0 1e38 1e38]")},
    "box-text": {3: _page(b"/MediaBox [(a) /b null]")},
    "box-short": {3: _page(b"/MediaBox [0 0]")},
    "box-missing": {3: _page(b"")},
    "box-infinite": {3: _page(b"/MediaBox [-1e400 -1e400 1e400 1e400]")},
    "rotate-odd": {3: _page(b"/MediaBox [0 0 595 842] /Rotate 37")},
    "rotate-huge": {3: _page(b"/MediaBox [0 0 595 842] /Rotate 99999999999999999990")},
    "user-unit": {3: _page(b"/MediaBox [0 0 595 842] /UserUnit 1e30")},
    "form-loop": {
        3: _PAGE.replace(b"/Font", b"/XObject << /X 6 0 R >> /Font"),
        5: stream(b"/X Do"),
        6: _form(b"/X Do", b"/XObject << /X 6 0 R >>"),
    },
    "form-bomb": {
        3: _PAGE.replace(b"/Font", b"/XObject << /X 10 0 R >> /Font"),
        5: stream(b"/X Do " * 10),
        **{n: _form(b"/X Do " * 10, b"/XObject << /X %d 0 R >>" % (n + 1)) for n in range(10, 20)},
        20: _form(b"0 0 m 9 9 l S", b""),
    },
    "arrays-deep": {3: _page(b"/MediaBox [0 0 595 842] /X " + b"[" * _DEEP + b"]" * _DEEP)},
    "dictionaries-deep": {3: _page(b"/MediaBox [0 0 595 842] /X " + b"<</a " * _DEEP + b"1" + b">>" * _DEEP)},
    "string-open": {3: _page(b"/MediaBox [0 0 595 842] /X (" + b"(" * 50_000)},
    "name-long": {3: _page(b"/MediaBox [0 0 595 842] /" + b"x" * 200_000 + b" 1")},
    "number-long": {3: _page(b"/MediaBox [0 0 595 842] /X " + b"9" * 200_000)},
    "references-chain": {3: b"10 0 R", **{n: b"%d 0 R" % (n + 1) for n in range(10, 3_000)}, 3_000: _PAGE},
    "reference-huge": {3: _PAGE.replace(b"5 0 R", b"99999999999999999999 0 R")},
    "annotations": {
        3: _page(
            b"/MediaBox [0 0 595 842] /Annots [" + b"<< /Subtype /Link /A << /URI (javascript:a) >> >> " * 2_000 + b"]"
        )
    },
    "annotations-loop": {3: _page(b"/MediaBox [0 0 595 842] /Annots 6 0 R"), 6: b"[6 0 R]"},
    "outline-loop": {
        1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
        6: b"<< /First 6 0 R /Next 6 0 R /Parent 6 0 R >>",
    },
    "open-action": {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL) >> >>"},
    "launch": {1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /Launch /F (cmd.exe) >> >>"},
    "struct-tree-loop": {
        1: b"<< /Type /Catalog /Pages 2 0 R /StructTreeRoot 6 0 R /MarkInfo << /Marked true >> >>",
        6: b"<< /Type /StructTreeRoot /K 6 0 R /ParentTree 6 0 R >>",
    },
    "optional-content": {
        1: b"<< /Type /Catalog /Pages 2 0 R /OCProperties << /D << /OFF [6 0 R] >> /OCGs [6 0 R] >> >>",
        6: b"<< /Type /OCG /Name (x) /OC 6 0 R >>",
    },
    "labels-loop": {
        1: b"<< /Type /Catalog /Pages 2 0 R /PageLabels 6 0 R >>",
        6: b"<< /Kids [6 0 R] /Nums [-5 << /St 0 >>] >>",
    },
    "xfa": {
        1: b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /XFA 6 0 R /Fields [6 0 R] >> >>",
        6: stream(b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a>"),
    },
    "embedded-file": {
        1: b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(../../x) 6 0 R] >> >> >>",
        6: b"<< /Type /Filespec /F (../../../etc/x) >>",
    },
}
_INFO = b"/Root 1 0 R /Info << /Title <%b> /Author 5 0 R /CreationDate (D:99999999) /Producer [1] >>"
_TRAILERS = {
    "none": b"",
    "root-number": b"/Root 5",
    "root-missing": b"/Root 99 0 R",
    "previous-itself": b"/Root 1 0 R /Prev 0",
    "previous-huge": b"/Root 1 0 R /Prev 99999999999999",
    "previous-negative": b"/Root 1 0 R /Prev -1",
    "stream-table": b"/Root 1 0 R /XRefStm 9",
    "info-odd": _INFO % ("\x1b[31m=1+1".encode("utf-16").hex().encode()),
    "size-huge": b"/Root 1 0 R /Size 2147483647",
    "encrypted-unknown": b"/Root 1 0 R /Encrypt << /Filter /Unknown /V 99 >>",
    "encrypted-standard": b"/Root 1 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <"
    + b"41" * 32
    + b"> /U <"
    + b"42" * 32
    + b"> >>",
    "encrypted-broken": b"/Root 1 0 R /ID 5 /Encrypt << /Filter /Standard /V 5 /R 6 /O (a) /U [1] /P (x) >>",
    "encrypted-loop": b"/Root 1 0 R /Encrypt 1 0 R",
}
_ENDS: dict[str, Callable[[bytes], bytes]] = {
    "header-only": lambda data: data[:9],
    "header-version-odd": lambda data: data.replace(b"%PDF-1.7", b"%PDF-99"),
    "header-late": lambda data: b" " * 1_000 + data,
    "header-too-late": lambda data: b" " * 5_000 + data,
    "end-missing": lambda data: data.rpartition(b"startxref")[0],
    "table-missing": lambda data: data.partition(b"xref")[0],
    "table-garbage": lambda data: data.replace(b" 00000 n ", b" zzzzz q "),
    "table-places-wrong": lambda data: data.replace(b"0000000", b"9999999"),
    "table-start-negative": lambda data: data.rpartition(b"startxref")[0] + b"startxref\n-5\n%%EOF",
    "table-start-huge": lambda data: data.rpartition(b"startxref")[0] + b"startxref\n99999999999999999999\n%%EOF",
    "table-count-huge": lambda data: data.replace(b"xref\n0 6", b"xref\n0 2147483647"),
    "line-ends-returns": lambda data: data.replace(b"\n", b"\r"),
    "objects-unclosed": lambda data: data.replace(b"endobj", b""),
    "streams-unclosed": lambda data: data.replace(b"endstream", b""),
    "length-wrong": lambda data: data.replace(b"/Length ", b"/Length 9"),
    "length-negative": lambda data: data.replace(b"/Length ", b"/Length -"),
    "length-reference": lambda data: data.replace(b"/Length ", b"/Length 5 0 R %"),
    "nuls-between": lambda data: data.replace(b"\n", b"\n\0"),
    "two-files": lambda data: data + data,
    "updates-many": lambda data: data + data.partition(b"xref")[2].join([b"xref"] * 50),
}


def files() -> Iterator[HostileFile]:
    """Every PDF whose objects are hostile."""
    yield HostileFile("pdf/plain.pdf", pdf_report)
    for name, changes in _CHANGES.items():
        yield HostileFile(f"pdf/{name}.pdf", partial(pdf_with, changes))
    for name, trailer in _TRAILERS.items():
        yield HostileFile(f"pdf/trailer-{name}.pdf", partial(pdf_with, {}, trailer=trailer))
    for name, change in _ENDS.items():
        yield HostileFile(f"pdf/{name}.pdf", partial(change, pdf_report()))
    for share in range(1, 20):
        yield HostileFile(f"pdf/cut-at-{share * 5:02}-percent.pdf", partial(cut, pdf_report(), share / 2))
    yield HostileFile("pdf/pages.pdf", lambda: pdf(pages_of(12)))
    for name, count in {"pages": 480, "pages-beyond-the-limit": 20_000}.items():
        make = partial(pdf, pages_of(count))
        # All pages show one content, so that the limit of pages bounds what is read and not the size of the file.
        yield HostileFile(f"pdf/{name}-large.pdf", make, is_costly=True, memory=250_000_000)


def object_stream(numbers: Sequence[int], values: Sequence[bytes], entries: bytes = b"") -> bytes:
    """Objects inside a stream."""
    places, place = [], 0
    for number, value in zip(numbers, values, strict=True):
        places.append(b"%d %d" % (number, place))
        place += len(value) + 1
    head = b" ".join(places) + b"\n"
    entries = b"/Type /ObjStm /N %d /First %d %b" % (len(numbers), len(head), entries)
    return stream(head + b"\n".join(values), entries)
