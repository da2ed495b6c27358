"""JSON, JSON Lines, CSV, and files that are written whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import time
from decimal import Decimal
from pathlib import Path

import pytest

from reportparse import parse_report
from reportparse.errors import ExportError, InputError
from reportparse.export import (
    CSV_COLUMNS,
    from_json,
    is_unreadable,
    to_csv,
    to_json,
    to_jsonl,
    unreadable_report,
    write_text,
)
from reportparse.models import Candidates, Record, Report, Source, Title
from reportparse.spans import Span

TEXT = "某市水利局2021年政府信息公开工作年度报告\n规章 3\n"


def make_record(**fields: object) -> Record:
    values: dict[str, object] = {
        "table": "article_20_1",
        "row": "rules",
        "column": "issued",
        "label": "规章",
        "raw": "3",
        "unit": "件",
        "state": "value",
        "value": 3,
        "certain": True,
        "span": Span(TEXT.index("3\n"), TEXT.index("3\n") + 1),
    }
    return Record.model_validate(values | fields)


def make_report(*records: Record, id: str = "a", text: str = TEXT) -> Report:
    source = Source(
        name=f"{id}.txt",
        sha256="0" * 64,
        media_type="text/plain",
        encoding="utf-8",
        encoding_evidence=("valid UTF-8",),
        length=len(text),
        script="simplified",
    )
    return Report(
        id=id,
        reportparse_version="0.1.0",
        source=source,
        title=Title(text=text[:21], span=Span(0, 21)),
        authority="某市水利局",
        year=2021,
        form="2021",
        records=records,
        source_text=text,
    )


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_json_is_the_dump_of_the_report_without_its_text() -> None:
    report = make_report(make_record())

    text = to_json(report)

    assert text == report.model_dump_json()
    assert "source_text" not in json.loads(text)
    assert "规章" in text


@pytest.mark.parametrize("indent", [None, 2])
def test_json_with_text_carries_the_text_in_which_spans_count(indent: int | None) -> None:
    report = make_report(make_record())

    values = json.loads(to_json(report, with_text=True, indent=indent))

    start, end = values["records"][0]["span"]
    assert values.pop("source_text")[start:end] == "3"
    assert values == json.loads(to_json(report))


def test_money_is_a_string_and_a_count_is_a_number() -> None:
    report = make_report(make_record(), make_record(value=Decimal("96171.60"), raw="96171.60"))

    count, money = json.loads(to_json(report))["records"]

    assert count["value"] == 3
    assert money["value"] == "96171.60"


def test_lone_surrogate_becomes_an_escape_and_keeps_the_spans_true() -> None:
    report = make_report(make_record(raw="\ud800"), text="甲\ud800乙")

    values = json.loads(to_json(report, with_text=True))

    assert to_json(report, with_text=True).encode()
    assert values["records"][0]["raw"] == "\ud800"
    assert values["source_text"] == "甲\ud800乙"


def test_json_lines_hold_one_object_a_line_in_the_order_given() -> None:
    reports = [make_report(make_record(raw="1\n2"), id="b"), make_report(id="a")]

    lines = to_jsonl(reports).split("\n")

    assert [json.loads(line)["id"] for line in lines[:-1]] == ["b", "a"]
    assert lines[-1] == ""


def test_two_runs_give_the_same_text() -> None:
    first, second = (make_report(make_record()) for _ in range(2))

    assert to_json(first, with_text=True) == to_json(second, with_text=True)
    assert to_csv([first]) == to_csv([second])


def test_unreadable_file_gives_id_source_and_findings_only() -> None:
    error = InputError("no such file", code="file_missing", place="x/a.txt")

    report = unreadable_report("a", "a.txt", error, sha256="f" * 64)

    values = json.loads(to_json(report, with_text=True))
    assert sorted(values) == ["findings", "id", "source"]
    assert values["findings"][0]["code"] == "file_missing"
    assert values["findings"][0]["severity"] == "error"
    assert is_unreadable(report.model_copy(update={"id": "a~2"}))


def test_empty_report_is_not_taken_for_an_unreadable_one() -> None:
    assert not is_unreadable(make_report())


def test_csv_has_a_line_per_record_under_the_columns_of_the_contract() -> None:
    text = to_csv([make_report(make_record())])

    head, line, rest = text.split("\r\n")
    assert head == "id,authority,year,form,table,row,column,label,value,state,raw,unit,certain,start,end"
    start = TEXT.index("3\n")
    assert line == f"a,某市水利局,2021,2021,article_20_1,rules,issued,规章,3,value,3,件,true,{start},{start + 1}"
    assert rest == ""


def test_csv_leaves_what_is_not_known_empty() -> None:
    doubtful = make_record(
        value=None, raw=None, span=None, state=None, certain=False, unit=None, candidates=Candidates(values=(0, 2))
    )

    (row,) = rows_of(to_csv([make_report(doubtful)]))

    assert row["certain"] == "false"
    assert [row[name] for name in ("value", "state", "raw", "unit", "start", "end")] == [""] * 6


@pytest.mark.parametrize("raw", ["1\n2", "1\r\n2", "1\r2", 'a"b', "a,b", "１\u2028２"])
def test_csv_quotes_what_would_break_a_line(raw: str) -> None:
    (row,) = rows_of(to_csv([make_report(make_record(raw=raw))]))

    assert row["raw"] == raw
    assert list(row) == list(CSV_COLUMNS)


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "=1+1",
            "+5/-2",
            "-3项",
            "@SUM(A1)",
            "=",
            "＝1+1",
            "+cmd|' /C calc'!A0",
            "-1+cmd|' /C calc'!A0",
            "-(1)",
            "+A1",
        ),
        *(
            "﹦1+1",
            "＋1＋1",
            "－2－A1",
            "＠SUM(A1)",
            "-1e5",
            "--1",
            "- 3",
            '=HYPERLINK("http://a.invalid")',
            "=''",
            "+",
        ),
    ],
)
def test_csv_makes_formulas_harmless(raw: str) -> None:
    (row,) = rows_of(to_csv([make_report(make_record(raw=raw, label=raw, unit=raw))]))

    assert [row["raw"], row["label"], row["unit"]] == [f"'{raw}"] * 3


@pytest.mark.parametrize(
    "before",
    [" ", "\xa0", "　", "\t", "\r", "\n", "\r\n", "\x00", "\x1b", "\ufeff", "\u200b", "\u202e", '"', '" "', "\u2028"],
)
def test_csv_makes_formulas_harmless_behind_what_a_spreadsheet_passes_over(before: str) -> None:
    (row,) = rows_of(to_csv([make_report(make_record(raw=f"{before}=1+1"))]))

    assert row["raw"] == f"{before}'=1+1"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|", "\n", "\r\n", "; ", ';"'])
def test_csv_makes_formulas_harmless_where_another_spreadsheet_splits_cells(separator: str) -> None:
    (row,) = rows_of(to_csv([make_report(make_record(label=f"规章{separator}=1+1{separator}-3{separator}+A1"))]))

    assert row["label"] == f"规章{separator}'=1+1{separator}-3{separator}'+A1"


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "-3",
            "+1036",
            "+1,036",
            "-1,234",
            "-0.5",
            "-2.5",
            "－３",
            "＋1，036",
            "－2．5",
            "-3%",
            "-3 ",
            " -3",
            "0",
            "持平",
        ),
        *("-", "--", "－", "—", "1-2", "a=b", "3+5", "'=1", "5\n-2", "-１２", "−3"),
    ],
)
def test_csv_keeps_signed_numbers_and_dashes_as_printed(raw: str) -> None:
    (row,) = rows_of(to_csv([make_report(make_record(raw=raw))]))

    assert row["raw"] == raw


def test_csv_guards_the_id_which_comes_from_a_file_name() -> None:
    (row,) = rows_of(to_csv([make_report(make_record(), id="=cmd")]))

    assert row["id"] == "'=cmd"


def test_csv_guards_the_authority_which_comes_from_the_text() -> None:
    report = make_report(make_record()).model_copy(update={"authority": "@某市水利局"})

    (row,) = rows_of(to_csv([report]))

    assert row["authority"] == "'@某市水利局"


@pytest.mark.parametrize("piece", ["\t", "\n", " ", ";", "; ", "=", ";=", '"', "\u200b", "+1,"])
def test_csv_of_one_long_cell_takes_no_time(piece: str) -> None:
    report = make_report(make_record(raw=piece * 200_000))
    start = time.process_time()

    to_csv([report])

    assert time.process_time() - start < 2


def test_file_is_written_as_utf8_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old", "utf-8")

    write_text(path, "新\r\n")

    assert path.read_bytes() == "新\r\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_failed_write_keeps_the_old_file_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    path.write_text("old", "utf-8")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)

    with pytest.raises(ExportError, match="No space left") as caught:
        write_text(path, "new")

    assert caught.value.code == "not_written"
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["no/such/folder/out.json", ".", "a\0b", "x" * 300])
def test_place_that_cannot_be_written_is_an_export_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError):
        write_text(f"{tmp_path}/{name}", "text")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="permissions and links of POSIX")
def test_written_file_keeps_the_mode_and_the_link_of_the_old_one(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old", "utf-8")
    target.chmod(0o640)
    link.symlink_to(target)

    write_text(link, "new")

    assert link.is_symlink()
    assert target.read_text("utf-8") == "new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(os.name != "posix", reason="a device file of POSIX")
def test_device_is_written_to_and_not_replaced() -> None:
    write_text(os.devnull, "text")

    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("indent", [None, 2])
def test_report_comes_back_from_its_json(indent: int | None) -> None:
    report = parse_report("海棠市水务局2022年政府信息公开工作年度报告\n一、总体情况\n全年公开12条。", name="a.txt")

    loaded = from_json(to_json(report, with_text=True, indent=indent))

    assert loaded.model_dump() == report.model_dump()
    assert loaded.source_text == report.source_text


def test_half_a_surrogate_pair_comes_back_as_a_replacement_at_its_place() -> None:
    report = parse_report(
        "海棠市水务局2022年政府信息公开工作年度报告\n一、总体情况\n全年\ud800公开12条。", name="a\ud800.txt"
    )

    loaded = from_json(to_json(report, with_text=True))

    assert loaded.source_text == report.source_text.replace("\ud800", "\ufffd")
    assert loaded.sections == report.sections


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"id": "a"}', '{"id": 3, "source": {}, "findings": []}', "{"]
)
def test_other_json_is_no_report(text: str) -> None:
    with pytest.raises(InputError) as caught:
        from_json(text)

    assert caught.value.code == "no_report_json"
