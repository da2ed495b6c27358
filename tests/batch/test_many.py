"""``parse_many``: the order of the input, flat memory, and no document that stops another."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import killers
from batches import SHORT_GUARD, report, write_reports
from reportparse import RawDocument, parse_many, parse_report
from reportparse.errors import InputError


def test_reports_come_in_the_order_of_the_documents() -> None:
    documents = [RawDocument(f"{number}.txt", report(number)) for number in range(30)]

    reports = list(parse_many(documents, workers=2))

    assert [each.id for each in reports] == [str(number) for number in range(30)]
    assert reports == [parse_report(document) for document in documents]


def test_reports_carry_their_text() -> None:
    (found,) = parse_many([RawDocument("a.txt", report(1))], workers=1)

    assert found.section("overview").text.startswith("一、总体情况")


def test_paths_archives_and_bytes_may_be_mixed(tmp_path: Path) -> None:
    folder = write_reports(tmp_path / "in", 2)
    with zipfile.ZipFile(tmp_path / "crawl.zip", "w") as archive:
        archive.writestr("2020/a.txt", report(3))
    single = tmp_path / "single.txt"
    single.write_bytes(report(4))

    reports = list(parse_many([folder, str(tmp_path / "crawl.zip"), single, report(5)], workers=2))

    assert [each.id for each in reports[:-1]] == ["in/0/000", "in/1/001", "crawl/2020/a", "single"]
    assert reports[-1].id == reports[-1].source.sha256[:12]


def test_documents_that_fail_are_stood_in_for(tmp_path: Path) -> None:
    documents = [RawDocument(f"{kind}.txt", killers.document(kind)) for kind in killers.KINDS]
    good = RawDocument("good.txt", report(1))
    mixed: list[RawDocument | Path] = [documents[0], good, *documents[1:], tmp_path / "missing.txt"]

    reports = list(parse_many(mixed, workers=2, guard=SHORT_GUARD, parser=killers.parse))

    codes = {each.id: each.findings[0].code for each in reports if each.form is None}
    assert codes == {**killers.CODES, "missing": "file_missing"}
    assert [each.id for each in reports] == [*killers.KINDS[:1], "good", *killers.KINDS[1:], "missing"]


def test_sources_are_taken_only_as_they_are_needed() -> None:
    taken = 0

    def endless() -> Iterator[RawDocument]:
        nonlocal taken
        while True:
            taken += 1
            yield RawDocument(f"{taken}.txt", report(taken))

    reports = parse_many(endless(), workers=1)
    first = next(reports)
    reports.close()  # type: ignore[attr-defined]

    assert first.id == "1"
    assert taken <= 8 * 8 + 8


def test_source_of_another_kind_is_the_callers_mistake() -> None:
    with pytest.raises(InputError, match="cannot read a int"):
        list(parse_many([1], workers=1))  # type: ignore[list-item]
