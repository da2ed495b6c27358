"""Golden reports: each is parsed, compared with the truth about it, then with the whole expected result.

The truth in ``about.json`` was written down from what the report prints. ``expected.json`` is what the parser
says; it is compared with the truth here, so that rewriting it cannot hide a wrong value.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from locations import FIXTURES
from reportparse import load_form, read_report
from reportparse.models import Record, Report

REPORTS = FIXTURES / "reports"
NAMES = sorted(path.parent.name for path in REPORTS.glob("*/about.json"))
Place = tuple[str, str, str]
Test = Callable[..., None]


@cache
def parsed(name: str) -> Report:
    (source,) = (REPORTS / name).glob("source.*")
    return read_report(source)


@cache
def about(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((REPORTS / name / "about.json").read_text("utf-8"))
    return data


def truth(name: str) -> dict[str, Any]:
    facts: dict[str, Any] = about(name)["truth"]
    return facts


def true_cells(name: str) -> dict[Place, Any]:
    """The cells that the report prints, by address, as ``about.json`` notes them."""
    form = load_form(truth(name)["form"])
    return {
        (table, row, column.key): cell
        for table, rows in truth(name)["cells"].items()
        for row, cells in rows.items()
        for column, cell in zip(form.table(table).columns, cells, strict=True)
    }


def reading(cell: Any) -> tuple[str, Decimal | None]:
    """State and value of a noted cell: a number, None for a blank, another string for a mark."""
    if cell is None:
        return "blank", None
    printed = str(cell["value"] if isinstance(cell, dict) else cell)
    is_number = printed.lstrip("-").replace(".", "", 1).isdigit()
    return ("value", Decimal(printed)) if is_number else ("not_applicable", None)


def result(record: Record) -> tuple[str | None, Decimal | None]:
    return record.state, None if record.value is None else Decimal(record.value)


def printed_records(report: Report) -> dict[Place, Record]:
    return {(r.table, r.row, r.column): r for r in report.records if r.state != "missing"}


def golden(test: Test) -> Test:
    """Run a test for each report; a known failure of ``about.json`` must fail, so that its repair is noticed."""
    cases = []
    for name in NAMES:
        why = about(name).get("known_failures", {}).get(test.__name__)
        cases.append(pytest.param(name, marks=[pytest.mark.xfail(reason=why, strict=True)] if why else []))
    marked: Test = pytest.mark.parametrize("name", cases)(test)
    return marked


def compact_json(report: Report) -> str:
    """The result with sorted keys and one list entry a line, so that a diff shows which records changed."""
    data = json.loads(report.model_dump_json())
    del data["reportparse_version"]  # a release alone must not touch every golden report
    parts = []
    for key, value in sorted(data.items()):
        if isinstance(value, list) and value:
            entries = ",\n".join("  " + json.dumps(entry, ensure_ascii=False, sort_keys=True) for entry in value)
            parts.append(f" {json.dumps(key)}: [\n{entries}\n ]")
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


@golden
def test_head_of_the_report_is_read(name: str) -> None:
    report, facts = parsed(name), truth(name)

    read = (report.authority, report.year, report.form)

    assert read == (facts["authority"], facts["year"], facts["form"])
    assert report.source.script == about(name)["script"]
    if facts.get("title"):
        assert report.title is not None
        assert report.title.text == facts["title"]
    if facts.get("period"):
        assert report.period == tuple(facts["period"])


@golden
def test_sections_stand_in_the_printed_order(name: str) -> None:
    report, facts = parsed(name), truth(name)

    kinds = [section.kind for section in report.sections]

    assert kinds == facts["sections"]
    empty = [section.kind for section in report.sections if section.empty]
    assert empty == facts.get("empty_sections", [])


@golden
def test_announced_parts_are_told_apart(name: str) -> None:
    facts = truth(name).get("declared")
    if facts is None:
        pytest.skip("the truth says nothing of announced parts")

    declared = parsed(name).declared

    assert declared is not None
    assert (declared.count, len(declared.parts)) == (facts["count"], facts["parts"])
    if "statuses" in facts:
        assert [part.status for part in declared.parts] == facts["statuses"]


@golden
def test_certain_records_equal_the_truth(name: str) -> None:
    cells = true_cells(name)
    records = {place: record for place, record in printed_records(parsed(name)).items() if record.certain}

    wrong = {p: (result(r), reading(cells.get(p))) for p, r in records.items() if result(r) != reading(cells.get(p))}

    assert wrong == {}
    assert set(records) <= set(cells)


@golden
def test_every_printed_cell_is_read_or_doubted_for_a_reason(name: str) -> None:
    cells, doubtful_rows = true_cells(name), set(truth(name).get("doubtful_rows", []))
    records = printed_records(parsed(name))

    doubted = {place for place in cells if not records[place].certain}

    assert {f"{table}/{row}" for table, row, _ in doubted} == doubtful_rows
    for place in doubted:
        candidates = records[place].candidates
        assert candidates is not None
        if candidates.values is not None:
            assert reading(cells[place])[1] in candidates.values


@golden
def test_raw_text_is_kept_as_printed(name: str) -> None:
    records = printed_records(parsed(name))

    for place, cell in true_cells(name).items():
        record = records.get(place)
        if record is not None and record.certain and cell is not None:
            assert record.raw == (cell["raw"] if isinstance(cell, dict) else str(cell)), place


@golden
def test_only_the_noted_checks_fail(name: str) -> None:
    failed = [check for check in parsed(name).checks if check.status == "failed"]

    named = sorted((check.rule, sorted(check.scope.items())) for check in failed)

    noted = truth(name)["failed_checks"]
    assert named == sorted((check["rule"], sorted(check["scope"].items())) for check in noted)


@golden
def test_noted_wrong_cell_is_the_only_explanation(name: str) -> None:
    blamed = truth(name).get("wrong_cell")
    if blamed is None:
        pytest.skip("the truth notes no wrong cell")

    (diagnosis,) = parsed(name).diagnosis

    ((cell,),) = diagnosis.explanations
    assert cell.model_dump() == blamed
    assert diagnosis.complete


@golden
def test_rows_outside_the_form_are_kept(name: str) -> None:
    labels = [row.label for row in parsed(name).unknown_rows]

    assert labels == truth(name).get("unknown_rows", [])


@golden
def test_parts_tile_the_source_text(name: str) -> None:
    report = parsed(name)
    spans = [section.span for section in report.sections] + [part.span for part in report.unassigned]
    if report.title is not None:
        spans.append(report.title.span)

    spans.sort()

    assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == len(report.source_text) == report.source.length


@golden
def test_spans_give_the_raw_text(name: str) -> None:
    report = parsed(name)

    for record in report.records:
        if record.span is not None:
            assert report.source_text[record.span.start : record.span.end] == record.raw


@golden
def test_whole_result_is_as_expected(name: str, update_golden: bool) -> None:
    path = REPORTS / name / "expected.json"
    written = compact_json(parsed(name))
    if update_golden:
        path.write_text(written, "utf-8", newline="\n")

    expected = path.read_text("utf-8")

    assert written == expected


def test_golden_reports_cover_forms_scripts_and_endings() -> None:
    forms = {truth(name)["form"] for name in NAMES}
    scripts = {about(name)["script"] for name in NAMES}
    endings = {path.suffix for path in REPORTS.glob("*/source.*")}

    assert forms == {"2014", "2019", "2021"}
    assert scripts == {"simplified", "traditional"}
    assert endings == {".txt", ".html", ".md"}


def test_truth_agrees_with_itself() -> None:
    for name in NAMES:
        for table, rows in truth(name)["cells"].items():
            for row, cells in rows.items():
                numbers = [reading(cell)[1] for cell in cells]
                is_wrong = any(
                    check["scope"].get("row") == row or check["rule"].startswith(row)
                    for check in truth(name)["failed_checks"]
                )
                if table in ("requests", "review_and_litigation") and None not in numbers and not is_wrong:
                    assert sum(n for n in numbers[:-1] if n is not None) == numbers[-1], (name, table, row)


def test_rewriting_golden_reports_is_refused_in_ci() -> None:
    command = [sys.executable, "-m", "pytest", "--update-golden", "--collect-only", str(Path(__file__))]

    done = subprocess.run(command, env=os.environ | {"CI": "true"}, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "--update-golden is refused" in done.stderr
