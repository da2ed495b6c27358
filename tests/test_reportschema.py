"""The JSON Schema of a report: what the package gives fits it, and what does not is refused."""

import json
from pathlib import Path

import jsonschema
import pytest

from locations import ROOT
from reportparse import read_report
from reportparse.errors import InputError
from reportparse.export import to_json, unreadable_report
from reportparse.reportschema import report_schema, report_schema_json

REPORTS = sorted((ROOT / "tests" / "fixtures" / "reports").glob("*/source.*"))
VALIDATOR = jsonschema.Draft202012Validator(report_schema())


def test_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(report_schema())


def test_schema_in_the_docs_is_this_one() -> None:
    assert (ROOT / "docs" / "reference" / "report.schema.json").read_text("utf-8") == report_schema_json()


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("with_text", [False, True])
def test_report_fits_the_schema(path: Path, with_text: bool) -> None:
    report = json.loads(to_json(read_report(path), with_text=with_text))

    assert [error.message for error in VALIDATOR.iter_errors(report)] == []


def test_file_that_could_not_be_read_fits_the_schema() -> None:
    stub = unreadable_report("a", "a.txt", InputError("empty", code="empty_input"))

    assert VALIDATOR.is_valid(json.loads(to_json(stub)))


@pytest.mark.parametrize(
    "change",
    [{"year": "2021"}, {"records": [{"table": "requests"}]}, {"unknown_field": 1}, {"findings": None}],
    ids=lambda change: next(iter(change)),
)
def test_what_is_no_report_does_not_fit(change: dict[str, object]) -> None:
    report = json.loads(to_json(read_report(REPORTS[0])))

    assert not VALIDATOR.is_valid(report | change)
