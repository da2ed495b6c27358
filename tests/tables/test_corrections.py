import json
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from locations import FIXTURES
from reportparse import Report, parse_report, read_report
from reportparse.errors import InputError
from reportparse.forms import load_form
from reportparse.tables.corrections import FORMAT, read_corrections

REPORTS = FIXTURES / "reports"
WRONG = REPORTS / "page-wrong-cell" / "source.html"
VANISHED = REPORTS / "vanished-blanks" / "source.txt"
CELL = {"table": "requests", "row": "results.granted", "column": "natural_person"}


def patch_for(report: Report, *decisions: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": report.id,
        "sha256": report.source.sha256,
        "form": report.form,
        "corrections": list(decisions),
    }


def decision(**told: Any) -> dict[str, Any]:
    return {**CELL, "action": "correct", "state": "value", "value": "12"} | told


def corrected(path: Path, *decisions: dict[str, Any]) -> Report:
    return parse_report(path.read_bytes(), name=path.name, corrections=patch_for(read_report(path), *decisions))


def test_a_corrected_cell_says_the_new_value_and_keeps_what_was_read() -> None:
    report = corrected(WRONG, decision(note="the scan says 12"))

    record = report.table("requests")["results.granted", "natural_person"]

    assert (record.value, record.state, record.certain, record.raw) == (12, "value", True, "21")
    assert record.correction is not None
    assert (record.correction.action, record.correction.note) == ("correct", "the scan says 12")
    assert (record.correction.printed.value, record.correction.printed.certain) == (21, True)
    assert report.source_text[slice(*record.span or ())] == "21"


def test_checks_judge_the_corrected_cells() -> None:
    before, after = read_report(WRONG), corrected(WRONG, decision())

    assert [check.rule for check in before.checks if check.status == "failed"]
    assert not [check for check in after.checks if check.status == "failed"]
    assert "corrected_by_hand" in {finding.code for finding in after.findings}


def test_an_accepted_cell_stays_as_it_is() -> None:
    report = corrected(WRONG, decision(action="accept", value="21"))

    record = report.table("requests")["results.granted", "natural_person"]

    assert record.value == 21
    assert record.correction is not None
    assert record.correction.action == "accept"


def test_a_doubtful_cell_can_be_settled() -> None:
    before = next(record for record in read_report(VANISHED).records if not record.certain)
    place = {"table": before.table, "row": before.row, "column": before.column}

    report = corrected(VANISHED, decision(**place, state="blank", value=None))

    record = report.table(before.table)[before.row, before.column]
    assert (record.certain, record.state, record.value, record.candidates) == (True, "blank", None, None)
    assert record.correction is not None
    assert record.correction.printed.candidates == before.candidates


def test_a_cell_that_was_not_read_can_be_added() -> None:
    labels = ("一、本年新收政府信息公开申请数量", "（七）总计", "四、结转下年度继续办理")
    text = "\n".join(line for label in labels for line in (label, *"2000002"))
    bare = parse_report(text)

    report = parse_report(text, corrections=patch_for(bare, decision(row="results.granted", value="2")))

    record = report.table("requests")["results.granted", "natural_person"]
    assert (record.value, record.raw, record.span, record.unit) == (2, None, None, "件")
    assert record.correction is not None
    assert record.correction.printed.state == "missing"


def test_the_last_decision_about_a_cell_that_was_not_read_counts() -> None:
    labels = ("一、本年新收政府信息公开申请数量", "（七）总计", "四、结转下年度继续办理")
    text = "\n".join(line for label in labels for line in (label, *"2000002"))
    decisions = [decision(row="results.granted", value=value) for value in ("2", "3")]

    report = parse_report(text, corrections=patch_for(parse_report(text), *decisions))

    assert [record.value for record in report.records if record.row == "results.granted"] == [3]


def test_prose_is_compared_with_a_cell_of_a_table_that_was_not_printed() -> None:
    text = "某市水务局2021年政府信息公开工作年度报告\n一、总体情况\n全年收到政府信息公开申请12件。\n"
    text += "二、主动公开政府信息情况\n第二十条第（八）项\n信息内容\n本年收费金额（单位：万元）\n行政事业性收费\n3\n"
    place = {"table": "requests", "row": "new_requests", "column": "total"}
    patch = patch_for(parse_report(text), {**place, "action": "correct", "state": "value", "value": "15"})

    report = parse_report(text, corrections=patch)

    assert [(claim.value, claim.agrees) for claim in report.claims] == [(12, False)]


def test_corrections_leave_the_form_as_it_is() -> None:
    cells = [cell for table in load_form("2021").tables for cell in table.cell_specs]
    before = deepcopy(cells)

    corrected(VANISHED, decision(row="results.granted", value="2"))

    assert cells == before


def test_money_keeps_its_decimals() -> None:
    place = {"table": "article_20_9", "row": "centralized_procurement", "column": "procurement_amount"}

    report = corrected(WRONG, decision(**place, value="1063.70"))

    assert report.table("article_20_9")["centralized_procurement", "procurement_amount"].value == Decimal("1063.70")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"value": "1.5"}, "fraction"),
        ({"value": "many"}, "no number"),
        ({"value": None}, "no number"),
        ({"value": "NaN"}, "no number"),
        ({"state": "blank"}, "beside a state that has none"),
        ({"column": "sum"}, "no cell of form"),
        ({"table": "other"}, "no cell of form"),
        ({"action": "accept", "value": "20"}, "accepts another value"),
    ],
)
def test_a_decision_that_fits_no_cell_is_refused(told: dict[str, Any], problem: str) -> None:
    with pytest.raises(InputError, match=problem) as caught:
        corrected(WRONG, decision(**told))

    assert caught.value.code == "corrections_invalid"


def test_a_doubtful_cell_cannot_be_accepted() -> None:
    before = next(record for record in read_report(VANISHED).records if not record.certain)
    place = {"table": before.table, "row": before.row, "column": before.column}

    with pytest.raises(InputError, match="in doubt"):
        corrected(VANISHED, decision(**place, action="accept"))


@pytest.mark.parametrize("other", [{"sha256": "00"}, {"form": "2014"}])
def test_a_patch_for_another_document_is_refused(other: dict[str, str]) -> None:
    patch = patch_for(read_report(WRONG), decision()) | other

    with pytest.raises(InputError) as caught:
        parse_report(WRONG.read_bytes(), corrections=patch)

    assert caught.value.code == "corrections_mismatch"


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"format": "other/1"}', '{"corrections": [1]}'])
def test_what_is_no_patch_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_corrections(text)

    assert caught.value.code == "corrections_invalid"


def test_a_patch_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "source.corrections.json"
    path.write_text(json.dumps(patch_for(read_report(WRONG), decision())), "utf-8")

    report = read_report(WRONG, corrections=path)

    assert report.table("requests")["results.granted", "natural_person"].value == 12


def test_corrected_reports_survive_their_json() -> None:
    report = corrected(WRONG, decision())

    again = Report.model_validate_json(report.model_dump_json())

    assert again.records == report.records
