"""Arguments of a batch: which documents they name, in which order, and what becomes of odd ones."""

import zipfile
from datetime import date
from pathlib import Path

import pytest

from batches import report, write_reports
from reportparse.batch.corpus import Inputs, in_chunks, read_bytes
from reportparse.batch.crawls import Columns
from reportparse.errors import InputError
from reportparse.limits import Limits


def names(*arguments: object, **given: object) -> list[str]:
    inputs = Inputs(tuple(map(str, arguments)), **given)  # type: ignore[arg-type]
    return [each.raw.name for each in inputs.documents()]


def test_folders_are_sorted_and_named(tmp_path: Path) -> None:
    write_reports(tmp_path / "in", 4)

    assert names(tmp_path / "in") == ["in/0/000.txt", "in/0/003.txt", "in/1/001.txt", "in/2/002.txt"]


def test_patterns_are_sorted_and_leave_the_reading_to_workers(tmp_path: Path) -> None:
    write_reports(tmp_path / "in", 4)

    found = list(Inputs((f"{tmp_path}/in/**/*.txt",)).documents())

    assert [each.raw.name for each in found] == ["000.txt", "003.txt", "001.txt", "002.txt"]
    assert [each.raw.data for each in found] == [b""] * 4
    assert all(each.path and Path(each.path).is_absolute() for each in found)


def test_archives_give_their_members_and_tell_what_is_odd(tmp_path: Path) -> None:
    path = tmp_path / "crawl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", report(1))
        archive.writestr("b.txt", report(2))
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"b.txt") + 200])
    told: list[str] = []

    found = list(Inputs((str(path),)).documents(told.append))

    assert found[0].raw.name == "crawl.zip/a.txt"
    assert told


@pytest.mark.parametrize("argument", ["nothing.txt", "nothing/*.txt"])
def test_argument_that_names_nothing_is_an_error(tmp_path: Path, argument: str) -> None:
    with pytest.raises(InputError):
        Inputs((str(tmp_path / argument),)).check()


def test_number_of_documents_is_known_where_that_is_cheap(tmp_path: Path) -> None:
    source = write_reports(tmp_path / "in", 4)
    with zipfile.ZipFile(tmp_path / "crawl.zip", "w"):
        pass

    assert Inputs((str(source), str(source / "0" / "000.txt"))).count() == 5
    assert Inputs((str(tmp_path),)).count() is None
    assert Inputs((str(tmp_path / "crawl.zip"),)).count() is None


def test_rows_of_a_crawl_are_documents(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    table = {"html": [report(1), None, report(2)], "address": ["http://a.example/1", None, None],
             "seen": [date(2021, 3, 1), None, None]}  # fmt: skip
    parquet.write_table(pa.table(table), tmp_path / "crawl.parquet")
    columns = Columns("html", "address", "seen")

    found = [each.raw for each in Inputs((str(tmp_path / "crawl.parquet"),), columns).documents()]

    assert [raw.name for raw in found] == ["crawl.parquet/0", "crawl.parquet/1", "crawl.parquet/2"]
    assert (found[0].url, found[0].date, found[0].data) == ("http://a.example/1", "2021-03-01", report(1))
    assert found[1].error is not None
    assert found[1].error.code == "empty_input"
    assert Inputs((str(tmp_path / "crawl.parquet"),)).count() == 3


def test_content_of_a_crawl_may_be_text_and_may_be_too_much(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"content": ["短", "长" * 100]}), tmp_path / "crawl.parquet")
    inputs = Inputs((str(tmp_path / "crawl.parquet"),), limits=Limits(max_bytes=100))

    found = [each.raw for each in inputs.documents()]

    assert (found[0].data, found[0].charset) == ("短".encode(), "utf-8")
    assert found[1].error is not None
    assert found[1].error.code == "limit_exceeded"


def test_crawl_without_its_columns_or_damaged_is_told(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pa.table({"other": [1], "content": [2]}), tmp_path / "crawl.parquet")
    (tmp_path / "torn.parquet").write_bytes((tmp_path / "crawl.parquet").read_bytes()[:-20])

    (number,) = Inputs((str(tmp_path / "crawl.parquet"),)).documents()
    (torn,) = Inputs((str(tmp_path / "torn.parquet"),)).documents()

    assert number.raw.error is not None
    assert "name a column of bytes or text" in number.raw.error.message
    assert torn.raw.error is not None
    with pytest.raises(InputError, match="has no column 'html' of content"):
        list(Inputs((str(tmp_path / "crawl.parquet"),), Columns("html")).documents())


def test_urls_are_listed_and_read(tmp_path: Path) -> None:
    pytest.importorskip("fsspec")
    write_reports(tmp_path / "in", 3)
    with zipfile.ZipFile(tmp_path / "crawl.zip", "w") as archive:
        archive.writestr("a.txt", report(1))
    url = f"local://{tmp_path}"

    found = list(Inputs((f"{url}/in", f"{url}/in/*/*1.txt", f"{url}/crawl.zip")).documents())

    assert [each.raw.name for each in found] == ["000.txt", "001.txt", "002.txt", "001.txt", "crawl.zip/a.txt"]
    assert read_bytes(found[1].path or "") == report(1)
    with pytest.raises(InputError):
        list(Inputs((f"{url}/nothing/*.txt",)).documents())


def test_reading_stops_at_the_limit(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(bytes(11))

    with pytest.raises(InputError, match="max_bytes"):
        read_bytes(str(tmp_path / "a.txt"), Limits(max_bytes=10))


def test_chunks_are_bounded_in_number_and_in_bytes() -> None:
    class Sized:
        def __init__(self, size: int) -> None:
            self.size = size

    chunks = in_chunks([Sized(size) for size in (1, 1, 1, 9, 1, 1)], 3, 8)

    assert [[each.size for each in chunk] for chunk in chunks] == [[1, 1, 1], [9], [1, 1]]


def test_first_chunks_are_short_so_that_every_worker_has_one() -> None:
    class One:
        size = 1

    sizes = [len(chunk) for chunk in in_chunks([One()] * 500, 40, 1_000)]

    assert sizes[:5] == [10, 15, 22, 33, 40]
    assert max(sizes) == 40
    assert sum(sizes) == 500
