"""What is no report at all: other formats, signatures without a body, two formats in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from hostile.files import ANYTHING, HostileFile
from hostile.packages import docx, word_body
from hostile.pdfs import pdf_report
from hostile.reports import flat_report, page_report
from hostile.zips import Member, zip_of
from reportparse.limits import Limits
from reportparse.resources import read_json

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
# An RTF file that a converter would follow, and one that it would drown in.
_RTF = {
    "plain": r"{\rtf1\ansi\ansicpg936 " + "公开".encode("gbk").hex() + "}",
    "deep": "{\\rtf1" + "{" * 30_000,
    "include": r'{\rtf1{\field{\*\fldinst INCLUDETEXT "file:///etc/passwd"}}}',
    "object": r"{\rtf1{\object\objemb{\*\objdata 0105000002000000" + "41" * 5_000 + "}}}",
    "unicode": r"{\rtf1\uc0 " + "\\u-9999999999?" * 1_000 + "}",
    "bin": r"{\rtf1\bin2147483647 x}",
}


def files() -> Iterator[HostileFile]:
    """Every file of another kind."""
    for number, kind in enumerate(read_json("formats.json")):
        signature = bytes.fromhex(kind["signature"])
        name = f"foreign/{number:02}-{signature.hex()[:12]}"
        made = _converted if signature == _OLE or kind.get("reader") == "office" else HostileFile
        yield made(f"{name}-signature.bin", partial(bytes, signature))
        yield made(f"{name}-named.html", partial(bytes, signature + bytes(range(256)) * 20))
        yield made(f"{name}-before-report.txt", partial(bytes, signature + flat_report().encode()))
    yield from _office()
    yield from _polyglots()


def _office() -> Iterator[HostileFile]:
    """Old office files without what makes them one; LibreOffice may be asked to convert some."""
    header = _OLE + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(6)
    loop = header + b"\x01\0\0\0" + b"\0\0\0\0" * 112 + b"\0\0\0\0" * 128
    for stream in ("WordDocument", "Workbook", "EncryptedPackage", "PowerPoint Document"):
        name, printed = stream.replace(" ", "-").lower(), stream.encode("utf-16-le")
        yield _converted(f"office/ole-{name}-only.doc", partial(bytes, header + bytes(480) + printed))
        yield _converted(f"office/ole-{name}-loop.doc", partial(bytes, loop + printed + bytes(4_096)))
    yield _converted("office/ole-header-only.wps", partial(bytes, header))
    yield _converted("office/ole-sectors-huge.doc", partial(bytes, header + b"\xff\xff\xff\x7f" * 120))
    for name, text in _RTF.items():
        yield _converted(f"office/rtf-{name}.rtf", partial(text.encode, "ascii", "replace"))
    content = b"<office:document-content><office:body>" + b"<text:p>" * 3_000
    yield _converted("office/odt-deep.odt", lambda: zip_of([Member(b"mimetype"), Member(b"content.xml", content)]))


def _converted(name: str, make: Callable[[], bytes]) -> HostileFile:
    return HostileFile(name, make, limits=Limits(max_office_seconds=20), is_costly=True, is_converted=True)


def _polyglots() -> Iterator[HostileFile]:
    """Two formats at once: each part of it is a whole file of its kind."""
    page, pdf, word = page_report().encode(), pdf_report(), docx(word_body())
    pairs = {
        "pdf-zip.pdf": pdf + word,
        "zip-pdf.docx": word + pdf,
        "html-zip.html": page + word,
        "zip-html.docx": word + page,
        "html-pdf.html": page + pdf,
        "html-pdf-near.html": b"<html>" + pdf,
        "text-pdf-near.txt": b"report\n" + pdf,
        "pdf-html.pdf": pdf + page,
        "text-html.txt": flat_report().encode() + page,
        "gif-script.gif": b"GIF89a/*" + page + b"*/",
        "bom-pdf.pdf": b"\xef\xbb\xbf" + pdf,
        "space-zip.docx": b"\n" + word,
        "mail.eml": b"From: a@example.invalid\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\n" + page,
        "shell.sh": b"#!/bin/sh\ncat <<E\n" + page,
        "pdf-in-comment.html": b"<!-- %PDF-1.7 -->" + page,
    }
    for name, data in pairs.items():
        yield HostileFile(f"polyglot/{name}", partial(bytes, data), ANYTHING)
    inside = zip_of([Member(b"a.docx", word), Member(b"word/document.xml", b"<a/>")])
    yield HostileFile("polyglot/zip-and-docx.zip", partial(bytes, inside), ANYTHING)
