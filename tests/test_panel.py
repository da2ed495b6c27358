"""Panels: rows for bodies and years, values with their states, and everything told that was left out or chosen."""

import time
from collections.abc import Mapping
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from locations import ROOT
from panelfacts import FEES, TOTAL, facts
from reportparse import panel, read_report
from reportparse.compare.crosswalk import find_series, join_series, rates
from reportparse.compare.measure import STATES
from reportparse.compare.places import PlaceTable
from reportparse.errors import CrosswalkError, ReportParseError
from reportparse.export import to_jsonl, unreadable_report

REAL = ROOT.parent / "shared" / "real"


def row(built: panel.Panel, body: str, year: int) -> Mapping[str, Any]:
    return next(row for row in built.table.rows() if (row["body"], row["year"]) == (body, year))


def test_body_has_a_row_for_each_year_and_gaps_stay_gaps() -> None:
    built = panel.build([facts("海棠市", 2019, form="2019"), facts("海棠市", 2022)], variables=[TOTAL])

    assert built.table["year"] == (2019, 2020, 2021, 2022)
    assert built.table["status"] == ("reported", "gap", "gap", "reported")
    assert built.table[TOTAL] == (3, None, None, 3)
    assert built.table[f"{TOTAL}.state"] == ("value", "no_report", "no_report", "value")
    assert built.bodies["gaps"] == ("2020, 2021",)


def test_years_asked_for_are_the_rows_of_every_body() -> None:
    built = panel.build([facts("海棠市", 2021), facts("青禾市", 2022), facts("青禾市", 2018)], years=(2022, 2021))

    assert list(zip(built.table["body"], built.table["year"], built.table["status"], strict=True)) == [
        ("海棠市", 2021, "reported"),
        ("海棠市", 2022, "gap"),
        ("青禾市", 2021, "gap"),
        ("青禾市", 2022, "reported"),
    ]
    assert built.left_out == (("青禾市-2018", "its year was not asked for"),)


def test_government_and_place_are_one_body_and_its_names_are_told() -> None:
    built = panel.build([facts("海棠市", 2021), facts("海棠市人民政府", 2022), facts("海棠市教育局", 2022)])

    assert built.bodies["body"] == ("海棠市", "海棠市教育局")
    assert built.bodies["names"][0] == "海棠市; 海棠市人民政府"
    assert built.bodies["level"] == ("city", "city")
    assert built.bodies["kind"] == ("government", "department")


def test_report_without_authority_or_year_is_told_and_not_guessed() -> None:
    built = panel.build([facts(None, 2022, id="a"), facts("海棠市", None, id="b"), facts("海棠市", 2022)])

    assert len(built.body_years) == 1
    assert built.left_out == (("a", "the report names no authority"), ("b", "the report names no year"))


def test_blank_doubtful_and_missing_cells_stay_what_they_are() -> None:
    values = {TOTAL: "blank", "requests.carried_over.total": None, FEES: Decimal("96171.6")}
    built = panel.build([facts("海棠市", 2022, values)], variables=["requests.*.total", FEES])

    found = row(built, "海棠市", 2022)

    assert (found[TOTAL], found[f"{TOTAL}.state"]) == (None, "blank")
    assert (found["requests.carried_over.total"], found["requests.carried_over.total.state"]) == (None, "doubtful")
    assert found["requests.carried_forward.total.state"] == "missing"
    assert found[FEES] == Decimal("96171.6")


def test_fee_kinds_never_stand_in_a_column_of_money() -> None:
    kinds = "article_20_8.administrative_fees.previous_year_items"
    reports = [facts("海棠市", 2020, {kinds: 12}, form="2019"), facts("海棠市", 2021, {FEES: Decimal("12")})]

    built = panel.build(reports, variables=[FEES, kinds])

    assert built.table[FEES] == (None, Decimal("12"))
    assert built.table[kinds] == (12, None)
    assert built.table[f"{FEES}.state"] == ("not_in_form", "value")
    reasons = dict(
        zip(zip(built.cells["year"], built.cells["variable"], strict=True), built.cells["reason"], strict=True)
    )
    assert "kinds of fee" in reasons[2020, FEES]


def test_join_with_care_has_no_values_of_older_forms_until_asked_for() -> None:
    old = facts("海棠市", 2018, {"statistics.requests.received.value": 7}, form="2014")
    new = facts("海棠市", 2019, {TOTAL: 8}, form="2019")

    plain = panel.build([old, new], variables=["requests_received"])
    careful = panel.build([old, new], variables=["requests_received"], care=True)

    assert plain.table["requests_received"] == (None, 8)
    assert plain.table["requests_received.state"] == ("not_joined", "value")
    assert careful.table["requests_received"] == (7, 8)


def test_own_series_may_be_given() -> None:
    series = join_series("fees", ["article_20_8.administrative_fees.change", FEES], strict=False)

    built = panel.build([facts("海棠市", 2020, {FEES: 1}, form="2019")], variables=[series])

    assert built.table["fees.state"] == ("not_joined",)


def test_unknown_variable_is_refused() -> None:
    for wanted in ("requests.no_row.total", "no_table.*"):
        with pytest.raises(CrosswalkError) as raised:
            panel.build([], variables=[wanted])

        assert raised.value.code == "unknown_variable"


def test_rates_stand_in_the_panel_with_their_states() -> None:
    values: dict[str, Any] = {"requests.results.total.total": 4, "requests.results.granted.total": 1}
    built = panel.build([facts("海棠市", 2022, values), facts("海棠市", 2023)], variables=["granted_share"])

    assert built.table["granted_share"] == (0.25, None)
    assert built.table["granted_share.state"] == ("value", "missing")


def test_two_reports_of_a_year_are_told_with_the_one_that_was_kept() -> None:
    reports = [
        facts("海棠市", 2022, {TOTAL: 3}, id="first", date="2023-01-10"),
        facts("海棠市人民政府", 2022, {TOTAL: 5}, id="revised", date="2023-06-01"),
    ]

    built = panel.build(reports, variables=[TOTAL])

    assert built.table[TOTAL] == (5,)
    assert built.table["reports"] == (2,)
    assert list(built.revisions.rows()) == [
        {
            "body": "海棠市",
            "year": 2022,
            "kept": "revised",
            "others": "first",
            "relation": "different",
            "differing": 1,
            "cells": TOTAL,
            "why": "it was collected later",
        }
    ]


def test_two_bodies_of_one_name_are_never_mixed() -> None:
    reports = [facts("松岩区", 2022, {TOTAL: 3}, id="a"), facts("松岩区", 2022, {TOTAL: 9}, id="b")]

    built = panel.build(reports, variables=[TOTAL, "granted_share"])

    found = row(built, "松岩区", 2022)
    assert (found["status"], found["id"], found[TOTAL]) == ("conflict", None, None)
    assert (found[f"{TOTAL}.state"], found["granted_share.state"]) == ("conflict", "conflict")
    assert found["is_unique"] is False
    assert built.bodies["conflicts"] == ("2022",)


def test_caller_tells_bodies_of_one_name_apart() -> None:
    reports = [facts("松岩区", 2022, {TOTAL: 3}, id="a/1"), facts("松岩区", 2022, {TOTAL: 9}, id="b/1")]

    built = panel.build(reports, variables=[TOTAL], body=lambda one: f"{one.id.split('/')[0]} {one.authority}")

    assert built.table["body"] == ("a 松岩区", "b 松岩区")
    assert built.table[TOTAL] == (3, 9)


def test_codes_come_from_the_table_of_the_caller_alone() -> None:
    reports = [facts("海棠市", 2022), facts("青禾市", 2022), facts("公安局", 2022)]

    built = panel.build(reports, places=PlaceTable({"海棠市": "910100"}))

    assert built.table["place_code"] == (None, "910100", None)
    assert built.table["place_match"] == ("no_place", "matched", "unmatched")
    assert panel.build(reports).table["place_code"] == (None, None, None)


def test_order_of_the_reports_does_not_matter() -> None:
    reports = [
        facts("海棠市", 2021),
        facts("海棠市人民政府", 2022, id="x"),
        facts("海棠市政府", 2022, id="y"),
        facts("青禾市", 2020),
    ]

    tables = {tuple(map(repr, panel.build(list(order)).table.rows())) for order in permutations(reports)}

    assert len(tables) == 1


def test_no_reports_are_an_empty_panel() -> None:
    built = panel.build([])

    assert len(built.table) == len(built.cells) == len(built.bodies) == len(built.revisions) == 0


def test_panel_gives_itself_to_libraries_of_data_frames() -> None:
    pytest.importorskip("pyarrow")
    pandas = pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    built = panel.build(
        [facts("海棠市", 2019, form="2019"), facts("海棠市", 2021)], variables=[TOTAL, FEES, "granted_share"]
    )

    in_polars, in_pandas, by_capsule = built.to_polars(), built.to_pandas(), polars.DataFrame(built)

    assert in_polars[TOTAL].to_list() == [3, None, 3]
    assert in_polars.schema[FEES] == polars.Decimal(38, 9)
    assert by_capsule.cast(in_polars.schema).equals(in_polars)  # libraries may take ordered keys as plain ones
    assert in_pandas[TOTAL].dtype == pandas.Int64Dtype()
    assert in_pandas[TOTAL].isna().tolist() == [False, True, False]
    assert in_pandas["granted_share"].dtype == pandas.Float64Dtype()
    assert in_pandas[f"{TOTAL}.state"].tolist() == ["value", "no_report", "value"]
    assert len(polars.DataFrame(built.cells)) == 9
    assert all(field.metadata[b"description"] for field in built.to_arrow().schema)


def test_every_state_of_a_panel_has_a_meaning() -> None:
    paths = sorted((ROOT / "tests" / "fixtures" / "reports").glob("*/source.*"))
    built = panel.build([read_report(path) for path in paths], variables=["*"])

    states = set(built.cells["state"])

    assert states <= set(STATES)
    assert all(
        (one["state"] == "value") == any(one[name] is not None for name in ("value", "amount", "rate"))
        for one in built.cells.rows()
    )


def test_every_variable_keeps_its_own_cell() -> None:
    paths = sorted((ROOT / "tests" / "fixtures" / "reports").glob("*/source.*"))
    reports = [read_report(path).model_copy(update={"id": path.parent.name}) for path in paths]

    built = panel.build(reports, variables=["*"], care=True, body=lambda one: one.id)

    values = {(one["id"], one["variable"]): one["value"] for one in built.cells.rows() if one["state"] == "value"}
    for report in reports:
        for record in report.records:
            key = f"{record.table}.{record.row}.{record.column}"
            if isinstance(record.value, int) and report.year and find_series(key).unit != "万元":
                assert values[report.id, key] == record.value


def test_thousands_of_reports_are_put_together_in_seconds() -> None:
    reports = [facts(f"海棠市第{number}局", year) for number in range(200) for year in (2021, 2022, 2023)]
    began = time.perf_counter()

    built = panel.build(reports)

    assert len(built.table) == 600
    assert time.perf_counter() - began < 10


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared material is not here")
def test_real_pair_of_years_is_one_body() -> None:
    reports = [read_report(REAL / "inputs" / f"suqian_{year}.raw.txt") for year in (2023, 2024)]

    built = panel.build(reports)

    assert built.table["body"] == ("宿迁市", "宿迁市")
    assert built.table["requests.carried_forward.total"] == (121, 125)
    assert set(built.cells["state"]) == {"value", "not_in_form"}
    assert len(rates()) == sum(name in built.table.names for name in (rate.key for rate in rates()))


def test_documents_that_could_not_be_read_are_told() -> None:
    lost = unreadable_report("lost", "lost.pdf", ReportParseError("no text in it", code="no_text"))

    built = panel.build([lost, facts("海棠市", 2021)])

    assert built.left_out == (("lost", "no text in it"),)
    assert built.table["body"] == ("海棠市",)


def test_panel_of_json_lines_is_that_of_the_reports(tmp_path: Path) -> None:
    reports = [read_report(path) for path in sorted((ROOT / "tests" / "fixtures" / "panel").glob("*.txt"))]
    (tmp_path / "reports.jsonl").write_text(to_jsonl(reports), "utf-8")

    stored, built = panel.build(tmp_path / "reports.jsonl"), panel.build(reports)

    assert list(stored.cells.rows()) == list(built.cells.rows())


def test_keys_of_a_panel_have_their_order_and_variables_their_labels() -> None:
    pytest.importorskip("pyarrow")
    built = panel.build([facts("海棠市", 2021)], variables=[TOTAL])

    orders = {column.name: column.order for column in built.table.columns if column.order}
    field = built.to_arrow().schema.field(TOTAL)

    assert set(orders) == {"status", "level", "form", f"{TOTAL}.state"}
    assert field.metadata[b"label"].decode() == "一、本年新收政府信息公开申请数量，总计"
