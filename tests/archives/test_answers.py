"""Answers of web servers: headers, chunks and packing, as crawlers store them."""

import gzip
import zlib
from collections.abc import Callable

import pytest

from reportparse.archives.answers import charset_of, read_answer, unpack_body
from reportparse.errors import InputError
from reportparse.limits import Limits

BODY = b"<html>" + b"body " * 500


def deflated(data: bytes) -> bytes:
    return zlib.compress(data)[2:-4]


def published(body: bytes, *headers: str, limits: Limits | None = None) -> bytes:
    block = "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode("latin-1") + body
    answer = read_answer(block)
    assert answer is not None
    return b"".join(unpack_body(block[answer.start :], answer, limits or Limits()))


def chunked(body: bytes, size: int = 700) -> bytes:
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "status", "charset"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gb2312\r\n\r\n", 200, "gb2312"),
        ("HTTP/1.1 200 OK\ncontent-type:text/html;charset='UTF-8'\n\n", 200, "UTF-8"),
        ("HTTP/2 404\r\nA header without a mark\r\n\r\n", 404, None),
        ("HTTP/1.0 200 \xba\xc3\r\n\r\n", 200, None),
        ("HTTP/1.1 200 OK", 200, None),
    ],
)
def test_head_is_read_however_it_is_written(head: str, status: int, charset: str | None) -> None:
    answer = read_answer(head.encode("latin-1") + b"<p>")

    assert answer is not None
    assert (answer.status, answer.charset) == (status, charset)


@pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1 OK\r\n\r\n"])
def test_block_that_is_no_answer_is_none(block: bytes) -> None:
    assert read_answer(block) is None


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_body_is_unpacked(name: str, is_chunked: bool) -> None:
    packed: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "x-gzip": gzip.compress, "deflate": deflated}
    if name == "br":
        packed[name] = pytest.importorskip("brotli", reason="needs a library that packs").compress
    elif name == "zstd":
        pytest.importorskip("fastwarc", reason="needs the extra warc")
        packed[name] = zstandard
    body = packed[name](BODY)

    headers = [f"Content-Encoding: {name}", *(["Transfer-Encoding: chunked"] if is_chunked else [])]

    assert published(chunked(body) if is_chunked else body, *headers) == BODY


def zstandard(data: bytes) -> bytes:
    """One raw block in a frame: the simplest thing that is Zstandard."""
    head = (len(data) << 3 | 1).to_bytes(3, "little")
    return b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little") + head + data


def test_deflate_with_a_header_is_unpacked_too() -> None:
    assert published(zlib.compress(BODY), "Content-Encoding: deflate") == BODY


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd", "utf-8", "identity", ""])
def test_body_that_a_crawler_unpacked_already_is_taken_as_it_is(name: str) -> None:
    pytest.importorskip("fastwarc", reason="needs the extra warc")

    assert published(BODY, f"Content-Encoding: {name}", "Transfer-Encoding: chunked") == BODY


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(BODY)[:-20], ["Content-Encoding: gzip"]),
        (gzip.compress(BODY)[:20] + b"\xff" * 20, ["Content-Encoding: gzip"]),
        (b"\xff" * 100, ["Content-Encoding: deflate"]),
        (b"\xff" * 100, ["Content-Encoding: br"]),
        (chunked(BODY)[:-7], ["Transfer-Encoding: chunked"]),
        (b"400\r\n<p>cut", ["Transfer-Encoding: chunked"]),
        (b"3\r\n<p>\r\nno size", ["Transfer-Encoding: chunked"]),
        (gzip.compress(gzip.compress(BODY)), ["Content-Encoding: gzip, gzip"]),
    ],
)
def test_damaged_or_cut_body_is_told(body: bytes, headers: list[str]) -> None:
    pytest.importorskip("fastwarc", reason="needs the extra warc")

    with pytest.raises(InputError):
        published(body, *headers)


def test_bomb_is_refused() -> None:
    with pytest.raises(InputError, match="max_ratio"):
        published(gzip.compress(bytes(50_000_000)), "Content-Encoding: gzip")


def test_brotli_bomb_is_refused() -> None:
    pytest.importorskip("fastwarc", reason="needs the extra warc")
    brotli = pytest.importorskip("brotli", reason="needs a library that packs")

    with pytest.raises(InputError, match="max_ratio"):
        published(brotli.compress(bytes(50_000_000), quality=1), "Content-Encoding: br")


def test_charset_is_what_the_content_type_names() -> None:
    assert charset_of("text/html") is None
    assert charset_of("text/html; Charset = x-gbk") == "x-gbk"
