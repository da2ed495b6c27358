"""Archives: bombs, members that overlap, names that lead out, records of crawls that lie about their length."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from functools import partial

from hostile.files import HostileFile
from hostile.packages import docx, word_body
from hostile.pdfs import pdf_report
from hostile.reports import flat_report, page_report
from hostile.zips import ENCRYPTED, STORED, Member, bytes_deflated, cut, overlapping, zeros_deflated, zip_of

_TEXT = flat_report().encode()
_NAMES = {
    "path-out": "../../../../../../tmp/owned.txt",
    "path-absolute": "/etc/passwd.txt",
    "path-drive": "C:\\Windows\\owned.txt",
    "path-network": "\\\\example.invalid\\share\\a.txt",
    "path-back-slashes": "..\\..\\owned.txt",
    "name-empty": "",
    "name-dot": ".",
    "name-dots": "..",
    "name-long": "年" * 20_000 + ".txt",
    "name-nul": "a.txt\0.html",
    "name-line-break": "a\n\r.txt",
    "name-terminal": "\x1b]0;owned\x07\x1b[2J.txt",
    "name-bidi": "\u202etxt.lmth",
    "name-surrogate": "a\ud800.txt",
    "name-device": "CON.txt",
    "name-formula": "=cmd|' /C calc'!A0.txt",
    "name-script": "<script>alert(1)</script>.html",
    "name-deep": "a/" * 3_000 + "a.txt",
    "name-percent": "%2e%2e%2fa.txt",
    "name-stream": "a.txt:hidden",
}
_PACKINGS: dict[str, Sequence[Member]] = {
    "empty-member": [Member(b"a.txt")],
    "folders-only": [Member(b"a/"), Member(b"b/")],
    "zeros-of-2-gb": [Member(b"a.txt", packed=zeros_deflated(2_000_000_000), size=2_000_000_000)],
    "zeros-size-lied": [Member(b"a.txt", packed=zeros_deflated(2_000_000_000), size=100)],
    "pages-of-500-mb": [Member(b"a.html", packed=bytes_deflated(b"<p>" * 333_333, 500), size=499_999_500)],
    "zeros-many": [Member(b"%d.txt" % n, packed=zeros_deflated(50_000_000), size=50_000_000) for n in range(20)],
    "size-too-small": [Member(b"a.txt", _TEXT, size=10)],
    "size-too-large": [Member(b"a.txt", _TEXT, size=4_000_000_000)],
    "crc-wrong": [Member(b"a.txt", _TEXT, crc=1), Member(b"b.txt", _TEXT)],
    "encrypted": [Member(b"a.txt", _TEXT, flags=ENCRYPTED), Member(b"b.txt", _TEXT)],
    "encrypted-strongly": [Member(b"a.txt", _TEXT, flags=0x41, method=99)],
    "method-unknown": [Member(b"a.txt", _TEXT, method=97, packed=_TEXT), Member(b"b.txt", _TEXT)],
    "method-bzip2-lied": [Member(b"a.txt", _TEXT, method=12, packed=_TEXT), Member(b"b.txt", _TEXT)],
    "method-lzma-lied": [Member(b"a.txt", _TEXT, method=14, packed=b"\x09\x14\x05\0]\xff\xff\xff\xff")],
    "stream-random": [Member(b"a.txt", _TEXT, packed=b"\x93\x12" * 500), Member(b"b.txt", _TEXT)],
    "stream-cut": [Member(b"a.txt", _TEXT, packed=zlib.compress(_TEXT)[2:200]), Member(b"b.txt", _TEXT)],
    "stored-overrun": [Member(b"a.txt", _TEXT, method=STORED, packed=_TEXT[:9])],
    "twice": [Member(b"a.txt", _TEXT), Member(b"a.txt", page_report().encode())],
    "twice-other-case": [Member(b"a.txt", _TEXT), Member(b"A.TXT", _TEXT)],
    "file-and-folder": [Member(b"a", _TEXT), Member(b"a/b.txt", _TEXT)],
    "names-differ": [Member(b"a.txt", _TEXT, inner_name=b"b.exe")],
    "offsets-same": [Member(b"a.txt", _TEXT), Member(b"b.txt", _TEXT, offset=0), Member(b"c.txt", _TEXT, offset=0)],
    "offset-beyond": [Member(b"a.txt", _TEXT, offset=0xFFFFFFF0), Member(b"b.txt", _TEXT)],
    "extra-broken": [Member(b"a.txt", _TEXT, extra=b"\x01\x00\xff\xff1"), Member(b"b.txt", _TEXT)],
    "zip64-lied": [Member(b"a.txt", _TEXT, size=0xFFFFFFFF, extra=b"\x01\0\x08\0" + b"\xff" * 8)],
    "name-gbk": [Member("年度报告.txt".encode("gbk"), _TEXT, flags=0)],
    "name-big5": [Member("年度報告.txt".encode("big5"), _TEXT, flags=0)],
    "name-not-utf8": [Member(b"\xff\xfe\x80.txt", _TEXT)],
    "name-unicode-extra": [Member(b"a.txt", _TEXT, extra=b"up\x09\0\x01\0\0\0\0b\xff\xfe\xfd")],
    "every-format": [
        Member(b"a.html", page_report().encode()),
        Member(b"a.pdf", pdf_report()),
        Member(b"a.docx", docx(word_body())),
    ],
    "wrong-endings": [
        Member(b"a.pdf", page_report().encode()),
        Member(b"a.html", pdf_report()),
        Member(b"a.txt", docx(word_body())),
    ],
    "links-in-circle": [
        Member(b"%d.html" % n, f'<p>年度报告<a href="{(n + 1) % 9}.html">附件</a>'.encode()) for n in range(9)
    ],
    "links-to-self": [Member(b"a.html", page_report().replace("<h1>", '<a href="a.html">附件</a><h1>').encode())],
    "links-outside": [
        Member(b"a.html", b'<a href="../../../etc/passwd">x</a><a href="file:///etc/passwd">y</a>' + _TEXT)
    ],
    "links-many": [Member(b"a.html", b'<a href="b.txt">x</a>' * 3_000 + _TEXT), Member(b"b.txt", _TEXT)],
    "link-to-archive": [
        Member(b"a.html", b'<a href="b.zip">x</a>' + _TEXT),
        Member(b"b.zip", zip_of([Member(b"c.txt", _TEXT)])),
    ],
    "system-files": [
        Member(b"__MACOSX/._a.txt", b"\0\5\x16\7"),
        Member(b".DS_Store", bytes(99)),
        Member(b"Thumbs.db", bytes(99)),
    ],
}


def files() -> Iterator[HostileFile]:
    """Every archive."""
    for name, members in _PACKINGS.items():
        yield HostileFile(f"zip/{name}.zip", partial(zip_of, members))
    for name, printed in _NAMES.items():
        member = Member(printed.encode("utf-8", "surrogatepass"), _TEXT)
        yield HostileFile(f"zip/{name}.zip", partial(zip_of, [member]))
    yield from _wholes()
    yield from _crawls()


def _wholes() -> Iterator[HostileFile]:
    plain = zip_of([Member(b"a.txt", _TEXT), Member(b"b.html", page_report().encode())])
    yield HostileFile("zip/nothing.zip", partial(zip_of, []))
    yield HostileFile("zip/comment-huge.zip", lambda: zip_of([Member(b"a.txt", _TEXT)], b"PK\5\6" * 16_000))
    yield HostileFile("zip/count-lied.zip", lambda: zip_of([Member(b"a.txt", _TEXT)], count=60_000))
    yield HostileFile("zip/start-lied.zip", lambda: zip_of([Member(b"a.txt", _TEXT)], start=5))
    yield HostileFile("zip/overlapping.zip", lambda: overlapping(500, bytes(1_000_000)))
    yield HostileFile("zip/members.zip", lambda: zip_of([Member(b"%d.txt" % n, b"x") for n in range(400)]))
    yield HostileFile("zip/nested-20-deep.zip", partial(_nested, 20))
    yield HostileFile("zip/nested-wide.zip", partial(_wide, 3))
    yield HostileFile("zip/directory-lost.zip", lambda: plain.partition(b"PK\1\2")[0])
    yield HostileFile("zip/bytes-before.zip", lambda: b"PK\3\4" + plain)
    yield HostileFile("zip/two-in-one.zip", lambda: plain + plain)
    for share in range(1, 10):
        yield HostileFile(f"zip/cut-at-{share}0-percent.zip", partial(cut, plain, share))
    yield HostileFile(
        "zip/members-large.zip", lambda: zip_of([Member(b"%d.txt" % n, b"x") for n in range(60_000)]), is_costly=True
    )


def _nested(depth: int) -> bytes:
    data = _TEXT
    for number in range(depth):
        data = zip_of([Member(b"%d.zip" % number if number else b"a.txt", data)])
    return data


def _wide(depth: int) -> bytes:
    """Ten archives in each archive."""
    data = zip_of([Member(b"a.txt", packed=zeros_deflated(100_000_000), size=100_000_000)])
    for _ in range(depth):
        data = zip_of([Member(b"%d.zip" % number, data) for number in range(10)])
    return data


def record(body: bytes, *, length: int | None = None, kind: bytes = b"response", more: bytes = b"") -> bytes:
    """A record of a crawl; ``length`` is what it claims, ``more`` further headers."""
    size = len(body) if length is None else length
    return (
        b"WARC/1.0\r\nWARC-Type: %b\r\nWARC-Target-URI: http://example.invalid/a.html\r\n"
        b"WARC-Date: 2022-01-20T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:0>\r\n"
        b"Content-Type: application/http; msgtype=response\r\n%bContent-Length: %d\r\n\r\n%b\r\n\r\n"
    ) % (kind, more, size, body)


def response(body: bytes, more: bytes = b"", status: bytes = b"200 OK") -> bytes:
    """An answer of a server."""
    return b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\n%b\r\n%b" % (status, more, body)


_PAGE = page_report().encode()
_GOOD = record(response(_PAGE))
_BOMB = gzip.compress(bytes(50_000_000), mtime=0)
_CRAWLS = {
    "plain": _GOOD,
    "header-only": b"WARC/1.0\r\n",
    "version-odd": _GOOD.replace(b"WARC/1.0", b"WARC/9.9"),
    "length-too-small": record(response(_PAGE), length=50) + _GOOD,
    "length-too-large": record(response(_PAGE), length=10_000_000) + _GOOD,
    "length-negative": record(response(_PAGE), length=-5) + _GOOD,
    "length-huge": record(response(_PAGE), length=10**30) + _GOOD,
    "length-missing": _GOOD.replace(b"Content-Length", b"X-Length") + _GOOD,
    "length-twice": record(response(_PAGE), more=b"Content-Length: 5\r\n"),
    "headers-many": record(response(_PAGE), more=b"X-A: b\r\n" * 20_000),
    "header-long": record(response(_PAGE), more=b"X-A: " + b"b" * 500_000 + b"\r\n"),
    "headers-open": b"WARC/1.0\r\nWARC-Type: response\r\n" + b"X-A: b\r\n" * 5_000,
    "line-ends-bare": _GOOD.replace(b"\r\n", b"\n"),
    "garbage-between": _GOOD + b"\x93\x12garbage" * 500 + _GOOD,
    "zeros-between": _GOOD + bytes(50_000) + _GOOD,
    "kind-unknown": record(response(_PAGE), kind=b"\x1b[31m"),
    "kinds-without-pages": b"".join(record(b"a: b", kind=kind) for kind in (b"warcinfo", b"request", b"metadata")),
    "revisit": record(b"", kind=b"revisit") * 50,
    "address-odd": _GOOD.replace(b"http://example.invalid/a.html", b"javascript:alert(1)//../../etc/\x1b[2J"),
    "date-odd": _GOOD.replace(b"2022-01-20T00:00:00Z", b"9999-99-99T99:99:99Z"),
    "status-error": record(response(_PAGE, status=b"404 Not Found")),
    "status-odd": record(response(_PAGE, status=b"99999999999 \xff")),
    "no-http": record(_PAGE),
    "http-open": record(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"),
    "charset-wrong": record(response(_PAGE).replace(b"utf-8", b"utf-7", 1)),
    "gzip-body": record(response(gzip.compress(_PAGE, mtime=0), b"Content-Encoding: gzip\r\n")),
    "gzip-body-cut": record(response(gzip.compress(_PAGE, mtime=0)[:-20], b"Content-Encoding: gzip\r\n")),
    "gzip-body-lied": record(response(_PAGE, b"Content-Encoding: gzip\r\n")),
    "gzip-body-bomb": record(response(_BOMB, b"Content-Encoding: gzip\r\n")),
    "brotli-body-lied": record(response(_PAGE, b"Content-Encoding: br\r\n")),
    "encoding-stack": record(response(_PAGE, b"Content-Encoding: " + b"gzip, " * 5_000 + b"\r\n")),
    "chunked": record(response(b"5\r\nhello\r\n0\r\n\r\n", b"Transfer-Encoding: chunked\r\n")),
    "chunked-huge": record(response(b"FFFFFFFFFFFF\r\n" + _PAGE, b"Transfer-Encoding: chunked\r\n")),
    "chunked-negative": record(response(b"-5\r\n" + _PAGE, b"Transfer-Encoding: chunked\r\n")),
    "records-many": record(response(b"<p>x")) * 300,
}


def _crawls() -> Iterator[HostileFile]:
    for name, data in _CRAWLS.items():
        yield HostileFile(f"warc/{name}.warc", partial(bytes, data))
    packed = gzip.compress(_GOOD, mtime=0)
    yield HostileFile("warc/gzip-members.warc.gz", partial(bytes, packed * 3))
    yield HostileFile("warc/gzip-cut.warc.gz", partial(bytes, packed + packed[:-30]))
    yield HostileFile("warc/gzip-random-behind.warc.gz", partial(bytes, packed + b"\x93\x12" * 500 + packed))
    yield HostileFile("warc/gzip-bomb.warc.gz", lambda: gzip.compress(record(response(bytes(30_000_000))), mtime=0))
    yield HostileFile("warc/gzip-of-gzip.warc.gz", lambda: gzip.compress(packed, mtime=0))
    for share in range(1, 10):
        yield HostileFile(f"warc/cut-at-{share}0-percent.warc", partial(cut, _GOOD, share))
