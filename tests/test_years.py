"""Checks between years: what ties, what does not, and what cannot be compared."""

from pathlib import Path

import pytest

from batches import run
from locations import SHARED
from reportparse import Report, read_report
from reportparse.compare.crosschecks import CrossCheck, finding_of
from reportparse.export import to_jsonl
from reportparse.forms import form_keys, load_form
from reportparse.resources import read_json
from reportparse.years import check_years
from yearreports import OTHER_SENTENCES, SENTENCES, report, request_cells

BODY = "海棠市水务局"
REAL = SHARED / "real"
FORCE = "article_20_1.normative_documents"
ITEMS = "article_20_5.administrative_licenses"


def found(checks: tuple[CrossCheck, ...], rule: str, **scope: str) -> CrossCheck:
    return next(check for check in checks if check.rule == rule and (not scope or check.scope == scope))


def test_requests_carried_forward_are_those_carried_over() -> None:
    one = report(BODY, 2021, request_cells(5, 0, 4, 1))
    two = report(BODY, 2022, request_cells(6, 1, 7, 0))

    checks = [check for check in check_years([two, one]) if check.rule == "carry_over_across_years"]

    assert len(checks) == 7
    assert {check.status for check in checks} == {"passed"}
    assert {check.reports for check in checks} == {(one.id, two.id)}


def test_difference_fails_softly_and_names_lawful_reasons() -> None:
    checks = check_years([report(BODY, 2021, request_cells(5, 0, 4, 1)), report(BODY, 2022, request_cells(6, 2, 8, 0))])

    check = found(checks, "carry_over_across_years", column="total")
    finding = finding_of(check)

    assert (check.status, check.left, check.right) == ("failed", 1, 2)
    assert (finding.code, finding.severity) == ("carry_over_across_years", "note")
    assert "merged or split" in finding.message


@pytest.mark.parametrize("printed", ["", "/", "约3"])
def test_operand_that_is_no_certain_number_leaves_the_check_open(printed: str) -> None:
    cells = request_cells(6, 0, 6, 0) | {"requests.carried_over.total": printed}

    checks = check_years([report(BODY, 2021, request_cells(5, 0, 5, 0)), report(BODY, 2022, cells)])

    check = found(checks, "carry_over_across_years", column="total")
    assert (check.status, check.left, check.right, check.reasons) == ("undecided", None, None, ())
    assert "carried_over" in check.message


def test_blank_counts_as_zero_only_where_asked() -> None:
    cells = request_cells(6, 0, 6, 0) | {"requests.carried_over.total": ""}
    reports = [report(BODY, 2021, request_cells(5, 0, 5, 0)), report(BODY, 2022, cells)]

    check = found(check_years(reports, blank_as_zero=True), "carry_over_across_years", column="total")

    assert check.status == "passed"


def test_carry_over_is_compared_across_forms_and_items_are_not() -> None:
    one = report(BODY, 2020, request_cells(5, 0, 4, 1), form="2019")
    two = report(BODY, 2021, request_cells(6, 1, 7, 0))

    rules = {check.rule for check in check_years([one, two]) if check.table}

    assert rules == {"carry_over_across_years"}


def test_items_and_their_change_are_the_items_of_the_year_after() -> None:
    one = report(BODY, 2019, {f"{ITEMS}.previous_year_items": 12, f"{ITEMS}.change": "减少2项"}, form="2019")
    two = report(BODY, 2020, {f"{ITEMS}.previous_year_items": 10}, form="2019")
    three = report(BODY, 2021, {f"{ITEMS}.previous_year_items": 11}, form="2019")

    checks = check_years([one, two, three])

    both = [check for check in checks if check.scope == {"row": "administrative_licenses"}]
    assert [(check.status, check.left, check.right) for check in both] == [("passed", 10, 10), ("failed", 10, 11)]


def test_documents_in_force_follow_from_those_of_the_year_before() -> None:
    one = report(BODY, 2021, {f"{FORCE}.in_force": 24})
    two = report(BODY, 2022, {f"{FORCE}.issued": 4, f"{FORCE}.repealed": 2, f"{FORCE}.in_force": 26})
    three = report(BODY, 2023, {f"{FORCE}.in_force": 20})

    checks = [c for c in check_years([one, two, three]) if c.scope == {"row": "normative_documents"}]

    assert [(check.status, check.left, check.right) for check in checks] == [("passed", 26, 26), ("failed", 26, 20)]


def test_year_without_the_one_before_it_has_no_checks_between_years() -> None:
    checks = check_years([report(BODY, 2021, {}), report(BODY, 2023, {})])

    assert checks == ()


def test_equal_years_are_told() -> None:
    cells = request_cells(5, 1, 5, 1)

    check = found(check_years([report(BODY, 2021, cells), report(BODY, 2022, cells)]), "identical_years")

    assert check.status == "failed"
    assert "all 200 numbers are equal, 10 of them not 0" in check.message


def test_years_of_nothing_but_zeros_are_not_held_against_a_body() -> None:
    check = found(check_years([report(BODY, 2021, {}), report(BODY, 2022, {})]), "identical_years")

    assert check.status == "passed"


def test_equal_as_far_as_is_certain_is_not_equal() -> None:
    cells = request_cells(5, 1, 5, 1)
    blank = cells | {"requests.results.granted.total": ""}

    check = found(check_years([report(BODY, 2021, cells), report(BODY, 2022, blank)]), "identical_years")

    assert check.status == "undecided"


def test_text_of_last_year_is_recognised() -> None:
    one, two = report(BODY, 2021, {}), report(BODY, 2022, {})
    three = report(BODY, 2023, {}, sentences=OTHER_SENTENCES)

    checks = [check for check in check_years([one, two, three]) if check.rule == "copied_from_last_year"]

    assert [(check.status, check.right) for check in checks] == [("failed", 0), ("passed", 6)]
    assert "draft" not in "".join(checks[0].reasons)


def test_text_of_another_body_is_recognised() -> None:
    mine, other = report(BODY, 2022, {}), report("青禾县教育局", 2021, {}, sentences=SENTENCES)
    third = report("白石县教育局", 2021, {}, sentences=OTHER_SENTENCES)

    checks = check_years([mine, other, third])

    check = next(check for check in checks if check.body == BODY)
    assert (check.rule, check.status, check.years) == ("copied_from_other_body", "failed", (2021, 2022))
    assert "青禾县教育局 for 2021" in check.message


@pytest.fixture
def copied() -> list[Report]:
    """Two bodies, of which the second takes the text of the first, and writes new sentences a year later."""
    mine = [report(BODY, year, request_cells(5, 0, 4, 1)) for year in (2021, 2022)]
    other = [report("青禾县教育局", 2021, {}), report("青禾县教育局", 2022, {}, sentences=OTHER_SENTENCES)]
    return [*mine, *other]


def test_checks_of_a_dataset_are_those_of_its_reports(copied: list[Report], tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number, one in enumerate(copied):
        (inputs / f"{number}-{one.id}.txt").write_text(one.source_text, "utf-8")
    reports = [read_report(path) for path in sorted(inputs.glob("*.txt"))]
    (inputs / "broken.pdf").write_bytes(b"%PDF-1.7")
    run(inputs, tmp_path / "dataset")

    checks = check_years(tmp_path / "dataset")

    expected = [dict(check, reports=None) for check in check_years(reports)]
    assert [dict(check, reports=None) for check in checks] == expected
    assert {check.rule for check in checks if check.status == "failed"} >= {"copied_from_other_body"}


def test_text_is_compared_of_json_lines_that_carry_it(copied: list[Report], tmp_path: Path) -> None:
    file = tmp_path / "reports.jsonl"
    file.write_text(to_jsonl(copied, with_text=True), "utf-8")

    assert check_years(file) == check_years(copied)


def test_report_from_json_is_compared_by_its_cells_alone() -> None:
    reports = [report(BODY, 2021, request_cells(5, 0, 4, 1)), report(BODY, 2022, request_cells(6, 1, 7, 0))]
    loaded = [Report.model_validate_json(one.model_dump_json()) for one in reports]

    checks = check_years(loaded)

    assert found(checks, "copied_from_last_year").status == "undecided"
    assert found(checks, "carry_over_across_years").status == "passed"


def test_differing_reports_of_a_name_that_several_bodies_have_are_not_compared() -> None:
    first = report("松岩区人民政府", 2021, request_cells(5, 0, 4, 1), name="a")
    reports = [
        first,
        report("松岩区人民政府", 2022, request_cells(6, 1, 7, 0), name="b"),
        report("松岩区人民政府", 2022, request_cells(60, 1, 61, 0), name="c"),
    ]

    assert check_years(reports) == ()


def test_name_that_several_bodies_have_is_a_lawful_reason() -> None:
    reports = [report("松岩区人民政府", year, request_cells(5, 0, 4, 1)) for year in (2021, 2022)]

    check = found(check_years(reports), "carry_over_across_years", column="total")

    assert check.status == "failed"
    assert check.reasons[-1].startswith("more than one body has this name")


def test_caller_may_tell_what_belongs_together() -> None:
    reports = [report(BODY, 2021, {}), report("海棠市水利局", 2022, {})]

    checks = check_years(reports, body=lambda _: "one")

    assert found(checks, "carry_over_across_years").body == "one"


def test_order_of_the_reports_does_not_matter() -> None:
    reports = [report(BODY, 2021, {}), report(BODY, 2022, {}), report("青禾县教育局", 2022, {})]

    assert check_years(reports) == check_years(reports[::-1])


def test_report_without_body_year_or_form_is_passed_over() -> None:
    nothing = report(BODY, 2021, {}).model_copy(update={"authority": None, "form": None})

    assert check_years([nothing]) == ()


def test_every_rule_names_what_some_form_has() -> None:
    for rule in read_json("years.json")["chains"]:
        tables = [t for form in form_keys() for t in load_form(form).tables if t.key == rule["table"]]
        parts = {side: set(rule.get(side, ())) for side in ("earlier", "plus", "minus", "later")}

        keys = [{c.key for c in (t.columns if rule["scope"] == "row" else t.rows)} for t in tables]

        assert any(set().union(*parts.values()) <= known for known in keys)


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared material is not here")
@pytest.mark.parametrize("kind", ["raw", "layout"])
def test_real_pair_of_years_ties(kind: str) -> None:
    reports = [read_report(REAL / "inputs" / f"suqian_{year}.{kind}.txt") for year in (2023, 2024)]

    checks = check_years(reports)

    assert {check.status for check in checks} == {"passed"}
    assert [c.left for c in checks if c.rule == "carry_over_across_years"] == [118, 3, 0, 0, 0, 0, 121]
    assert [c.right for c in checks if c.rule == "in_force_across_years"] == [12, 420]
