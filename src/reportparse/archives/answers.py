"""What a web server answered, as a crawler stored it: status, headers, and the body without its packing.

Crawlers differ: one stores a body as it was sent, another unpacks it and keeps the headers that say it is packed. So
the bytes decide, and the headers say only what they may be.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import NamedTuple

from ..errors import InputError
from ..limits import Limits
from .members import PIECE, refuse_ratio, unpack

_STATUS_RE = re.compile(rb"\s*HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_HEAD_END_RE = re.compile(rb"\r?\n\r?\n")
# Headers that are longer than this are none.
_MAX_HEAD = 65_536
_CHUNK_RE = re.compile(rb"([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_CHUNK_END_RE = re.compile(rb"\r?\n|$")
_CHARSET_RE = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_GZIP = b"\x1f\x8b"


class Answer(NamedTuple):
    """An answer of a web server.

    Attributes:
        status: Such as 200.
        headers: By name, in lower case.
        start: Where its body begins.
    """

    status: int
    headers: Mapping[str, str]
    start: int

    @property
    def media_type(self) -> str:
        """What the server calls the body, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the server declares."""
        return charset_of(self.headers.get("content-type", ""))


def charset_of(content_type: str) -> str | None:
    """The encoding that a content type names.

    Example:
        >>> charset_of('text/html; charset="GBK"')
        'GBK'
    """
    match = _CHARSET_RE.search(content_type)
    return match[1] if match else None


def read_answer(block: bytes) -> Answer | None:
    r"""The status and the headers that a block begins with; None where it begins with neither.

    Example:
        >>> answer = read_answer(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>")
        >>> answer.status, answer.media_type
        (404, 'text/html')
    """
    status = _STATUS_RE.match(block)
    if not status:
        return None
    end = _HEAD_END_RE.search(block, 0, _MAX_HEAD)
    lines = block[: end.start() if end else _MAX_HEAD].decode("latin-1").splitlines()
    pairs = (line.partition(":") for line in lines[1:])
    headers = {name.strip().lower(): value.strip() for name, mark, value in pairs if mark}
    return Answer(int(status[1]), headers, end.end() if end else len(block))


def unpack_body(body: bytes, answer: Answer, limits: Limits) -> Iterator[bytes]:
    """The body of an answer as the page was published, in pieces.

    Raises:
        InputError: It is damaged or cut, or grows beyond the limit of its ratio.
    """
    is_whole = True
    if "chunked" in answer.headers.get("transfer-encoding", "").lower():
        body, is_whole = _joined_chunks(body)
    names = [name.strip().lower() for name in answer.headers.get("content-encoding", "").split(",")]
    encodings = [name for name in names if name in _UNPACKERS]
    if len(encodings) > 1:
        raise InputError(f"it is packed {len(encodings)} times: {', '.join(encodings[:3])}…", code="method_unknown")
    yield from _UNPACKERS[encodings[0]](body, limits) if encodings else _cut(body)
    if not is_whole:
        raise InputError("the answer was cut: its last chunk is missing", code="member_damaged")


def _cut(body: bytes) -> Iterator[bytes]:
    for start in range(0, len(body), PIECE):
        yield body[start : start + PIECE]


def _joined_chunks(body: bytes) -> tuple[bytes, bool]:
    """A body without the sizes between its chunks, and whether its last chunk is there; as it is if it has no sizes."""
    pieces: list[bytes] = []
    place = 0
    while match := _CHUNK_RE.match(body, place):
        size = int(match[1], 16)
        if not size:
            return b"".join(pieces), True
        end = _CHUNK_END_RE.match(body, match.end() + size)
        if match.end() + size < len(body) and not end:
            break
        pieces.append(body[match.end() : match.end() + size])
        place = end.end() if end else len(body)
    return (b"".join(pieces), False) if pieces else (body, True)


def _gunzip(body: bytes, limits: Limits) -> Iterator[bytes]:
    return unpack(_cut(body), zlib.decompressobj(31), limits) if body.startswith(_GZIP) else _cut(body)


def _inflate(body: bytes, limits: Limits) -> Iterator[bytes]:
    """Two things are called deflate: a stream with a header of its own, and one without."""
    has_header = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    is_plain = body.lstrip()[:1] == b"<"
    return _cut(body) if is_plain else unpack(_cut(body), zlib.decompressobj(15 if has_header else -15), limits)


def _by_library(name: str) -> Callable[[bytes, Limits], Iterator[bytes]]:
    def unpack_by_library(body: bytes, limits: Limits) -> Iterator[bytes]:
        from fastwarc import stream_io

        if body.lstrip()[:1] == b"<":
            yield from _cut(body)
            return
        reader = getattr(stream_io, name)(BytesIO(body))
        given = 0
        try:
            while piece := reader.read(PIECE):
                given += len(piece)
                refuse_ratio(len(body), given, limits)
                yield piece
        except OSError as error:
            raise InputError(f"its packed data are damaged: {error}", code="member_damaged") from error

    return unpack_by_library


_UNPACKERS: Mapping[str, Callable[[bytes, Limits], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _by_library("BrotliReader"),
    "zstd": _by_library("ZstdReader"),
}
