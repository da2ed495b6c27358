"""PDF streams: filters that unpack to gigabytes, operators in masses, odd numbers, odd maps of characters."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import partial

from hostile.files import ANYTHING, HostileFile
from hostile.pdfs import Objects, object_stream, pdf, pdf_with, report_content, report_objects, shown, stream
from hostile.reports import labels
from hostile.zips import zeros_deflated


def _zlib_zeros(size: int) -> bytes:
    """That many zeros in the form of Flate; the checksum is not that of the data, as readers bear."""
    return b"\x78\xda" + zeros_deflated(size) + b"\0\0\0\0"


def _flate(data: bytes, times: int = 1) -> bytes:
    for _ in range(times):
        data = zlib.compress(data, 9)
    return data


def _filters(*names: str) -> bytes:
    return b"/Filter [" + b" ".join(b"/" + name.encode() for name in names) + b"]"


def _run_lengths(size: int) -> bytes:
    """That many bytes in runs of 128."""
    return b"\x81 " * (size // 128) + b"\x80"


_OVERLOADED = frozenset({"pdf_overloaded"})
_MEGABYTES = 1_000_000
_IMAGE = b"/Type /XObject /Subtype /Image /Width 60000 /Height 60000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
_PACKED = {
    "flate-zeros": (_zlib_zeros(300 * _MEGABYTES), ("FlateDecode",)),
    "flate-twice": (_flate(_zlib_zeros(500 * _MEGABYTES)), ("FlateDecode", "FlateDecode")),
    "flate-nine-times": (_flate(report_content(), 9), ("FlateDecode",) * 9),
    "flate-thousand-times": (_flate(b"BT ET"), ("FlateDecode",) * 1_000),
    "flate-cut": (_flate(report_content())[:-30], ("FlateDecode",)),
    "flate-random": (b"\x78\x9c\x93\x12" * 300, ("FlateDecode",)),
    "flate-behind": (_flate(report_content()) + b"rest" * 500, ("FlateDecode",)),
    "flate-spaces": (_flate(b" " * (50 * _MEGABYTES)), ("FlateDecode",)),
    "run-length": (_run_lengths(100 * _MEGABYTES)[: 2 * _MEGABYTES], ("RunLengthDecode",)),
    "run-length-flate": (_flate(_run_lengths(300 * _MEGABYTES)), ("FlateDecode", "RunLengthDecode")),
    "hex-flate": (_flate(report_content()).hex().encode() + b">", ("ASCIIHexDecode", "FlateDecode")),
    "hex-odd": (b"41 4" + b"g" * 5_000 + b">", ("ASCIIHexDecode",)),
    "hex-unclosed": (b"4142" * 5_000, ("ASCIIHexDecode",)),
    "base85": (b"z" * 300_000 + b"~>", ("ASCII85Decode",)),
    "base85-bad": (b"vvvvv{{{" * 1_000, ("ASCII85Decode",)),
    "base85-short": (b"<~", ("ASCII85Decode",)),
    "lzw-random": (b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 2_000, ("LZWDecode",)),
    "lzw-flate": (_flate(b"\x80" + b"\0" * 3 * _MEGABYTES), ("FlateDecode", "LZWDecode")),
    "unknown": (b"x" * 500, ("NoDecode",)),
    "crypt": (b"x" * 500, ("Crypt",)),
    "image": (b"\xff\xd8\xff\xe0" + bytes(500), ("DCTDecode",)),
    "jbig": (b"\x97JB2" + bytes(500), ("JBIG2Decode",)),
    "jpx": (b"\0\0\0\x0cjP  " + bytes(500), ("JPXDecode",)),
    "fax": (b"\0\x18" * 500, ("CCITTFaxDecode",)),
}

_MAPS = {
    "range-huge": b"1 begincodespacerange <0000> <FFFFFFFF> endcodespacerange "
    b"1 beginbfrange <0000> <FFFFFFFF> <4E00> endbfrange",
    "ranges-many": b"9999 beginbfrange " + b"<0000> <FFFF> <4E00> " * 3_000 + b"endbfrange",
    "target-long": b"1 beginbfchar <0041> <" + b"4E00" * 50_000 + b"> endbfchar",
    "target-surrogate": b"1 beginbfrange <0000> <FFFF> <D800> endbfrange",
    "target-nul": b"1 beginbfrange <0000> <FFFF> <0000> endbfrange",
    "target-control": b"1 beginbfrange <0000> <FFFF> <001B> endbfrange",
    "target-formula": b"1 beginbfrange <0000> <FFFF> <003D> endbfrange",
    "reversed": b"1 beginbfrange <FFFF> <0000> <4E00> endbfrange",
    "types-wrong": b"(a) begincodespacerange [1] << >> endbfrange 5 endbfchar /x usecmap",
    "itself": b"/T usecmap",
    "nested": b"[" * 50_000,
    "file": b"/../../../../etc/passwd usecmap",
}

_CONTENTS = {
    "empty": b"",
    "no-operators": b"1 2 3 4 (text) [5 6]",
    "operands-only": b"1 " * 200_000,
    "unknown-operators": b"xyz qwe " * 20_000,
    "saves": b"q " * 100_000 + report_content(),
    "restores": b"Q " * 100_000 + report_content(),
    "text-not-begun": report_content().replace(b"BT", b""),
    "text-not-ended": report_content().replace(b"ET", b""),
    "font-unknown": report_content().replace(b"/F ", b"/G "),
    "font-size-zero": report_content().replace(b"/F 7 Tf", b"/F 0 Tf"),
    "font-size-huge": report_content().replace(b"/F 7 Tf", b"/F 1e38 Tf"),
    "font-size-negative": report_content().replace(b"/F 7 Tf", b"/F -7 Tf"),
    "matrix-zero": b"0 0 0 0 0 0 cm " + report_content(),
    "matrix-huge": b"1e30 0 0 1e30 0 0 cm " + report_content(),
    "matrix-not-a-number": b"nan inf -inf 1e999 (a) /b cm " + report_content(),
    "matrix-mirrored": b"-1 0 0 1 595 0 cm " + report_content(),
    "matrix-turned": b"0 1 -1 0 595 0 cm " + report_content(),
    "matrix-many": b"1.0001 0 0 1 0 0 cm " * 20_000 + report_content(),
    "spacing-huge": b"BT 1e30 Tc 1e30 Tw 1e9 Tz ET " + report_content(),
    "rise-huge": b"BT 1e30 Ts ET " + report_content(),
    "invisible": b"BT 3 Tr ET " + report_content(),
    "outside-the-page": b"1 0 0 1 5000 5000 cm " + report_content(),
    "all-at-one-place": b"".join(shown(label, 100, 100) for label in labels()),
    "one-character-each": b"".join(
        shown(c, 50 + n % 60 * 8, 800 - n // 60 * 9, 7) for n, c in enumerate("".join(labels()))
    ),
    "printed-ten-times": report_content() * 10,
    "hexadecimal-odd": b"BT /F 9 Tf 50 50 Td <4E0> Tj <zz> Tj ET",
    "string-unclosed": b"BT /F 9 Tf 50 50 Td (" + b"\\(" * 50_000,
    "array-numbers": b"BT /F 9 Tf 50 50 Td [" + b"<4e00> -99999999 " * 5_000 + b"] TJ ET",
    "lines-many": b"".join(b"%d 0 m %d 800 l S " % (n % 595, n % 595) for n in range(3_000)),
    "lines-crossing": b"".join(
        b"0 %d m 595 %d l S %d 0 m %d 842 l S " % (n * 4, n * 4, n * 3, n * 3) for n in range(190)
    ),
    "rectangles-many": b"".join(b"%d %d 9 9 re S " % (n % 60 * 9, n // 60 * 9) for n in range(5_000)),
    "rectangles-nested": b"".join(b"%d %d %d %d re S " % (n, n, 590 - 2 * n, 800 - 2 * n) for n in range(290)),
    "rectangles-huge": b"-1e30 -1e30 1e38 1e38 re S 1e400 0 m nan nan l S",
    "curves": b"0 0 m " + b"9 9 8 8 7 7 c " * 10_000 + b"S",
    "clips": b"0 0 9 9 re W n " * 10_000,
    "inline-image": b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID " + b"x" * 500 + b" EI " + report_content(),
    "inline-image-open": b"BI /W 1 /H 1 ID " + report_content(),
    "marked-open": b"/P << /MCID 0 >> BDC " * 2_000 + report_content(),
    "marked-actual-text": b"/Span << /ActualText <FEFF" + b"0039" * 5_000 + b"> >> BDC " + shown("3", 50, 50) + b"EMC",
    "numbers-odd": b"--5 +-.5 1.2.3 .. - + 5e5 0x1F 1_000 m " * 1_000 + report_content(),
    "comments": b"% comment\n" * 20_000 + report_content(),
    "deep-arrays": b"[" * 100_000 + b"]" * 100_000 + report_content(),
    "deep-dictionaries": b"/P " + b"<</a " * 50_000 + b">>" * 50_000 + b" BDC " + report_content(),
}


def files() -> Iterator[HostileFile]:
    """Every PDF whose streams are hostile."""
    for name, (data, filters) in _PACKED.items():
        changes = {5: stream(data, _filters(*filters))}
        yield HostileFile(f"pdf/filter-{name}.pdf", partial(pdf_with, changes))
    for columns in (0, -1, 2_147_483_647):
        entries = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns %d /Colors 99999 >>" % columns
        made = {5: stream(_flate(report_content()), entries)}
        yield HostileFile(f"pdf/predictor-{columns}.pdf", partial(pdf_with, made))
    for name, content in _CONTENTS.items():
        yield HostileFile(f"pdf/content-{name}.pdf", partial(pdf, report_objects(content)))
    for name, body in _MAPS.items():
        mapped = stream(b"/CMapName /T def begincmap " + body + b" endcmap")
        font = report_objects()[4].replace(b"/Encoding /UniGB-UCS2-H", b"/Encoding /Identity-H /ToUnicode 6 0 R")
        map_changes = {4: font, 6: mapped}
        yield HostileFile(f"pdf/map-{name}.pdf", partial(pdf_with, map_changes))
    yield HostileFile("pdf/image-huge.pdf", lambda: pdf_with(_image()))
    for name, objects in _object_streams().items():
        yield HostileFile(f"pdf/object-stream-{name}.pdf", partial(_compressed, objects))
    marks = b"/P << /MCID 0 >> BDC " * 60_000
    yield HostileFile(
        "pdf/content-marked-open-large.pdf", lambda: pdf(report_objects(marks)), _OVERLOADED, is_costly=True
    )
    text = b"".join(shown("公开信息十二条，" * 5, 50, 800 - n % 80 * 10) for n in range(30_000))
    yield HostileFile("pdf/text-large.pdf", lambda: pdf(report_objects(text)), ANYTHING, is_costly=True)
    lines = b"".join(b"%d 0 m %d 800 l S " % (n % 595, n % 595) for n in range(200_000))
    yield HostileFile("pdf/lines-large.pdf", lambda: pdf(report_objects(lines)), ANYTHING, is_costly=True)


def _image() -> Objects:
    """A picture of three gigapixels in three hundred kilobytes, over the whole page, and no text."""
    page = report_objects()[3].replace(b"/Font", b"/XObject << /X 6 0 R >> /Font")
    picture = stream(_zlib_zeros(300 * _MEGABYTES), _IMAGE + b"/Filter /FlateDecode")
    return {3: page, 5: stream(b"595 0 0 842 0 0 cm /X Do"), 6: picture}


def _object_streams() -> dict[str, Objects]:
    """Files whose page stands in a stream of objects, as number 6."""
    whole = report_objects()
    page = whole.pop(3)
    return {
        "plain": {**whole, 6: object_stream([3], [page])},
        "of-itself": {**whole, 6: object_stream([6], [b"6 0 R"])},
        "extends-itself": {**whole, 6: object_stream([3], [page], b"/Extends 6 0 R")},
        "count-huge": {**whole, 6: object_stream([3], [page]).replace(b"/N 1", b"/N 2147483647")},
        "first-negative": {**whole, 6: object_stream([3], [page]).replace(b"/First ", b"/First -")},
        "empty": {**whole, 6: object_stream([], [])},
        "many": {**whole, 6: object_stream(range(3, 9_000), [page] * 8_997)},
    }


def _compressed(objects: Objects) -> bytes:
    """A file whose places stand in a stream; object 3 is the first in the stream of objects that is number 6."""
    body = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, value in objects.items():
        places[number] = len(body)
        body += b"%d 0 obj\n%b\nendobj\n" % (number, value)
    rows = [struct.pack(">BIH", 0, 0, 65_535)]
    for number in range(1, 8):
        inside = struct.pack(">BIH", 2, 6, 0)
        rows.append(struct.pack(">BIH", 1, places[number], 0) if number in places else inside)
    table = stream(b"".join(rows), b"/Type /XRef /W [1 4 2] /Size 8 /Root 1 0 R")
    start = len(body)
    return bytes(body) + b"7 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, start)
