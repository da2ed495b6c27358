"""Reports to the tables of a dataset."""

from decimal import Decimal

import pytest

from locations import FIXTURES
from reportparse import parse_report, read_report
from reportparse.models import Candidates, Report

pa = pytest.importorskip("pyarrow", reason="tables need the extra frames")

from reportparse.dataset.arrays import decimals, strings  # noqa: E402
from reportparse.dataset.gather import to_tables  # noqa: E402
from reportparse.dataset.schemas import arrow_schema, dataset_tables  # noqa: E402

REPORTS = FIXTURES / "reports"


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return [read_report(path) for path in sorted(REPORTS.glob("*/source.*"))]


def test_every_record_of_every_report_is_a_row(reports: list[Report]) -> None:
    table = to_tables(reports)["records"]

    flat = [record for report in reports for record in report.records]
    for name in ("table", "row", "column", "label", "raw", "unit", "state", "certain", "path"):
        assert table[name].to_pylist() == [getattr(record, name) for record in flat], name
    spans = list(zip(table["start"].to_pylist(), table["end"].to_pylist(), strict=True))
    assert spans == [record.span or (None, None) for record in flat]


def test_counts_stay_whole_and_money_stays_exact(reports: list[Report]) -> None:
    table = to_tables(reports)["records"]

    pairs = zip(table["value"].to_pylist(), table["amount"].to_pylist(), strict=True)
    values = [record.value for report in reports for record in report.records]
    for (value, amount), printed in zip(pairs, values, strict=True):
        assert (value, amount) == ((None, printed) if isinstance(printed, Decimal) else (printed, None))


def test_candidates_keep_blanks_and_bounds(reports: list[Report]) -> None:
    report = reports[0]
    doubts = [Candidates(values=(0, 2, None)), Candidates(min=1, max=9), Candidates(values=(None,))]
    changed = [
        record.model_copy(update={"certain": False, "candidates": doubt, "value": None, "raw": None, "span": None})
        for record, doubt in zip(report.records, doubts, strict=False)
    ]

    table = to_tables(report.model_copy(update={"records": tuple(changed)}))["records"]

    assert table["candidates"].to_pylist() == [[0, 2, None], None, [None]]
    assert table["minimum"].to_pylist() == [0, 1, None]
    assert table["maximum"].to_pylist() == [2, 9, None]


def test_sum_without_totals_counts_nothing_twice() -> None:
    report = read_report(REPORTS / "first-report" / "source.txt")

    rows = [row for row in to_tables(report)["records"].to_pylist() if row["row"] == "new_requests"]

    total = report.table("requests")["new_requests", "total"].value
    assert sum(row["value"] for row in rows if not row["is_total"]) == total
    assert sum(row["value"] for row in rows) == 2 * (total or 0)


def test_balance_of_a_form_makes_no_totals() -> None:
    report = read_report(REPORTS / "first-report" / "source.txt")

    totals = {
        row["row"] for row in to_tables(report)["records"].to_pylist() if row["is_total"] and row["column"] != "total"
    }

    assert totals == {"results.total"}


def test_tables_have_the_columns_that_the_schema_says(reports: list[Report]) -> None:
    tables = to_tables(reports)

    assert {name: table.schema for name, table in tables.items()} == {
        name: arrow_schema(name) for name in dataset_tables() if name != "failures"
    }
    for table in tables.values():
        table.validate(full=True)
        assert all(field.nullable or not table[field.name].null_count for field in table.schema)


def test_sections_hold_their_text_in_simplified_characters(reports: list[Report]) -> None:
    rows = to_tables(reports)["sections"].to_pylist()

    for number, report in enumerate(reports):
        own = [row for row in rows if row["document"] == number and row["parent"] is None]
        assert [row["kind"] for row in own] == [section.kind for section in report.sections]
    first = reports[0]
    texts = [row["text"] for row in rows if row["document"] == 0 and row["parent"] is None]
    assert texts == [first._normal.text_of(section.span) for section in first.sections]


def test_checks_and_findings_are_rows(reports: list[Report]) -> None:
    tables = to_tables(reports)

    assert tables["checks"].num_rows == sum(len(report.checks) for report in reports)
    assert tables["findings"]["code"].to_pylist() == [f.code for report in reports for f in report.findings]
    failed = [row for row in tables["checks"].to_pylist() if row["status"] == "failed"]
    assert failed
    assert all(row["cells"] for row in failed)


def test_what_has_no_table_stands_beside_the_report_as_json(reports: list[Report]) -> None:
    names = {"declared", "uncertain_rows", "unknown_rows", "unknown_tables", "unassigned"}

    more = to_tables(reports)["reports"]["more"].to_pylist()

    assert more == [report.model_dump_json(include=names) for report in reports]


def test_keys_are_in_the_order_of_the_rows_that_use_them(reports: list[Report]) -> None:
    for name, table in to_tables([*reports, *reversed(reports)]).items():
        for field in table.schema:
            if pa.types.is_dictionary(field.type):
                column = table[field.name].combine_chunks()
                used = dict.fromkeys(number for number in column.indices.to_pylist() if number is not None)
                assert list(used) == list(range(len(column.dictionary))), (name, field.name)


def test_diagnosis_names_each_blamed_cell(reports: list[Report]) -> None:
    rows = to_tables(reports)["diagnosis"].to_pylist()

    blamed = [
        (cell.row, cell.column, cell.printed, cell.implied)
        for report in reports
        for diagnosis in report.diagnosis
        for explanation in diagnosis.explanations
        for cell in explanation
    ]
    named = [(r["row"], r["column"], r["printed"], r["implied"]) for r in rows if r["explanation"] is not None]
    assert named == blamed


def test_report_without_anything_gives_tables_without_rows() -> None:
    tables = to_tables([])

    assert all(table.num_rows == 0 for table in tables.values())


def test_report_loaded_from_json_gives_all_but_texts() -> None:
    report = Report.model_validate_json(parse_report("一、总体情况\n全年公开12条。").model_dump_json())

    tables = to_tables(report)

    assert tables["sections"]["text"].to_pylist() == [None] * tables["sections"].num_rows


def test_lone_surrogate_is_replaced_and_keeps_its_place() -> None:
    assert strings(["a\ud800b", None]).to_pylist() == ["a\ufffdb", None]


def test_number_that_does_not_fit_is_null_and_never_rounded() -> None:
    values: list[int | Decimal | None] = [Decimal("1.5"), 10**40, Decimal("1e-12"), None, 7]

    assert decimals(values).to_pylist() == [Decimal("1.5"), None, None, None, Decimal(7)]


def test_column_that_is_not_given_is_an_error() -> None:
    from reportparse.dataset.arrays import build_table

    with pytest.raises(KeyError):
        build_table("texts", [("text", ["a"])], 1)
    with pytest.raises(KeyError, match="no column other"):
        build_table("texts", [("text", ["a"]), ("text_sha256", ["b"]), ("other", [1])], 1)
