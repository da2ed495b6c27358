"""Sums over the bodies under a body: complete, incomplete, and wrong."""

import pytest

from panelfacts import TOTAL, facts
from reportparse.compare.bodies import group_reports
from reportparse.compare.crosschecks import CrossCheck
from reportparse.compare.hierarchy import MAX_NAMED, check_children
from reportparse.compare.measure import Facts
from reportparse.years import check_years
from yearreports import report, request_cells

UNDER = {"海棠市人民政府": ["海棠市松岩区人民政府", "海棠市教育局"]}


def check(reports: list[Facts], under: dict[str, list[str]] | None = None) -> CrossCheck | None:
    checks = check_children(group_reports(reports), under or UNDER, variables=[TOTAL])
    return checks[0] if checks else None


def one(name: str, value: int | str | None) -> Facts:
    return facts(name, 2022, {TOTAL: value})


@pytest.mark.parametrize(("whole", "status"), [(7, "passed"), (8, "failed")])
def test_whole_is_compared_with_the_sum(whole: int, status: str) -> None:
    found = check([one("海棠市", whole), one("海棠市松岩区", 4), one("海棠市教育局", 3)])

    assert found is not None
    assert (found.status, found.left, found.right) == (status, 7, whole)
    assert bool(found.reasons) == (status == "failed")


def test_missing_body_is_named_and_leaves_the_sum_open() -> None:
    found = check([one("海棠市", 8), one("海棠市松岩区", 4)])

    assert found is not None
    assert (found.status, found.message) == ("undecided", f"{TOTAL}: no report of 海棠市教育局")


def test_body_whose_value_is_no_certain_number_is_named() -> None:
    found = check([one("海棠市", 8), one("海棠市松岩区", 4), one("海棠市教育局", "blank")])

    assert found is not None
    assert (found.status, found.message) == ("undecided", f"{TOTAL}: no value of 海棠市教育局")


def test_part_that_is_more_than_the_whole_fails_whatever_is_missing() -> None:
    found = check([one("海棠市", 3), one("海棠市松岩区", 4)])

    assert found is not None
    assert (found.status, found.left, found.right) == ("failed", 4, 3)
    assert "no report of 海棠市教育局" in found.message


def test_doubtful_whole_is_undecided() -> None:
    found = check([one("海棠市", None), one("海棠市松岩区", 4), one("海棠市教育局", 3)])

    assert found is not None
    assert found.status == "undecided"
    assert "doubtful" in found.message


def test_body_without_a_report_has_no_checks() -> None:
    assert check([one("海棠市松岩区", 4)]) is None


def test_many_missing_bodies_are_counted() -> None:
    names = [f"海棠市第{number}局" for number in range(MAX_NAMED + 5)]

    found = check([one("海棠市", 3)], {"海棠市": names})

    assert found is not None
    assert found.message.endswith("海棠市第19局 and 5 others")


def test_every_printed_cell_of_the_requests_table_is_compared() -> None:
    reports = [
        report("海棠市人民政府", 2022, request_cells(9, 1, 8, 2)),
        report("海棠市松岩区人民政府", 2022, request_cells(5, 1, 5, 1)),
        report("海棠市教育局", 2022, request_cells(4, 0, 3, 1)),
    ]

    checks = [found for found in check_years(reports, hierarchy=UNDER) if found.rule == "sum_of_children"]

    assert {found.status for found in checks} == {"passed"}
    assert {"row": "results.granted", "column": "natural_person"} in [found.scope for found in checks]
