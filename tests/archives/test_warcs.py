"""WARC archives: what a crawler was answered, and archives that were cut or damaged."""

import gzip
import io
import random
import sys
import time
import zlib

import pytest

from crawls import HTML_ANSWER, URL, record
from reportparse.archives.members import Member, Tally, read_whole
from reportparse.archives.warcs import iter_warc
from reportparse.errors import MissingExtraError
from reportparse.limits import Limits

pytest.importorskip("fastwarc", reason="WARC archives need the extra warc")

LIMITS = Limits()


def page(number: int) -> str:
    """A page that does not pack to next to nothing."""
    return f"<p>{random.Random(number).randbytes(1_500).hex()}"


PAGES = [record(page(number), f"{URL}?{number}") for number in range(4)]
PACKED = [gzip.compress(one) for one in PAGES]


def members(data: bytes, limits: Limits = LIMITS) -> tuple[list[Member], Tally]:
    tally = Tally()
    return [member for member, _ in iter_warc(io.BytesIO(data), limits, tally)], tally


def read(data: bytes, limits: Limits = LIMITS) -> tuple[list[bytes | str], Tally]:
    """What each document holds, or the code of why it cannot be read."""
    found, tally = members(data, limits)
    wholes = [read_whole(member.pieces(), limits) for member in found]
    return [error.code if error else whole for whole, error in wholes], tally


def codes(tally: Tally) -> list[str]:
    return [finding.code for finding in tally.findings]


WHOLE = [page(number).encode() for number in range(4)]


@pytest.mark.parametrize(
    "data",
    [b"".join(PAGES), b"".join(PACKED), gzip.compress(b"".join(PAGES))],
    ids=["plain", "packed one by one", "packed as a whole"],
)
def test_documents_are_read_in_order_however_they_are_packed(data: bytes) -> None:
    found, tally = read(data)

    assert found == WHOLE
    assert (tally.records, tally.findings) == (4, [])


def test_document_tells_its_address_date_and_charset() -> None:
    http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=GB2312\r\n\r\n"

    [member], _ = members(record("x", "http://www.example.org/%E5%B9%B4%E6%8A%A5/show.jsp?id=1.2", http=http))

    assert member.name == "www.example.org/年报/show?id=1.2.jsp"
    assert member.url == "http://www.example.org/%E5%B9%B4%E6%8A%A5/show.jsp?id=1.2"
    assert (member.date, member.charset, member.media_type) == ("2024-01-30T08:00:00Z", "GB2312", "text/html")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://example.org", "example.org/index"),
        ("https://example.org/a/", "example.org/a/index"),
        ("<http://example.org/a.html#top>", "example.org/a.html"),
        ("http://example.org/%C4%EA%B1%A8.html", "example.org/年报.html"),
        ("", "record-at-0"),
    ],
)
def test_name_is_the_address_as_a_path(url: str, name: str) -> None:
    assert members(record("x", url))[0][0].name == name


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (record(http="HTTP/1.1 301 Moved\r\nLocation: /a\r\n\r\n"), "redirect"),
        (record("gone", http="HTTP/1.1 404 Not Found\r\n\r\n"), "answer 404"),
        (record(type="revisit"), "revisit record"),
        (record(http="GET / HTTP/1.1\r\n\r\n", type="request"), "request record"),
        (record("software: x", http="", type="warcinfo"), "warcinfo record"),
        (record("x", http="", type="invented"), "unknown record"),
        (record("20240130 1.2.3.4", "dns:www.example.org", http=""), "name record"),
        (
            record("log", "metadata://gnu.org/software/wget/warc/wget.log", http="", type="resource"),
            "note of the crawler",
        ),
    ],
)
def test_record_that_is_no_document_is_counted(data: bytes, reason: str) -> None:
    found, tally = read(data + PAGES[0])

    assert found == WHOLE[:1]
    assert (tally.records, dict(tally.skipped)) == (2, {reason: 1})


@pytest.mark.parametrize("type_", ["resource", "conversion"])
def test_record_without_an_answer_is_a_document(type_: str) -> None:
    [member], _ = members(record("<p>x", http="", type=type_))

    assert read_whole(member.pieces(), LIMITS) == (b"<p>x", None)
    assert (member.charset, member.media_type) == ("gbk", "text/html")


def test_each_capture_of_an_address_is_a_document() -> None:
    found, _ = members(record("x", date="2023-01-01T00:00:00Z") + record("y", date="2024-01-01T00:00:00Z"))

    assert [member.date for member in found] == ["2023-01-01T00:00:00Z", "2024-01-01T00:00:00Z"]


def test_date_that_is_none_is_left_out() -> None:
    assert members(record("x", date="yesterday"))[0][0].date is None


def test_cut_record_is_handed_out_with_what_is_there_and_told() -> None:
    data = b"".join(PAGES)[:-500]

    found, tally = members(data)

    assert [read_whole(member.pieces(), LIMITS)[0] for member in found[:3]] == WHOLE[:3]
    part, error = read_whole(found[3].pieces(), LIMITS)
    assert WHOLE[3].startswith(part)
    assert error is not None
    assert error.code == "member_damaged"
    assert codes(tally) == ["archive_stopped"]
    assert f"at byte {len(b''.join(PAGES[:3])):,} after 4 records" in tally.findings[0].message


@pytest.mark.parametrize("end", [10, 60, 150])
def test_archive_cut_within_a_header_tells_where(end: int) -> None:
    start = len(PAGES[0] + PAGES[1])

    found, tally = read((PAGES[0] + PAGES[1] + PAGES[2])[: start + end])

    assert found == WHOLE[:2]
    assert codes(tally) == ["archive_stopped"]
    assert f"at byte {start:,} after 2 records" in tally.findings[0].message


def test_cut_packed_archive_tells_where() -> None:
    found, tally = read(b"".join(PACKED)[:-200])

    assert found[:3] == WHOLE[:3]
    assert codes(tally) == ["archive_stopped"]
    assert f"at byte {len(b''.join(PACKED[:3])):,}" in tally.findings[0].message


@pytest.mark.parametrize("place", [12, 400, -3])
def test_damaged_member_of_a_packed_archive_costs_itself_alone(place: int) -> None:
    packed = bytearray(PACKED[1])
    packed[place] ^= 0xFF

    found, tally = read(b"".join([PACKED[0], bytes(packed), *PACKED[2:]]))

    assert [one for one in found if one != "member_damaged"] == [WHOLE[0], *WHOLE[2:]]
    assert codes(tally) == ["archive_damaged"]
    assert f"byte {len(PACKED[0]):,} cannot be read" in tally.findings[0].message
    assert f"went on at byte {len(PACKED[0] + PACKED[1]):,}" in tally.findings[0].message


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("length", [10**9, 2_000, 0])
def test_wrong_length_of_a_record_costs_itself_alone(length: int, packed: bool) -> None:
    records = [record(page(0), length=length), *PAGES[1:]]

    found, tally = read(b"".join(map(gzip.compress, records) if packed else records))

    assert found[-3:] == WHOLE[1:]
    assert codes(tally) == ["archive_damaged"]


@pytest.mark.parametrize("length", ["-5", "many", "²"])
def test_header_without_a_length_is_damaged(length: str) -> None:
    bad = PAGES[0].replace(b"Content-Length: ", f"Content-Length: {length}".encode())

    found, tally = read(bad + PAGES[1])

    assert found == WHOLE[1:2]
    assert codes(tally) == ["archive_damaged"]


def test_bytes_between_records_are_told_and_passed_over() -> None:
    found, tally = read(PAGES[0] + b"junk\r\n" * 20_000 + PAGES[1])

    assert found == WHOLE[:2]
    assert codes(tally) == ["archive_damaged"]


def test_bytes_behind_a_packed_archive_are_told() -> None:
    found, tally = read(b"".join(PACKED) + b"junk")

    assert found == WHOLE
    assert codes(tally) == ["archive_stopped"]


def test_archive_that_is_damaged_everywhere_is_given_up() -> None:
    began = time.process_time()

    _, tally = read(PAGES[0] + b"WARC/1.0\r\nA: b\r\n\r\n" * 50_000)

    assert codes(tally)[-1] == "archive_stopped"
    assert time.process_time() - began < 5


def test_block_that_the_crawler_cut_off_is_told() -> None:
    found, _ = read(record("<p>x", extra="WARC-Truncated: length\r\n"))

    assert found == ["member_damaged"]


def test_record_over_the_limit_of_bytes_is_told_and_others_are_read() -> None:
    found, _ = read(record("x" * 5_000) + record("y"), Limits(max_bytes=1_000))

    assert found == ["limit_exceeded", b"y"]


@pytest.mark.parametrize("is_alone", [True, False])
def test_packed_bomb_is_refused_and_others_are_read(is_alone: bool) -> None:
    size = 200_000_000
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = record(length=size + len(HTML_ANSWER))[:-4]
    bomb = engine.compress(head) + b"".join(engine.compress(bytes(1_000_000)) for _ in range(200)) + engine.flush()
    began = time.process_time()

    found, tally = read(bomb if is_alone else bomb + PACKED[1])

    assert found[0] == "limit_exceeded"
    assert found[1:] == ([] if is_alone else WHOLE[1:2])
    assert codes(tally) == ["archive_stopped" if is_alone else "archive_damaged"]
    assert time.process_time() - began < 2


def test_documents_beyond_the_limit_are_told() -> None:
    found, tally = read(b"".join(PAGES), Limits(max_members=2))

    assert found == WHOLE[:2]
    assert codes(tally) == ["limit_reached"]


def test_any_place_of_a_large_packed_archive_is_read() -> None:
    large = record("".join(page(number) for number in range(4_000)))

    found, _ = read(gzip.compress(large + PAGES[1], 1))

    assert found[1] == WHOLE[1]
    assert len(found[0]) > 12_000_000


def test_missing_library_is_told_by_the_name_of_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)

    with pytest.raises(MissingExtraError, match=r"reportparse\[warc\]"):
        read(PAGES[0])
