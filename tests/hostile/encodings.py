"""Bytes that are no text, nearly text, or text in two encodings at once."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from functools import partial
from random import Random

from hostile.files import ANYTHING, READ, HostileFile, grown
from hostile.reports import flat_report, page_report

_EMPTY = frozenset({"empty_input"})
_BINARY = frozenset({"binary_input"})
_BAD_BYTES = frozenset({"undecodable_bytes", "double_encoded", "mixed_encodings"})
_CODECS = ("gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "shift_jis", "euc-kr", "hz", "utf-7", "cp037")
_MARKS = {"utf8": b"\xef\xbb\xbf", "utf16le": b"\xff\xfe", "utf16be": b"\xfe\xff", "utf32le": b"\xff\xfe\0\0"}
_LENGTHS = (1, 2, 3, 4, 7, 8, 9)


def files() -> Iterator[HostileFile]:
    """Every file that is hard to decode."""
    text = flat_report()
    for codec in _CODECS:
        yield HostileFile(f"bytes/{codec}.txt", partial(text.encode, codec, "ignore"))
        yield HostileFile(f"bytes/{codec}-cut.txt", partial(_cut, text.encode(codec, "ignore")))
    for name, mark in _MARKS.items():
        yield HostileFile(f"bytes/mark-{name}-alone.txt", partial(bytes, mark), _EMPTY | _BINARY)
        yield HostileFile(f"bytes/mark-{name}-before-utf8.txt", partial(bytes, mark + text.encode()))
        yield HostileFile(f"bytes/mark-{name}-flood.txt", partial(bytes, mark * 5_000))
    yield from _broken(text)
    yield from _random()


def _broken(text: str) -> Iterator[HostileFile]:
    utf8, gbk, big5 = (text.encode(codec, "replace") for codec in ("utf-8", "gb18030", "big5hkscs"))
    yield HostileFile("bytes/empty.txt", bytes, _EMPTY)
    yield HostileFile("bytes/white-space.txt", partial(bytes, b" \n\t\xe3\x80\x80" * 50), _EMPTY)
    yield HostileFile("bytes/invisible-only.txt", partial("\u200b\u200f\ufeff".encode), _EMPTY)
    yield HostileFile("bytes/nuls-only.txt", partial(bytes, 1_000), _EMPTY | _BINARY)
    yield HostileFile("bytes/alternating-lines.txt", partial(_woven, utf8, gbk, b"\n"), _BAD_BYTES)
    yield HostileFile("bytes/alternating-bytes.txt", partial(_zipped, utf8, gbk))
    yield HostileFile("bytes/half-utf8-half-gbk.txt", partial(bytes, utf8[: len(utf8) // 2] + gbk), _BAD_BYTES)
    yield HostileFile("bytes/half-gbk-half-big5.txt", partial(bytes, gbk[: len(gbk) // 2] + big5))
    yield HostileFile("bytes/twice-encoded.txt", partial(_twice, utf8), frozenset({"double_encoded"}))
    yield HostileFile("bytes/four-times-encoded.txt", partial(_twice, _twice(_twice(utf8))))
    yield HostileFile("bytes/high-bit-lost.txt", partial(bytes, [byte & 0x7F for byte in gbk]))
    yield HostileFile(
        "bytes/high-byte-between.txt", partial(bytes, utf8.replace(b"\n", b"\xff\n")), _BAD_BYTES | _BINARY
    )
    yield HostileFile("bytes/overlong-utf8.txt", partial(bytes, b"\xc0\xaf\xe0\x80\xaf" * 500 + utf8))
    yield HostileFile("bytes/surrogates-as-utf8.txt", partial(bytes, b"\xed\xa0\x80\xed\xb0\x80" * 500 + utf8))
    yield HostileFile("bytes/five-byte-utf8.txt", partial(bytes, b"\xf8\x88\x80\x80\x80" * 500 + utf8))
    yield HostileFile("bytes/continuation-bytes.txt", partial(bytes, b"\x80" * 10_000), _BINARY | READ)
    yield HostileFile("bytes/odd-utf16.txt", partial(bytes, b"\xff\xfe" + text.encode("utf-16-le")[:-1]), _BAD_BYTES)
    yield HostileFile("bytes/gb18030-four-bytes.txt", partial("\U0010ffff𠀀".__mul__(2_000).encode, "gb18030"))
    yield HostileFile("bytes/escape-shifts.txt", partial(bytes, b"\x1b$)A\x0e" * 3_000 + utf8))
    yield HostileFile("bytes/hz-unclosed.txt", partial(bytes, b"<meta charset=hz>~{" + b"<:Ky" * 3_000))
    yield HostileFile("bytes/base64.txt", partial(base64.b64encode, utf8))
    for charset in (
        "utf-7",
        "idna",
        "punycode",
        "zip",
        "base64",
        "rot13",
        "undefined",
        "../../x",
        "x" * 300,
        "unicode_escape",
    ):
        page = page_report().replace("charset=utf-8", f'charset="{charset}"')
        yield HostileFile(f"bytes/charset-{charset[:20].replace('/', '-')}.html", partial(page.encode), READ)


def _random() -> Iterator[HostileFile]:
    for length in _LENGTHS:
        for seed in range(3):
            yield HostileFile(f"bytes/random-{length}-{seed}.bin", partial(Random(seed).randbytes, length), ANYTHING)
    yield from grown("bytes/random.bin", Random(9).randbytes, 10_000, _BINARY)
    yield from grown(
        "bytes/bad-bytes.txt", lambda n: ("公开信息十二条，".encode("gbk") + b"\xff\n") * n, 1_000, _BAD_BYTES
    )
    yield from grown("bytes/twice-encoded-long.txt", lambda n: _twice(flat_report().encode() * n), 2, _BAD_BYTES)
    yield from grown("bytes/utf16.txt", lambda n: (flat_report() * n).encode("utf-16"), 2, READ)


def _cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3 | 1]


def _twice(data: bytes) -> bytes:
    return data.decode("latin-1").encode("utf-8")


def _woven(one: bytes, other: bytes, separator: bytes) -> bytes:
    lines = zip(one.split(separator), other.split(separator), strict=True)
    return separator.join(pair[number % 2] for number, pair in enumerate(lines))


def _zipped(one: bytes, other: bytes) -> bytes:
    return bytes(byte for pair in zip(one, other, strict=False) for byte in pair)
