"""The documents of archives and folders: names, parts, nested archives, and members that cannot be read."""

import gzip
import os
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawls import PDF, PNG, URL, ZipMember, hand_zipped, record, report, saved, zipped
from reportparse import Limits, RawDocument, iter_documents, parse_report, read_report
from reportparse.archives.documents import holds_documents
from reportparse.errors import InputError, ReportParseError

PDF_ANSWER = "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"


def names(documents: list[RawDocument]) -> list[str]:
    return [document.name for document in documents]


def codes(documents: list[RawDocument]) -> list[str | None]:
    return [document.error.code if document.error else None for document in documents]


def test_single_file_is_one_document(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.html", report().encode())

    documents = iter_documents(path)
    [document] = documents

    assert document == RawDocument("a.html", report().encode())
    assert (documents.records, documents.documents, documents.is_container) == (1, 1, False)


def test_documents_of_a_zip_are_handed_out_and_the_rest_is_counted(tmp_path: Path) -> None:
    members: dict[str, str | bytes] = {
        "2023/report.html": report(),
        "2023/files/logo.PNG": PNG,
        "2023/files/photo.dat": PNG,
        "2023/files/site.css": "p {}",
        "2023/files/site.js": "1",
        "__MACOSX/2023/report.html": "x",
        ".DS_Store": "x",
        "2023/Thumbs.db": "x",
        "~$报告.docx": "x",
        "robots.txt": "x",
        "empty/": "",
        "2022.txt": "2022年",
    }
    path = saved(tmp_path, "crawl.zip", zipped(members))

    documents = iter_documents(path)
    found = list(documents)

    assert names(found) == ["crawl.zip/2023/report.html", "crawl.zip/2022.txt"]
    assert documents.skipped == {
        "image": 2, "style": 1, "script": 1, "system file": 3, "lock file": 1, "crawler rule": 1, "folder": 1
    }  # fmt: skip
    assert (documents.records, documents.documents, documents.stopped) == (12, 2, None)
    assert "12 records read: 2 documents; 10 skipped" in documents.tally.summary()


def test_what_bytes_are_counts_before_what_they_are_called(tmp_path: Path) -> None:
    path = saved(tmp_path, "crawl.bin", zipped({"a.js": PDF, "b.css": zipped({"c.html": report()})}))

    assert names(list(iter_documents(path))) == ["crawl.bin/a.js", "crawl.bin/b.css/c.html"]


@pytest.mark.parametrize("is_packed", [False, True])
def test_documents_of_a_warc_are_handed_out(tmp_path: Path, is_packed: bool) -> None:
    pytest.importorskip("fastwarc", reason="WARC archives need the extra warc")
    records = [
        record(report()),
        record(PNG, "http://example.org/a.html"),
        record("p {}", "http://example.org/site", http="HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\n"),
        record("x", "http://example.org/robots.txt"),
    ]
    path = saved(tmp_path, "crawl", b"".join(map(gzip.compress, records) if is_packed else records))

    documents = iter_documents(path)
    [document] = documents

    assert document.name == "crawl/www.example.org/2023/report.html"
    assert (document.url, document.date, document.charset) == (URL, "2024-01-30T08:00:00Z", "utf-8")
    assert documents.skipped == {"image": 1, "style": 1, "crawler rule": 1}
    assert parse_report(document).id == "crawl/www.example.org/2023/report"
    assert parse_report(document).source.url == URL


def test_files_of_a_folder_are_read_in_sorted_order(tmp_path: Path) -> None:
    root = tmp_path / "reports"
    (root / "b" / "c").mkdir(parents=True)
    saved(root, "z.html", report().encode())
    saved(root, "a.zip", zipped({"x.html": report(), "y.html": report()}))
    saved(root / "b" / "c", "x.html", report().encode())
    saved(root, ".hidden", b"x")
    (root / "loop").symlink_to(root)

    documents = iter_documents(root)

    assert names(list(documents)) == [
        "reports/a.zip/x.html",
        "reports/a.zip/y.html",
        "reports/b/c/x.html",
        "reports/z.html",
    ]
    assert documents.skipped == {"hidden file": 1, "symbolic link": 1}


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_what_is_no_file_in_a_folder_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "gone.html").symlink_to(tmp_path / "nowhere")

    documents = iter_documents(tmp_path)

    assert codes(list(documents)) == ["unreadable"]
    assert documents.skipped == {"special file": 1}


def test_files_beyond_the_limit_are_told(tmp_path: Path) -> None:
    for number in range(4):
        saved(tmp_path, f"{number}.html", b"x")

    documents = iter_documents(tmp_path, limits=Limits(max_members=2))

    assert len(list(documents)) == 2
    assert documents.stopped is not None
    assert "max_members=2" in documents.stopped


def test_bad_member_is_handed_out_with_its_error(tmp_path: Path) -> None:
    data = hand_zipped(ZipMember(b"a.html", b"<p>"), ZipMember(b"b.html", b"?", flags=1), ZipMember(b"c.html", b"<p>"))
    path = saved(tmp_path, "a.zip", data)

    documents = iter_documents(path)
    found = list(documents)

    assert codes(found) == [None, "member_locked", None]
    assert (documents.documents, documents.tally.unreadable) == (3, 1)
    with pytest.raises(InputError, match=r"a\.zip/b\.html: a password"):
        parse_report(found[1])


def test_equal_names_are_told_apart(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", hand_zipped(*[ZipMember(b"x.html", b"<p>")] * 3))

    assert names(list(iter_documents(path))) == ["a.zip/x.html", "a.zip/x~2.html", "a.zip/x~3.html"]


def test_names_that_lead_out_give_ids_that_do_not(tmp_path: Path) -> None:
    text = report().encode()
    path = saved(tmp_path, "a.zip", hand_zipped(ZipMember(b"..\\..\\x.html", text), ZipMember(b"C:/y\x1b.html", text)))

    documents = iter_documents(path)

    assert [parse_report(document).id for document in documents] == ["a/x", "a/y\ufffd"]
    assert [finding.code for finding in documents.findings] == ["member_name_unsafe"]
    assert documents.stopped is None


def nested(depth: int) -> bytes:
    data = zipped({"x.html": report()})
    for _ in range(depth):
        data = zipped({"in.zip": data, "y.html": report()})
    return data


def test_archives_in_an_archive_are_opened_two_levels_down(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", nested(3))

    documents = iter_documents(path)
    found = list(documents)

    assert names(found) == [
        "a.zip/in.zip/in.zip/in.zip",
        "a.zip/in.zip/in.zip/y.html",
        "a.zip/in.zip/y.html",
        "a.zip/y.html",
    ]
    assert codes(found) == ["nested_too_deep", None, None, None]
    assert documents.tally.archives == 2


def test_office_file_in_an_archive_is_a_document(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", zipped({"b.docx": zipped({"word/document.xml": "x"})}))

    assert names(list(iter_documents(path))) == ["a.zip/b.docx"]


def test_damaged_archive_in_an_archive_is_told_by_its_name(tmp_path: Path) -> None:
    inner = zipped({"x.html": report(), "y.html": report()})
    path = saved(tmp_path, "a.zip", zipped({"b.zip": inner[: inner.rindex(b"PK\3\4")], "c.html": report()}))

    documents = iter_documents(path)

    assert names(list(documents)) == ["a.zip/b.zip/x.html", "a.zip/c.html"]
    assert documents.stopped is not None
    assert documents.stopped.startswith("a.zip/b.zip: ")


def test_crawl_in_an_archive_without_its_library_costs_itself_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.warc", None)
    path = saved(tmp_path, "a.zip", zipped({"b.warc": record(report()), "c.html": report()}))

    assert codes(list(iter_documents(path))) == ["extra_missing", None]


def test_page_and_its_attachments_in_a_zip_are_one_document(tmp_path: Path) -> None:
    links = "<a href='./%B8%BD%BC%FE.pdf'>附件</a><a href='http://example.org/表.xls'>表</a><a href=x.html>x</a>"
    old = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    members: dict[str, str | bytes] = {
        "2023/index.html": report(body=links),
        "2023/附件.pdf": PDF,
        "2023/index_files/表.xls": old,
        "other.pdf": PDF,
    }
    path = saved(tmp_path, "a.zip", zipped(members))

    documents = iter_documents(path)
    page, other = documents

    assert names(list(page.parts)) == ["a.zip/2023/附件.pdf", "a.zip/2023/index_files/表.xls"]
    assert page.parts[0].data == PDF
    assert (other.name, other.parts) == ("a.zip/other.pdf", ())
    assert (documents.documents, documents.tally.parts) == (2, 2)


def test_page_and_its_attachments_in_a_crawl_are_one_document(tmp_path: Path) -> None:
    pytest.importorskip("fastwarc", reason="WARC archives need the extra warc")
    body = "<base href='/att/'><iframe src='%E8%A1%A8.pdf?v=1'></iframe>"
    records = [record(PDF, "https://www.example.org/att/表.pdf?v=1", http=PDF_ANSWER), record(report(body=body))]
    path = saved(tmp_path, "a.warc", b"".join(records))

    [page] = iter_documents(path)

    assert page.url == URL
    assert [part.url for part in page.parts] == ["https://www.example.org/att/表.pdf?v=1"]


def test_list_of_reports_is_one_document_each(tmp_path: Path) -> None:
    links = "<a href=1.pdf>2022年年度报告</a><a href=2.pdf>2023年年度报告</a>"
    path = saved(tmp_path, "a.zip", zipped({"list.html": f"<html>{links}", "1.pdf": PDF, "2.pdf": PDF}))

    assert names(list(iter_documents(path))) == ["a.zip/list.html", "a.zip/1.pdf", "a.zip/2.pdf"]


def test_page_with_its_parts_has_no_more_bytes_than_a_document_may(tmp_path: Path) -> None:
    links = "<a href=1.pdf>附件1</a><a href=2.pdf>附件2</a>"
    members: dict[str, str | bytes] = {
        "a.html": report(body=links),
        "1.pdf": PDF + bytes(600),
        "2.pdf": PDF + bytes(600),
    }
    path = saved(tmp_path, "a.zip", zipped(members))

    [page] = iter_documents(path, limits=Limits(max_bytes=1_000))

    assert codes(list(page.parts)) == [None, "limit_exceeded"]


def test_documents_are_handed_out_one_by_one(tmp_path: Path) -> None:
    path = saved(tmp_path, "a.zip", zipped({f"{number}.html": "<p>" for number in range(3)}))

    with iter_documents(path) as documents:
        assert next(documents).name == "a.zip/0.html"
        assert documents.documents == 1

    assert list(documents) == []


@pytest.mark.parametrize(("name", "code"), [("gone.zip", "file_missing"), ("", "file_missing"), ("a\0", "unreadable")])
def test_path_that_cannot_be_read_is_told_at_once(name: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        iter_documents(name)

    assert caught.value.code == code


def test_archives_and_folders_hold_documents(tmp_path: Path) -> None:
    assert holds_documents(tmp_path)
    assert holds_documents(saved(tmp_path, "a.zip", zipped({"a": "a"})))
    assert holds_documents(saved(tmp_path, "a.warc", record()))
    assert not holds_documents(saved(tmp_path, "a.docx", zipped({"word/document.xml": ""})))
    assert not holds_documents(saved(tmp_path, "a.html", b"<p>"))
    assert not holds_documents(tmp_path / "gone")
    assert not holds_documents("a\0")


def test_report_is_read_from_an_archive_that_holds_one(tmp_path: Path) -> None:
    read = read_report(saved(tmp_path, "a.zip", zipped({"b.html": report(), "b.png": PNG})))

    assert (read.id, read.year) == ("a/b", 2023)


def test_report_of_a_cut_archive_tells_so(tmp_path: Path) -> None:
    data = zipped({"b.html": report()})

    read = read_report(saved(tmp_path, "a.zip", data[: data.index(b"PK\1\2")]))

    assert "archive_stopped" in [finding.code for finding in read.findings]


@pytest.mark.parametrize(
    ("members", "code"), [({"a.html": "<p>", "b.html": "<p>"}, "is_an_archive"), ({"a.png": PNG}, "no_document")]
)
def test_archive_that_holds_none_or_several_is_no_report(tmp_path: Path, members: dict[str, str], code: str) -> None:
    with pytest.raises(InputError, match=r"a\.zip") as caught:
        read_report(saved(tmp_path, "a.zip", zipped(members)))

    assert caught.value.code == code


@pytest.mark.property
@given(data=st.data())
def test_no_damage_raises_anything_but_our_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    records = [record(report(), extra="WARC-Truncated: no\r\n"), record(PDF, http=PDF_ANSWER), record(type="revisit")]
    wholes = [
        zipped({"a.html": report(body="<a href=b.pdf>b</a>"), "b.pdf": PDF, "c.zip": zipped({"d.html": report()})}),
        b"".join(records),
        b"".join(map(gzip.compress, records)),
    ]
    damaged = bytearray(data.draw(st.sampled_from(wholes)))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(damaged)))
        damaged[place : place + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    path = saved(tmp_path_factory.mktemp("damaged"), "a", bytes(damaged))

    with suppress(ReportParseError):
        assert all(document.name for document in iter_documents(path))


MEMORY_PROGRAM = """
import resource, sys
from reportparse import iter_documents
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(1 for _ in iter_documents(sys.argv[1]))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def peak_of(path: Path) -> tuple[int, int]:
    """How many documents a path has, and how many megabytes more reading it took."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY_PROGRAM, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    count, megabytes = map(int, done.stdout.split())
    return count, megabytes


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss counts otherwise elsewhere")
def test_memory_stays_flat_over_a_large_archive_and_a_bomb(tmp_path: Path) -> None:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = b"".join(engine.compress(bytes(1_000_000)) for _ in range(1_000)) + engine.flush()
    large = hand_zipped(*[ZipMember(b"%d.html" % number, b"x" * 1_000_000) for number in range(60)])
    members = [ZipMember(b"bomb.html", bomb, method=8, size=10**9), ZipMember(b"a.html", b"<p>")]

    large_count, large_peak = peak_of(saved(tmp_path, "large.zip", large))
    bomb_count, bomb_peak = peak_of(saved(tmp_path, "bomb.zip", hand_zipped(*members)))

    assert (large_count, bomb_count) == (60, 2)
    assert large_peak < 20
    assert bomb_peak < 20
