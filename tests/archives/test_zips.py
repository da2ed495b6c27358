"""ZIP archives: names in any encoding, members that cannot be read, archives that were cut or made to do harm."""

import io
import struct
import time
import zipfile
import zlib

import pytest

from crawls import ZipMember, hand_zipped, zipped
from reportparse.archives.members import Tally, read_whole
from reportparse.archives.zips import iter_zip, member_names
from reportparse.limits import Limits

LIMITS = Limits()


def read(data: bytes, limits: Limits = LIMITS) -> tuple[dict[str, bytes | str], Tally]:
    """What each member holds, or the code of why it cannot be read."""
    tally, found = Tally(), {}
    for member, _ in iter_zip(io.BytesIO(data), limits, tally):
        whole, error = (b"", member.error) if member.error else read_whole(member.pieces(), limits)
        found[member.name] = error.code if error else whole
    return found, tally


def codes(tally: Tally) -> list[str]:
    return [finding.code for finding in tally.findings]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_are_read_in_order_and_folders_are_counted(method: int) -> None:
    data = zipped({"2023/": "", "2023/b.html": "b" * 100_000, "a.html": "a"}, method)

    found, tally = read(data)

    assert list(found.items()) == [("2023/b.html", b"b" * 100_000), ("a.html", b"a")]
    assert (tally.records, dict(tally.skipped), tally.findings) == (3, {"folder": 1}, [])


@pytest.mark.parametrize(
    ("names", "codec"),
    [
        (["2023年年度报告.html"], "gbk"),
        (["年报.pdf", "a.html"], "gbk"),
        (["乌当区朱昌镇.doc"], "gbk"),
        (["政府資訊公開年報.html", "統計表.xls"], "big5"),
        (["2023年年度报告.html"], "utf-8"),
        (["résumé.txt", "Größe.txt"], "cp437"),
    ],
)
def test_names_are_decoded_by_all_of_them_together(names: list[str], codec: str) -> None:
    data = hand_zipped(*[ZipMember(name.encode(codec), b"x") for name in names])

    assert list(read(data)[0]) == names


def test_name_that_is_told_in_utf8_beside_the_old_one_is_taken() -> None:
    old, new = "报告.html".encode("gbk"), "報告.html".encode()
    extra = struct.pack("<HHBL", 0x7075, 5 + len(new), 1, zlib.crc32(old)) + new

    assert list(read(hand_zipped(ZipMember(old, b"x", extra=extra)))[0]) == ["報告.html"]
    assert list(read(hand_zipped(ZipMember(old[:-1] + b"x", b"x", extra=extra)))[0]) == ["报告.htmx"]


def test_name_that_claims_to_be_utf8_and_is_not_is_kept_all_the_same() -> None:
    assert list(read(hand_zipped(ZipMember(b"\xff.html", b"x", flags=0x800)))[0]) == ["\xa0.html"]


def test_names_that_lead_out_are_kept_and_told() -> None:
    names = [b"..\\..\\a.html", b"/etc/b.html", b"C:\\c.html", b"fine..html"]

    found, tally = read(hand_zipped(*[ZipMember(name, b"x") for name in names]))

    assert list(found) == ["../../a.html", "/etc/b.html", "C:/c.html", "fine..html"]
    assert codes(tally) == ["member_name_unsafe"]
    assert "3 members" in tally.findings[0].message


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"flags": 1}, "member_locked"),
        ({"method": 9}, "method_unknown"),
        ({"method": 12345}, "method_unknown"),
        ({"crc": 7}, "member_damaged"),
        ({"method": 8}, "member_damaged"),
    ],
)
def test_member_that_cannot_be_read_stops_no_other(fields: dict[str, int], code: str) -> None:
    data = hand_zipped(ZipMember(b"a", b"a"), ZipMember(b"bad", b"\xff" * 50, **fields), ZipMember(b"c", b"c"))

    assert read(data)[0] == {"a": b"a", "bad": code, "c": b"c"}


def test_declared_sizes_are_not_believed() -> None:
    packed = zlib.compress(b"x" * 5_000)[2:-4]
    data = hand_zipped(ZipMember(b"a", packed, method=8, size=3, crc=zlib.crc32(b"x" * 5_000)))

    assert read(data)[0] == {"a": b"x" * 5_000}


def test_bomb_is_refused_before_it_has_grown() -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(engine.compress(bytes(1_000_000)) for _ in range(1_000)) + engine.flush()
    began = time.process_time()

    found, _ = read(hand_zipped(ZipMember(b"bomb", packed, method=8, size=10**9), ZipMember(b"a", b"a")))

    assert found == {"bomb": "limit_exceeded", "a": b"a"}
    assert time.process_time() - began < 1


def test_blanks_may_be_packed_well() -> None:
    assert read(zipped({"a.html": b" " * 900_000}))[0] == {"a.html": b" " * 900_000}


def test_bytes_of_a_member_are_bounded() -> None:
    assert read(zipped({"a": "x" * 101, "b": "b"}), Limits(max_bytes=100))[0] == {"a": "limit_exceeded", "b": b"b"}


def test_members_that_share_bytes_are_refused() -> None:
    kernel = ZipMember(b"a", b"x" * 50)
    data = hand_zipped(kernel, ZipMember(b"b", b"x" * 50), ZipMember(b"c", b"c"), offsets=(0, 0, 162))

    assert read(data)[0] == {"a": "member_damaged", "b": "member_damaged", "c": b"c"}


def test_quoted_headers_of_a_bomb_are_refused() -> None:
    inner = hand_zipped(ZipMember(b"b", b"x" * 50))[:81]
    data = hand_zipped(ZipMember(b"a", inner), ZipMember(b"b", b"x" * 50), offsets=(0, 31))

    assert set(read(data)[0].values()) == {"member_damaged"}


def test_members_beyond_the_limit_are_told() -> None:
    found, tally = read(zipped({f"{number}.html": "x" for number in range(9)}), Limits(max_members=4))

    assert len(found) == 4
    assert codes(tally) == ["limit_reached"]
    assert "max_members=4" in tally.findings[0].message


def test_link_is_no_member() -> None:
    found, tally = read(hand_zipped(ZipMember(b"a", b"/etc/passwd", mode=0o120777)))

    assert (found, dict(tally.skipped)) == ({}, {"symbolic link": 1})


def test_archive_with_large_places_is_read() -> None:
    plain = hand_zipped(ZipMember(b"a", b"a"))
    place = plain.index(b"PK\1\2")
    wide_end = b"PK\6\6" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 47, place)
    locator = b"PK\6\7" + struct.pack("<LQL", 0, len(plain) - 22, 1)
    end = b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)

    assert read(plain[:-22] + wide_end + locator + end)[0] == {"a": b"a"}
    assert read(plain[:-22] + wide_end + locator.replace(locator[8:16], b"\xff" * 8) + end)[0] == {"a": b"a"}


def test_sizes_in_the_extra_field_are_taken() -> None:
    extra = struct.pack("<HHQQ", 1, 16, 3, 3)
    data = hand_zipped(ZipMember(b"a", b"abc", size=0xFFFFFFFF, length=0xFFFFFFFF, extra=extra))

    assert read(data)[0] == {"a": b"abc"}
    assert read(data[: data.index(b"PK\1\2")])[0] == {"a": b"abc"}


def test_bytes_after_the_end_do_no_harm() -> None:
    assert read(zipped({"a": "a"}) + b"\0" * 200_000)[0] == {"a": b"a"}


def test_cut_archive_gives_the_members_that_are_there() -> None:
    whole = zipped({"a": "a" * 50, "b": "b" * 50, "c": bytes(range(256))})
    cut = whole[: whole.rindex(b"PK\3\4") + 150]

    found, tally = read(cut)

    assert found == {"a": b"a" * 50, "b": b"b" * 50, "c": "member_damaged"}
    assert codes(tally) == ["archive_stopped"]
    assert f"byte {len(cut)} of {len(cut)}" in tally.findings[0].message


def test_cut_archive_whose_headers_tell_no_sizes_is_followed_by_its_streams() -> None:
    class Pipe(io.RawIOBase):
        written = b""

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.written += bytes(data)  # type: ignore[call-overload]
            return len(bytes(data))  # type: ignore[call-overload]

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        archive.writestr("a", "a" * 500, zipfile.ZIP_DEFLATED)
        archive.writestr("b", "b" * 500, zipfile.ZIP_STORED)
        archive.writestr("c", "c" * 500, zipfile.ZIP_DEFLATED)

    found, tally = read(pipe.written[: pipe.written.index(b"PK\1\2")])

    assert found == {"a": b"a" * 500, "b": b"b" * 500, "c": b"c" * 500}
    assert codes(tally) == ["archive_stopped"]


def test_archive_inside_a_cut_one_is_not_taken_for_it() -> None:
    inner = zipped({"inner.html": "x"})
    whole = zipped({"a.html": "a", "inner.zip": inner}, zipfile.ZIP_STORED)

    found, _ = read(whole[: whole.index(b"PK\1\2", whole.index(inner) + len(inner))])

    assert list(found) == ["a.html", "inner.zip"]


def test_damaged_directory_tells_how_far_it_was_read() -> None:
    data = bytearray(zipped({"a": "a", "b": "b"}))
    data[data.rindex(b"PK\1\2")] = 0

    found, tally = read(bytes(data))

    assert found == {"a": b"a"}
    assert codes(tally) == ["archive_stopped"]
    assert "1 of 2 members" in tally.findings[0].message


def test_member_that_is_not_where_it_should_be_is_damaged() -> None:
    assert read(hand_zipped(ZipMember(b"a", b"a"), offsets=(7,)))[0] == {"a": "member_damaged"}


def test_many_false_ends_cost_little_time() -> None:
    data = b"PK\3\4" + b"PK\5\6" * 300_000
    began = time.process_time()

    _, tally = read(data)

    assert codes(tally) == ["archive_stopped"]
    assert time.process_time() - began < 2


def test_names_are_listed_without_reading_members() -> None:
    assert member_names(io.BytesIO(zipped({"word/document.xml": "x", "a/": ""})), LIMITS) == {"word/document.xml", "a/"}
